#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Install the packages that are missing (after a message), configure, and build in
# build/.  A bare Debian machine is enough.
#
#	./bootstrap.sh          the build
#	./bootstrap.sh check    the build, and all tests
#	./bootstrap.sh uefi     the build, and what run-tests.sh --uefi needs
#	./bootstrap.sh amd      the build, and what the lab needs for an AMD CPU
#	./bootstrap.sh lab      the build, and all that the lab needs
#	./bootstrap.sh ci       the build, and what .ci/run needs
#	./bootstrap.sh deb      the build, and build/kvm-errata_VERSION_amd64.deb
#
# If apt is busy, as on a machine that has just booted, wait up to APT_LIMIT seconds.
set -eu

src=$(cd "$(dirname "$0")" && pwd)
build=${BUILD:-$src/build}
# shellcheck disable=SC2034 # for build_needs
cc=${CC:-cc}
apt_limit=${APT_LIMIT:-600}

# package:command that succeeds if it is installed
# shellcheck disable=SC2016 # evaluated in lacking()
build_needs='
	autoconf:command -v autoreconf
	automake:command -v automake
	gcc:command -v $cc
	libc6-dev:test -e /usr/include/stdlib.h
	make:command -v make
	pkg-config:command -v pkg-config
	libelf-dev:pkg-config --exists libelf
	zlib1g-dev:pkg-config --exists zlib
	libjansson-dev:pkg-config --exists jansson
'
check_needs='
	libcmocka-dev:pkg-config --exists cmocka
	perl:command -v prove
	cpio:command -v cpio
	parallel:command -v parallel
	xz-utils:command -v xz
	procps:command -v pgrep
	patch:command -v patch
	git:command -v git
	strace:command -v strace
	flex:command -v flex
	bison:command -v bison
	bc:command -v bc
	python3-tap:/usr/bin/python3 -c "import tap"
	python3-jsonschema:/usr/bin/python3 -c "import jsonschema"
	python3-yaml:/usr/bin/python3 -c "import yaml"
	libxml2-utils:command -v xmllint
	chromium:command -v chromium || ! in_debian
	chromium-driver:command -v chromedriver || ! in_debian
'
# the bare-metal image, and a virtual machine to run it
uefi_needs='
	gnu-efi:test -e /usr/include/efi/efi.h
	mtools:command -v mcopy
	ovmf:test -e /usr/share/ovmf/OVMF.fd
	qemu-system-x86:command -v qemu-system-x86_64
'
# any kernel on QEMU's AMD CPU, with this host's files
amd_needs='
	qemu-system-x86:command -v qemu-system-x86_64
	virtiofsd:[ -x /usr/libexec/virtiofsd ] || [ -x /usr/lib/qemu/virtiofsd ] || in_qemu
	busybox-static:test -e /bin/busybox && ! head -c 4096 /bin/busybox | grep -aq /ld-linux
	cpio:command -v cpio
	xz-utils:command -v xz
	zstd:command -v zstd
	ca-certificates:test -d /etc/ssl/certs
'
# the rest of the lab: Bochs's Intel CPUs, lab/matrix, small kernels
lab_needs='
	bochs:command -v bochs
	bochs-term:test -e /usr/lib/x86_64-linux-gnu/bochs/plugins/libbx_term_gui.so.0.0.0
	bochsbios:test -e /usr/share/bochs/BIOS-bochs-latest
	vgabios:test -e /usr/share/vgabios/vgabios-stdvga.bin
	grub-common:command -v grub-mkimage
	grub-pc-bin:test -e /usr/lib/grub/i386-pc/cdboot.img
	xorriso:command -v xorriso
	parallel:command -v parallel
	flex:command -v flex
	bison:command -v bison
	bc:command -v bc
	perl:command -v prove
'

