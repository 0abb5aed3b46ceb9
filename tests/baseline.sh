#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Bare metal beside this KVM.
. "$srcdir/tests/tap.sh"

# Of a run under OVMF, the case x2apic
run harness --baseline "$srcdir/tests/metal/x2apic.record" x2apic
check 'what it is' prints '^# baseline: .*x2apic.record, bare metal, QEMU'
check 'an emulated one is named' prints 'baseline: that CPU is emulated'
check 'both, side by side' prints '^# "x2APIC": bare metal beside this KVM: [0-9]* alike'
run harness --baseline "$srcdir/README.md" pat
check 'no record: status 99' status_is 99
run harness --baseline "$tmp/none" pat
check 'no file: named' prints 'none: No such file'
done_testing
