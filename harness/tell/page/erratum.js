// SPDX-License-Identifier: GPL-2.0-only
/*
 * The section of an erratum: its statements and checks, their history, latencies.
 */
function historyStep({ verdict, shown, kernels }) {
	return h("li", { class: `v-${verdict}` }, h("small", {}, kernels.join(", "), ": "),
		 mark(verdict), " ", hidden(`${VERDICTS[verdict].words}: `), h("code", {}, shown));
}

function historyChange(check, { places, steps }, platform) {
	const isAll = places.length > 1 && places.length === check.ids.length;

	return h("div", { class: "change" },
		 isAll ? h("small", {}, `all ${places.length} observations`) :
			 idList(check, places, 1, platform),
		 h("ol", {}, steps.map(historyStep)));
}

function historyList(list, among) {
	const several = new Map([...groupBy(among, (p) => p.machine)].filter(([, kernels]) =>
		kernels.some((p) => p.kernel !== kernels[0].kernel)));
	const stories = historyOf(list, several), all = [...several.keys()].join("; ");
	const where = (machines) => machines.length > 1 && machines.length === several.size ?
		"each of them" : machines.join("; ");
	const changed = (check, machine, list) =>
		list.map((c) => historyChange(check, c, several.get(machine)[0]));

	return h("section", { class: "sub" }, h("h4", {}, "History across kernels"),
		note(!several.size ? "No machine here has several kernels." : !stories.length ?
		     "What was seen is the same on every kernel here." :
		     `What changed on the machines that have several kernels: ${all}.`),
		h("ul", { class: "history" }, stories.map(({ check, machines, changes }) =>
			h("li", {}, cellButton(check.id, check.sentence), " ",
			  h("small", {}, code(check.id), " on ", where(machines)),
			  changed(check, machines[0], changes)))));
}

function erratumBody(erratum, list, among) {
	return [matrix(erratum, list, among), pairOf() ? "" : historyList(list, among),
		latencies(erratum.title, list, among)];
}

function tallyWords(list, among) {
	const counts = tally(list, among).filter(([v]) => v !== "absent");

	return h("span", { class: "tally" }, counts.map(([v, n]) => h("span", { class: `v-${v}` },
		mark(v), ` ${n}`, hidden(` ${VERDICTS[v].words}; `))));
}

/* Make the section of an erratum; its body is made when it is opened. */
function erratumSection({ erratum, list }, among) {
	const details = h("details", { class: "erratum", id: erratum.slug });
	const body = h("div", { class: "body" });
	const fill = () => {
		if (details.open && !body.firstChild)
			body.append(...erratumBody(erratum, list, among).filter(Boolean));
	};
	const summary = h("summary", { onclick: () => {
		/* The click has not yet changed details.open. */
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
