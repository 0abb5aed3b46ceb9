# SPDX-License-Identifier: GPL-2.0-only
"""Read (K)TAP as the kernel's kunit.py does, which follows
Documentation/dev-tools/ktap.rst, but more strictly: any error is a failure.

The rules: output begins with "TAP version 13", "TAP version 14" or "KTAP
version 1"; then comes the plan; a result is "ok N" or "not ok N", a name without
'#' and maybe one directive; SKIP is known, TODO is not, so "not ok ... # TODO"
fails; numbers count from 1; lines that are neither result nor "#" are the
kernel's log."""
import re

VERSION = re.compile(r"(TAP version 1[34]|KTAP version 1)$")
PLAN = re.compile(r"1\.\.([0-9]+)$")
RESULT = re.compile(r"(ok|not ok) ([0-9]+) ?(?:- )?([^#]*)( # .*)?$")


def parse(text):
	"""Return the status, "passed", "failed" or "skipped", and a line per result and error."""
	lines = text.splitlines()
	report, errors, number, seen = [], 0, 0, set()

	def error(what):
		nonlocal errors
		errors += 1
		report.append("ERROR: " + what)

	while lines and not VERSION.match(lines[0]):
		lines.pop(0)
	if not lines:
		error("no version line")
	plan = PLAN.match(lines[1]) if len(lines) > 1 else None
	if not plan:
		error("no plan after the version")
	for line in lines[2:]:
		if line.startswith("Bail out!"):
			error(line)
		result = RESULT.match(line)
		if not result:
			continue
		number += 1
		status, name, directive = result[1], result[3].strip(), result[4] or ""
		if int(result[2]) != number:
			error("expected number %d, got %s" % (number, result[2]))
		if status == "ok" and directive.startswith(" # SKIP"):
			status = "SKIPPED"
		else:
			status = "PASSED" if status == "ok" else "FAILED"
		seen.add(status)
		report.append("[%s] %s" % (status, name))
	if plan and int(plan[1]) != number:
		error("planned %s results, got %d" % (plan[1], number))
	if errors or "FAILED" in seen:
		return "failed", report
	return "passed" if "PASSED" in seen else "skipped", report
