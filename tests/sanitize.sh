#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# usage: sanitize.sh   in the build directory, with $srcdir set
#
# The harness built with ASan and UBSan, and with TSan: all cases, all hostile
# guests, and the unit tests; then the unit tests under valgrind.
set -eu

sanitizers='address,undefined thread'
failed=0
export ASAN_OPTIONS=detect_leaks=1:exitcode=66 UBSAN_OPTIONS=halt_on_error=1:exitcode=66
export TSAN_OPTIONS=exitcode=66

# clean NAME COMMAND... - no report of a sanitizer; TAP is judged elsewhere
clean()
{
	name=$1
	shift
	"$@" >out 2>err || true
	if grep -q 'Sanitizer\|runtime error' err out; then
		grep -h -A 30 'Sanitizer\|runtime error' err out | head -n 60
		echo "sanitize: $sanitizer: $name: a finding"
		failed=1
	else
		echo "sanitize: $sanitizer: $name: clean, $(grep -c '^\(not \)\{0,1\}ok ' out) results"
	fi
}

for sanitizer in $sanitizers; do
	directory=sanitize-${sanitizer%%,*}
	mkdir -p "$directory"
	(cd "$directory"
	[ -e Makefile ] || "$srcdir/configure" --quiet \
		CFLAGS="-g -O1 -fno-omit-frame-pointer -fsanitize=$sanitizer" \
		GUEST_CC="${GUEST_CC:-gcc}"
	make -s -j2 kvm-errata check_PROGRAMS= >/dev/null 2>&1
	make -s tests/unit >/dev/null 2>&1 || true)
	make -s check_PROGRAMS= TESTS= check >/dev/null
	cases="--cases cases --expected $srcdir/expected"
	hostile="--cases tests/payloads --expected $srcdir/tests/expected"
	# shellcheck disable=SC2086 # lists of options
	clean cases "$directory/kvm-errata" $cases --record record.$$
	rm -f record.$$
	# shellcheck disable=SC2086
	clean 'hostile guests' "$directory/kvm-errata" $hostile
	# shellcheck disable=SC2086
	clean '--list' "$directory/kvm-errata" $cases --list
	[ ! -x "$directory/tests/unit" ] || clean 'unit tests' "$directory/tests/unit"
done

if [ -x tests/unit ]; then
	sanitizer=valgrind
	if valgrind -q --error-exitcode=66 --leak-check=full --errors-for-leak-kinds=definite \
		tests/unit >out 2>err; then
		echo 'sanitize: valgrind: unit tests: clean'
	else
		cat err
		failed=1
	fi
fi
rm -f out err
exit $failed
