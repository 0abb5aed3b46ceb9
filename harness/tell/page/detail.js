// SPDX-License-Identifier: GPL-2.0-only
/*
 * One check on one platform: what led to it, and how to see it again.
 */

/* As a line of the record is written. */
function recordLine(number) {
	const [isNote, words, ...numbers] = data.lines[number];
	const at = words.indexOf(" = "), q = JSON.stringify;
	const said = isNote ? `"note": ${q(words)}` : `"key": ${q(words.slice(0, at))}, "value": ${q(words.slice(at + 3))}`;

	return `{${said}${numbers.length ? `, "numbers": [${numbers.map((n) => q(n)).join(", ")}]` : ""}}`;
}

/* For a shell, where it would mean more than it says. */
function shellWord(word) {
	return /^[\w./=:@+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/* The lab's name of the CPU that its emulators show. */
function labOf({ facts, vendor }) {
	const off = ["npt", "ept"].filter((key) => facts[key] === "0").map((key) => ` --${key} 0`).join("");

	if (!["tcg", "bochs"].includes(facts.hypervisor))
		return null;
	return `--cpu ${vendor}${/i7-7800X/.test(facts.cpu) ? "-skylake" : ""}${off}`;
}

function repeatCommand(check, platform) {
	const { facts, vendor, series } = platform, lab = labOf(platform);

	if (vendor === "metal")
		return facts.hypervisor === "tcg" ? "./run-tests.sh --uefi" : "make -C build metal    # and boot the stick";
	if (lab)
		return `./run-tests.sh ${lab} --kernel ${series} ${shellWord(check.variant)}`;
	return `./run-tests.sh ${shellWord(check.variant)}    # on such a host`;
}

function term(name, ...value) {
	return [h("dt", {}, name), h("dd", {}, value)];
}

function verdictTerms(check, cell) {
	const { row } = cell, known = row && cell.known !== null ? row.known[cell.known] : null;

	return h("dl", {},
		term("Seen", h("span", { class: `badge v-${cell.verdict}` }, mark(cell.verdict), " ", VERDICTS[cell.verdict].words),
		     cell.observed !== null ? [" ", code(cell.observed)] : ""),
		row && row.documented !== null ? term("Documented", code(row.documented), row.on ? [" on ", code(row.on)] : "") : "",
		known ? term("Known instead", code(known.value), known.on ? [" on ", code(known.on)] : "", `: ${known.why || ""}`) : "",
		cell.reason ? term("Why", cell.reason) : "");
}

/* The one that counts on this platform, if one does. */
function sentence(check, cell) {
	const row = cell.row || check.row;

	if (!row)
		return "";
	const [document, section, since, words] = data.statements[row.statement];

	return [h("h3", {}, "The sentence"), h("blockquote", {}, words),
		h("p", { class: "note" }, `${document} “${section}”, since ${since}; decided by `, code(row.decidedBy))];
}

function evidence(check, platform, cell) {
	const find = check.key === "complete" ? `"variant": "${check.variant}"` : `"${check.key}"`;

	return [h("h3", {}, "Its lines of the record"),
		cell.lines.length ? h("pre", { tabindex: "0" }, cell.lines.map(recordLine).join("\n")) :
		h("p", { class: "note" }, "It has none of this check."),
		h("pre", { tabindex: "0" }, `zgrep -n ${shellWord(find)} ${shellWord(platform.file)}`)];
}

function factList(platform) {
	return h("dl", { class: "facts" }, Object.entries(platform.facts).map(([key, value]) => term(code(key), code(value))));
}

function options(list, chosen, wordsOf) {
	return list.map((value) => h("option", { value, selected: value === chosen }, wordsOf ? wordsOf(value) : value));
}

/* The check may stand for others that agree with it, and its platform for neighbours. */
function chooser(check, platform) {
	const among = shownPlatforms().includes(platform) ? shownPlatforms() : platforms;
	const alike = check.erratum.checks.filter((c) => c.case === check.case);
	const select = (label, name, list, chosen, changed) => h("label", {}, h("span", {}, label),
		h("select", { name, onchange: (event) => changed(event.target.value) }, options(list, chosen)));

	return h("div", { class: "chooser" },
		 select("Check", "check", alike.map((c) => c.id), check.id, (id) => go(`${id}@${platform.name}`)),
		 select("Platform", "platform", among.map((p) => p.name), platform.name, (name) => go(`${check.id}@${name}`)));
}

function go(name) {
	state.cell = name;
	writeState();
	showDetail();
}

function detailOf(name) {
	const at = name.lastIndexOf("@");
	const check = checkOf.get(name.slice(0, at)), platform = platforms.find((p) => p.name === name.slice(at + 1));

	return check && platform ? { check, platform } : null;
}

/* What state.cell asks for; nothing else is shown beside it. */
function showDetail() {
	const dialog = document.getElementById("detail"), found = detailOf(state.cell);

	if (!found) {
		dialog.close();
		return;
	}
	const { check, platform } = found, cell = cellOf(check, platform), comment = data.cases[check.case];
	const focused = dialog.contains(document.activeElement) && document.activeElement.name;

	dialog.replaceChildren(
		h("header", {}, h("h2", { id: "detail-title" }, breakable(check.id)),
		  h("button", { type: "button", class: "close", onclick: () => dialog.close() }, "Close")),
		chooser(check, platform), verdictTerms(check, cell), ...[sentence(check, cell)].flat().filter(Boolean),
		...evidence(check, platform, cell), h("h3", {}, "To repeat it"),
		h("pre", { tabindex: "0" }, repeatCommand(check, platform)),
		h("details", {}, h("summary", {}, `What the case does: cases/${check.case}.c`),
		  comment ? h("pre", { class: "comment", tabindex: "0" }, comment) :
		  h("p", { class: "note" }, "The page was made without its source.")),
		h("details", {}, h("summary", {}, `What is known of ${platform.name}`), factList(platform)));
	if (!dialog.open)
		dialog.showModal();
	if (focused)
		dialog.querySelector(`[name="${focused}"]`).focus();
}
