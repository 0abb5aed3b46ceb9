# SPDX-License-Identifier: GPL-2.0-only
#
# kvm_amd on QEMU's TCG, which emulates SVM with nested paging.
# shellcheck shell=bash disable=SC2034,SC2054,SC2154

qemu__need() {
	need qemu-system-x86_64 qemu-system-x86
}

# qemu__name: print the emulator and its version, for the record
qemu__name() {
	qemu-system-x86_64 --version | sed -nE 's/^QEMU emulator version ([0-9.]+).*/QEMU \1/p'
}

# qemu__prepare IMAGE INITRAMFS COMMAND-LINE: set $emulator to the command that
# boots them, with the console in $scratch/console and the report written to
# $scratch/report.
#
# One CPU: with two, one boot in ten fails under multi-threaded TCG.  A guest's vCPUs
# are threads, which need no second CPU.
#
# The third serial port has a heartbeat, because QEMU may lose the timer's interrupt:
# its svm_helper.c changes interrupt_request at each VM exit without the lock that the
# timer's thread takes.  The lost interrupt stays in the APIC's IRR until another
# interrupt arrives.  Without the heartbeat, a guest that spins might run forever.
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
