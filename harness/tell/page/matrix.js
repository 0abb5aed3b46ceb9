// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tables with platforms across: all errata, and the checks of one.
 */
function platformHeads(among, ...before) {
	const cpus = foldNeighbours(among.map((p) => JSON.stringify([p.vendor, p.cpu, onOf(p)])));

	return h("thead", {},
		h("tr", {}, before.map((words) => h("th", { scope: "col", rowspan: 2 }, words)),
			cpus.map(({ first, number }) => {
				const { vendor, cpu } = among[first], on = onOf(among[first]);

				return h("th", { scope: "colgroup", colspan: number, class: "cpu" },
					 vendor, h("small", {}, ` ${cpu}${on ? ` on ${on}` : ""}`));
			})),
		h("tr", {}, among.map((p) =>
			h("th", { scope: "col", class: "kernel", title: p.name }, p.short,
			  p.failed ? h("strong", { class: "torn" }, " torn") : ""))));
}

/* One row's cells, folded; @draw makes the content of one of @first and its @number - 1 neighbours. */
function foldedCells(keys, verdicts, draw) {
	return foldNeighbours(keys).map(({ first, number }) =>
		h("td", { colspan: number > 1 ? number : null, class: `v-${verdicts[first]}` },
		  draw(first, number)));
}

function overviewCell(erratum, counts, isOne) {
	const [verdict, n] = counts[0];
	const of = counts.reduce((sum, [, m]) => sum + m, 0);

	return h("a", { href: hashOf({ open: new Set([...state.open, erratum.slug]) }),
			title: counts.map(([v, m]) => `${m} ${VERDICTS[v].words}`).join(", ") },
		 mark(verdict), " ", String(n), hidden(` of ${of} ${VERDICTS[verdict].words}`),
		 isOne ? "" : hidden(", each"));
}

function overview(shown, among) {
	const body = shown.map(({ erratum, list }) => {
		const counts = among.map((p) => tally(list, [p]));

		return h("tr", {},
			h("th", { scope: "row" },
			  h("a", { href: hashOf({ open: new Set([...state.open, erratum.slug]) }) }, erratum.title),
			  erratum.document ? h("small", {}, " ", erratum.document) : ""),
			h("td", { class: "number" }, String(list.length)),
			foldedCells(counts.map((c) => JSON.stringify(c)), counts.map((c) => c[0][0]),
				    (i, n) => overviewCell(erratum, counts[i], n === 1)));
	});

	return scroller("All errata, platforms across",
		h("table", {}, h("caption", { class: "vh" }, "All errata, with their most serious verdict on each platform"),
		  platformHeads(among, "Erratum", "Checks"), h("tbody", {}, body)));
}

function groupHead(group) {
	const [first, ...others] = group.checks;

	return h("th", { scope: "row" }, code(first.id), others.length ?
		 h("details", { class: "more" },
		   h("summary", {}, `and ${others.length} that ${others.length > 1 ? "agree" : "agrees"}`),
		   h("ul", {}, others.map((c) => h("li", {}, code(c.id))))) : "");
}

function groupRow(group, among) {
	const documented = documentedOf(group);

	return h("tr", {}, groupHead(group),
		h("td", { class: "documented" }, documented.length ? documented.map(([value, on]) =>
			h("div", {}, h("code", {}, value), on ? h("small", {}, " on ", breakable(on)) : "")) : "–"),
		foldedCells(group.seen.map((c) => c.look), group.seen.map((c) => c.verdict), (i) => {
			const cell = group.seen[i], { words } = VERDICTS[cell.verdict];

			return cell === ABSENT ? [mark("absent"), hidden(words)] :
				h("button", { type: "button", "data-cell": `${group.checks[0].id}@${among[i].name}` },
				  mark(cell.verdict), " ", hidden(`${words}: `), h("span", { class: "value" }, cell.shown));
		}));
}

function statementHead(statement, width) {
	const { document: from, since, words, background, checks: list } = statement;
	const deciders = [...new Set(list.map((c) => c.row && c.row.decidedBy).filter(Boolean))];

	return h("tr", { class: "statement" }, h("th", { scope: "rowgroup", colspan: width }, h("div", {},
		words ? h("q", {}, words) : "Each guest ended by itself, and said nothing unexpected.",
		h("p", {}, from ? `${from}, since ${since}` : "",
		  background ? ` · nothing to check: ${background}` : "",
		  deciders.length === 1 ? [" · decided by ", code(deciders[0])] : ""),
		deciders.length > 1 ? h("details", { class: "more" },
			h("summary", {}, `decided in ${deciders.length} places`),
			h("ul", {}, deciders.map((d) => h("li", {}, code(d))))) : "")));
}

/* The statements of an erratum with what is seen of them: [{ statement, groups }...] */
function matrix(erratum, statements, among) {
	const width = among.length + 2;

	return scroller(`${erratum.title}: checks, platforms across`,
		h("table", {}, h("caption", { class: "vh" }, `${erratum.title}: what each platform has shown`),
		  platformHeads(among, "Check", "Documented"),
		  statements.map(({ statement, groups }) =>
			h("tbody", {}, statementHead(statement, width), groups.map((g) => groupRow(g, among))))));
}
