// SPDX-License-Identifier: GPL-2.0-only
/*
 * Why a memory type is what it says: the latencies that the guest has noted before it.
 * guest/memory_type.c decides by the fastest sample, against ordinary memory.
 */
const NOTE = /^(page under test|ordinary memory): (load|store) /;

/* { "page under test": { load: { warm, flushed, medians: [2] }, store }, "ordinary memory" } or null */
function latenciesOf(cell) {
	const found = {};

	for (const number of cell.lines) {
		const [isNote, words, ...numbers] = data.lines[number];
		const what = isNote ? NOTE.exec(words) : null;

		if (!what || numbers.length !== 4)
			continue;
		const [warm, flushed, ...medians] = numbers.map(Number);

		found[what[1]] = { ...found[what[1]], [what[2]]: { warm, flushed, medians } };
	}
	const whole = (m) => m && m.load && m.store;

	return whole(found["page under test"]) && whole(found["ordinary memory"]) ? found : null;
}

/* Cycles to a place from 0 to 1, by their logarithm. */
function scaleOf(measured) {
	const all = measured.flatMap(({ latencies }) => Object.values(latencies)
		.flatMap((m) => [m.load, m.store]).flatMap((l) => [l.warm, l.flushed, ...l.medians]))
		.filter((n) => n > 0);
	const low = Math.log(Math.min(...all) / 1.3), high = Math.log(Math.max(...all) * 1.3);

	return (cycles) => Math.min(Math.max((Math.log(Math.max(cycles, 1)) - low) / (high - low), 0), 1);
}

function percent(at) {
	return `${(100 * at).toFixed(2)}%`;
}

function placed(name, at, width) {
	const element = h("span", { class: name });

	element.style.left = percent(at);
	if (width !== undefined)
		element.style.width = percent(width);
	return element;
}

/* As fast as cached memory to the left, as slow as memory itself to the right. */
function track(page, ordinary, scale) {
	const quarter = scale(ordinary.warm + (ordinary.flushed - ordinary.warm) / 4);
	const half = scale(ordinary.warm + (ordinary.flushed - ordinary.warm) / 2);

	return h("div", { class: "track" }, placed("fast", 0, quarter), placed("slow", half, 1 - half),
		 page.medians.map((n) => placed("median", scale(n))),
		 placed("flushed", scale(page.flushed)), placed("warm", scale(page.warm)),
		 hidden(`warm ${page.warm}, flushed ${page.flushed}; medians ${page.medians.join(", ")}; ` +
			`ordinary memory ${ordinary.warm}, ${ordinary.flushed}`));
}

function axis(scale) {
	const ticks = [10, 30, 100, 300, 1000, 3000, 10000].filter((n) => scale(n) > 0.02 && scale(n) < 0.93);

	return h("div", { class: "axis", "aria-hidden": "true" }, ticks.map((n) => {
		const tick = placed("tick", scale(n));

		tick.append(String(n));
		return tick;
	}));
}

function latencyTable(title, platform, measured) {
	const scale = scaleOf(measured);
	const name = `${title}: latencies on ${platform.name}, in cycles`;

	return h("figure", { class: "latency" }, h("figcaption", {}, name), scroller(name,
		h("table", {}, h("caption", { class: "vh" }, name),
		  h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "Check"),
				   h("th", { scope: "col" }, "Loads", axis(scale)),
				   h("th", { scope: "col" }, "Stores", axis(scale)),
				   h("th", { scope: "col" }, "Type"))),
		  h("tbody", {}, measured.map(({ check, cell, latencies }) => {
			const page = latencies["page under test"], ordinary = latencies["ordinary memory"];

			return h("tr", {}, h("th", { scope: "row" }, code(check.id.replace(/[.]effective$/, ""))),
				 h("td", {}, track(page.load, ordinary.load, scale)),
				 h("td", {}, track(page.store, ordinary.store, scale)),
				 h("td", { class: `v-${cell.verdict}` }, mark(cell.verdict), " ",
				   hidden(`${VERDICTS[cell.verdict].words}: `), h("code", {}, cell.shown)));
		  })))));
}

/* Nothing where no check is of a type; a word where none of the platforms shows latencies. */
function latencies(title, list, among) {
	const typed = list.filter((c) => c.key.endsWith("effective"));
	const figures = among.map((platform) => ({ platform, measured: typed.flatMap((check) => {
		const cell = cellOf(check, platform);
		const found = cell.verdict !== "skip" || cell.shown === "noise" ? latenciesOf(cell) : null;

		return found ? [{ check, cell, latencies: found }] : [];
	}) })).filter(({ measured }) => measured.length);

	if (!typed.length)
		return "";
	return h("section", { class: "sub" }, h("h4", {}, "Why this type: the latencies"), !figures.length ?
		 h("p", { class: "note" }, "None of these platforms shows any that count: an emulated CPU has no caches.") :
		 [h("p", { class: "note" },
		    h("span", { class: "key warm" }), " warm access, ", h("span", { class: "key flushed" }),
		    " after CLFLUSH, ", h("span", { class: "key median" }), " their medians. In the ",
		    h("span", { class: "key fast" }), " left band a warm access is as fast as to ordinary cached memory, in the ",
		    h("span", { class: "key slow" }), " right one as slow as to memory itself: loads and stores fast is wb, " +
		    "only loads wt or wp, neither uc or wc. The scale is logarithmic."),
		  figures.map(({ platform, measured }) => latencyTable(title, platform, measured))]);
}
