# SPDX-License-Identifier: GPL-2.0-only
"""usage: kunit.py FILE

Print what the kernel's own parser counts in a KTAP file.  $KUNIT names tools/testing/kunit."""
import contextlib
import io
import os
import sys

sys.path.insert(0, os.environ["KUNIT"])
import kunit_parser  # noqa: E402
from kunit_printer import Printer  # noqa: E402

with open(sys.argv[1], encoding="ascii") as f:
	lines = f.read().splitlines()
with contextlib.redirect_stdout(io.StringIO()):
	try:
		result = kunit_parser.parse_run_tests(iter(lines), Printer(io.StringIO()))
	except TypeError:	# Linux 6.1
		result = kunit_parser.parse_run_tests(iter(lines))
print(result.counts)
print("read as a pass" if result.status.name == "SUCCESS" and not result.counts.errors
      else "not read as a pass")
