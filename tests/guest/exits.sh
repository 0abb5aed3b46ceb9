#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Exits that no guest can cause at will: tests/guest/defect.c forges them.
. "$srcdir/tests/tap.sh"

# forged DEFECT STATUS WHAT - expect a run with a forged exit to print WHAT and end with STATUS
forged()
{
	run with_defect "$1" harness --fact vendor=pvm svm-gif.default
	check "$1: status $2" status_is "$2"
	check "$1: $3" prints "$3"
}

forged forge-fail-entry 1 'fail-entry: vCPU [01]: KVM_EXIT_FAIL_ENTRY, reason 0x21, at '
forged forge-hlt 1 'unexpected-exit: vCPU [01]: KVM_EXIT_HLT (5) at '
forged forge-unknown 1 'unexpected-exit: vCPU [01]: KVM_EXIT_? (4660) at '
forged forge-delivery 1 'KVM_EXIT_INTERNAL_ERROR, suberror 3, at '
forged forge-emulation 77 'SKIP host: this KVM cannot emulate the instruction at '
forged forge-intr 0 '^ok [0-9]* - svm-gif.complete: [^#]*$'
forged_on_amd() { with_defect forge-emulation harness --fact vendor=amd svm-gif.default; }
run forged_on_amd
check 'forge-emulation with hardware virtualization: status 1' status_is 1
forged die 99 'died: its worker process died without a report'
done_testing
