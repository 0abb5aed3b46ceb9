#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# usage: sanitize.sh [run]   in the build directory, with $srcdir set
#
# Run all cases, all hostile guests and the unit tests in builds with ASan and UBSan,
# and with TSan; then run the unit tests under valgrind.  Status 1 for a finding, 99 if
# something did not run.  "run" means that everything has been built.
set -eu

sanitizers='address,undefined thread'
export ASAN_OPTIONS=detect_leaks=1:exitcode=66 UBSAN_OPTIONS=halt_on_error=1:exitcode=66
# Two vCPUs may use the same structure for host calls: the guest orders them, which TSan cannot see.
echo 'race:mailbox_copy' >tsan.suppressions
export TSAN_OPTIONS="exitcode=66:suppressions=$PWD/tsan.suppressions"
failed=0

directory_of() { echo "sanitize-${1%%,*}"; }

build()
{
	for sanitizer in $sanitizers; do
		directory=$(directory_of "$sanitizer")
		mkdir -p "$directory"
		(cd "$directory"
		[ -e Makefile ] || "$srcdir/configure" --quiet \
			CFLAGS="-g -O1 -fno-omit-frame-pointer -fsanitize=$sanitizer" \
			GUEST_CC="${GUEST_CC:-gcc}"
		make -s -j2 kvm-errata check_PROGRAMS= >/dev/null 2>&1
		make -s tests/unit/unit tests/unit/dump >/dev/null 2>&1)
	done
	make -s check_PROGRAMS= TESTS= check >/dev/null
	make -s tests/unit/unit tests/unit/dump
}

# not_seen WHAT - report that something did not run
not_seen()
{
	echo "sanitize: $sanitizer: $1" >&2
	failed=99
}

# clean NAME COMMAND... - report a sanitizer's finding; ignore COMMAND's own results
clean()
{
	name=$1
	shift
	"$@" >out 2>err || true
	if grep -q 'Sanitizer\|runtime error' err out; then
		grep -h -A 30 'Sanitizer\|runtime error' err out | head -n 60
		echo "sanitize: $sanitizer: $name: a finding"
		[ "$failed" = 99 ] || failed=1
		return
	fi
	results=$(grep '^\(not \)\{0,1\}ok ' out | grep -vc '# SKIP') || true
	echo "sanitize: $sanitizer: $name: clean, $results results"
}

run()
{
	cases="--cases cases --expected $srcdir/expected"
	hostile="--cases tests/guest/payloads --expected $srcdir/tests/guest/expected"
	for sanitizer in $sanitizers; do
		harness=$(directory_of "$sanitizer")/kvm-errata
		# shellcheck disable=SC2086 # lists of options
		clean cases "$harness" $cases --record record.$$
		rm -f record.$$
		[ "$results" -gt 1 ] || not_seen 'no guest was entered'
		# shellcheck disable=SC2086
		clean 'hostile guests' "$harness" $hostile
		# shellcheck disable=SC2086
		clean 'list' "$harness" $cases list
		for test in unit dump; do
			clean "$test" "$(directory_of "$sanitizer")/tests/unit/$test"
			[ "$results" -gt 0 ] || not_seen "$test did not run"
		done
	done

	sanitizer=valgrind
	for test in unit dump; do
		if valgrind -q --error-exitcode=66 --leak-check=full --errors-for-leak-kinds=definite \
			"tests/unit/$test" >out 2>err; then
			echo "sanitize: valgrind: $test: clean"
		else
			cat err
			failed=1
		fi
	done
	rm -f out err tsan.suppressions
	exit $failed
}

[ "${1:-}" != run ] || run
command -v valgrind >/dev/null || { echo 'sanitize: valgrind is not installed' >&2; exit 99; }
if ! build; then
	echo 'sanitize: the build failed: are cmocka and the sanitizers installed?' >&2
	exit 99
fi
exec "$srcdir/lab/enter" --unless-kvm --writable . sh "$0" run
