# SPDX-License-Identifier: GPL-2.0-only
"""usage: consume.py tappy|kunit|kernel FILE            print how the consumer reads FILE
         consume.py tappy|kunit|kernel FILE truncated  print the lengths at which FILE passes

"kernel" is the kernel's own parser; KUNIT names the directory that it is in."""
import contextlib
import io
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(__file__))
import kunit  # noqa: E402


def tappy(text):
	suite, out = unittest.TestSuite(), io.StringIO()
	with contextlib.redirect_stdout(io.StringIO()):  # it reports that it lacks YAML
		from tap.loader import Loader
		from tap.parser import Parser
		from tap.rules import Rules

		stream = Parser().parse(io.StringIO(text))
		Loader()._load_lines("stream", stream, suite, Rules("stream", suite))
	result = unittest.TextTestRunner(verbosity=2, stream=out).run(suite)
	lines = [l for l in out.getvalue().splitlines() if not l.startswith("Ran ")]
	return result.wasSuccessful() and result.testsRun > len(result.skipped), lines


def strict(text):
	status, report = kunit.parse(text)
	return status == "passed", report + ["status: " + status]


def kernel(text):
	sys.path.insert(0, os.environ["KUNIT"])
	import kunit_parser
	from kunit_printer import Printer

	lines, out = iter(text.splitlines()), io.StringIO()
	try:
		result = kunit_parser.parse_run_tests(lines, Printer(out))
	except TypeError:
		sys.stdout, kept = out, sys.stdout
		result = kunit_parser.parse_run_tests(iter(text.splitlines()))
		sys.stdout = kept
	return result.status.name == "SUCCESS" and not result.counts.errors, [str(result.counts)]


def passing(consume, text):
	"""Return the lengths at which the truncated text passes; a ValueError is no pass."""
	lengths = []
	for n in range(len(text)):
		try:
			if consume(text[:n])[0]:
				lengths.append(n)
		except ValueError:
			pass
	return lengths


def main():
	consume = {"tappy": tappy, "kunit": strict, "kernel": kernel}[sys.argv[1]]
	with open(sys.argv[2]) as f:
		text = f.read()
	if len(sys.argv) > 3:
		print("passing:", *passing(consume, text))
		return
	passed, lines = consume(text)
	print("\n".join(lines))
	print("read as a pass" if passed else "not read as a pass")


main()
