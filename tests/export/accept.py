# SPDX-License-Identifier: GPL-2.0-only
"""usage: accept.py FORMAT FILE...     read each FILE as the format's consumer would
         accept.py script FILE KEY...  print the shell lines at KEY of a YAML file

The rules are those of Jenkins' xunit plugin (with junit.rng), of the kernel's
Documentation/dev-tools/ktap.rst and kunit.py, of kcidb-io's schema 5.3, of LAVA's
lava-test-case, and of tmt's /spec/results. If kcidb-io can be imported, it validates,
too. A file is red if its consumer shows anything red; the counts use the consumer's words."""
import collections
import json
import os
import re
import sys
import xml.etree.ElementTree

PATH = r"([a-zA-Z0-9_-]+(\.[a-zA-Z0-9_-]+)*)?"
TEXT = {"type": "string", "pattern": r"^[^\0]*$"}


def need(condition, what):
	if not condition:
		raise ValueError(what)


def junit(text):
	suite, = xml.etree.ElementTree.fromstring(text)
	tests = [(t.get("classname"), t.get("name")) for t in suite.findall("testcase")]
	need(len(set(tests)) == len(tests), "two tests with one name")
	names = ["failure", "error", "skipped"]
	counts = collections.Counter(c.tag if c.tag in names else "passed" for t in
				     suite.findall("testcase") for c in list(t)[:1] or [t])
	for name, attribute in zip(names, ["failures", "errors", "skipped"]):
		need(int(suite.get(attribute)) == counts[name], "counts do not agree")
	need(int(suite.get("tests")) == counts.total(), "counts do not agree")
	return counts["failure"] or counts["error"], counts


def ktap_test(lines, indent, counts):
	need(lines and lines.pop(0) == indent + "KTAP version 1", "no version line")
	if lines and lines[0].startswith(indent + "# Subtest: "):
		lines.pop(0)
	plan = re.fullmatch(indent + r"1\.\.([0-9]+)", lines.pop(0) if lines else "")
	need(plan and int(plan[1]), "no plan")
	red = False
	for number in range(1, int(plan[1]) + 1):
		below = None
		while lines and lines[0].startswith(indent + "#"):
			need(not re.match(r"\s*# Subtest: ", lines[0]), "a header out of place")
			lines.pop(0)
		if lines and lines[0].startswith(indent + "    "):
			below = ktap_test(lines, indent + "    ", counts)
		line = lines.pop(0) if lines else ""
		result = re.fullmatch(indent + r"(ok|not ok) ([0-9]+) ([^# ]+)(?: # (.*))?", line)
		need(result and int(result[2]) == number, f"no result {number}: {line}")
		skip = re.match(r"SKIP\b", result[4] or "")
		# kunit.py takes the last directive of a line.
		need(" # SKIP" not in (result[4] or ""), "two directives")
		need(below is None or below == (result[1] != "ok"), "a test differs from its subtests")
		if below is None:
			word = re.match(r"(XFAIL|ERROR)\b", result[4] or "")
			counts["skipped" if skip else word[1] if word else result[1]] += 1
		red |= result[1] != "ok"
	return red


def ktap(text):
	lines, counts = text.splitlines(), collections.Counter()
	red = ktap_test(lines, "", counts)
	need(not lines, "lines after the last result")
	return red, counts


def thing(required, **more):
	"""Return the schema of KCIDB objects that have an id, an origin and only these members."""
	id = {"type": "string", "pattern": r"^[a-z0-9_]+:[^\0]*$"}
	properties = {"id": id, "origin": {"type": "string", "pattern": "^[a-z0-9_]+$"}}
	properties.update({name: id if kind == "id" else kind for name, kind in more.items()})
	return {"type": "array", "items": {"type": "object", "additionalProperties": False,
		"properties": properties, "required": ["id", "origin"] + required}}


