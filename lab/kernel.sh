# SPDX-License-Identifier: GPL-2.0-only
#
# What a kernel is called, the same everywhere: a file; a version of Debian's
# (6.12, 6.12.57, newest); small:VERSION; running; an entry of lab/kernels list.
# What is not in the cache is fetched or built.
# shellcheck shell=bash disable=SC2034,SC2154

kernel_default=6.12		# Debian stable's

# kernel__validate NAME: refuse what can name no kernel
kernel__validate() {
	case $1 in
	*/* | running | newest | [0-9]* | small:[0-9]*) ;;
	*)	[ -f "$1" ] || [ -n "$(cache__find "$1")" ] ||
			fail "$BROKEN" "$1: no such kernel: 6.12, 6.12.57, newest, small:6.12, running, a file, or of lab/kernels list" ;;
	esac
}

# kernel__find NAME: set $kernel, what to call it, $image, and $modules, which
# is empty where KVM is built in.  $modules that are set already stay.
kernel__find() {
	case $1 in
	'')	exit "$BROKEN" ;;
	*/*)	kernel__file "$1" ;;
	running)
		kernel__file "/boot/vmlinuz-$(uname -r)" ;;
	*)	if [ -f "$1" ]; then
			kernel__file "$1"
		else
			kernel__of_cache "$1"
		fi ;;
	esac
	image__check "$image"
	[ -z "$modules" ] || [ -d "$modules" ] ||
		fail "$BROKEN" "$modules: no such directory"
}

kernel__file() {
	kernel=$1 image=$1
	image__check "$1"
	modules=${modules:-$(modules__of "$1")}
}

# kernel__of_cache NAME: "newest" is that of the cache only where Debian cannot be asked
kernel__of_cache() {
	local line=''

	[ "$1" != newest ] || line=$("$lab/kernels" fetch newest)
	[ -n "$line" ] || line=$(cache__find "$1")
	[ -n "$line" ] || line=$("$lab/kernels" fetch "$1") || exit
	read -r kernel image line <<<"$line"
	[ "$line" = - ] || modules=${modules:-$line}
}
