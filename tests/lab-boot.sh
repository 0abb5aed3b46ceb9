#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck source-path=SCRIPTDIR disable=SC2154
#
# lab/boot: what it takes for a run, and what for none.  No emulator needed.
. "$srcdir/tests/lab-setup.sh"

boot() {
	run env "${@:2}" "$lab/boot" --kernel "$tmp/image" --cpu amd --record "$tmp/record" --limit 5
	check "$1" "${verdict[@]}"
}

is_empty() {
	[ -z "$(ls -A "$1")" ]
}

tap_alone() {
	[ "$("$lab/boot" --kernel "$tmp/image" --cpu amd 2>/dev/null | grep -c '^ok')" = 4 ]
}

no_record() {
	"$@" && [ ! -e "$tmp/record" ]
}

verdict=(said 0 'ok 2 - a.same: all kernels show the same')
boot "a whole report is a run"
check "its record is kept" grep -q '"kernel": "6.1.2"' "$tmp/record"
check "its standard error comes through" said 0 "the suite's complaint"
check "TAP is all of standard output" tap_alone
check "no temporary file is left" is_empty "$tmp/tmp"
image "$tmp/image" 7.2
verdict=(said 1 'not ok 1 - a.version: ')
boot "a deviation is the run's status"
image "$tmp/image" 6.1.2

rm -f "$tmp/record"
verdict=(no_record said 99 "the suite's complaint")
boot "a runner that fails has said why" FAKE=broken
verdict=(no_record said 125 'its record not complete')
boot "a record cut off is no run" FAKE=cut
check "and its judgement says so" grep -q '^# the suite failed: the record is torn' "$tmp/out"
verdict=(said 99 'wrote 2 lines, and here are 1: some were lost')
boot "a record that lacks a line is damaged" FAKE=lost
verdict=(said 125 'stopped after 5 seconds')
boot "a machine that hangs is stopped" FAKE=hang
verdict=(said 125 'did not reach userland, twice')
boot "a kernel that never reaches userland" FAKE=dead
check "of its console the last 40 lines are shown" [ "$(grep -c '^| ' "$tmp/out")" = 40 ]
check "and the last is there" grep -q '^| console 100$' "$tmp/out"
verdict=(said 0 'ok 2')
boot "userland at the second try is a run" FAKE=once FAKE_STATE="$tmp/state"
verdict=(said 99 'no KVM for amd')
boot "a kernel without KVM" FAKE=nokvm

run env FAKE_LOG="$tmp/log" "$lab/boot" --kernel "$tmp/image" --cpu amd --npt 0 \
	--param kvm.ignore_msrs=1 --bisect --fact 'a=b c' --trace mtrr x2apic.flag-off
check "npt=0 is on the kernel's command line" grep -q ' kvm_amd.npt=0 kvm.ignore_msrs=1' "$tmp/log"
check "cases, facts and options reach the runner" cmp -s <(tail -n +2 "$tmp/log") \
	<(printf '%s\n' --fact 'a=b c' --trace mtrr x2apic.flag-off)

ln -s "$PWD/cases/x2apic.elf" "$tmp/build/cases/"
cp "$srcdir/expected/x2apic" "$tmp/src/expected/"
rm "$tmp/log"
run env FAKE_LOG="$tmp/log" "$lab/boot" --kernel "$tmp/image" --cpu amd \
	x2apic.shared-id-lowest-vcpu x2apic.flag-off.unique.1.receivers
check "of a check, its variants reach the runner" cmp -s <(tail -n +2 "$tmp/log") \
	<(printf '%s\n' x2apic.32bit-ids x2apic.flag-off)

run "$lab/boot" --kernel "$tmp/image" --cpu amd --as lava
check "other people's formats come from the lab, too" said 0 'kvm-errata.complete pass'

# streams: what has been said is there before the machine is gone
streams() {
	FAKE=slow begin '^ok 2' "$lab/boot" --kernel "$tmp/image" --cpu amd
	! grep -q 'kvm-errata.complete' "$tmp/out" && wait $pid
}
check "TAP streams while the machine runs" streams

# interrupted SIGNAL: in the middle of a run; what was seen is kept, and the record is torn
interrupted() {
	rm -f "$tmp/torn"
	FAKE=slow begin '^ok 2' "$lab/boot" --kernel "$tmp/image" --cpu amd --record "$tmp/torn"
	kill "-$1" $pid
	wait $pid
	status=$?
	grep -q '"key": "c"' "$tmp/torn" && ! grep -q '"complete"' "$tmp/torn" &&
		said 99 'the record is torn'
}
for signal in INT HUP TERM; do
	check "SIG$signal: the torn record is kept, status 99" interrupted $signal
done

# killed_by SIGNAL: a run that gets it leaves neither process nor file
killed_by() {
	local pid i

	# A background process of a shell ignores SIGINT, and that of nohup SIGHUP.
	FAKE=hang FAKE_LOG=$tmp/started env --default-signal=INT,HUP,TERM setsid "$lab/boot" --kernel "$tmp/image" --cpu amd >/dev/null 2>&1 &
	pid=$!
	for ((i = 0; i < 50; i++)); do
		[ -e "$tmp/started" ] && break
		sleep 0.1
	done
	rm "$tmp/started"
	kill -"$1" $pid
	wait $pid 2>/dev/null
	for ((i = 0; i < 30; i++)); do
		is_empty "$tmp/tmp" && ! pgrep -f "$tmp/bin/qemu-system" >/dev/null && return
		sleep 0.1
	done
	ls -A "$tmp/tmp" >"$tmp/out"
	pgrep -af "$tmp/bin/qemu-system" >>"$tmp/out"
	return 1
}

for signal in INT TERM HUP KILL; do
	check "killed by SIG$signal, it leaves nothing" killed_by $signal
done
run env FAKE=hang timeout --signal KILL 1 "$lab/boot" --kernel "$tmp/image" --cpu amd
sleep 1
check "nor does it under timeout" is_empty "$tmp/tmp"
done_testing
