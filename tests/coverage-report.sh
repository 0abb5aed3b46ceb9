#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# usage: coverage-report.sh   in the build directory, with $srcdir set
#
# Measure the line coverage of harness/ by make check, which must be at least
# COVERAGE_LEAST per cent [90].  Leave out the tests in which another build runs.
set -eu

srcdir=$(cd "$srcdir" && pwd)
export srcdir
least=${COVERAGE_LEAST:-90}
mkdir -p coverage
cd coverage
gcc -c -o gcov-exit.o "$srcdir/tests/gcov-exit.c"
[ -e Makefile ] || "$srcdir/configure" --quiet LDFLAGS='-Wl,--wrap=_exit' \
	LIBS="$PWD/gcov-exit.o" CFLAGS='-g -O0 --coverage -fprofile-update=atomic'
find . -name '*.gcda' -delete
make -s -j2 >/dev/null 2>&1
# shellcheck disable=SC2016 # for make
tests=$(printf 'include Makefile\nof-the-harness:\n\t@echo $(TESTS)\n' | make -s -f - of-the-harness |
	tr ' ' '\n' | grep -v 'tests/\(lab-.*\|front-door\|uefi\|install\).sh' | tr '\n' ' ')
if ! make -s check TESTS="$tests" FAULT_GROWTH=1600 >check.log 2>&1; then
	grep -a '^FAIL\|^ERROR' check.log || tail -n 5 check.log
fi
gcovr --root "$srcdir" --filter "$srcdir/harness/" --object-directory . --sort-uncovered \
	--fail-under-line "$least" . ${COVERAGE_HTML:+--html-details "$COVERAGE_HTML"} || {
	echo "coverage-report: less than $least per cent of lines ran" >&2
	exit 99
}
