// SPDX-License-Identifier: GPL-2.0-only
/*
 * Why the guest observed a memory type: the latencies that it noted before.
 * guest/latency.c decides by the fastest samples, warm and after CLFLUSH, compared with ordinary memory.
 */
const NOTE = /^(page under test|ordinary memory): (load|store) /;

/* { "page under test": { load: { warm, flushed, medians: [2] }, store }, "ordinary memory" } or null */
function latenciesOf({ lines }) {
	const found = {};

	for (const number of lines) {
		const [key, value, ...numbers] = data.lines[number];
		const what = key === null ? NOTE.exec(value) : null;

		if (!what || numbers.length !== 4)
			continue;
		const [warm, flushed, ...medians] = numbers.map(Number);

		found[what[1]] = { ...found[what[1]], [what[2]]: { warm, flushed, medians } };
	}
	const whole = (m) => m && m.load && m.store;

	return whole(found["page under test"]) && whole(found["ordinary memory"]) ? found : null;
}

/* Return a function from cycles to a place from 0 to 1, by their logarithm. */
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

/* The band: as fast as cached memory. */
function track(page, ordinary, scale) {
	const quarter = scale(ordinary.warm + (ordinary.flushed - ordinary.warm) / 4);

	return h("div", { class: "track" }, placed("fast", 0, quarter),
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

function latencyRow({ id, seen, latencies }, scale) {
	const page = latencies["page under test"], ordinary = latencies["ordinary memory"];

	return h("tr", {}, h("th", { scope: "row" }, code(id.replace(/[.]effective$/, ""))),
		 h("td", {}, track(page.load, ordinary.load, scale)),
		 h("td", {}, track(page.store, ordinary.store, scale)),
		 h("td", { class: `v-${seen.verdict}` }, mark(seen.verdict), " ",
		   hidden(`${VERDICTS[seen.verdict].words}: `), h("code", {}, seen.shown)));
}

function latencyTable(title, platform, measured) {
	const scale = scaleOf(measured);
	const name = `${title}: latencies on ${platform.name}, in cycles`;

	return h("figure", { class: "latency" }, h("figcaption", {}, name),
		 table(name, columns(["Observation", ["Loads", axis(scale)],
				      ["Stores", axis(scale)], "Type"]),
		       h("tbody", {}, measured.map((m) => latencyRow(m, scale)))));
}

/* The memory types that @platform has measured: [{ id, seen, latencies }...] */
function measuredOn(platform, list) {
	return list.flatMap((check) => cellOf(check, platform).list.map((seen) =>
		({ id: check.ids[seen.place], seen, latencies: latenciesOf(seen) })))
		.filter(({ id, seen, latencies }) => id.endsWith("effective") && latencies &&
			(seen.verdict !== "skip" || seen.shown === "noise"));
}

/* Make the section on latencies; "" if no observation is a memory type. */
function latencies(title, list, among) {
	const figures = among.map((platform) => [platform, measuredOn(platform, list)])
		.filter(([, measured]) => measured.length);
	const key = (name) => h("span", { class: `key ${name}` });

	if (!list.some((check) => check.ids.some((id) => id.endsWith("effective"))))
		return "";
	return h("section", { class: "sub" }, h("h4", {}, "Why this type: the latencies"),
		!figures.length ?
		note("No platform here has measured any: an emulated CPU has no caches.") :
		note(key("warm"), " warm access, ", key("flushed"), " after CLFLUSH, ", key("median"),
		     " their medians. In the ", key("fast"), " band a warm access is about as fast " +
		     "as one to ordinary cached memory. An access is cached if it is in the band and " +
		     "CLFLUSH makes it at least twice as slow, and uncached if neither is true. Cached " +
		     "loads and stores are wb, only cached loads wt or wp, and neither uc or wc. The " +
		     "scale is logarithmic."),
		figures.map(([platform, measured]) => latencyTable(title, platform, measured)));
}
