#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# usage: coverage-report.sh   in the build directory, with $srcdir set
#
# Line coverage of harness/ by make check, of which at least COVERAGE_LEAST per
# cent.  Workers end by _exit(), which would lose their counts: __gcov_dump() is
# called before it (HARNESS_GCOV).
set -eu

least=${COVERAGE_LEAST:-90}
mkdir -p coverage
cd coverage
[ -e Makefile ] || "$srcdir/configure" --quiet \
	CFLAGS='-g -O0 --coverage -fprofile-update=atomic -DHARNESS_GCOV'
find . -name '*.gcda' -delete
make -s -j2 >/dev/null 2>&1
make -s check >check.log 2>&1 || grep -a '^FAIL\|^ERROR' check.log || true
gcovr --root "$srcdir" --filter "$srcdir/harness/" --object-directory . --sort-uncovered \
	--fail-under-line "$least" . ${COVERAGE_HTML:+--html-details "$COVERAGE_HTML"}
