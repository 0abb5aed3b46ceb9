#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck source-path=SCRIPTDIR disable=SC2154
#
# lab/boot: what it takes for a run, and what for none.  No emulator needed.
. "$(dirname "$0")/lab-setup.sh"

boot() {
	run env "${@:2}" "$lab/boot" --kernel "$t/image" --cpu amd --record "$t/record" --limit 5
	check "$1" "${verdict[@]}"
}

is_empty() {
	[ -z "$(ls -A "$1")" ]
}

no_record() {
	"$@" && [ ! -e "$t/record" ]
}

plan 25

verdict=(printed 0 'ok 2 - a.b.d')
boot "a whole report is a run"
check "its record is kept" grep -q '"kernel": "6.1.2"' "$t/record"
check "its standard error comes through" said 0 "the suite's complaint"
check "TAP is all of standard output" [ "$(wc -l <"$t/out")" = 4 ]
check "no temporary file is left" is_empty "$t/tmp"
for code in 1 77 99; do
	verdict=(printed "$code" 'ok 1')
	boot "the suite's status $code is the run's" FAKE_STATUS=$code
done

rm -f "$t/record"
verdict=(no_record said 125 'its report not complete')
boot "a report cut off is none" FAKE=cut
boot "a report with a line of TAP missing is none" FAKE=lost
boot "an end under another mark is none" FAKE=forged
verdict=(said 125 'stopped after 5 seconds')
boot "a machine that hangs is stopped" FAKE=hang
verdict=(said 125 'did not reach userland, twice')
boot "a kernel that never reaches userland" FAKE=dead
check "of its console the last 40 lines are shown" [ "$(grep -c '^| ' "$t/err")" = 40 ]
check "and the last is there" grep -q '^| console 100$' "$t/err"
verdict=(printed 0 'ok 2')
boot "userland at the second try is a run" FAKE=once FAKE_STATE="$t/state"
verdict=(said 99 'no KVM for amd')
boot "a kernel without KVM" FAKE=nokvm

run env FAKE_LOG="$t/log" "$lab/boot" --kernel "$t/image" --cpu amd --npt 0 \
	--param kvm.ignore_msrs=1 --bisect --fact 'a=b c' mtrr x2apic.flag-off
check "npt=0 is on the kernel's command line" grep -q ' kvm_amd.npt=0 kvm.ignore_msrs=1' "$t/log"
check "cases, facts and options reach the suite" cmp -s <(tail -n +2 "$t/log") \
	<(printf '%s\n' --fact emulator=tcg --bisect --fact 'a=b c' mtrr x2apic.flag-off)

FAKE=slow "$lab/boot" --kernel "$t/image" --cpu amd >"$t/stream" 2>/dev/null &
sleep 1.5
check "TAP streams while the machine runs" grep -q 'ok 2' "$t/stream"
wait

# killed_by SIGNAL: a run that gets it leaves neither process nor file
killed_by() {
	local pid i

	# A shell's background processes ignore SIGINT unless told otherwise.
	FAKE=hang FAKE_LOG=$t/started env --default-signal=INT setsid "$lab/boot" --kernel "$t/image" --cpu amd >/dev/null 2>&1 &
	pid=$!
	for ((i = 0; i < 50; i++)); do
		[ -e "$t/started" ] && break
		sleep 0.1
	done
	rm "$t/started"
	kill -"$1" $pid
	wait $pid 2>/dev/null
	for ((i = 0; i < 30; i++)); do
		is_empty "$t/tmp" && ! pgrep -f "$t/bin/qemu-system" >/dev/null && return
		sleep 0.1
	done
	ls -A "$t/tmp" >"$t/err"
	pgrep -af "$t/bin/qemu-system" >>"$t/err"
	return 1
}

for signal in INT TERM HUP KILL; do
	check "killed by SIG$signal, it leaves nothing" killed_by $signal
done
run env FAKE=hang timeout --signal KILL 1 "$lab/boot" --kernel "$t/image" --cpu amd
sleep 1
check "nor does it under timeout" is_empty "$t/tmp"
