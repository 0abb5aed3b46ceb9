#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""usage: mutation.py [CASE...]     in the build directory, with $srcdir set

Run every case with seeded defects in its payload, and print which check caught what:
  - payloads in which every instruction of one kind is lost or changed
  - for checks that none of these changed, payloads that lose one instruction of
    the case's own code, one after the other
A defect is caught by a check that was ok, or a known deviation, and is now "not ok"
(or no longer deviates).  A check that becomes a SKIP does not count.  A check is killed
by value if one of its observations changes and its guest still ends normally, else by
absence.  Checks that no defect kills are listed with the reason.

Checks that are a SKIP on this host also run with these payloads on a KVM that claims to
have every quirk.

MUTATION_TRIES: instructions that a case may lose, one per run [150]."""
import collections
import concurrent.futures
import itertools
import os
import re
import subprocess
import sys
import tempfile

import mutate

SRC = os.path.abspath(os.environ.get("srcdir", ".."))
TRIES = int(os.environ.get("MUTATION_TRIES", "150"))
CPUS = itertools.cycle(sorted(os.sched_getaffinity(0)))
JOBS = 2 * os.cpu_count()	# many mutants hang until their time limit
RESULT = re.compile(r"^(ok|not ok) \d+ - (\S+): [^#]*(?:# (TODO KVM does what|TODO|SKIP) ?(.*))?$")
SEEN = re.compile(r"^#   (\S+): (got )?")
OF_THE_RUN = "kvm-errata.complete"


def results(command, env):
	"""
	Return {check: (ok or not, directive, reason, variants)}; variants are those with another
	value, or that did not end normally.  Return {} if the run does not end.  Run on one CPU,
	with one VM at a time, so that VMs do not disturb each other and flakes are not taken for
	defects.
	"""
	command = ["taskset", "--cpu-list", str(next(CPUS)), *command]
	try:
		out = subprocess.run(command, env=dict(os.environ, **env), capture_output=True,
				     timeout=300).stdout.decode("ascii", "replace")
	except subprocess.TimeoutExpired:
		return {}
	found, variants = {}, set()
	for line in out.splitlines():
		seen, result = SEEN.match(line), RESULT.match(line)
		if seen and (seen[2] or seen[1].endswith(".complete")):
			variants.add(variant(seen[1]))
		if result:
			found[result[2]] = (result[1], result[3] or "", result[4] or "", variants)
			variants = set()
	found.pop(OF_THE_RUN, None)
	return found


class Host:
	"""This host's KVM, or with the defect claim one that claims what this KVM lacks."""

	def __init__(self, claim=None):
		self.claim, self.name = claim, claim + ", " if claim else ""

	def run(self, selection, cases):
		preload = os.path.abspath("tests/guest/defect.so")
		env = dict(DEFECT=self.claim, LD_PRELOAD=preload) if self.claim else {}
		return results(["./kvm-errata", "--cases", cases, "--expected", SRC + "/expected",
				*selection], env)

	def may_show(self, reason):
		"""A claim adds only what the host lacks; the environment stays the same."""
		return reason.startswith("host:")


def is_bad(result):
	return result[1] == "TODO KVM does what" or result[:2] == ("not ok", "")


def variant(observation):
	return ".".join(observation.split(".")[:2])


def case_of(check):
	return check.split(".")[0]


def is_end(check):
	return check.endswith(".complete")


def caught(before, after):
	"""Return the checks that caught something, and how: by value or by absence."""
	how = {}
	for check, result in after.items():
		if check not in before or not is_bad(result) or is_bad(before[check]):
			continue
		end = after.get(case_of(check) + ".complete")
		ended = end and result[3] - end[3] and not is_end(check)
		how[check] = "value" if ended else "absence"
	return how


