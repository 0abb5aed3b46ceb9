// SPDX-License-Identifier: GPL-2.0-only
/*
 * The page: filters, all errata, each erratum, the platforms.
 */
const filters = document.getElementById("filters");

function chips(name, values, wordsOf) {
	document.getElementById(`by-${name}`).append(...values.map((value) =>
		h("label", { class: "chip" }, h("input", { type: "checkbox", name, value }),
		  h("span", {}, wordsOf(value)))));
}

function makeFilters() {
	const found = (of) => [...new Set(platforms.map(of))];
	const verdicts = new Set(checks.flatMap((c) => c.cells.map((cell) => cell.verdict)));

	chips("vendor", found((p) => p.vendor), (v) => v);
	chips("kernel", found((p) => p.series).sort(compareVersions), (v) => v);
	chips("verdict", Object.keys(VERDICTS).filter((v) => v !== "absent" && verdicts.has(v)),
	      (v) => [mark(v), ` ${VERDICTS[v].words}`]);
	for (const name of ["a", "b"])
		filters.elements[name].append(...options([["", "–"],
			...platforms.map((p) => [p.name, p.name])]));
}

function fillFilters() {
	for (const input of filters.elements) {
		if (["vendor", "kernel", "verdict"].includes(input.name))
			input.checked = state[input.name].has(input.value);
		else if (input.name === "all")
			input.checked = Boolean(state.all);
		else if (input.name && input.value !== state[input.name])
			input.value = state[input.name];
	}
}

function takeFilters() {
	for (const name of ["vendor", "kernel", "verdict"])
		state[name] = new Set([...filters.querySelectorAll(`[name=${name}]:checked`)]
			.map((input) => input.value));
	for (const name of ["q", "a", "b"])
		state[name] = filters.elements[name].value.trim();
	state.all = filters.elements.all.checked ? "1" : "";
	writeState();
	draw();
}

function platformRow(p) {
	const fact = (key) => h("td", {}, p.facts[key] || "–");

	return h("tr", {}, h("th", { scope: "row" }, code(p.name),
			     p.failed ? h("strong", { class: "torn" }, ` ${p.failed}`) : ""),
		 ["kernel", "cpu", "hypervisor"].map(fact), h("td", {}, tallyWords(checks, [p])));
}

function platformTable() {
	return table("The platforms and what they have shown",
		     columns(["Record", "Kernel", "CPU", "On", "Verdicts"]),
		     h("tbody", {}, platforms.map(platformRow)));
}

function countWords(left, among) {
	const n = left.reduce((sum, { list }) => sum + list.length, 0), pair = pairOf();

	return pair && !state.all && !state.q && !state.verdict.size ?
		`${n} of ${checks.length} checks differ between ${pair[0].name} and ${pair[1].name}` :
		`${n} of ${checks.length} checks, ${among.length} of ${platforms.length} platforms`;
}

function draw() {
	const among = shownPlatforms();
	const left = errata.map((erratum) => ({ erratum, list: erratum.checks.filter((c) =>
		among.length && isLeft(c, among)) })).filter(({ list }) => list.length);

	document.getElementById("overview").replaceChildren(left.length ? overview(left, among) :
		note("No check matches these filters."));
	document.getElementById("errata").replaceChildren(...left.map((e) => erratumSection(e, among)));
	document.getElementById("count").textContent = countWords(left, among);
}

/* Follow a change of the URL, by a link on this page or by the user. */
function follow() {
	const before = state.open || new Set();

	readState();
	fillFilters();
	draw();
	showDetail();
	const opened = [...state.open].find((slug) => !before.has(slug));
	const section = opened && document.getElementById(opened);

	if (section) {
		section.scrollIntoView();
		section.querySelector("summary").focus({ preventScroll: true });
	}
}

function listen() {
	const dialog = document.getElementById("detail");
	let waiting;

	filters.addEventListener("input", () => {
		clearTimeout(waiting);
		waiting = setTimeout(takeFilters, 100);
	});
	filters.addEventListener("submit", (event) => event.preventDefault());
	filters.addEventListener("reset", () => setTimeout(takeFilters));
	document.addEventListener("click", (event) => {
		const button = event.target.closest("[data-cell]");

		if (button)
			go(button.dataset.cell);
	});
	dialog.addEventListener("close", () => {
		state.cell = "";
		writeState();
	});
	dialog.addEventListener("click", (event) => {
		if (event.target === dialog)
			dialog.close();
	});
	document.querySelector(".skip").addEventListener("click", (event) => {
		event.preventDefault();
		document.getElementById("errata-title").focus();
	});
	addEventListener("hashchange", follow);
	/* On a phone's screen, the filters are folded. */
	const wide = matchMedia("(min-width: 40.01rem)"), choices = document.getElementById("choices");
	const unfold = () => {
		choices.open = wide.matches || Boolean(state.a) ||
			LISTS.slice(0, 3).some((name) => state[name].size);
	};

	wide.addEventListener("change", unfold);
	unfold();
}

makeFilters();
document.getElementById("platforms").append(platformTable());
follow();
listen();
