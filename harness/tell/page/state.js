// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is asked for, which the URL holds behind "#", and what is shown for it.
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

/* The same with @changes, as what follows "#". */
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

/* All that a search may find of @check. */
function wordsOf(check, among) {
	const words = [check.id, check.erratum.title, check.words, check.row && check.row.decidedBy];
	const rowWords = ({ documented, decidedBy, known }) => [documented, decidedBy, ...known.map((k) => k.why)];

	for (const platform of among) {
		const cell = cellOf(check, platform);

		words.push(cell.observed, cell.reason, ...(cell.row ? rowWords(cell.row) : []));
	}
	return words.join("\n").toLowerCase();
}

function isShown(check, among) {
	const seen = among.map((p) => cellOf(check, p)), pair = pairOf();

	if (pair && !state.all && seen[0].look === seen[1].look)
		return false;
	if (state.verdict.size && !seen.some((cell) => state.verdict.has(cell.verdict)))
		return false;
	if (!state.q)
		return true;
	const words = wordsOf(check, among);

	return state.q.toLowerCase().split(/\s+/).every((word) => words.includes(word));
}
