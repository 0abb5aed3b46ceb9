// SPDX-License-Identifier: GPL-2.0-only
/*
 * Make elements.  Text from a record is added as text, never as markup.
 */
function h(tag, attributes, ...children) {
	const element = document.createElement(tag);

	for (const [name, value] of Object.entries(attributes || {})) {
		if (name.startsWith("on"))
			element.addEventListener(name.slice(2), value);
		else if (value !== false && value !== null && value !== undefined)
			element.setAttribute(name, value === true ? "" : value);
	}
	element.append(...children.flat(Infinity).filter((c) => c || c === 0));
	return element;
}

/* For screen readers only. */
function hidden(words) {
	return h("span", { class: "vh" }, words);
}

function mark(verdict) {
	return h("span", { class: "mark", "aria-hidden": "true" }, VERDICTS[verdict].mark);
}

function badge(verdict) {
	return h("span", { class: `badge v-${verdict}` }, mark(verdict), " ",
		 VERDICTS[verdict].words);
}

/* Let a long name break after its parts. */
function breakable(words) {
	return words.split(/(?<=[.,:/])/).flatMap((part) => [part, h("wbr")]);
}

function code(words) {
	return h("code", {}, breakable(words));
}

function note(...words) {
	return h("p", { class: "note" }, words);
}

function pre(words, name) {
	return h("pre", { class: name, tabindex: "0" }, words);
}

function term(name, ...value) {
	return [h("dt", {}, name), h("dd", {}, value)];
}

function folded(words, ...content) {
	return h("details", {}, h("summary", {}, words), content);
}

function options(list, chosen) {
	return list.map(([value, words]) =>
		h("option", { value, selected: value === chosen }, words));
}

/* A button for the details of @name, a check or an observation, perhaps with "@PLATFORM". */
function cellButton(name, content) {
	return h("button", { type: "button", "data-cell": name }, content);
}

function columns(names) {
	return h("thead", {}, h("tr", {}, names.map((name) => h("th", { scope: "col" }, name))));
}

/* A table that may be wider than the screen: it scrolls on its own, also by keyboard. */
function table(label, head, ...bodies) {
	return h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": label },
		 h("table", {}, h("caption", { class: "vh" }, label), head, bodies));
}
