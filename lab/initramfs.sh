# SPDX-License-Identifier: GPL-2.0-only
#
# The initramfs: busybox, init, and init's task.
# shellcheck shell=bash disable=SC2034,SC2154

# initramfs__static FILE PACKAGE-OR-ADVICE
initramfs__static() {
	[ -x "$1" ] || fail "$BROKEN" "$1: missing: $2"
	if head -c 4096 "$1" | grep -aq '/ld-linux'; then
		fail "$BROKEN" "$1: not statically linked: $2"
	fi
}

# initramfs__base ROOT
initramfs__base() {
	mkdir -p "$1"/bin "$1"/dev "$1"/lab "$1"/proc "$1"/sys
	cp "$busybox" "$1/bin/busybox"
	cp "$lab/init" "$1/init"
	chmod 755 "$1/init"
}

# initramfs__runner ROOT ARGUMENT...: kvm-errata-run, and what it is to do
initramfs__runner() {
	local root=$1

	shift
	[ -x "$BUILD/kvm-errata-run" ] ||
		fail "$BROKEN" "$BUILD/kvm-errata-run: missing: build the suite first"
	initramfs__program "$root" "$BUILD/kvm-errata-run"
	printf '%s' "${@/%/$'\n'}" >"$root/lab/arguments"
}

# initramfs__suite ROOT ARGUMENT...
initramfs__suite() {
	initramfs__runner "$@"
	mkdir "$1/lab/cases"
	cp "$BUILD"/cases/*.elf "$1/lab/cases/" ||
		fail "$BROKEN" "$BUILD/cases: no payloads: build the suite first"
	strip --strip-debug "$1"/lab/cases/*.elf 2>/dev/null
}

# initramfs__program ROOT FILE: copy FILE into ROOT/lab, and the libraries that it loads
initramfs__program() {
	local libraries

	cp "$2" "$1/lab/"
	strip "$1/lab/${2##*/}" 2>/dev/null
	mapfile -t libraries < <(ldd "$2" 2>/dev/null | grep -o '/[^ )]*')
	[ ${#libraries[@]} = 0 ] || cp -L --parents -t "$1" "${libraries[@]}" ||
		fail "$BROKEN" "$2: its libraries could not be copied"
}

# initramfs__pack ROOT FILE
initramfs__pack() {
	(cd "$1" && find . | cpio --quiet -o -H newc) >"$2" ||
		fail "$BROKEN" "$2: cannot be written"
}
