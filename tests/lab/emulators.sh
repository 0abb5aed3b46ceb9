#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck source-path=SCRIPTDIR disable=SC2154
#
# The lab with real emulators: Debian's 6.1 on each CPU that QEMU and Bochs emulate; those of
# lab/bochs only if it is built.
# Takes minutes: "make lab-check".  LAB_CPUS="amd intel" runs only those CPUs.
. "$srcdir/tests/tap.sh"
lab=$(cd "$srcdir/lab" && pwd)
export TMPDIR=$tmp/tmp
mkdir "$TMPDIR"

declare -A options=(
	[amd]='--cpu amd' [amd-npt=0]='--cpu amd --npt 0'
	[intel]='--cpu intel' [intel-ept=0]='--cpu intel --ept 0'
	[intel-skylake]='--cpu intel-skylake'
	[amd-ryzen]='--cpu amd-ryzen' [intel-apicv]='--cpu intel-apicv'
	[intel-tigerlake]='--cpu intel-tigerlake'
)
cpus='amd amd-npt=0 intel intel-ept=0 intel-skylake'
! "$lab/bochs" version >/dev/null 2>&1 || cpus+=' amd-ryzen intel-apicv intel-tigerlake'

# boot CPU ARGUMENT...
boot() {
	# shellcheck disable=SC2086
	run "$lab/boot" --kernel "$kernel" ${options[$1]} "${@:2}"
}

exits_with() {
	status_is "$1" && grep -qF -- "$2" "$tmp/out"
}

# whole_plan: succeed if there are as many results as planned
whole_plan() {
	prints_lines "$(sed -n 's/^1\.\.//p' "$tmp/out")" '^ok \|^not ok '
}

# killed CPU EMULATOR: kill a run; succeed if its emulator ends, too
killed() {
	local pid i

	boots() { pgrep -f "^$1 .*$tmp/tmp/" >/dev/null; }
	# shellcheck disable=SC2086
	setsid "$lab/boot" --kernel "$kernel" ${options[$1]} >/dev/null 2>&1 &
	pid=$!
	for ((i = 0; i < 100; i++)); do
		boots "$2" && break
		sleep 0.1
	done
	[ "$i" -lt 100 ] || { kill $pid; return 1; }
	kill -KILL $pid
	wait $pid 2>/dev/null
	for ((i = 0; i < 30; i++)); do
		! boots "$2" && [ -z "$(ls -A "$TMPDIR")" ] && return
		sleep 0.1
	done
	return 1
}

"$lab/kernels" fetch 6.1 >"$tmp/kernel" || { echo "Bail out! no kernel"; exit 99; }
read -r version image _ <"$tmp/kernel"
kernel=6.1

for cpu in ${LAB_CPUS:-$cpus}; do
	boot "$cpu" --record "$tmp/$cpu.record"
	check "$cpu: $version is as documented" status_is 0
	check "$cpu: every check has a result" whole_plan
	check "$cpu: the emulator is a fact of the record" \
		grep -q '"hypervisor": *"\(tcg\|bochs\)"' "$tmp/$cpu.record"
done

cp "$image" "$tmp/alone"
kernel=$tmp/alone
boot amd
check "amd: without its modules there is no KVM" exits_with 99 "no KVM for amd"
cat "$image" >"$tmp/broken"
dd if=/dev/zero of="$tmp/broken" bs=64k seek=32 count=64 conv=notrunc status=none
kernel=$tmp/broken
boot amd --limit 20
check "amd: a damaged image does not reach userland" exits_with 125 "did not reach userland, twice"
head -c 3000000 "$image" >"$tmp/half"
kernel=$tmp/half
boot amd
check "amd: half an image is reported" exits_with 99 "truncated: its header says that it has more than 3000000 bytes"
kernel=6.1
check "amd: killed, it leaves nothing" killed amd qemu-system-x86_64
check "intel: killed, it leaves nothing" killed intel bochs-bin
done_testing
