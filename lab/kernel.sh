# SPDX-License-Identifier: GPL-2.0-only
#
# Find a kernel by its name: a file; a version of Debian's (6.12, 6.12.57, newest);
# small:VERSION; running; an entry of lab/kernels list.  Fetch or build it if it is
# not in the cache.
# shellcheck shell=bash disable=SC2034,SC2154

kernel_default=6.12		# Debian stable's

# kernel__validate NAME: fail if NAME cannot be a kernel's
kernel__validate() {
	case $1 in
	*/* | running | newest | [0-9]* | small:[0-9]*) ;;
	*)	[ -f "$1" ] || [ -n "$(cache__find "$1")" ] ||
			fail "$BROKEN" "$1: no such kernel: expected 6.12, 6.12.57, newest, small:6.12, running, a file, or a name from lab/kernels list" ;;
	esac
}

# kernel__find NAME: set $kernel (the name for messages), $image, and $modules (empty if
# KVM is built in).  Keep $modules if it is set already.
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

# kernel__of_cache NAME: for "newest", use the cache only if Debian's cannot be fetched
kernel__of_cache() {
	local line=''

	[ "$1" != newest ] || line=$("$lab/kernels" fetch newest)
	[ -n "$line" ] || line=$(cache__find "$1")
	[ -n "$line" ] || line=$("$lab/kernels" fetch "$1") || exit
	read -r kernel image line <<<"$line"
	[ "$line" = - ] || modules=${modules:-$line}
}
