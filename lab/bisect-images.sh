# SPDX-License-Identifier: GPL-2.0-only
#
# Bisect a list of built kernels, of which the first is good and the last is bad.
# shellcheck shell=bash disable=SC2154

bisect_images() {
	local kernels low high middle count=0

	mapfile -t kernels < <(grep -v -e '^#' -e '^$' "$images")
	[ ${#kernels[@]} -ge 2 ] || fail "$BROKEN" "$images: fewer than two kernels"
	: "${steps:=$cache/bisect/images}"
	mkdir -p "$steps"

	low=0 high=$((${#kernels[@]} - 1))
	while [ $((high - low)) -gt 1 ]; do
		middle=$(((low + high) / 2))
		count=$((count + 1))
		printf 'step %d, %d left: ' "$count" "$((high - low - 1))"
		try_line "${kernels[middle]}"
		case $verdict in
		good)	low=$middle ;;
		bad)	high=$middle ;;
		*)	# no verdict: continue without this kernel
			kernels=("${kernels[@]:0:middle}" "${kernels[@]:middle + 1}")
			high=$((high - 1)) ;;
		esac
	done
	confirm good "${kernels[low]}"
	confirm bad "${kernels[high]}"
	sentence "${kernels[low]%% *}" "${kernels[high]%% *}"
}

# try_line "KERNEL ...": try the kernel whose name is the line's first word
try_line() {
	try "${1%% *}" "${1%% *}"
	tried+=" ${1%% *} "
}

# confirm WANTED LINE: fail unless LINE's kernel has the verdict WANTED.  If the change
# is next to an end of the list, no step has tried that end yet.
confirm() {
	local version=${2%% *}

	[[ ${tried-} != *" $version "* ]] || return 0
	printf 'confirming: '
	try_line "$2"
	[ "$verdict" = "$1" ] ||
		fail "$CANNOT_TELL" "$version should be $1, but is $verdict: no change between the ends of $images"
}
