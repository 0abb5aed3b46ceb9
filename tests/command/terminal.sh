#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Output on a terminal, and runs that ^C interrupts or whose terminal hangs up.
. "$srcdir/tests/tap.sh"

unset NO_COLOR KVM_ERRATA_COMMAND
TERM=xterm
export TERM
escape=$(printf '\033')

# on COLUMNS [--when PATTERN ACT] COMMAND... - run COMMAND on a terminal
on() { run /usr/bin/python3 -B "$srcdir/tests/command/on-terminal.py" "$@"; }
on_terminal() { on 80 ./kvm-errata --cases cases --expected "$srcdir/expected" "$@"; }
fits() { ! sed "s/$escape\[[0-9]*m//g" "$tmp/out" | grep -q "^.\{$(($1 + 1))\}"; }
shorter_than() { [ "$(wc -l <"$tmp/out")" -le "$1" ]; }
last_line() { tail -n 1 "$tmp/out" | grep -q "$1"; }

on_terminal mtrr pat
check 'green: status 0' status_is 0
check 'green: a line per case' prints "^$escape\[32mok   .* mtrr .* 6 ok .* s\$"
check 'green: no TAP' prints_not '^ok [0-9]\|^1\.\.'
check 'green: the last line' last_line "^$escape\[1m$escape\[32mPASS"
check 'green: 80 columns' fits 80
on_terminal
check 'all cases: 80 columns' fits 80
set -- cases/*.elf
check 'all cases: 20 lines more than cases' shorter_than "$(($# + 20))"
on_terminal --as tap pat
check '--as tap on a terminal: TAP' prints '^TAP version 13'
harness pat >"$tmp/pipe"
run cat "$tmp/pipe"
check 'a pipe: TAP' prints '^ok 1 - pat\.'
check 'a pipe: no escapes' prints_not "$escape"

export KVM_ERRATA_COMMAND='./run-tests.sh --cpu amd'
on 80 ./kvm-errata --cases tests/guest/payloads --expected "$srcdir/tests/guest/expected" surprise
check 'red: status 1' status_is 1
check 'red: the check, in full' prints 'DEVIATES.* surprise\.'
check 'red: got and want' prints '^ *default.different: got else, want same'
check 'red: the document' prints '^ *test.rst "Test", since 6.0: whatever it says'
check 'red: the last line, with the command' last_line 'DEVIATES.*; run again: ./run-tests.sh --cpu amd surprise\.'
check 'red: a known deviation that is gone, in full' prints 'GONE.* surprise\.'
check 'red: a check that was never seen' prints 'NOT SEEN.* surprise\.'
on_terminal --fact kernel=6.2.9 x2apic.flag-off
check 'gone: status 0' status_is 0
check 'gone: in the last line' last_line 'PASS.*: but [0-9]* known deviations are gone: please tell'
on_terminal --strict --fact kernel=6.2.9 x2apic.flag-off
check 'gone, --strict: status 1' status_is 1
on 80 ./kvm-errata --cases tests/guest/payloads --expected "$srcdir/tests/guest/expected" unseen.host
check 'nothing seen: status 77' status_is 77
check 'nothing seen: the last line' last_line 'NOTHING SEEN'

# Terminals without colours, escapes or a useful width
export NO_COLOR=1
on_terminal pat
unset NO_COLOR
check 'NO_COLOR: no colour' prints_not "$escape\[[0-9]*m"
TERM=dumb
on_terminal pat
TERM=xterm
check 'TERM=dumb: no escape at all' prints_not "$escape"
for columns in 0 1 20; do
	on $columns ./kvm-errata --cases tests/guest/payloads --expected "$srcdir/tests/guest/expected" surprise
	check "$columns columns: status 1" status_is 1
	check "$columns columns: the last line" last_line DEVIATES
done

# A run that is interrupted
for signal in interrupt hangup; do
	rm -f "$tmp/record"
	on 80 --when 'running spin' $signal ./kvm-errata --cases tests/guest/payloads \
		--expected "$srcdir/tests/guest/expected" --record "$tmp/record" exits.popcnt spin.hang-1
	check "$signal: status 99" status_is 99
	check "$signal: the record has what was seen" grep -q '"key": "before"' "$tmp/record"
	check "$signal: no process is left" [ -z "$(pgrep -f "record $tmp/record")" ]
	run ./kvm-errata judge --expected "$srcdir/tests/guest/expected" "$tmp/record"
	check "$signal: the record is torn" prints '^# the suite failed: the record is torn'
done
on 80 --when 'running spin' interrupt ./kvm-errata --cases tests/guest/payloads \
	--expected "$srcdir/tests/guest/expected" exits.popcnt spin.hang-1
check '^C: the results so far' prints ' exits '
check '^C: the number of results' prints '^incomplete: only [0-9]* of [0-9]* checks'
check '^C: the last line' last_line 'FAILED.*: interrupted'
on 80 ./kvm-errata judge --expected "$srcdir/tests/guest/expected" "$tmp/record"
check 'a torn record: lost, not red' prints 'lost .*spin'
check 'a torn record: nothing deviates' prints_not 'DEVIATES'
done_testing
