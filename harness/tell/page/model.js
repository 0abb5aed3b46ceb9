// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the records say, as tell/page_data.h has it: platforms, errata, checks, cells.
 */
const data = JSON.parse(document.getElementById("data").textContent);

/* The most serious first. */
const VERDICTS = {
	deviation: { mark: "✗", words: "deviates" },
	missing: { mark: "?", words: "never observed" },
	fixed: { mark: "!", words: "no longer differs" },
	known: { mark: "~", words: "known to differ" },
	ok: { mark: "✓", words: "as documented" },
	skip: { mark: "–", words: "cannot be seen here" },
	absent: { mark: "·", words: "not in this record" },
};

/* "Intel Core i7-4770, ept=0": of the facts, what the record's file is called or not. */
function machineOf(facts) {
	const cpu = (facts.cpu || "unknown CPU").replace(/\((R|TM)\)| Processor| CPU|(?: version)? [\d.]+\+?$| @.*/g, "");

	return [cpu, ...["npt", "ept"].filter((key) => facts[key] === "0").map((key) => `${key}=0`)].join(", ");
}

function platformOf(p, index) {
	const kernel = p.facts.kernel || "";

	return {
		...p, index, kernel, cpu: machineOf(p.facts),
		version: (/^[\d.]*\d/.exec(kernel) || ["–"])[0],
		series: (/^\d+\.\d+/.exec(kernel) || ["none"])[0],
		vendor: p.facts.vendor || "unknown",
	};
}

function compareVersions(a, b) {
	return a.localeCompare(b, "en", { numeric: true });
}

/* Kernels of one CPU beside each other, the oldest first. */
function comparePlatforms(a, b) {
	const rank = (p) => ["intel", "amd"].indexOf(p.vendor) + 1 || 3;

	return rank(a) - rank(b) || a.vendor.localeCompare(b.vendor, "en") ||
		a.cpu.localeCompare(b.cpu, "en") || onOf(a).localeCompare(onOf(b), "en") ||
		compareVersions(a.kernel, b.kernel) || a.index - b.index;
}

/* What the CPU is emulated by, or runs under. */
function onOf(p) {
	return p.facts.hypervisor && p.facts.hypervisor !== "none" ? p.facts.hypervisor : "";
}

function isSameMachine(a, b) {
	return a.vendor === b.vendor && a.cpu === b.cpu && onOf(a) === onOf(b);
}

const platforms = data.platforms.map(platformOf).sort(comparePlatforms);

/* A file that is given twice is two records. */
platforms.forEach((p, i) => {
	const same = platforms.slice(0, i).filter((o) => o.file === p.file).length;

	p.name += same ? ` (${same + 1})` : "";
});

/* As much of a kernel's name as tells it from the others of its CPU. */
for (const p of platforms) {
	const others = platforms.filter((o) => o !== p && isSameMachine(o, p));

	p.short = [p.series, p.version, p.kernel, `${p.series}: ${p.name}`].find((name, i) => name !== "none" &&
		others.every((o) => [o.series, o.version, o.kernel, `${o.series}: ${o.name}`][i] !== name)) || "–";
	if (p.series === "none")
		p.short = "–";
}

const rows = data.rows.map(([documented, on, why, statement, decidedBy, ...known]) =>
	({ documented, on, why, statement, decidedBy,
	   known: known.map(([value, where, because]) => ({ value, on: where, why: because })) }));

/* In a word, what was seen. */
function shownOf(verdict, observed, reason) {
	if (verdict === "skip" || (verdict === "deviation" && observed === "done" && reason))
		return (reason || "skip").split(":")[0];
	return observed === null ? VERDICTS[verdict].words : observed;
}

const cells = data.cells.map(([number, observed, reason, row, known, lines]) => {
	const verdict = data.verdicts[number];
	const shown = shownOf(verdict, observed, reason);

	return { verdict, observed, reason, row: rows[row], known, lines, shown,
		 look: JSON.stringify([verdict, shown, row === null ? null : rows[row].documented]) };
});
const ABSENT = { verdict: "absent", observed: null, reason: null, known: null, lines: [],
		 shown: VERDICTS.absent.mark, look: "absent" };

const checks = data.checks.map(([id, row, ...numbers]) => {
	const [name, variant] = id.split(".");

	return { id, case: name, variant: `${name}.${variant}`, key: id.slice(name.length + variant.length + 2),
		 row: row === null ? null : rows[row],
		 cells: numbers.map((n) => n === null ? ABSENT : cells[n]) };
});
const checkOf = new Map(checks.map((c) => [c.id, c]));

function cellOf(check, platform) {
	return check.cells[platform.index];
}

const RUNS = "How the runs ended";

/* An erratum is a section of a document; what belongs to none is about the runs. */
function findErrata() {
	const errata = new Map();
	const erratum = (document, title) => {
		const key = `${document} ${title}`;

		if (!errata.has(key))
			errata.set(key, { document, title, checks: [], statements: new Map(), slug:
				(document ? key : title).toLowerCase().replace(/[^a-z0-9]+/g, "-") });
		return errata.get(key);
	};

	data.statements.forEach(([document, section, since, words, background], number) => {
		erratum(document, section).statements.set(number,
			{ document, since, words, background, checks: [] });
	});
	for (const check of checks) {
		const [document, section] = check.row ? data.statements[check.row.statement] : ["", RUNS];
		const e = erratum(document, section), number = check.row ? check.row.statement : -1;

		if (!e.statements.has(number))
			e.statements.set(number, { document, words: "", checks: [] });
		e.statements.get(number).checks.push(check);
		e.checks.push(check);
		check.erratum = e;
		check.words = check.row ? data.statements[number][3] : "";
	}
	const rank = (e) => e.title === RUNS ? 2 : e.document === "errata.rst" ? 0 : 1;

	return [...errata.values()].sort((a, b) => rank(a) - rank(b));
}

const errata = findErrata();

/* The verdicts of all checks on all platforms, the most serious first: [[name, how many]...] */
function tally(list, among) {
	const n = {};

	for (const check of list) {
		for (const platform of among) {
			const { verdict } = cellOf(check, platform);

			n[verdict] = (n[verdict] || 0) + 1;
		}
	}
	return Object.keys(VERDICTS).filter((v) => n[v]).map((v) => [v, n[v]]);
}
