#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# --baseline: a record of bare metal next to this KVM.
. "$srcdir/tests/tap.sh"

# x2apic.record is the case x2apic of a run under OVMF.
run harness --baseline "$srcdir/tests/metal/x2apic.record" x2apic
check 'the baseline is described' prints '^# baseline: .*x2apic.record, bare metal, QEMU'
check 'an emulated baseline is reported' prints 'baseline: its CPU is emulated'
check 'both, side by side' prints '^# "x2APIC": bare metal next to this KVM: [0-9]* alike'
run harness --baseline "$srcdir/README.md" pat
check 'no record: status 99' status_is 99
run harness --baseline "$tmp/none" pat
check 'no file: reported' prints 'none: No such file'
done_testing
