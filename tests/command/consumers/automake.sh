#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# usage: automake.sh FILE            print how automake's driver reads FILE
#        automake.sh FILE LENGTH...  print the LENGTHs at which a truncated FILE passes
#
# In the build directory, with $srcdir set.
set -eu

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

drive()
{
	env AM_TAP_AWK="${AWK:-awk}" sh "$srcdir/build-aux/tap-driver.sh" --test-name stream \
		--log-file "$tmp/log" --trs-file "$tmp/trs" --color-tests no -- cat "$1"
}

# passes - succeed if nothing is wrong, and not everything is skipped
passes()
{
	grep -q '^:global-test-result: PASS$' "$tmp/trs" &&
		! grep -q '^:test-result: \(FAIL\|XPASS\|ERROR\)' "$tmp/trs"
}
number() { grep -c "^:test-result: $1" "$tmp/trs" || :; }

file=$1
shift
if [ $# = 0 ]; then
	drive "$file" >/dev/null
	passes && pass='a pass' || pass='no pass'
	echo "passed $(number PASS), failed $(number FAIL), known $(number XFAIL), gone $(number XPASS), skipped $(number SKIP): $pass"
	exit
fi
printf 'passing: '
for n; do
	head -c "$n" "$file" >"$tmp/cut"
	if drive "$tmp/cut" >/dev/null 2>&1 && passes; then printf '%d ' "$n"; fi
done
echo
