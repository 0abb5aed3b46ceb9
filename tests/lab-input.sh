#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck source-path=SCRIPTDIR disable=SC2154
#
# What the lab says to bad input.  No emulator needed.
. "$(dirname "$0")/lab-setup.sh"

# refuses NAME TEXT ARGUMENT...: lab/boot exits 99 and says TEXT
refuses() {
	local name=$1 text=$2

	shift 2
	run "$lab/boot" "$@"
	check "$name" said 99 "$text"
}

# module DIR NAME VERSION DEPENDS
module() {
	mkdir -p "$1"
	printf 'vermagic=%s SMP mod_unload \0depends=%s\0' "$3" "$4" >"$1/$2.ko"
}

# without PROGRAM: a PATH that has all but it
without() {
	local directory file

	rm -rf "$t/path"
	mkdir "$t/path"
	for directory in /usr/bin /usr/sbin /bin "$t/bin"; do
		for file in "$directory"/*; do
			[ "${file##*/}" = "$1" ] || ln -sf "$file" "$t/path/"
		done
	done
}

plan 20

refuses "no kernel" "--kernel is missing"
refuses "an option without its value" "--kernel needs a value" --kernel
refuses "a kernel that is not there" "no such file" --kernel "$t/none"
refuses "a file that is no kernel" "not an x86 kernel image" --kernel /etc/passwd
: >"$t/nothing"
refuses "an empty file" "not an x86 kernel image" --kernel "$t/nothing"
refuses "an unknown CPU" "--cpu vax" --kernel "$t/image" --cpu vax
refuses "npt of 2" "--npt 2" --kernel "$t/image" --npt 2
refuses "no limit" "--limit soon" --kernel "$t/image" --limit soon
refuses "modules that are not there" "no such directory" --kernel "$t/image" --modules "$t/none"
mkdir "$t/empty"
refuses "no modules among the modules" "no module kvm-amd" --kernel "$t/image" --modules "$t/empty"
module "$t/other" kvm-amd 6.1.3 ""
refuses "modules of another version" "built for 6.1.3, but the kernel image is 6.1.2" \
	--kernel "$t/image" --modules "$t/other"
refuses "a record that cannot be written" "cannot be written" \
	--kernel "$t/image" --record "$t/none/record"

module "$t/good" kvm-amd 6.1.2 "kvm"
module "$t/good" kvm 6.1.2 "irqbypass"
module "$t/good" irqbypass 6.1.2 ""
xz "$t/good/kvm.ko"
run "$lab/boot" --kernel "$t/image" --modules "$t/good"
check "modules of this version, compressed or not" printed 0 "ok 2"

for missing in qemu-system-x86_64:amd:qemu-system-x86 bochs:intel:bochs grub-mkimage:intel:grub-common; do
	IFS=: read -r program cpu package <<<"$missing"
	command -v "$program" >/dev/null || { check "without $program # SKIP not here anyway" true; continue; }
	without "$program"
	run env PATH="$t/path" "$lab/boot" --kernel "$t/image" --cpu "$cpu"
	check "without $program" said 99 "apt-get install $package"
done
cp /bin/bash "$t/build/kvm-errata"
refuses "a suite that is not static" "configure with --enable-static" --kernel "$t/image"
rm "$t/build/kvm-errata"
refuses "a suite that is not built" "configure with --enable-static, and make" --kernel "$t/image"

run "$lab/kernels" build "$t/empty"
check "a directory that is no kernel tree" [ "$status" = 99 ]
run "$lab/kernels" list
check "an empty cache lists nothing" [ "$status$(cat "$t/out")" = 0 ]