def kcidb(text):
	import jsonschema
	status = {"enum": ["FAIL", "ERROR", "MISS", "PASS", "DONE", "SKIP"]}
	misc, whether, version = {"type": "object"}, {"type": "boolean"}, {"type": "integer", "minimum": 0}
	schema = {"type": "object", "additionalProperties": False, "required": ["version"], "properties": {
		"version": {"const": {"major": 5, "minor": 3}},
		"checkouts": thing([], comment=TEXT, valid=whether),
		"builds": thing(["checkout_id"], checkout_id="id", status=status,
				architecture={"type": "string", "pattern": "^[a-z0-9_]*$"}),
		"tests": thing(["build_id"], build_id="id", status=status, comment=TEXT, misc=misc,
			       path={"type": "string", "pattern": f"^{PATH}$"},
			       log_excerpt=dict(TEXT, maxLength=16384),
			       environment={"type": "object", "additionalProperties": False,
					    "properties": {"comment": TEXT, "misc": misc}}),
		"issues": thing(["version"], version=version, comment=TEXT, misc=misc, culprit={
			"type": "object", "additionalProperties": False, "properties": {"code": whether}}),
		"incidents": thing(["issue_id", "issue_version"], issue_id="id", issue_version=version,
				   test_id="id", present=whether)}}
	report = json.loads(text)
	jsonschema.Draft7Validator(schema).validate(report)
	try:
		import kcidb_io
		kcidb_io.schema.LATEST.validate_exactly(report)
	except ImportError:
		pass
	ids = {name: [o["id"] for o in report.get(name, [])] for name in schema["properties"] if name != "version"}
	for name, all_of_them in ids.items():
		need(len(set(all_of_them)) == len(all_of_them), f"two {name} with one id")
		need(all(o["id"].startswith(o["origin"] + ":") for o in report.get(name, [])), "another origin")
	for test in report["tests"]:
		need("builds" not in report or test["build_id"] in ids["builds"], "no such build")
	for build in report.get("builds", []):
		need(build["checkout_id"] in ids["checkouts"], "no such checkout")
	for incident in report.get("incidents", []):
		need(incident["issue_id"] in ids["issues"] and incident["test_id"] in ids["tests"], "no such issue")
	counts = collections.Counter(test["status"] for test in report["tests"])
	counts.update({name: len(ids[name]) for name in ["issues", "incidents"] if ids[name]})
	return any(counts[s] for s in ["FAIL", "ERROR", "MISS"]), counts


def lava(text):
	counts = collections.Counter()
	for line in text.splitlines():
		# LAVA's signals cannot carry a name with '=', '>' or a blank.
		result = re.fullmatch(r"[A-Za-z0-9._-]+ (pass|fail|skip|unknown)", line)
		need(result, f"no result: {line}")
		counts[result[1]] += 1
	need(line.startswith("kvm-errata.complete "), "no result of kvm-errata.complete at the end")
	return counts["fail"], counts


def tmt(text):
	import yaml
	results = yaml.safe_load(text)
	need(isinstance(results, list) and results, "no list of results")
	for result in results:
		need(set(result) == {"name", "result", "note"}, "unknown members")
		need(result["name"].startswith("/"), "no name")
		need(result["result"] in ["pass", "fail", "info", "warn", "error", "skip"], "no outcome")
		need(all(isinstance(note, str) for note in result["note"]), "no note")
	counts = collections.Counter(result["result"] for result in results)
	return counts["fail"] or counts["error"], counts


def accept(consume, path):
	"""Print how the consumer sees a file; return whether it accepts the file."""
	name = os.path.splitext(os.path.basename(path))[0]
	with open(path, encoding="ascii") as f:
		text = f.read()
	try:
		red, counts = consume(text)
	except Exception as error:  # whatever a consumer raises
		print(f"{name}: not accepted: {error}".splitlines()[0])
		return False
	only_skips = not set(counts) - {"skip", "skipped", "SKIP"}
	print(f"{name}: {'red' if red else 'nothing' if only_skips else 'green'}:",
	      ", ".join(f"{n} {word}" for word, n in sorted(counts.items())))
	return True


def script(path, *keys):
	import yaml
	with open(path, encoding="ascii") as f:
		value = yaml.safe_load(f)
	for key in keys:
		value = value[key]
	print(value if isinstance(value, str) else "\n".join(value))


if sys.argv[1] == "script":
	script(*sys.argv[2:])
else:
	consumer = {"junit": junit, "ktap": ktap, "kcidb": kcidb, "kcidb-issues": kcidb,
		    "lava": lava, "tmt": tmt}[sys.argv[1]]
	sys.exit(not all([accept(consumer, path) for path in sys.argv[2:]]))
