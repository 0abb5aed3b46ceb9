#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# How automake's driver, prove and tappy read our TAP, complete and truncated anywhere.
. "$srcdir/tests/tap.sh"

consumers=$srcdir/tests/command/consumers
step=${CONSUMERS_STEP:-16}	# bytes between truncations for automake's driver, which is slow

# read_by CONSUMER [cut] - print what CONSUMER reads in $tmp/stream; with cut, the lengths at which
# the truncated stream passes
read_by()
{
	case $1 in
	automake)
		end=$(results_end)
		# shellcheck disable=SC2046 # a list of lengths
		run sh "$consumers/automake.sh" "$tmp/stream" ${2:+$(seq 0 "$step" $((end - 12)))} \
			${2:+$(seq $((end - 12)) $((end + 12)))} ;;
	prove) run perl "$consumers/prove.pl" "$tmp/stream" ${2:+cut} ;;
	tappy) run /usr/bin/python3 -W ignore "$consumers/tappy.py" "$tmp/stream" ${2:+cut} ;;
	esac
}

# results_end - print where the "ok" of kvm-errata.complete ends: all results are before
results_end()
{
	n=$(grep -b '^ok [0-9]* - kvm-errata.complete: [^#]*$' "$tmp/stream" | cut -d: -f1)
	echo $((n + 2))
}

none_before_the_end()
{
	grep -q '^passing: ' "$tmp/out" || return 1
	first=$(sed -n 's/^passing: *\([0-9]*\).*/\1/p' "$tmp/out")
	[ -z "$first" ] || [ "$first" -ge "$(results_end)" ]
}

hostile surprise.default >"$tmp/stream"
for consumer in automake prove tappy; do
	read_by $consumer
	check "$consumer: each verdict" prints '^passed 3, failed 4, known 1, gone 1, skipped 3: no pass$'
done

hostile unseen.noise absent.refused >"$tmp/stream"
for consumer in automake prove tappy; do
	read_by $consumer
	check "$consumer: results as documented, and a SKIP: a pass" prints ': a pass$'
	read_by $consumer cut
	check "$consumer: no truncation passes before all results" none_before_the_end
done

# Nothing but a SKIP.
hostile unseen.host >"$tmp/stream"
for consumer in automake prove tappy; do
	read_by $consumer cut
	check "$consumer: no truncation of skipped results passes" none_before_the_end
done

# Complete output of a run that then fails.
hostile unseen.noise >"$tmp/stream"
printf '#!/bin/sh\ncat "%s"\nexit 99\n' "$tmp/stream" >"$tmp/dies"
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
