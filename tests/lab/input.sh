#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck source-path=SCRIPTDIR disable=SC2154
#
# The lab's messages about bad input.  Needs no emulator.
. "$srcdir/tests/lab/setup.sh"

# refuses NAME TEXT ARGUMENT...: expect lab/boot to print TEXT and exit with 99
refuses() {
	local name=$1 text=$2

	shift 2
	run "$lab/boot" "$@"
	check "$name" exits_with 99 "$text"
}

# module DIR NAME VERSION DEPENDS: create a module
module() {
	mkdir -p "$1"
	printf 'vermagic=%s SMP mod_unload \0depends=%s\0' "$3" "$4" >"$1/$2.ko"
}

# without PROGRAM: create a PATH that lacks it
without() {
	rm -rf "$tmp/path"
	mkdir "$tmp/path"
	ln -s "$tmp"/bin/* "$tmp/path/"
	ln -s /usr/bin/* "$tmp/path/" 2>/dev/null
	rm "$tmp/path/$1"
}

refuses "an unknown kernel" "vax: no such kernel: expected 6.12, 6.12.57, newest, small:6.12" --kernel vax
refuses "an option without its value" "--kernel needs a value" --kernel
refuses "a kernel that is not there" "no such file" --kernel "$tmp/none"
refuses "a file that is no kernel" "not an x86 kernel image" --kernel /etc/passwd
: >"$tmp/nothing"
refuses "an empty file" "not an x86 kernel image" --kernel "$tmp/nothing"
refuses "an unknown CPU" "--cpu vax" --kernel "$tmp/image" --cpu vax
for cpu in amd-ryzen intel-apicv; do
	refuses "$cpu, whose emulator is not built" "not built: lab/bochs build; without it: amd, intel and intel-skylake" \
		--kernel "$tmp/image" --cpu $cpu
done
refuses "npt of 2" "--npt 2" --kernel "$tmp/image" --npt 2
refuses "a limit that is no number" "--limit soon" --kernel "$tmp/image" --limit soon
refuses "modules that are not there" "no such directory" --kernel "$tmp/image" --modules "$tmp/none"
mkdir "$tmp/empty"
refuses "a directory without modules" "no module kvm-amd" --kernel "$tmp/image" --modules "$tmp/empty"
module "$tmp/other" kvm-amd 6.1.3 ""
refuses "modules of another version" "built for 6.1.3, but the kernel image is 6.1.2" \
	--kernel "$tmp/image" --modules "$tmp/other"
refuses "a record that cannot be written" "cannot be written" \
	--kernel "$tmp/image" --record "$tmp/none/record"

module "$tmp/good" kvm-amd 6.1.2 "kvm"
module "$tmp/good" kvm 6.1.2 "irqbypass"
module "$tmp/good" irqbypass 6.1.2 ""
xz "$tmp/good/kvm.ko"
run "$lab/boot" --kernel "$tmp/image" --modules "$tmp/good"
check "modules of this version, compressed or not" exits_with 0 "ok 2"

for missing in qemu-system-x86_64:amd:qemu-system-x86 bochs:intel:bochs grub-mkimage:intel:grub-common; do
	IFS=: read -r program cpu package <<<"$missing"
	command -v "$program" >/dev/null || { check "without $program # SKIP not installed" true; continue; }
	without "$program"
	run env PATH="$tmp/path" "$lab/boot" --kernel "$tmp/image" --cpu "$cpu"
	check "without $program" exits_with 99 "apt-get install $package"
done
rm "$tmp/build/kvm-errata-run"
refuses "a suite that is not built" "missing: build the suite first" --kernel "$tmp/image"

run "$lab/kernels" build "$tmp/empty"
check "a directory that is no kernel tree" [ "$status" = 99 ]
run "$lab/kernels" list
check "an empty cache lists nothing" [ "$status$(cat "$tmp/out")" = 0 ]
done_testing
