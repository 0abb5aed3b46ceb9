#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The UEFI application for bare metal, with OVMF in QEMU's emulation.
. "$srcdir/tests/tap.sh"

BUILD=$PWD SRC=$srcdir UEFI_LIMIT=120
export BUILD SRC UEFI_LIMIT
uefi() { "$srcdir/metal/uefi" "$@"; }
in_qemu() { uefi --qemu "$1" --image metal/kvm-errata.img; }
# is_running: succeed if a QEMU named $marker runs
is_running() { pgrep -f "^qemu-system-x86_64 .*$marker" >/dev/null; }
leaves_nothing() { ! is_running; }

for tool in qemu-system-x86_64 mcopy setpriv; do
	command -v $tool >/dev/null || { echo "1..0 # SKIP no $tool"; exit 0; }
done
if [ ! -e /usr/share/ovmf/OVMF.fd ] || [ ! -e /usr/include/efi/efi.h ]; then
	echo '1..0 # SKIP no OVMF or no gnu-efi'
	exit 0
fi
images='metal/kvm-errata.img metal/hostile.img metal/locked.img'
# shellcheck disable=SC2086 # a list of images
run make -s $images
check 'make metal' status_is 0

run uefi --record "$tmp/metal.record"
check 'one CPU: status 0' status_is 0
check 'one CPU: the vendor is metal' prints '^# vendor: metal$'
check 'one CPU: every planned check has a line' \
	prints_lines "$(sed -n 's/^1\.\.//p' "$tmp/out")" '^\(not \)\{0,1\}ok '
check 'one CPU: a case that needs more is a SKIP' prints '^ok .* # SKIP host: this machine has 1 CPUs'
check 'a check of KVM itself is a SKIP' prints 'SKIP vendor: bare metal has no KVM'

run uefi --image metal/kvm-errata.img --cpus 4 --record "$tmp/metal.record"
check 'four CPUs: status 0' status_is 0
check 'no host: a SKIP' prints '^ok .* # SKIP guest: no host$'
check 'no caches: a SKIP' shows "$tmp/metal.record" mtrr-type.default.uc.effective skip
check 'four CPUs: started by INIT-SIPI' shows "$tmp/metal.record" x2apic.flag-off.unique.2.receivers 2
cp "$tmp/out" "$tmp/com1"
run ./kvm-errata judge --expected "$srcdir/expected" "$tmp/metal.record"
check 'the volume and COM1 have the same record' cmp "$tmp/out" "$tmp/com1"
check 'the record matches its schema' "$srcdir/tests/command/schema" "$tmp/metal.record"

run harness --baseline "$tmp/metal.record" x2apic
check 'the record is a baseline' prints '^# baseline: .*metal.record, bare metal, QEMU'

run uefi --read-only
check 'a read-only volume: the rest runs' status_is 0
run uefi --read-only --record "$tmp/none"
check 'a read-only volume: no record' prints 'the volume has no kvm-errata.record'
run uefi --no-com1
check 'no COM1: the rest runs' status_is 0
check 'no COM1: a fact' prints '^# com1: 0$'
run in_qemu '-cpu max,-mtrr,-x2apic'
check 'no MTRRs: a fact, and the rest runs' prints '^# mtrr: none$'
check 'no x2APIC: a fact, and the rest runs' prints '^# x2apic: 0$'
check 'no MTRRs: a SKIP' prints '^ok .* mtrr.capabilities: .* # SKIP host'
run uefi --image metal/locked.img
check 'locked MTRRs: the rest runs' status_is 0
check 'locked MTRRs: a fact' prints '^# mtrr: locked$'
check 'locked MTRRs: a SKIP' prints '^ok .* mtrr.capabilities: .* # SKIP host'
run in_qemu '-machine q35,hpet=off'
check 'no HPET: a fact, and the rest runs' prints '^# watchdog: 0$'
run in_qemu '-m 64'
check 'no memory where payloads are: status 77' status_is 77
check 'no memory where payloads are: reported' prints 'SKIP host: this firmware does not give away memory'

MTOOLS_SKIP_CHECK=1
export MTOOLS_SKIP_CHECK
cp metal/kvm-errata.img "$tmp/full.img"
volume=$tmp/full.img@@1048576
truncate -s $(($(mdir -i "$volume" ::/ | tail -n 2 | tr -dc 0-9) - 4096)) "$tmp/filler"
mcopy -i "$volume" "$tmp/filler" ::/
run uefi --image "$tmp/full.img"
check 'a full volume: the rest runs' status_is 0
run uefi --image "$tmp/full.img" --record "$tmp/none"
check 'a full volume: no partial record' prints 'the volume has no kvm-errata.record'

mkdir "$tmp/expected"
cp "$srcdir"/tests/guest/expected/* "$srcdir/tests/metal/machine-check" "$srcdir/tests/metal/other-cpu" "$tmp/expected"
run uefi --cpus 2 --image metal/hostile.img --expected "$tmp/expected"
check 'an exception: reported' prints 'vCPU 0: unexpected #PF .*CR2 0x123456789000) at guest_main'
check 'an exception: its registers' prints '^# RAX [0-9a-f]* RBX .* RDX'
check 'a machine check: reported' prints 'unexpected #MC (vector 18'
check 'an exception of another CPU: reported' prints 'exception: vCPU 1: unexpected #UD .* at fall'
check 'a hang: reported' prints 'timeout: time limit of 200 ms: CPU 0 is at guest_main'
check 'the next case runs' prints '^ok .* surprise.documented: '
check 'payloads that misbehave: status 1' status_is 1

marker=$tmp/killed
# With -S, QEMU does not start the CPU, so the run cannot end first.
"$srcdir/metal/uefi" --image metal/kvm-errata.img --qemu "-S -name $marker" >"$tmp/out" 2>&1 &
pid=$!
until is_running || ! kill -0 $pid 2>/dev/null; do
	sleep 0.01
done
check 'a run is under way' is_running
kill -KILL $pid
sleep 1
check 'killed, it leaves no QEMU' leaves_nothing
done_testing
