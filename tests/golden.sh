#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The form of what we print, and what its readers make of it: whole, and cut off anywhere.
# The streams are what tests/payloads print, without most facts: verdicts.tap is made by
# tests/hostile.sh, passes.tap is of absent.refused, garbage.service and noisy, and skip.tap
# is of no-emulation on kvm_pvm.
. "$srcdir/tests/tap.sh"

golden=$srcdir/tests/golden
python=/usr/bin/python3
step=${GOLDEN_STEP:-16}		# automake's driver is a process a byte: 1 is all of them

# same FILE - the output is $golden/FILE; UPDATE=1 makes it so
same()
{
	[ -z "${UPDATE:-}" ] || cp "$tmp/out" "$golden/$1"
	diff "$golden/$1" "$tmp/out" >"$tmp/diff" || { cat "$tmp/diff" >>"$tmp/out"; false; }
}

# reads CONSUMER STREAM - what CONSUMER makes of a stream is as it was
reads()
{
	case $1 in
	automake) run sh "$golden/automake.sh" "$golden/$2.tap" ;;
	prove) run perl "$golden/prove.pl" "$golden/$2.tap" ;;
	*) run $python -W ignore "$golden/consume.py" "$1" "$golden/$2.tap" ;;
	esac
	check "$1 reads $2 as before" same "$2.$1"
}

# Where the "ok" of the last result, the run's own, ends: the first byte at which
# every check has been said, to its last byte.
all_said()
{
	n=$(grep -b '^ok [0-9]* - kvm-errata.complete: [^#]*$' "$1" | cut -d: -f1)
	echo $((n + 2))
}

# none_before CUT... - no truncation that passes is shorter than all that was said
none_before()
{
	grep -q '^passing: ' "$tmp/out" || return 1
	first=$(sed -n 's/^passing: *\([0-9]*\).*/\1/p' "$tmp/out")
	[ -z "$first" ] || [ "$first" -ge "$(all_said "$golden/$1.tap")" ]
}

# cut_anywhere CONSUMER STREAM
cut_anywhere()
{
	size=$(wc -c <"$golden/$2.tap")
	said=$(all_said "$golden/$2.tap")
	case $1 in
	automake)
		# shellcheck disable=SC2046 # a list of offsets
		run sh "$golden/automake.sh" "$golden/$2.tap" $(seq 0 "$step" "$((said - 12))") \
			$(seq "$((said - 12))" "$((said + 12))") ;;
	prove) run perl "$golden/prove.pl" "$golden/$2.tap" truncated ;;
	*) run $python -W ignore "$golden/consume.py" "$1" "$golden/$2.tap" truncated ;;
	esac
	check "$1: no truncation of $2 ($size bytes) passes before all is said ($said)" \
		none_before "$2"
}

for consumer in automake prove tappy kunit; do
	reads $consumer verdicts
	reads $consumer passes
	cut_anywhere $consumer passes
	cut_anywhere $consumer skip
	reads $consumer skip
done
if [ -n "${KUNIT:-}" ]; then
	cut_anywhere kernel passes
	cut_anywhere kernel skip
fi

# Output that is whole, of a run whose end is not.
printf '#!/bin/sh\ncat "%s/passes.tap"\nexit 99\n' "$golden" >"$tmp/dies"
chmod +x "$tmp/dies"
run prove -e sh "$tmp/dies"
check 'prove: status 99 behind good output is a failure' prints '^Result: FAIL'
run sh "$srcdir/build-aux/tap-driver.sh" --test-name dies --log-file "$tmp/log" \
	--trs-file "$tmp/trs" -- "$tmp/dies"
check 'automake: status 99 behind good output is an error' prints '^ERROR: dies'

harness pat >/dev/full 2>"$tmp/out"
status=$?
check 'a full disk under the results: status 99' status_is 99
check 'a full disk under the results: named' prints 'stdout: cannot write all results'
done_testing
