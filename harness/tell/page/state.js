// SPDX-License-Identifier: GPL-2.0-only
/*
 * The filters and the open errata, which the URL has after "#"; and the checks that match.
 */
const LISTS = ["vendor", "kernel", "verdict", "open"];
const WORDS = ["q", "a", "b", "all", "cell"];

let state = {};

function readState() {
	const asked = new URLSearchParams(location.hash.slice(1));

	state = {};
	for (const name of LISTS)
		state[name] = new Set((asked.get(name) || "").split(",").filter(Boolean));
	for (const name of WORDS)
		state[name] = asked.get(name) || "";
}

/* Return the state with @changes as the URL's part after "#". */
function hashOf(changes = {}) {
	const asked = new URLSearchParams(), all = { ...state, ...changes };

	for (const name of LISTS) {
		if (all[name].size)
			asked.set(name, [...all[name]].join(","));
	}
	for (const name of WORDS) {
		if (all[name])
			asked.set(name, all[name]);
	}
	return `#${asked}`;
}

function writeState() {
	history.replaceState(null, "", hashOf());
}

/* Return the two platforms that are compared, or null. */
function pairOf() {
	const pair = [state.a, state.b].map((name) => platforms.find((p) => p.name === name));

	return pair[0] && pair[1] && pair[0] !== pair[1] ? pair : null;
}

function shownPlatforms() {
	return pairOf() || platforms.filter((p) =>
		(!state.vendor.size || state.vendor.has(p.vendor)) &&
		(!state.kernel.size || state.kernel.has(p.series)));
}

function isNarrowed() {
	return Boolean(state.q || state.verdict.size || pairOf());
}

/* All text of @cell that a search looks at. */
function wordsOfCell(cell) {
	cell.words ||= cell.list.flatMap(({ observed, reason, row, known }) =>
		[observed, reason, row && row.documented, known && known.value, known && known.why])
		.concat(cell.reason).join("\n").toLowerCase();
	return cell.words;
}

/* All text of @check that a search looks at. */
function wordsOf(check, among) {
	const { id, sentence, ids, decidedBy, statement, rows: expected } = check;
	const why = expected.flatMap((row) =>
		[row.documented, row.why, ...row.known.map((k) => k.why)]);

	check.words ||= [id, sentence, ...ids, decidedBy, statement.section, statement.words, ...why]
		.join("\n").toLowerCase();
	return [check.words, ...new Set(among.map((p) => wordsOfCell(cellOf(check, p))))].join("\n");
}

/* Return whether @check matches the filters. */
function isLeft(check, among) {
	const here = among.map((p) => cellOf(check, p));

	if (pairOf() && !state.all && here[0].look === here[1].look)
		return false;
	if (state.verdict.size && !here.some((cell) => state.verdict.has(cell.verdict)))
		return false;
	if (!state.q)
		return true;
	const words = wordsOf(check, among);

	return state.q.toLowerCase().split(/\s+/).every((word) => words.includes(word));
}
