// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fold neighbouring platforms that agree, and find what changed from kernel to kernel.
 */

/* [{ key, first, number }...] of neighbours with the same key. */
function foldNeighbours(keys) {
	const runs = [];

	keys.forEach((key, i) => {
		const last = runs[runs.length - 1];

		if (last && last.key === key)
			last.number++;
		else
			runs.push({ key, first: i, number: 1 });
	});
	return runs;
}

/* The documented values of @check's observations on these platforms, or all if none was seen. */
function documentedOf(check, among) {
	const here = among.flatMap((p) => cellOf(check, p).list)
		.filter((s) => s.row && s.verdict !== "skip").map((s) => s.row);
	const rowsOf = here.length ? here : check.rows;

	return [...new Set(rowsOf.map((row) => row.documented).filter((value) => value !== null))];
}

/* Observation @place of @check on one machine's @kernels: [{ verdict, shown, kernels }...] */
function stepsOf(check, place, kernels) {
	const seen = kernels.map((p) => ({ p, s: observationOf(cellOf(check, p), place) }))
		.filter(({ s }) => s && s.verdict !== "skip");
	const steps = foldNeighbours(seen.map(({ s }) => JSON.stringify([s.verdict, s.shown])))
		.map(({ first, number }) => seen.slice(first, first + number));
	const isOnce = ({ label }) =>
		steps.filter((step) => step.some(({ p }) => p.label === label)).length === 1;

	return steps.map((step) => ({
		verdict: step[0].s.verdict, shown: step[0].s.shown,
		kernels: [...new Set(step.map(({ p }) => isOnce(p) ? p.label : shortName(p)))],
	}));
}

/* The observations of @check that changed, grouped by how: [{ places, steps }...] */
function changesOf(check, kernels) {
	const changed = check.ids.map((id, place) => [place, stepsOf(check, place, kernels)])
		.filter(([, steps]) => steps.length > 1);

	return [...groupBy(changed, ([, steps]) => JSON.stringify(steps)).values()]
		.map((alike) => ({ places: alike.map(([place]) => place), steps: alike[0][1] }));
}

/* The checks that changed from kernel to kernel: [{ check, machines, changes }...] */
function historyOf(list, machines) {
	const storiesOf = (check) => [...groupBy([...machines], ([, kernels]) =>
		JSON.stringify(changesOf(check, kernels)))];

	return list.flatMap((check) => storiesOf(check).map(([changes, where]) =>
		({ check, machines: where.map(([name]) => name), changes: JSON.parse(changes) })))
		.filter(({ changes }) => changes.length);
}
