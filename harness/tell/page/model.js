// SPDX-License-Identifier: GPL-2.0-only
/*
 * The page's data, as tell/page/data.h describes it: platforms, errata, checks, cells,
 * and the observations in a cell.
 */
async function unpack(base64) {
	const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
	const json = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));

	return JSON.parse(await new Response(json).text());
}

const data = await unpack(document.getElementById("data").textContent);

/* The most serious first, in the order of judge/judge.c. */
const VERDICTS = {
	deviation: { mark: "✗", words: "deviates" },
	missing: { mark: "?", words: "never observed" },
	known: { mark: "~", words: "known to differ" },
	fixed: { mark: "!", words: "gone: KVM does what the document says now" },
	ok: { mark: "✓", words: "as documented" },
	skip: { mark: "–", words: "cannot be seen here" },
	absent: { mark: "·", words: "not in this record" },
};

/* [[name, how many]...] of @verdicts, the most serious first. */
function countVerdicts(verdicts) {
	return Object.keys(VERDICTS).map((v) => [v, verdicts.filter((name) => name === v).length])
		.filter(([, n]) => n);
}

/* A Map from each key to the part of @list that has it. */
function groupBy(list, keyOf) {
	const groups = new Map();

	for (const item of list) {
		const key = keyOf(item);

		groups.set(key, [...(groups.get(key) || []), item]);
	}
	return groups;
}

/* "Intel Core i7-4770, ept=0 on bochs": from the facts, because a record may have any name. */
function cpuOf({ cpu = "unknown CPU", hypervisor = "none", ...facts }) {
	const noise = /\((R|TM)\)| Processor| CPU|(?: version)? [\d.]+\+?$| @.*/g;
	const off = ["npt", "ept"].filter((key) => facts[key] === "0").map((key) => `, ${key}=0`);
	const on = ["apicv", "avic"].filter((key) => facts[key] === "1").map((key) => `, ${key}=1`);

	return [cpu.replace(noise, ""), ...off, ...on,
		hypervisor === "none" ? "" : ` on ${hypervisor}`].join("");
}

function platformOf(p, index) {
	const { kernel = "", vendor = "unknown" } = p.facts, cpu = cpuOf(p.facts);
	const version = (pattern) => (pattern.exec(kernel) || [kernel || "–"])[0];

	return {
		...p, index, kernel, vendor, cpu, machine: `${vendor}: ${cpu}`,
		series: kernel ? version(/^\d+\.\d+/) : "none",
		versions: [version(/^\d+\.\d+/), version(/^[\d.]*\d/), kernel || "–"],
	};
}

function compareVersions(a, b) {
	return a.localeCompare(b, "en", { numeric: true });
}

/* Sort the kernels of one machine next to each other, the oldest first. */
function comparePlatforms(a, b) {
	const rank = (p) => ["intel", "amd"].indexOf(p.vendor) + 1 || 3;

	return rank(a) - rank(b) || a.machine.localeCompare(b.machine, "en") ||
		compareVersions(a.kernel, b.kernel) || a.index - b.index;
}

function isSameMachine(a, b) {
	return a.machine === b.machine;
}

const platforms = data.platforms.map(platformOf).sort(comparePlatforms);

platforms.forEach((p, i) => {
	const before = platforms.slice(0, i).filter((o) => o.file === p.file).length;
	const others = platforms.filter((o) => o !== p && isSameMachine(o, p));
	const isOther = (o, n) => o.kernel === p.kernel || o.versions[n] !== p.versions[n];

	/* Number a file that is given twice: it is two records. */
	p.name += before ? ` (${before + 1})` : "";
	/* The shortest form of the kernel's version that no other kernel of this machine has. */
	p.label = p.versions.find((version, n) => others.every((o) => isOther(o, n)));
	p.isOnly = others.every((o) => o.kernel !== p.kernel);
});

/* The kernel, and the record's name where another record has the same kernel. */
function shortName(p) {
	return p.isOnly ? p.label : `${p.label}: ${p.name}`;
}

/* Return the reason with this number, or null. */
function reasonOf(number) {
	return number === null ? null : data.reasons[number];
}

const rows = data.rows.map(([documented, on, why, ...known]) => ({ documented, on, why,
	known: known.map(([value, where, because]) => ({ value, on: where, why: because })) }));

/* Return what was seen, in one word. */
function shownOf(verdict, observed, reason) {
	if (verdict === "skip" || (verdict === "deviation" && observed === "done" && reason))
		return (reason || "skip").split(":")[0];
	return observed === null ? VERDICTS[verdict].words : observed;
}

const observations = data.seen.map(([place, number, observed, why, row, known, ...lines]) => {
	const verdict = data.verdicts[number], reason = reasonOf(why);

	return { place, verdict, observed, reason, lines, shown: shownOf(verdict, observed, reason),
		 row: rows[row], known: known === null ? null : rows[row].known[known] };
});

/* Whether it was seen as documented, or as known. */
function isShown({ verdict, row }) {
	return row && ["ok", "known", "fixed"].includes(verdict);
}

function cellFrom(verdict, reason, list) {
	const values = new Set(list.filter((s) => s.verdict === verdict).map((s) => s.shown));

	return {
		verdict, reason, list, counts: countVerdicts(list.map((s) => s.verdict)),
		nrSeen: list.filter((s) => s.verdict !== "skip" && s.verdict !== "missing").length,
		value: values.size === 1 ? [...values][0] : "",	/* of this verdict */
		look: JSON.stringify([verdict, list.map((s) => [s.place, s.verdict, s.shown])]),
	};
}

const ABSENT = cellFrom("absent", null, []);
const cells = data.cells.map(([verdict, why, ...numbers]) =>
	cellFrom(data.verdicts[verdict], reasonOf(why), numbers.map((n) => observations[n])));

const RUNS = { document: "", section: "How the runs ended", since: "", words: "" };
const statements = data.statements.map(([document, section, since, words]) =>
	({ document, section, since, words }));

function checkOf([id, sentence, statement, decidedBy, numbers, ids, ...numbersOfCells]) {
	const name = id.split(".")[0];

	return {
		id, sentence, decidedBy, case: name,
		statement: statement === null ? RUNS : statements[statement],
		rows: [...new Set(numbers)].map((n) => rows[n]), ids: ids.map((i) => `${name}.${i}`),
		cells: numbersOfCells.map((n) => n === null ? ABSENT : cells[n]),
	};
}

const checks = data.checks.map(checkOf);

function cellOf(check, platform) {
	return check.cells[platform.index];
}

function observationOf(cell, place) {
	return cell.list.find((s) => s.place === place);
}

/* An erratum is a section of a document. */
function erratumOf([key, list]) {
	const { document, section } = list[0].statement;
	const slug = key.toLowerCase().replace(/[^a-z0-9]+/g, "-");
	const erratum = { document, title: section, checks: list, slug };

	for (const check of list)
		check.erratum = erratum;
	return erratum;
}

const rankOf = (e) => e.document === "errata.rst" ? 0 : e.document ? 1 : 2;
const errata = [...groupBy(checks, ({ statement: s }) => `${s.document} ${s.section}`.trim())]
	.map(erratumOf).sort((a, b) => rankOf(a) - rankOf(b));

/* Count the verdicts of the checks in @list on the platforms in @among. */
function tally(list, among) {
	return countVerdicts(list.flatMap((check) => among.map((p) => cellOf(check, p).verdict)));
}
