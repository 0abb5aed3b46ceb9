# SPDX-License-Identifier: GPL-2.0-only
#
# One step of git bisect run, in the current directory's kernel tree.
# shellcheck shell=bash disable=SC2154

bisect_commit() {
	local tree commit work

	tree=$(git rev-parse --show-toplevel) || exit "$BROKEN"
	commit=$(git rev-parse --short=12 HEAD)
	work=$cache/bisect/$(cksum <<<"$tree" | cut -d' ' -f1)
	: "${steps:=$work/$check-$cpu}"
	mkdir -p "$steps"

	build_commit "$tree" "$work/out" "$commit"
	try "$commit" "$work/out/arch/x86/boot/bzImage"
	last_step
	case $verdict in
	good)	exit "$OK" ;;
	bad)	exit "$DEVIATION" ;;
	*)	exit "$CANNOT_TELL" ;;
	esac
}

# build_commit TREE OUT COMMIT: build the kernel in OUT, which is kept between steps
# so that only changed files are compiled again.
build_commit() {
	build__need
	(build__image "$1" "$2") >"$steps/$3.build" 2>&1 && return
	tail -n 5 "$steps/$3.build" >&2
	fail "$CANNOT_TELL" "$3 cannot be built: see $steps/$3.build"
}

# last_step: if this is the last step, print the result.  Git does not say which step
# is the last: check whether this verdict leaves only one candidate for the first bad
# commit.
last_step() {
	local bad=refs/bisect/bad good left

	mapfile -t good < <(git for-each-ref --format='%(refname)' 'refs/bisect/good-*')
	case $verdict in
	good)	good+=(HEAD) ;;
	bad)	bad=HEAD ;;
	*)	return ;;
	esac
	git rev-parse -q --verify "$bad" >/dev/null || return
	mapfile -t left < <(git rev-list --abbrev=12 --abbrev-commit "$bad" --not "${good[@]}")
	[ ${#left[@]} = 1 ] || return
	sentence "$(git rev-parse --short=12 "${left[0]}^")" "${left[0]}"
	git show -s --format='%h %s' "${left[0]}"
	echo "every step's TAP, console and record: $steps"
}
