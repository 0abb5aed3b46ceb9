#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# usage: analyse.sh   in the build directory, with $srcdir set
#
# Run every static analyser on the code that runs on the host, shellcheck on every
# script, and mandoc on the manual.  No output means success; suppressions are in
# .clang-tidy and next to the code.
set -u

cd "$srcdir" || exit 1
flags='-std=gnu11 -D_GNU_SOURCE -I. -Iharness -Iguest -DCASES_DIR=NULL -DEXPECTED_DIR=NULL -DHUNT_KNOWN=NULL'
scripts=$(grep -rlI -m1 '^#!/bin/\(ba\)\{0,1\}sh' --exclude-dir='build*' --exclude-dir=.git \
	--exclude-dir=autom4te.cache --exclude=configure . | sort)
failed=0

# silent NAME COMMAND... - print a line for the tool, after its output if it has any
silent()
{
	name=$1
	shift
	output=$("$@" 2>&1)
	if [ -n "$output" ]; then
		printf '%s\n' "$output" | head -n 60
		echo "analyse: $name: not clean"
		failed=1
	else
		echo "analyse: $name: clean"
	fi
}

# shellcheck disable=SC2086,SC2317 # lists; called by silent
tidy()
{
	# One at a time: clang-tidy 14 takes a va_list for uninitialized in a second file.
	for f in harness/*.c harness/*/*.c; do
		clang-tidy --quiet "$f" -- $flags 2>/dev/null
	done
}
# shellcheck disable=SC2086,SC2317
gcc_analyzer()
{
	for f in harness/*.c harness/*/*.c; do
		gcc -fanalyzer -O1 -Wall -Wextra $flags -S -o /dev/null "$f"
	done
}
# shellcheck disable=SC2086,SC2317
cpp_check()
{
	cppcheck -q --std=c11 --enable=warning,performance,portability --inline-suppr \
		-D_GNU_SOURCE -Iharness -Iguest harness tests/unit/unit.c tests/unit/dump.c tests/guest/defect.c \
		bench/bench.c
}
# SC2154: srcdir comes from make; SC2119, SC2120: harness() may have arguments
# shellcheck disable=SC2086,SC2317
shell_check() { shellcheck -x -P SCRIPTDIR -e SC2154,SC2119,SC2120 $scripts; }

silent 'gcc -fanalyzer' gcc_analyzer
silent clang-tidy tidy
silent cppcheck cpp_check
silent mandoc mandoc -Tlint -W warning doc/*.[15]
silent "shellcheck ($(echo "$scripts" | wc -l) scripts)" shell_check
exit $failed
