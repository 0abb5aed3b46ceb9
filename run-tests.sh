#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The front door: builds what is missing, then runs the cases on this host's
# KVM, or with --kernel on any kernel's in an emulator (lab/).
set -eu

src=$(cd "$(dirname "$0")" && pwd)
build=${BUILD:-$src/build}

case " $* " in
*' --help '*)
	cat <<-EOF
	usage: ./run-tests.sh [OPTION]... [CASE | CASE.VARIANT]...
	  every case on this host's KVM; builds what is missing
	  --kernel IMAGE [--modules DIR] --cpu amd|intel [--npt 0|--ept 0]
	                    the same, on that kernel's kvm_amd or kvm_intel, emulated
	  --uefi [--cpus N] the same as far as bare metal can, booted from its image under OVMF
	and, for the harness itself:
	EOF
	;;
esac

# The lab's machines have no libraries: theirs is a static build of its own.
case " $* " in
*' --kernel '*)
	build=${BUILD:-$src/build-static}
	export BUILD="$build" CONFIGURE_FLAGS=--enable-static
	;;
esac

# Our own trouble is 99: for git bisect run, 1 and 2 would be a bad kernel.
[ -e /proc/self/fd/2 ] || exec 2>/dev/null
quiet=$(mktemp) || exit 99
trap 'rm -f "$quiet"' EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM
needs=
case " $* " in
*' --uefi '*) needs=uefi ;;
esac
if ! "$src/bootstrap.sh" $needs >"$quiet" 2>&1; then
	cat "$quiet" >&2 || :
	exit 99
fi
# What was installed or built is worth a word; silence means there was nothing.
cat "$quiet" >&2 || :
rm -f "$quiet"
trap - HUP INT TERM

case " $* " in
*' --kernel '*)	exec env SRC="$src" "$src/lab/boot" "$@" ;;
*' --uefi '*)	exec env BUILD="$build" SRC="$src" "$src/metal/uefi" "$@" ;;
esac
exec "$build/kvm-errata" --cases "$build/cases" --expected "$src/expected" "$@"
