# SPDX-License-Identifier: GPL-2.0-only
#
# kvm_amd on QEMU's TCG, which emulates SVM with nested paging.
# shellcheck shell=bash disable=SC2034,SC2054,SC2154

qemu__need() {
	need qemu-system-x86_64 qemu-system-x86
}

# qemu__prepare IMAGE INITRAMFS COMMAND-LINE: set $emulator to the command that
# boots them, with the console in $scratch/console and the report written to
# $scratch/report.
#
# One CPU: with two, multi-threaded TCG loses one boot in ten.  A guest's vCPUs
# are threads and need no second one.
#
# A heartbeat on the third serial port, because QEMU may lose the timer's interrupt:
# its svm_helper.c changes interrupt_request at each VM exit without the lock under
# which the timer's thread does.  It stays in the APIC's IRR, and any other interrupt
# brings it back; without one a guest that spins would run for ever.
qemu__prepare() {
	local kernel=${1%/*}/vmlinux

	[ -e "$kernel" ] || kernel=$1
	mkfifo "$scratch/heartbeat.in" "$scratch/heartbeat.out"
	emulator=(
		qemu-system-x86_64 -nodefaults -no-user-config -no-reboot
		-display none -machine pc -accel tcg -cpu EPYC,+svm,+npt
		-smp 1 -m 512 -kernel "$kernel" -initrd "$2" -append "$3"
		-serial "file:$scratch/console" -serial "file:$scratch/report"
		-chardev "pipe,id=heartbeat,path=$scratch/heartbeat"
		-serial chardev:heartbeat
	)
}
