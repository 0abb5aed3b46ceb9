# SPDX-License-Identifier: GPL-2.0-only
#
# Bisection over kernels that are built already, the first of which is good and the last bad.
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
		*)	# this one tells nothing: go on without it
			kernels=("${kernels[@]:0:middle}" "${kernels[@]:middle + 1}")
			high=$((high - 1)) ;;
		esac
	done
	confirm good "${kernels[low]}"
	confirm bad "${kernels[high]}"
	sentence "${kernels[low]%% *}" "${kernels[high]%% *}"
}

# try_line "KERNEL ...": of lab/kernels list, or any other name of a kernel
try_line() {
	try "${1%% *}" "${1%% *}"
	tried+=" ${1%% *} "
}

# confirm WANTED LINE: the ends of the list have only been said to be good and
# bad: see for ourselves when the change is next to one.
confirm() {
	local version=${2%% *}

	[[ ${tried-} != *" $version "* ]] || return 0
	printf 'confirming: '
	try_line "$2"
	[ "$verdict" = "$1" ] ||
		fail "$CANNOT_TELL" "$version was to be $1 and is not ($verdict): no change between the ends of $images"
}
