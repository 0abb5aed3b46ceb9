// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tables with platforms across: all errata, and the checks of one.
 */
function platformHeads(among, ...before) {
	return h("thead", {},
		h("tr", {}, before.map((words) => h("th", { scope: "col", rowspan: 2 }, words)),
			foldNeighbours(among.map((p) => p.machine)).map(({ first, number }) =>
				h("th", { scope: "colgroup", colspan: number, class: "cpu" },
				  among[first].vendor, h("small", {}, ` ${among[first].cpu}`)))),
		h("tr", {}, among.map((p) =>
			h("th", { scope: "col", class: "kernel", title: p.name }, shortName(p),
			  p.failed ? h("strong", { class: "torn", title: p.failed }, " failed") : ""))));
}

/* Make a row's cells; @draw makes the content of a cell for @number neighbours from @first. */
function foldedCells(keys, verdicts, draw) {
	return foldNeighbours(keys).map(({ first, number }) =>
		h("td", { colspan: number > 1 ? number : null, class: `v-${verdicts[first]}` },
		  draw(first, number)));
}

function erratumLink(erratum, content, title) {
	const open = new Set([...state.open, erratum.slug]);

	return h("a", { href: hashOf({ open }), title }, content);
}

function overviewCell(erratum, counts, isOne) {
	const [verdict, n] = counts[0];
	const of = counts.reduce((sum, [, m]) => sum + m, 0);

	return erratumLink(erratum, [mark(verdict), " ", String(n),
		hidden(` of ${of} ${VERDICTS[verdict].words}`), isOne ? "" : hidden(", each")],
		counts.map(([v, m]) => `${m} ${VERDICTS[v].words}`).join(", "));
}

function overviewRow({ erratum, list }, among) {
	const counts = among.map((p) => tally(list, [p]));

	return h("tr", {},
		h("th", { scope: "row" }, erratumLink(erratum, erratum.title),
		  erratum.document ? h("small", {}, " ", erratum.document) : ""),
		h("td", { class: "number" }, String(list.length)),
		foldedCells(counts.map((c) => JSON.stringify(c)), counts.map((c) => c[0][0]),
			    (i, n) => overviewCell(erratum, counts[i], n === 1)));
}

function overview(left, among) {
	return table("All errata, with their most serious verdict on each platform",
		     platformHeads(among, "Erratum", "Checks"),
		     h("tbody", {}, left.map((e) => overviewRow(e, among))));
}

/*
 * The content of a cell: the value, if all observations share it; how many observations
 * were seen, if not all; and how many have which verdict, if there are several verdicts.
 */
function cellContent(check, { verdict, value, nrSeen, counts }) {
	const of = check.ids.length, isMixed = counts.filter(([v]) => v !== "skip").length > 1;

	return [mark(verdict), " ", hidden(`${VERDICTS[verdict].words} `),
		h("span", { class: "value" }, value),
		nrSeen && nrSeen < of ? h("small", {}, `${nrSeen} of ${of}`, hidden(" seen")) : "",
		isMixed ? h("small", {}, counts.map(([v, n]) =>
			[" ", mark(v), String(n), hidden(` ${VERDICTS[v].words};`)])) : ""];
}

function documentedContent(values) {
	if (values.length < 2)
		return values.length ? h("code", {}, values[0]) : "–";
	return h("small", { title: values.join(", ") }, `${values.length} values`);
}

function checkRow(check, among) {
	const here = among.map((p) => cellOf(check, p));

	return h("tr", {},
		h("th", { scope: "row" }, cellButton(check.id, check.sentence),
		  h("small", { class: "id" }, code(check.id))),
		h("td", { class: "documented" }, documentedContent(documentedOf(check, among))),
		foldedCells(here.map((c) => c.look), here.map((c) => c.verdict), (i) =>
			here[i] === ABSENT ? [mark("absent"), hidden(VERDICTS.absent.words)] :
			cellButton(`${check.id}@${among[i].name}`, cellContent(check, here[i]))));
}

function statementHead({ document: from, since, words }, list, width) {
	const deciders = [...new Set(list.map((c) => c.decidedBy).filter(Boolean))];
	const places = h("details", { class: "more" },
		h("summary", {}, `decided in ${deciders.length} places`),
		h("ul", {}, deciders.map((d) => h("li", {}, code(d)))));

	return h("tr", { class: "statement" },
		h("th", { scope: "rowgroup", colspan: width }, h("div", {},
		  words ? h("q", {}, words) : "One check for each case.",
		  h("p", {}, from ? `${from}, since ${since}` : "",
		    deciders.length === 1 ? [" · decided by ", code(deciders[0])] : ""),
		  deciders.length > 1 ? places : "")));
}

/* The statements of an erratum, each with those of its checks that are in @list. */
function matrix(erratum, list, among) {
	return table(`${erratum.title}: what each platform has shown`,
		     platformHeads(among, "Check", "Documented"),
		     [...groupBy(list, (c) => c.statement)].map(([statement, of]) =>
			h("tbody", {}, statementHead(statement, of, among.length + 2),
			  of.map((c) => checkRow(c, among)))));
}
