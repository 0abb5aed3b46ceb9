# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034,SC2154
#
# Set up $tmp for the lab's tests: kernels are images without code, and the
# emulator is tests/lab/fake-emulator.

. "$srcdir/tests/tap.sh"
lab=$(cd "$srcdir/lab" && pwd)

# exits_with STATUS TEXT: succeed if the last run ended with STATUS and printed TEXT
exits_with() {
	status_is "$1" && grep -qF -- "$2" "$tmp/out"
}

# image FILE VERSION: create a file with a kernel's magic and version
image() {
	{
		head -c 514 /dev/zero
		printf HdrS
		head -c 8 /dev/zero
		printf '\0\004'		# 0x20e: 0x400, that is 1536 in the file
		head -c 1008 /dev/zero
		printf '%s (test) #1\0' "$2"
	} >"$1"
}

# kernel VERSION: create an entry of the cache
kernel() {
	mkdir -p "$tmp/cache/kernels/$1"
	image "$tmp/cache/kernels/$1/image" "$1"
}

for program in cpio parallel; do
	command -v $program >/dev/null && continue
	echo "1..0 # SKIP $program is not installed"
	exit 0
done
mkdir -p "$tmp/bin" "$tmp/build/cases" "$tmp/src/expected" "$tmp/tmp"
ln -s "$(cd "$srcdir" && pwd)/tests/lab/fake-emulator" "$tmp/bin/qemu-system-x86_64"
printf '#!/bin/sh\n' >"$tmp/bin/busybox"
chmod +x "$tmp/bin/busybox"
ln -s "$PWD/kvm-errata" "$PWD/kvm-errata-run" "$tmp/build/"
touch "$tmp/build/cases/a.elf"
cat >"$tmp/src/expected/a" <<EOF
statement errata.rst "Versions" since 6.1
	A kernel shows its version.
decided by Makefile KERNELVERSION

check version: a kernel before 7.0 shows its version
	b.c	6.1.2 on kernel>=6.1.2 kernel<6.1.3
	b.c	6.1 on kernel<6.2
	b.c	6.12 on kernel>=6.12 kernel<6.13
	b.c	6.16 on kernel>=6.16 kernel<6.17
	b.c	other

check same: all kernels show the same
	b.d	same
EOF
image "$tmp/image" 6.1.2
export BUILD=$tmp/build SRC=$tmp/src BUSYBOX=$tmp/bin/busybox PATH=$tmp/bin:$PATH
export TMPDIR=$tmp/tmp KVM_ERRATA_CACHE=$tmp/cache
