# SPDX-License-Identifier: GPL-2.0-only
"""usage: tappy.py FILE      print how tappy reads FILE
         tappy.py FILE cut  print the lengths at which a truncated FILE passes"""
import contextlib
import io
import sys
import unittest

with contextlib.redirect_stdout(io.StringIO()):  # it reports that it lacks YAML
	from tap.loader import Loader
	from tap.parser import Parser
	from tap.rules import Rules


def parse(text):
	suite = unittest.TestSuite()
	with contextlib.redirect_stdout(io.StringIO()):
		stream = Parser().parse(io.StringIO(text))
		Loader()._load_lines("stream", stream, suite, Rules("stream", suite))
	result = unittest.TextTestRunner(stream=io.StringIO()).run(suite)
	return result, result.wasSuccessful() and result.testsRun > len(result.skipped)


def passes(text):
	try:
		return parse(text)[1]
	except ValueError:
		return False


with open(sys.argv[1], encoding="ascii") as f:
	stream = f.read()
if len(sys.argv) > 2:
	print("passing:", *(n for n in range(len(stream)) if passes(stream[:n])))
else:
	r, good = parse(stream)
	wrong = len(r.failures) + len(r.errors)
	known, gone = len(r.expectedFailures), len(r.unexpectedSuccesses)
	print("passed %d, failed %d, known %d, gone %d, skipped %d: %s" % (
		r.testsRun - wrong - known - gone - len(r.skipped), wrong, known, gone, len(r.skipped),
		"a pass" if good else "no pass"))
