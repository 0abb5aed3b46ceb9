# SPDX-License-Identifier: GPL-2.0-only
#
# The lab's small kernel: 3 MB, with KVM for both vendors built in.  It boots in
# seconds in either emulator.
# shellcheck shell=bash disable=SC2154

build__need() {
	need make make
	need gcc gcc
	need flex flex
	need bison bison
	need bc bc
	need /usr/include/gelf.h libelf-dev
}

# build__image TREE OUT: build OUT/arch/x86/boot/bzImage; return make's status.
#
# The image's name and date are constant, so that the build is reproducible.
build__image() {
	[ -d "$1/arch/x86/kvm" ] ||
		fail "$BROKEN" "$1: not a kernel tree"
	mkdir -p "$2"
	build__make "$1" "$2" KCONFIG_ALLCONFIG="$lab/tiny.config" allnoconfig &&
		build__configured "$2/.config" &&
		build__make "$1" "$2" -j"$(nproc)" bzImage
}

# build__make TREE OUT ARGUMENT...
build__make() {
	local tree=$1 out=$2

	shift 2
	make -s -C "$tree" O="$out" ARCH=x86_64 KBUILD_BUILD_USER=lab \
		KBUILD_BUILD_HOST=kvm-errata KBUILD_BUILD_VERSION=1 \
		KBUILD_BUILD_TIMESTAMP='1 January 2000' "$@" </dev/null
}

# build__configured FILE: fail if an option that the lab needs is not set.  Others of
# tiny.config may be unknown to this tree, because versions differ.
build__configured() {
	local option

	for option in KVM KVM_AMD KVM_INTEL SERIAL_8250_CONSOLE BLK_DEV_INITRD DEVTMPFS; do
		grep -qx "CONFIG_$option=y" "$1" ||
			fail "$BROKEN" "CONFIG_$option cannot be built into this tree"
	done
}
