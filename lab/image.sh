# SPDX-License-Identifier: GPL-2.0-only
#
# A kernel image (bzImage) and the modules that belong to it.
#
# Documentation/arch/x86/boot.rst: the setup header has the magic "HdrS" at
# 0x202, and at 0x20e the offset, less 0x200, of the kernel's version string.
# shellcheck shell=bash disable=SC2034,SC2154

# image__check IMAGE
image__check() {
	[ -f "$1" ] || fail "$BROKEN" "$1: no such file"
	[ -r "$1" ] || fail "$BROKEN" "$1: cannot be read"
	[ "$(image__bytes "$1" 514 4)" = HdrS ] ||
		fail "$BROKEN" "$1: not an x86 kernel image (no HdrS magic; a bzImage or a vmlinuz is wanted)"
}

# image__bytes FILE OFFSET COUNT: without the NULs
image__bytes() {
	dd if="$1" bs=1 skip="$2" count="$3" 2>/dev/null | tr -d '\0'
}

# image__release IMAGE: what uname -r will say
image__release() {
	local offset

	offset=$(od -An -tu2 -j526 -N2 "$1")
	dd if="$1" bs=1 skip=$((offset + 512)) count=128 2>/dev/null |
		tr '\0' '\n' | sed -n '1s/ .*//p'
}

# modules__copy DIR RELEASE NAME DESTINATION: NAME and what it depends on,
# each appended to DESTINATION/order after its own dependencies.
modules__copy() {
	local dir=$1 release=$2 name=$3 to=$4 file built_for depends

	[ -e "$to/$name.ko" ] && return
	file=$(find "$dir" -type f -name "${name//[-_]/[-_]}.ko*" -print -quit)
	[ -n "$file" ] || fail "$BROKEN" "$dir: no module $name"
	module__unpack "$file" "$to/$name.ko"

	built_for=$(module__info "$to/$name.ko" vermagic)
	[ "${built_for%% *}" = "$release" ] ||
		fail "$BROKEN" "$file: built for ${built_for%% *}, but the kernel image is $release"
	depends=$(module__info "$to/$name.ko" depends)
	for name in ${depends//,/ }; do
		modules__copy "$dir" "$release" "$name" "$to"
	done
	echo "${3}" >>"$to/order"
}

# modules__copy_all DIR RELEASE VENDOR DESTINATION: KVM; and msr, where it is a
# module and there, for the facts of a CPU that only its MSRs tell.
modules__copy_all() {
	modules__copy "$1" "$2" "kvm-$3" "$4"
	(modules__copy "$1" "$2" msr "$4") 2>/dev/null || rm -f "$4/msr.ko"
}

# module__unpack FILE DESTINATION
module__unpack() {
	case $1 in
	*.xz)	xz -dc "$1" ;;
	*.zst)	zstd -dcq "$1" ;;
	*.gz)	gzip -dc "$1" ;;
	*)	cat "$1" ;;
	esac >"$2" || fail "$BROKEN" "$1: cannot be decompressed"
}

# module__info FILE KEY: KEY's value in the module's .modinfo section
module__info() {
	tr '\0' '\n' <"$1" | grep -am1 "^$2=" | cut -d= -f2-
}
