# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Completion of kvm-errata(1) for bash: commands, options, cases, variants, files.

_kvm_errata()
{
	local command=$1 word=$2 before=$3 help words

	help=$("$command" --help 2>/dev/null) || return
	case $before in
	--as)
		words=$(sed -n 's/^  --as .*: //p' <<<"$help" | tr -d ,)
		;;
	--*[a-z] | -o)
		grep -qE -- "^ .*$before [A-Z]" <<<"$help" && return
		;;&
	*)
		words=$(sed -nE 's/^  (-[oh], )?(--[a-z-]+) .*/\2/p; s/^  ([a-z]+) .*/\1/p' <<<"$help")
		[[ $word == -* ]] ||
			words+=" $("$command" list 2>/dev/null | sed -nE 's/^(([^ .]+)\.[^ ]+): .*/\1 \2/p')"
		;;
	esac
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
}
complete -o default -F _kvm_errata kvm-errata