class Case:
	"""A case, or only those of its checks that are in unseen."""

	def __init__(self, name, platform, tmp, unseen=None):
		self.name, self.platform, self.elf = name, platform, "cases/%s.elf" % name
		self.selection = sorted({name if is_end(c) else c for c in unseen}) if unseen else [name]
		self.tmp = os.path.join(tmp, name)
		os.mkdir(self.tmp)
		self.before = platform.run(self.selection, "cases")
		again = platform.run(self.selection, "cases")
		if unseen:
			self.before = {c: r for c, r in self.before.items() if c in unseen}
		self.noisy = {c for c in self.before if self.before[c][:2] != again.get(c, ("", ""))[:2]}
		self.kills = {}		# check: (how, defect)
		self.table = []		# (defect, checks)

	def skips(self):
		return {c for c, r in self.before.items() if r[1] == "SKIP"}

	def note(self, defect, after):
		how = {c: h for c, h in caught(self.before, after).items() if c not in self.noisy}
		if how:
			self.table.append((self.platform.name + defect, how))
		for check, h in how.items():
			if check not in self.kills or (h, self.kills[check][0]) == ("value", "absence"):
				self.kills[check] = (h, defect)

	def run(self, changes):
		with tempfile.TemporaryDirectory(dir=self.tmp) as cases:
			mutate.mutate(self.elf, "%s/%s.elf" % (cases, self.name), changes)
			return self.platform.run(self.selection, cases)

	def run_all(self, pool, defects):
		"""Run defects, which are a name and a call, in parallel; note the results in order."""
		runs = [(name, pool.submit(*run)) for name, run in defects]
		for name, future in runs:
			self.note(name, future.result())

	def open_checks(self):
		return {c for c, r in self.before.items()
			if c not in self.skips() | self.noisy and not is_bad(r) and
			(c not in self.kills or (self.kills[c][0] == "absence" and
						 not is_end(c)))}

	def attack(self):
		code = mutate.disassemble(self.elf)
		one_by_one = (("guest: " + defect, (self.run, changes))
			      for defect, changes in mutate.one_by_one(code, TRIES))
		with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
			self.run_all(pool, [("guest: " + defect, (self.run, changes))
					    for defect, changes in mutate.by_kind(self.elf, code)])
			while self.open_checks():
				some = list(itertools.islice(one_by_one, JOBS))
				if not some:
					break
				self.run_all(pool, some)
		print("mutation: %s%s: %d checks, %d killed, %d open" % (
			self.platform.name, self.name, len(self.before) - len(self.skips()),
			len(self.kills), len(self.open_checks())), flush=True)


def report(cases):
	print("\n| defect | checks that caught it | some of them |\n| --- | --- | --- |")
	rows = {}
	for case in cases:
		for defect, how in case.table:
			rows.setdefault(defect, []).extend(how)
	for defect, checks in rows.items():
		print("| %s | %d | %s |" % (defect, len(checks), ", ".join(checks[:2])))

	# For each check, the result on the last platform that was tried.
	last = {check: case for case in cases for check in case.before}
	count, skips = collections.Counter(), collections.Counter()
	print("\n| check that no defect kills | why |\n| --- | --- |")
	for check, case in last.items():
		result = case.before[check]
		if result[1] == "SKIP":
			skips[case_of(check), result[2][:90]] += 1
		elif check in case.kills:
			count[case.kills[check][0]] += 1
		elif check in case.noisy:
			count["noisy"] += 1
			print("| %s | differs from run to run |" % check)
		else:
			count["survive"] += 1
			print("| %s | SURVIVES |" % check)
	for (name, reason), n in skips.items():
		print("| %d of %s | not seen: %s |" % (n, name, reason))
	print("\nmutation: %d defects caught; checks: %d killed by value, %d by absence, "
	      "%d not seen, %d differ from run to run, %d survive" % (
		len(rows), count["value"], count["absence"], sum(skips.values()),
		count["noisy"], count["survive"]))
	if not rows or not count["value"]:
		print("mutation: no defect was caught by value", file=sys.stderr)
		return 99
	return 1 if count["survive"] else 0


def attack(names, platform, tmp, unseen=None):
	os.makedirs(tmp, exist_ok=True)
	cases = []
	for name in names:
		case = Case(name, platform, tmp, unseen and unseen[name])
		case.attack()
		cases.append(case)
	return cases


def unseen_by(cases, platform):
	"""Return {case: checks} of checks that were a SKIP everywhere, and may be none on platform."""
	seen = {c for case in cases for c in set(case.before) - case.skips()}
	unseen = collections.defaultdict(set)
	for case in cases:
		unseen[case.name] |= {c for c in case.skips() - seen if platform.may_show(case.before[c][2])}
	return {name: checks for name, checks in unseen.items() if checks}


def main():
	names = sys.argv[1:] or sorted(n[:-4] for n in os.listdir("cases") if n.endswith(".elf"))
	with tempfile.TemporaryDirectory() as tmp:
		cases = attack(names, Host(), tmp + "/host")
		claim = Host("claim-quirks")
		unseen = unseen_by(cases, claim)
		cases += attack(unseen, claim, tmp + "/claim", unseen)
	sys.exit(report(cases))


main()
