# SPDX-License-Identifier: GPL-2.0-only
#
# The cache of kernels.  Each kernel has a directory, named by its version, with the
# files `image` and `vmlinux` and, if KVM is not built in, the directory `modules`.
# shellcheck shell=bash

cache=${KVM_ERRATA_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/kvm-errata}

# cache__list: print "VERSION IMAGE MODULES" lines, oldest version first; MODULES is
# "-" if there are none
cache__list() {
	local entry modules

	[ -d "$cache/kernels" ] || return 0
	find "$cache/kernels" -mindepth 1 -maxdepth 1 -type d ! -name '.*' | sort -V |
		while read -r entry; do
			modules=-
			[ -d "$entry/modules" ] && modules=$entry/modules
			printf '%s %s %s\n' "${entry##*/}" "$entry/image" "$modules"
		done
}

# cache__find NAME: print NAME's line of cache__list, or nothing.  NAME is an entry's
# full name, the first part of a Debian kernel's version, "newest" for the newest of
# Debian's, or small:VERSION.
cache__find() {
	local version=${1//./\\.}

	case $1 in
	newest)		cache__list | grep -E '^[^ ]*-debian ' ;;
	small:*)	cache__list | grep -E "^${version#small:}(\.[^- ]*)?-small " ;;
	*)		cache__list | grep -E "^$version((\.[^- ]*)?-debian)? " ;;
	esac | tail -n 1
}

# cache__add VERSION DIRECTORY: rename DIRECTORY to the entry VERSION, and print its
# line.  DIRECTORY must be in the cache's file system, so that the rename is atomic.
cache__add() {
	local entry=$cache/kernels/$1

	mkdir -p "$cache/kernels" &&
		{ [ ! -e "$entry" ] || mv -T "$entry" "$2/../replaced"; } &&
		mv -T "$2" "$entry" || fail "$BROKEN" "$entry: cannot be written"
	cache__find "$1"
}
