#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck source-path=SCRIPTDIR disable=SC2154
#
# lab/boot: which reports of a machine are a run, and which are not.  Needs no emulator.
. "$srcdir/tests/lab/setup.sh"

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

verdict=(exits_with 0 'ok 2 - a.same: all kernels show the same')
boot "a complete report is a run"
check "the record is kept" grep -q '"kernel": "6.1.2"' "$tmp/record"
check "the suite's standard error is passed on" exits_with 0 "the suite's complaint"
check "standard output has only TAP" tap_alone
check "no temporary file is left" is_empty "$tmp/tmp"
image "$tmp/image" 7.2
verdict=(exits_with 1 'not ok 1 - a.version: ')
boot "a deviation: status 1"
image "$tmp/image" 6.1.2

rm -f "$tmp/record"
verdict=(no_record exits_with 99 "the suite's complaint")
boot "a runner that fails: its message" FAKE=broken
verdict=(no_record exits_with 125 'with an incomplete record')
boot "a truncated record is no run" FAKE=cut
check "a truncated record: the results say that it is torn" grep -q '^# the suite failed: the record is torn' "$tmp/out"
verdict=(exits_with 99 'wrote 2 lines, but 1 are here: some were lost')
boot "a record that lacks a line is damaged" FAKE=lost
verdict=(exits_with 125 'stopped after 5 seconds without a line of the record')
boot "a machine that hangs is stopped" FAKE=hang
boot "a machine that hangs in the middle is stopped" FAKE=silent
check "a machine that hangs in the middle: its results are judged" \
	grep -q '^not ok .*a.complete' "$tmp/out"
verdict=(exits_with 99 'wrote 2 lines, but 9 are here')
boot "a machine that goes on for longer than the limit is not stopped" FAKE=chatty
verdict=(exits_with 125 'did not reach userland, twice')
boot "a kernel that never reaches userland" FAKE=dead
check "the last 40 lines of its console are shown" [ "$(grep -c '^| ' "$tmp/out")" = 40 ]
check "the last line of its console is shown" grep -q '^| console 100$' "$tmp/out"
verdict=(exits_with 0 'ok 2')
boot "userland at the second attempt is a run" FAKE=once FAKE_STATE="$tmp/state"
verdict=(exits_with 99 'no KVM for amd')
boot "a kernel without KVM" FAKE=nokvm

run env FAKE_LOG="$tmp/log" "$lab/boot" --kernel "$tmp/image" --cpu amd --npt 0 \
	--param kvm.ignore_msrs=1 --bisect --fact 'a=b c' --trace mtrr x2apic.flag-off
check "npt=0 is on the kernel's command line" grep -q ' kvm_amd.npt=0 kvm.ignore_msrs=1' "$tmp/log"
check "cases, facts and options reach the runner" cmp -s <(tail -n +2 "$tmp/log") \
	<(printf '%s\n' --fact 'emulator=QEMU 0.0' --fact 'a=b c' --trace mtrr x2apic.flag-off)

ln -s "$PWD/cases/x2apic.elf" "$tmp/build/cases/"
cp "$srcdir/expected/x2apic" "$tmp/src/expected/"
rm "$tmp/log"
run env FAKE_LOG="$tmp/log" "$lab/boot" --kernel "$tmp/image" --cpu amd \
	x2apic.shared-id-lowest-vcpu x2apic.flag-off.unique.1.receivers
check "the variants of a check reach the runner" cmp -s <(tail -n +2 "$tmp/log") \
	<(printf '%s\n' --fact 'emulator=QEMU 0.0' x2apic.32bit-ids x2apic.flag-off)

run "$lab/boot" --kernel "$tmp/image" --cpu amd --as lava
check "--as works in the lab, too" exits_with 0 'kvm-errata.complete pass'

# streams: succeed if results are printed while the machine still runs
streams() {
	FAKE=slow begin '^ok 2' "$lab/boot" --kernel "$tmp/image" --cpu amd
	! grep -q 'kvm-errata.complete' "$tmp/out" && wait $pid
}
check "TAP streams while the machine runs" streams

# interrupted SIGNAL: send SIGNAL in the middle of a run; expect a torn record of what was seen
interrupted() {
	rm -f "$tmp/torn"
	FAKE=slow begin '^ok 2' "$lab/boot" --kernel "$tmp/image" --cpu amd --record "$tmp/torn"
	kill "-$1" $pid
	wait $pid
	status=$?
	grep -q '"key": "c"' "$tmp/torn" && ! grep -q '"complete"' "$tmp/torn" &&
		exits_with 99 'the record is torn'
}
for signal in INT HUP TERM; do
	check "SIG$signal: the torn record is kept, status 99" interrupted $signal
done

# killed_by SIGNAL: expect a run that SIGNAL ends to leave no process and no file
killed_by() {
	local pid i

	# A shell starts background processes with SIGINT ignored, and nohup with SIGHUP ignored.
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
check "killed by timeout(1), it leaves nothing" is_empty "$tmp/tmp"
done_testing
