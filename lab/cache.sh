# SPDX-License-Identifier: GPL-2.0-only
#
# The kernels at hand: one directory each, named by its version, with the
# files `image` and `vmlinux`, and, where KVM is not built in, the directory
# `modules`.
# shellcheck shell=bash

cache=${KVM_ERRATA_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/kvm-errata}

# cache__list: "VERSION IMAGE MODULES" a line, oldest first; "-" for no modules
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

# cache__find NAME: its line, or nothing.  NAME is an entry's whole name, a
# leading part of the version of one of Debian's, "newest" of those, or
# small:VERSION.
cache__find() {
	local version=${1//./\\.}

	case $1 in
	newest)		cache__list | grep -E '^[^ ]*-debian ' ;;
	small:*)	cache__list | grep -E "^${version#small:}(\.[^- ]*)?-small " ;;
	*)		cache__list | grep -E "^$version((\.[^- ]*)?-debian)? " ;;
	esac | tail -n 1
}

# cache__add VERSION DIRECTORY: DIRECTORY becomes the entry.  It lies in the
# cache's own file system, so that the entry appears whole or not at all.
cache__add() {
	local entry=$cache/kernels/$1

	mkdir -p "$cache/kernels" &&
		{ [ ! -e "$entry" ] || mv -T "$entry" "$2/../replaced"; } &&
		mv -T "$2" "$entry" || fail "$BROKEN" "$entry: cannot be written"
	cache__find "$1"
}
