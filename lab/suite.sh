# SPDX-License-Identifier: GPL-2.0-only
#
# The suite that runs in the lab's machines: this host's own build.
# shellcheck shell=bash disable=SC2119,SC2120,SC2154

SRC=${SRC:-$(dirname "$lab")}
BUILD=${BUILD:-$SRC/build}
export SRC BUILD

# suite__build [lab]: whatever of it is not there, or old; with lab, also the
# packages that the lab needs
suite__build() {
	local said status

	[ -x "$SRC/bootstrap.sh" ] || return 0
	said=$("$SRC/bootstrap.sh" "$@" 2>&1)
	status=$?
	[ "$status" = 0 ] || fail "$BROKEN" "the suite could not be built:"$'\n'"$said"
	grep -v '^  ' <<<"$said" >&2	# all but make's own progress
	return 0
}
