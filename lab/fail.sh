# SPDX-License-Identifier: GPL-2.0-only
#
# How every program of the lab complains: one line, its own name first.
# shellcheck shell=bash

# The suite's exit statuses, as the harness has them.
# shellcheck disable=SC2034
OK=0 DEVIATION=1 NOTHING_RAN=77 BROKEN=99 CANNOT_TELL=125

# worse STATUS STATUS: the higher one, but anything is more than that nothing ran
worse() {
	[ "$1" != "$NOTHING_RAN" ] || return "$2"
	[ "$2" != "$NOTHING_RAN" ] || return "$1"
	return $(($1 > $2 ? $1 : $2))
}

say() {
	printf '%s: %s\n' "${0##*/}" "$*" >&2
}

# progress WORDS: on a terminal, in the line that the next words overwrite
progress() {
	[ ! -t 2 ] || [ "${TERM:-dumb}" = dumb ] || printf '\r\033[K%s' "$*" >&2
}

# fail STATUS MESSAGE...
fail() {
	local status=$1

	shift
	say "$@"
	exit "$status"
}

# need PROGRAM PACKAGE: PROGRAM is a name in PATH, or the path of a file
need() {
	case $1 in
	/*)	[ -e "$1" ] ;;
	*)	command -v "$1" >/dev/null ;;
	esac || fail "$BROKEN" "$1 is not installed: apt-get install $2"
}
