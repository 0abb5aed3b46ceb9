// SPDX-License-Identifier: GPL-2.0-only
/*
 * The details of a check: one or all of its observations on a platform, and how to run it again.
 */

/* Return a line of the record as JSON. */
function recordLine(number) {
	const [key, value, ...numbers] = data.lines[number], q = JSON.stringify;
	const said = key === null ? `"note": ${q(value)}` : `"key": ${q(key)}, "value": ${q(value)}`;

	return `{${said}${numbers.length ? `, "numbers": [${numbers.map(q).join(", ")}]` : ""}}`;
}

/* Quote @word if it is not a plain word to a shell. */
function shellWord(word) {
	return /^[\w./=:@+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/* Return the lab's options for the platform's emulated CPU; null: it is not the lab's. */
function labOf({ facts, vendor }) {
	const off = ["npt", "ept"].filter((key) => facts[key] === "0").map((key) => ` --${key} 0`);

	if (!["tcg", "bochs"].includes(facts.hypervisor))
		return null;
	return `--cpu ${vendor}${/i7-7800X/.test(facts.cpu) ? "-skylake" : ""}${off.join("")}`;
}

/* Return the command that runs the variants of these observations again. */
function commandOf(ids, platform) {
	const { facts, vendor, series } = platform, lab = labOf(platform);
	const variantOf = (id) => shellWord(id.split(".").slice(0, 2).join("."));
	const variants = [...new Set(ids.map(variantOf))].join(" ");

	if (vendor === "metal")
		return facts.hypervisor === "tcg" ? "./run-tests.sh --uefi" :
			"make -C build metal    # and boot the stick";
	return lab ? `./run-tests.sh ${lab} --kernel ${series} ${variants}` :
		`./run-tests.sh ${variants}    # on a host of this kind`;
}

/* Make buttons that open observations, all but the first @most folded. */
function idList(check, places, most, platform) {
	const at = platform ? `@${platform.name}` : "", more = places.length - most;
	const list = (some) => h("ul", { class: "ids" }, some.map((place) =>
		h("li", {}, cellButton(check.ids[place] + at, code(check.ids[place])))));

	return [list(places.slice(0, most)), more > 0 ? h("details", { class: "more" },
		h("summary", {}, `and ${more} more`), list(places.slice(most))) : ""];
}

/* A value and its condition, if it has one. */
function valueOn(value, on) {
	return [code(value), on ? [" on ", code(on)] : ""];
}

/* Show what the observations in @list have in common. */
function outcome(list, ids) {
	const { verdict, observed, row, known, reason } = list[0];
	const isValue = observed !== null && !observed.startsWith("?");

	return h("dl", {},
		term("Seen", badge(verdict), isValue ? [" ", code(observed)] : "",
		     list.length > 1 ? h("small", {}, ` · ${list.length} observations`) : ""),
		row && row.documented !== null ?
		term("Documented", valueOn(row.documented, row.on)) : "",
		known ? term("Known instead", valueOn(known.value, known.on), `: ${known.why}`) : "",
		reason ? term("Why", reason) : "", ids ? term("Observations", ids) : "");
}

/* The observations of a cell by outcome, the wrong and the known ones first. */
function outcomeList(check, platform, { verdict, reason, list, nrSeen }) {
	const rank = ([s]) => Object.keys(VERDICTS).indexOf(s.verdict);
	const alike = groupBy(list, (s) =>
		JSON.stringify([s.verdict, s.observed, s.reason, s.row, s.known]));
	const sorted = [...alike.values()].sort((a, b) => rank(a) - rank(b));

	return [h("p", {}, badge(verdict), list.length ?
		  ` ${nrSeen} of ${check.ids.length} observations were seen.` : ` ${reason || ""}`),
		sorted.map((some) => h("div", { class: "outcome" },
			outcome(some, idList(check, some.map((s) => s.place), 6, platform))))];
}

function evidence(id, platform, seen) {
	const [name, variant, ...rest] = id.split("."), key = rest.join(".");
	const find = key === "complete" ? `"variant": "${name}.${variant}"` : `"${key}"`;

	return [seen ? outcome([seen]) : h("p", {}, badge("absent")),
		h("h3", {}, "Its lines in the record"),
		seen && seen.lines.length ? pre(seen.lines.map(recordLine).join("\n")) :
					    note("The record has no line about it."),
		pre(`zgrep -n ${shellWord(find)} ${shellWord(platform.file)}`)];
}

/* "MACHINE · KERNEL, KERNEL" of each machine. */
function machineLines(list) {
	return [...groupBy(list, (p) => p.machine)].map(([machine, kernels]) =>
		h("div", {}, `${machine} · ${kernels.map(shortName).join(", ")}`));
}

/* Show which platforms have shown each documented and known value of @check. */
function shownBy(check) {
	const shown = (p) => cellOf(check, p).list.filter(isShown);
	const line = (row, known, is, { value, on, why }) => {
		const who = platforms.filter((p) => shown(p).some((s) =>
			s.row === row && (s.verdict === "known" ? s.known : null) === known));

		return h("tr", {}, h("td", {}, code(value),
				     h("small", {}, is, on ? [" on ", breakable(on)] : "",
				       why ? `: ${why}` : "")),
			 h("td", {}, who.length ? machineLines(who) : "no record yet"));
	};
	const rowsOf = check.rows.filter((row) => row.documented !== null);
	const anywhere = new Set(platforms.flatMap((p) => shown(p).map((s) => s.place)));
	const never = [...check.ids.keys()].filter((place) => !anywhere.has(place));

	return rowsOf.length ? [h("h3", {}, "Shown by"),
		table("Each documented or known value, and the platforms that have shown it",
		      columns(["Value", "Platforms"]), h("tbody", {}, rowsOf.map((row) => [
			line(row, null, "documented", { value: row.documented, on: row.on }),
			row.known.map((known) => line(row, known, "known", known)),
		      ]))),
		never.length ? [note("No record has shown:"), idList(check, never, 4)] : ""] : "";
}

function statementOf({ statement: { document, section, since, words }, decidedBy }) {
	return words ? [h("h3", {}, "The statement"), h("blockquote", {}, words),
		note(`${document} “${section}”, since ${since}; decided by `,
		     code(decidedBy))] : "";
}

function factList(platform) {
	return h("dl", { class: "facts" }, Object.entries(platform.facts).map(([key, value]) =>
		term(code(key), code(value))));
}

/* Selects for the other checks of the erratum, observations and platforms. */
function chooser({ check, platform, id }) {
	const among = shownPlatforms().includes(platform) ? shownPlatforms() : platforms;
	const at = platform ? platform.name : "", same = (name) => [name, name];
	const goTo = (what, where) => go(where ? `${what}@${where}` : what);
	const select = (label, list, chosen, changed) => h("label", {}, h("span", {}, label),
		h("select", { name: label, onchange: (event) => changed(event.target.value) },
		  options(list, chosen)));

	return h("div", { class: "chooser" },
		select("Check", check.erratum.checks.map((c) => same(c.id)), check.id,
		       (chosen) => goTo(chosen, at)),
		check.ids.length < 2 ? "" :
		select("Observation", [[check.id, `all ${check.ids.length}`], ...check.ids.map(same)],
		       id, (chosen) => goTo(chosen, at)),
		select("Platform", [["", "all"], ...among.map((p) => same(p.name))], at,
		       (chosen) => goTo(id, chosen)));
}

function go(name) {
	state.cell = name;
	writeState();
	showDetail();
}

/* @asked: "CASE.CHECK" or "CASE.VARIANT.KEY", optionally with "@PLATFORM". */
function detailOf(asked) {
	const [id, name] = asked.split(/@(.*)/s), platform = platforms.find((p) => p.name === name);
	const check = checks.find((c) => c.id === id || c.ids.includes(id));

	if (!check || (name && !platform))
		return null;
	/* A check with one observation is shown as that observation. */
	return { check, platform, id: check.ids.length === 1 ? check.ids[0] : id };
}

/* Show what was seen on the platform, and how to run it again. */
function platformParts({ check, platform, id }) {
	const cell = cellOf(check, platform), place = check.ids.indexOf(id);
	const ids = place < 0 ? check.ids : [id];

	return [place < 0 ? outcomeList(check, platform, cell) :
			    evidence(id, platform, observationOf(cell, place)),
		h("h3", {}, "To run it again"),
		pre(commandOf(ids.length ? ids : [check.case], platform))];
}

function detailParts(found) {
	const { check, platform, id } = found, comment = data.cases[check.case];
	const isWhole = id === check.id || check.ids.length === 1;

	return [h("header", {}, h("h2", { id: "detail-title" }, check.sentence),
		  h("button", { type: "button", class: "close", onclick: () => go("") }, "Close")),
		h("p", {}, code(id)), chooser(found), platform ? platformParts(found) : "",
		statementOf(check), isWhole ? shownBy(check) : "",
		folded(`What the case does: cases/${check.case}.c`, comment ?
		       pre(comment, "comment") : note("The page was made without its source.")),
		platform ? folded(`Facts of ${platform.name}`, factList(platform)) : ""];
}

/* Show the details of state.cell, or close the dialog. */
function showDetail() {
	const dialog = document.getElementById("detail"), found = detailOf(state.cell);

	if (!found) {
		dialog.close();
		return;
	}
	const focused = dialog.contains(document.activeElement) && document.activeElement.name;

	dialog.replaceChildren(...detailParts(found).flat(Infinity).filter(Boolean));
	if (!dialog.open)
		dialog.showModal();
	dialog.scrollTop = 0;
	if (focused)
		dialog.querySelector(`[name="${focused}"]`).focus();
}
