// SPDX-License-Identifier: GPL-2.0-only
/*
 * The section of an erratum: its sentences, checks, their history, latencies.
 */
function historyList(groups, among) {
	const stories = historyOf(groups, among);
	const names = (list) => [code(list[0].id), list.length > 1 ? ` and ${list.length - 1} more` : ""];

	return h("section", { class: "sub" }, h("h4", {}, "History across kernels"), !stories.length ?
		 h("p", { class: "note" }, "What was seen is the same on every kernel here.") :
		 h("ul", { class: "history" }, stories.map(({ checks: list, cpus, steps }) => h("li", {},
			h("div", {}, names(list), h("small", {}, " on ", cpus.join(", "))),
			h("ol", {}, steps.map(({ cell, versions }) => h("li", { class: `v-${cell.verdict}` },
				h("small", {}, versions.join(", "), ": "), mark(cell.verdict), " ",
				hidden(`${VERDICTS[cell.verdict].words}: `), h("code", {}, cell.shown))))))));
}

/* The statements that have something to show for @list. */
function statementsOf(erratum, list, among) {
	const shown = new Set(list);

	return [...erratum.statements.values()].map((statement) => ({ statement,
		groups: foldChecks(statement.checks.filter((c) => shown.has(c)), among) }))
		.filter(({ statement, groups }) => groups.length || (!statement.checks.length && !isNarrowed()));
}

function erratumBody(erratum, list, among) {
	const statements = statementsOf(erratum, list, among);
	const groups = statements.flatMap((s) => s.groups);

	if (!among.length)
		return [h("p", { class: "note" }, "No platform is left by these filters.")];
	return [matrix(erratum, statements, among), pairOf() ? "" : historyList(groups, among),
		latencies(erratum.title, list, among)];
}

function tallyWords(list, among) {
	return h("span", { class: "tally" }, tally(list, among).filter(([v]) => v !== "absent").map(([v, n]) =>
		h("span", { class: `v-${v}` }, mark(v), ` ${n}`, hidden(` ${VERDICTS[v].words}; `))));
}

/* Its body is made when it is opened. */
function erratumSection({ erratum, list }, among) {
	const details = h("details", { class: "erratum", id: erratum.slug });
	const body = h("div", { class: "body" });
	const fill = () => {
		if (details.open && !body.firstChild)
			body.append(...erratumBody(erratum, list, among).filter(Boolean));
	};
	const summary = h("summary", { onclick: () => {
		/* It is not open yet, or not closed. */
		state.open[details.open ? "delete" : "add"](erratum.slug);
		writeState();
	} }, h("h3", {}, erratum.title, erratum.document ? h("small", {}, " ", erratum.document) : ""),
			 tallyWords(list, among));

	details.append(summary, body);
	details.addEventListener("toggle", fill);
	details.open = isNarrowed() || state.open.has(erratum.slug);
	fill();
	return details;
}
