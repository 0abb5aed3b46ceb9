// SPDX-License-Identifier: GPL-2.0-only
/*
 * What agrees is one: checks of a statement in one row, neighbouring platforms in one cell.
 */
function foldChecks(list, among) {
	const groups = new Map();

	for (const check of list) {
		const seen = among.map((p) => cellOf(check, p));
		const documented = seen.every((c) => c === ABSENT) && check.row ? check.row.documented : "";
		const key = JSON.stringify([check.case, documented, seen.map((c) => c.look)]);

		if (!groups.has(key))
			groups.set(key, { checks: [], seen });
		groups.get(key).checks.push(check);
	}
	return [...groups.values()];
}

/* [{ first, number }...] of neighbours with the same key. */
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

/* What the documents say of @group's checks, on these platforms: [[value, on]...] */
function documentedOf(group) {
	const found = new Map(), check = group.checks[0];
	const here = group.seen.map((cell) => cell.row).filter((row) => row && row.documented !== null);

	if (!here.length && check.row && check.row.documented !== null)
		here.push(check.row);
	for (const row of here) {
		if (!found.has(row.documented))
			found.set(row.documented, new Set());
		found.get(row.documented).add(row.on || "");
	}
	return [...found].map(([value, on]) => [value, found.size > 1 ? [...on].join(" or ") : ""]);
}

/* What changed from kernel to kernel: [{ checks, cpus, steps: [{ cell, versions }...] }...] */
function historyOf(groups, among) {
	const stories = new Map();

	for (const group of groups) {
		for (const first of among.filter((p, i) => !i || !isSameMachine(p, among[i - 1]))) {
			const seen = among.map((p, i) => ({ p, cell: group.seen[i] })).filter(({ p, cell }) =>
				isSameMachine(p, first) && cell.verdict !== "skip" && cell.verdict !== "absent");
			const runs = foldNeighbours(seen.map(({ cell }) => cell.shown));

			if (runs.length < 2)
				continue;
			const steps = runs.map(({ first, number }) => ({ cell: seen[first].cell,
				versions: seen.slice(first, first + number).map(({ p }) => p.short) }));
			const key = JSON.stringify([group.checks[0].id,
						    steps.map((s) => [s.cell.shown, s.versions])]);

			if (!stories.has(key))
				stories.set(key, { checks: group.checks, cpus: [], steps });
			stories.get(key).cpus.push(first.cpu);
		}
	}
	return [...stories.values()];
}
