#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# How readers of TAP understand our output, complete and truncated anywhere.  The streams are
# output of tests/payloads, without most facts: tests/hostile.sh makes verdicts.tap; passes.tap
# is of absent.refused, garbage.service and noisy; skip.tap is of no-emulation on kvm_pvm.
. "$srcdir/tests/tap.sh"

golden=$srcdir/tests/golden
python=/usr/bin/python3
step=${GOLDEN_STEP:-16}		# offsets between truncations for automake's driver, which is slow; 1 tries all

# same FILE - compare the output with $golden/FILE; UPDATE=1 updates the file
same()
{
	[ -z "${UPDATE:-}" ] || cp "$tmp/out" "$golden/$1"
	diff "$golden/$1" "$tmp/out" >"$tmp/diff" || { cat "$tmp/diff" >>"$tmp/out"; false; }
}

# reads CONSUMER STREAM - expect CONSUMER to understand STREAM as in $golden
reads()
{
	case $1 in
	automake) run sh "$golden/automake.sh" "$golden/$2.tap" ;;
	prove) run perl "$golden/prove.pl" "$golden/$2.tap" ;;
	*) run $python -W ignore "$golden/consume.py" "$1" "$golden/$2.tap" ;;
	esac
	check "$1 reads $2 as in golden/" same "$2.$1"
}

# results_end FILE - print where the "ok" of kvm-errata.complete ends: every result is before
results_end()
{
	n=$(grep -b '^ok [0-9]* - kvm-errata.complete: [^#]*$' "$1" | cut -d: -f1)
	echo $((n + 2))
}

# none_before STREAM - expect every truncation that passes to have all results
none_before()
{
	grep -q '^passing: ' "$tmp/out" || return 1
	first=$(sed -n 's/^passing: *\([0-9]*\).*/\1/p' "$tmp/out")
	[ -z "$first" ] || [ "$first" -ge "$(results_end "$golden/$1.tap")" ]
}

# cut_anywhere CONSUMER STREAM - expect no truncation to pass that lacks results
cut_anywhere()
{
	size=$(wc -c <"$golden/$2.tap")
	end=$(results_end "$golden/$2.tap")
	case $1 in
	automake)
		# shellcheck disable=SC2046 # a list of offsets
		run sh "$golden/automake.sh" "$golden/$2.tap" $(seq 0 "$step" "$((end - 12))") \
			$(seq "$((end - 12))" "$((end + 12))") ;;
	prove) run perl "$golden/prove.pl" "$golden/$2.tap" truncated ;;
	*) run $python -W ignore "$golden/consume.py" "$1" "$golden/$2.tap" truncated ;;
	esac
	check "$1: no truncation of $2 ($size bytes) passes before all results ($end)" \
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

# Complete output of a run that then fails.
printf '#!/bin/sh\ncat "%s/passes.tap"\nexit 99\n' "$golden" >"$tmp/dies"
chmod +x "$tmp/dies"
run prove -e sh "$tmp/dies"
check 'prove: status 99 after good output is a failure' prints '^Result: FAIL'
run sh "$srcdir/build-aux/tap-driver.sh" --test-name dies --log-file "$tmp/log" \
	--trs-file "$tmp/trs" -- "$tmp/dies"
check 'automake: status 99 after good output is an error' prints '^ERROR: dies'

harness pat >/dev/full 2>"$tmp/out"
status=$?
check 'results to a full disk: status 99' status_is 99
check 'results to a full disk: reported' prints 'stdout: cannot write all results'
done_testing
