#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Seeded defects: the named check and observation catch a KVM that misbehaves.
. "$srcdir/tests/tap.sh"

# caught DEFECT CASE CHECK OBSERVATION - expect CHECK of CASE to catch DEFECT by OBSERVATION
caught()
{
	run with_defect "$1" harness "$2"
	check "$1 is caught by $3" \
		prints "^not ok [0-9]* - $3: [^#]*\$\|^ok [0-9]* - $3: [^#]* # TODO KVM does what"
	check "$1 is seen by $4" prints "^#   $4: got "
}

caught swallow-x2apic-api x2apic x2apic.shared-id-lowest-vcpu x2apic.32bit-ids.shared.ipi.fixed.receivers
caught swallow-x2apic-api x2apic x2apic.shared-id-first-created \
	x2apic.32bit-ids-reversed.shared.ipi.fixed.receivers
caught create-in-order x2apic.32bit-ids-reversed x2apic.unshared-id \
	x2apic.32bit-ids-reversed.unique.1.receivers
caught flip-x87-bits x87 x87.supported x87.bits-set.supported.fdp_excptn_only
caught flip-x87-bits x87 x87.supported x87.bits-clear.supported.zero_fcs_fds
caught msi-to-sender x2apic.32bit-ids x2apic.shared-id-lowest-vcpu x2apic.32bit-ids.shared.msi.fixed.receivers
caught msi-twice x2apic.32bit-ids x2apic.shared-id-lowest-vcpu x2apic.32bit-ids.shared.msi.fixed.receivers
caught inject-ud vcpu-events vcpu-events.matching-error-code vcpu-events.default.vector-13.with
done_testing