ci_needs='
	clang:command -v clang
	clang-tidy:command -v clang-tidy
	cppcheck:command -v cppcheck
	shellcheck:command -v shellcheck
	valgrind:command -v valgrind
	gcovr:command -v gcovr
	mandoc:command -v mandoc
	openssh-server:test -e /usr/sbin/sshd
	mmdebstrap:command -v mmdebstrap
	libclang-rt-dev:ls /usr/lib/llvm-*/lib/clang/*/lib/linux/libclang_rt.fuzzer-x86_64.a
'
deb_needs='
	build-essential:dpkg -s build-essential
	debhelper:command -v dh
	dpkg-dev:command -v dpkg-buildpackage
	lintian:command -v lintian
	procps:command -v pgrep
'

# In Debian 12 and Ubuntu 22.04, virtiofsd is part of QEMU's packages.
in_qemu() { grep -qx 'VERSION_ID="\(12\|22.04\)"' /etc/os-release; }

# Ubuntu has chromium only as a snap, which cannot read our files: skip its tests.
in_debian() { grep -qx 'ID=debian' /etc/os-release; }

# lacking LIST - print the packages in LIST that are not installed
lacking()
{
	printf '%s\n' "$1" | while IFS=: read -r package test; do
		package=$(echo "$package" | tr -d '[:space:]')
		[ -z "$package" ] || eval "$test" >/dev/null 2>&1 || printf '%s ' "$package"
	done
}

# apt ARGUMENT... - run apt-get; while another process holds a lock of apt, retry until
# $apt_limit seconds after $began
apt()
{
	holder=
	while ! said=$($sudo env DEBIAN_FRONTEND=noninteractive LC_ALL=C apt-get -qq "$@" 2>&1); do
		lock=$(echo "$said" | sed -n 's/^E: Could not get lock \(.*\)$/\1/p' | head -n 1)
		if [ -z "$lock" ] || [ $(($(date +%s) - began)) -ge "$apt_limit" ]; then
			echo "$said" >&2
			[ -z "$lock" ] ||
				echo "bootstrap.sh: apt has been busy for $apt_limit seconds: $lock" >&2
			return 1
		fi
		[ "$holder" = "$lock" ] ||
			echo "Waiting for apt, at most $apt_limit seconds: $lock"
		holder=$lock
		sleep 1
	done
}

# choose_needs WHAT
choose_needs()
{
	case ${1:-} in
	check)	needs=$build_needs$check_needs$uefi_needs$amd_needs ;;
	uefi)	needs=$build_needs$uefi_needs ;;
	amd)	needs=$build_needs$amd_needs ;;
	lab)	needs=$build_needs$amd_needs$lab_needs ;;
	ci)	needs=$build_needs$check_needs$uefi_needs$amd_needs$lab_needs$deb_needs$ci_needs ;;
	deb)	needs=$build_needs$deb_needs ;;
	'')	needs=$build_needs ;;
	*)	echo "bootstrap.sh: $1: unknown, expected check, uefi, amd, lab, ci or deb" >&2
		exit 99 ;;
	esac
}

install_packages()
{
	packages=$(lacking "$needs")
	[ -n "$packages" ] || return 0
	sudo=
	[ "$(id -u)" = 0 ] || sudo=sudo
	if ! command -v apt-get >/dev/null || ! command -v ${sudo:-env} >/dev/null; then
		echo "kvm-errata needs packages that it cannot install; their Debian names are: $packages" >&2
		return 1
	fi
	echo "Installing $packages"
	began=$(date +%s)
	# shellcheck disable=SC2086 # a list of packages
	if ! apt update || ! apt install --no-install-recommends -y $packages; then
		echo "kvm-errata could not install $packages" >&2
		return 1
	fi
	took Installed
}

# took WHAT - print the time since $began, if it is 2 seconds or more
took()
{
	seconds=$(($(date +%s) - began))
	[ "$seconds" -lt 2 ] || echo "$1 in $seconds s"
}

choose_needs "$@"
install_packages || exit 99
if [ ! -e "$build/Makefile" ]; then
	echo "Configuring in $build"
	[ -x "$src/configure" ] || (cd "$src" && autoreconf -i >/dev/null 2>&1)
	mkdir -p "$build"
	# shellcheck disable=SC2086 # a list of options
	(cd "$build" && "$src/configure" --quiet ${CONFIGURE_FLAGS:-})
elif [ "${1:-}" = check ] && grep -q '^CMOCKA_LIBS = *$' "$build/Makefile"; then
	echo "Configuring again, to include the tests that need cmocka"
	(cd "$build" && ./config.status --quiet --recheck && ./config.status --quiet)
fi
began=$(date +%s)
# Print only make's errors
make -s -C "$build" -j "$(nproc)" am__v_CC_0=@ am__v_CCLD_0=@ am__v_GEN_0=@
took Built
[ "${1:-}" != deb ] || make -s -C "$build" deb
[ "${1:-}" != check ] || make -C "$build" -j "$(nproc)" check
