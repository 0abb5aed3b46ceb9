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
		fail "$BROKEN" "$1: not an x86 kernel image (no HdrS magic): expected a bzImage or vmlinuz"
	image__is_whole "$1" ||
		fail "$BROKEN" "$1: truncated: its header says that it has more than $(stat -Lc %s "$1") bytes: fetch or build it again"
}

# image__is_whole IMAGE: tell whether IMAGE is as long as its header says: setup_sects
# is at 0x1f1, and syssize, in units of 16 bytes, at 0x1f4.  A signature may follow.
image__is_whole() {
	local setup_sects syssize

	read -r setup_sects < <(od -An -tu1 -j497 -N1 "$1")
	read -r syssize < <(od -An -tu4 -j500 -N4 "$1")
	[ "$(stat -Lc %s "$1")" -ge $((syssize ? (setup_sects + 1) * 512 + syssize * 16 : 0)) ]
}

# image__unpack IMAGE FILE: unpack the kernel, so that the emulated CPU need not do it,
# which takes a third of a boot in QEMU.  Fail if the kernel has no PVH entry point
# (note 18).  payload_offset is at 0x248, payload_length at 0x24c.  The payload ends in
# 4 bytes with the unpacked size, except with gzip, whose format includes them.
image__unpack() {
	local setup_sects offset length packed=$2.packed

	read -r setup_sects < <(od -An -tu1 -j497 -N1 "$1")
	read -r offset length < <(od -An -tu4 -j584 -N8 "$1")
	tail -c +$(((setup_sects + 1) * 512 + offset + 1)) "$1" | head -c "$length" >"$packed"
	case $(image__bytes "$packed" 0 4 | od -An -tx1 | tr -d ' ') in
	1f8b*)		gzip -dc <"$packed" ;;
	fd377a58)	head -c -4 "$packed" | xz -dc ;;
	28b52ffd)	head -c -4 "$packed" | zstd -dcq ;;
	*)		false ;;
	esac >"$2" && readelf -n "$2" 2>/dev/null | grep -q '^  Xen .*0x0*12)'
	set -- "$2" $?
	rm -f "$packed"
	[ "$2" = 0 ] || rm -f "$1"
	return "$2"
}

# image__bytes FILE OFFSET COUNT: print bytes of FILE, without NULs
image__bytes() {
	dd if="$1" bs=1 skip="$2" count="$3" 2>/dev/null | tr -d '\0'
}

# image__release IMAGE: print what uname -r will say
image__release() {
	local offset

	offset=$(od -An -tu2 -j526 -N2 "$1")
	dd if="$1" bs=1 skip=$((offset + 512)) count=128 2>/dev/null |
		tr '\0' '\n' | sed -n '1s/ .*//p'
}

# modules__of IMAGE: print the directory of the image's modules, if it has KVM's: the
# build tree, a directory next to the image, or this host's /lib/modules.
modules__of() {
	local top release dir

	top=$(cd "$(dirname -- "$1")" && pwd)
	release=$(image__release "$1")
	[[ $top != */arch/x86/boot ]] || top=${top%/arch/x86/boot}
	for dir in "$top/arch/x86/kvm" "$top/modules" "$top/../lib/modules/$release" \
		"$top/../usr/lib/modules/$release" "/lib/modules/$release"
	do
		[ -d "$dir" ] && [ -n "$(find "$dir" -name 'kvm[-_]*.ko*' -print -quit)" ] || continue
		echo "${dir%/arch/x86/kvm}"
		return
	done
}

# modules__copy DIR RELEASE NAME DESTINATION: copy module NAME and its dependencies,
# and append each to DESTINATION/order after its own dependencies.
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

# modules__copy_all DIR RELEASE VENDOR DESTINATION MODULE...: copy KVM's modules, and
# the MODULEs that exist: some may be built in.
modules__copy_all() {
	local dir=$1 release=$2 to=$4 name

	modules__copy "$dir" "$release" "kvm-$3" "$to"
	for name in "${@:5}"; do
		(modules__copy "$dir" "$release" "$name" "$to") 2>/dev/null || rm -f "$to/$name.ko"
	done
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

# module__info FILE KEY: print KEY's value in the module's .modinfo section
module__info() {
	tr '\0' '\n' <"$1" | grep -am1 "^$2=" | cut -d= -f2-
}
