# SPDX-License-Identifier: GPL-2.0-only
#
# Messages of the lab's programs: one line, which starts with the program's name.
# shellcheck shell=bash

# The suite's exit statuses, the same as the harness's.
# shellcheck disable=SC2034
OK=0 DEVIATION=1 NOTHING_RAN=77 BROKEN=99 CANNOT_TELL=125

# worse STATUS STATUS: return the higher one; NOTHING_RAN is lower than any other
worse() {
	[ "$1" != "$NOTHING_RAN" ] || return "$2"
	[ "$2" != "$NOTHING_RAN" ] || return "$1"
	return $(($1 > $2 ? $1 : $2))
}

say() {
	printf '%s: %s\n' "${0##*/}" "$*" >&2
}

# progress WORDS: on a terminal, replace the current line by WORDS
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

# need PROGRAM PACKAGE: fail if PROGRAM, a name in PATH or a file's path, is missing
need() {
	case $1 in
	/*)	[ -e "$1" ] ;;
	*)	command -v "$1" >/dev/null ;;
	esac || fail "$BROKEN" "$1 is not installed: apt-get install $2"
}
