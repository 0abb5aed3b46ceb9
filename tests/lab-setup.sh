# SPDX-License-Identifier: GPL-2.0-only
#
# For the lab's own tests: TAP, and a world in $t in which no kernel runs.
# shellcheck shell=bash disable=SC2034,SC2154

lab=${SRC:-$(cd "$(dirname "$0")/.." && pwd)}/lab
tests=$(cd "$(dirname "$0")" && pwd)
t=$(mktemp -d "${TMPDIR:-/tmp}/lab-test.XXXXXX")
trap 'rm -rf "$t"' EXIT
number=0

plan() {
	echo "TAP version 13"
	echo "1..$1"
}

skip_all() {
	echo "TAP version 13"
	echo "1..0 # SKIP $1"
	exit 77
}

# check NAME COMMAND...: ok if COMMAND succeeds
check() {
	local name=$1 result=ok

	shift
	"$@" || result="not ok"
	number=$((number + 1))
	echo "$result $number - $name"
	[ "$result" = ok ] || sed 's/^/# /' "$t/out" "$t/err" 2>/dev/null
}

# run COMMAND...: keep its output in $t/out and $t/err, its status in $status
run() {
	"$@" >"$t/out" 2>"$t/err" </dev/null
	status=$?
}

# said STATUS TEXT: what the last run had to say on standard error
said() {
	[ "$status" = "$1" ] && grep -qF -- "$2" "$t/err"
}

# printed STATUS TEXT: and on standard output
printed() {
	[ "$status" = "$1" ] && grep -qF -- "$2" "$t/out"
}

# image FILE VERSION: something with a kernel's magic and version
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

command -v cpio >/dev/null || skip_all "cpio is not installed"
mkdir -p "$t/bin" "$t/build/cases" "$t/src/expected" "$t/tmp"
ln -s "$tests/fake-emulator" "$t/bin/qemu-system-x86_64"
printf '#!/bin/sh\n' | tee "$t/build/kvm-errata" >"$t/bin/busybox"
chmod +x "$t/build/kvm-errata" "$t/bin/busybox"
touch "$t/build/cases/a.elf" "$t/src/expected/a"
image "$t/image" 6.1.2
export BUILD=$t/build SRC=$t/src BUSYBOX=$t/bin/busybox PATH=$t/bin:$PATH
export TMPDIR=$t/tmp KVM_ERRATA_CACHE=$t/cache
