# SPDX-License-Identifier: GPL-2.0-only
#
# The suite that the lab's machines run: this host's build.
# shellcheck shell=bash disable=SC2119,SC2120,SC2154

SRC=${SRC:-$(dirname "$lab")}
BUILD=${BUILD:-$SRC/build}
export SRC BUILD

# suite__variants WORD...: print the words, one per line; replace a check's id by the
# variants that the check needs, because "kvm-errata run" does not know checks
suite__variants() {
	local word variants

	for word; do
		variants=''
		[[ $word != *.* || $word == *[!a-z0-9.-]* ]] ||
			variants=$("$BUILD/kvm-errata" list --cases "$BUILD/cases" \
				--expected "$SRC/expected" "$word" 2>/dev/null |
				sed -nE 's/^([^ ]+): [0-9]+ vCPU.*/\1/p')
		printf '%s\n' "${variants:-$word}"
	done
}

# suite__build [lab]: build what is missing or out of date; with "lab", also install
# the packages that the lab needs
suite__build() {
	local said status

	[ -x "$SRC/bootstrap.sh" ] || return 0
	said=$("$SRC/bootstrap.sh" "$@" 2>&1)
	status=$?
	[ "$status" = 0 ] || fail "$BROKEN" "the suite could not be built:"$'\n'"$said"
	[ -z "$said" ] || printf '%s\n' "$said" >&2
}
