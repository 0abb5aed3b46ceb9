// SPDX-License-Identifier: GPL-2.0-only
/*
 * Elements.  Whatever a record says becomes text, and never markup.
 */
function h(tag, attributes, ...children) {
	const element = document.createElement(tag);

	for (const [name, value] of Object.entries(attributes || {})) {
		if (name.startsWith("on"))
			element.addEventListener(name.slice(2), value);
		else if (value !== false && value !== null && value !== undefined)
			element.setAttribute(name, value === true ? "" : value);
	}
	element.append(...children.flat(Infinity).filter((c) => c !== null && c !== undefined && c !== ""));
	return element;
}

/* For screen readers only. */
function hidden(words) {
	return h("span", { class: "vh" }, words);
}

function mark(verdict) {
	return h("span", { class: "mark", "aria-hidden": "true" }, VERDICTS[verdict].mark);
}

/* A long name may be broken where its parts end. */
function breakable(words) {
	return words.split(/(?<=[.,:/])/).flatMap((part) => [part, h("wbr")]);
}

function code(words) {
	return h("code", {}, breakable(words));
}

/* What may be wider than the screen scrolls in itself, by keyboard, too. */
function scroller(label, table) {
	return h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": label }, table);
}
