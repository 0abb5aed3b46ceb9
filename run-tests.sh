#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Build what is missing, then run the cases on this host's KVM.  If the host has
# none, or with --kernel or --cpu, run them on a kernel's kvm_amd or kvm_intel in
# an emulator (lab/).
set -eu

src=$(cd "$(dirname "$0")" && pwd)
build=${BUILD:-$src/build}

usage()
{
	cat <<-EOT
	usage: ./run-tests.sh [OPTION]... [CASE | CASE.VARIANT]...
	       ./run-tests.sh hunt [--seconds N] [OPTION]...
	  Builds what is missing, and runs every case on this host's KVM or, if it has
	  none, on that of Debian's stable kernel in QEMU.
	  --host            use only this host's KVM: without one, every check is a SKIP
	  --require-kvm     the same, but without one, exit with status 99 (for CI)
	  --cpu CPU, --kernel 6.12|newest|small:6.12|running|FILE
	                    run on that kernel's kvm_amd or kvm_intel in an emulator; the
	                    CPU is amd, amd-ryzen, intel, intel-skylake, intel-apicv or
	                    intel-tigerlake: see --cpu amd --help
	  --uefi [--cpus N] boot the bare-metal image under OVMF, and run the cases that
	                    need no KVM: see --uefi --help
	Commands and options of the harness:
	EOT
	sed -n '/^static const char usage/,/";$/s/^\t"\(  .*\|Exit.*\)\\n".*/\1/p' \
		"$src/harness/options.c"
}

# Where to run: host, lab or uefi; nowhere, for commands that run no case, such as
# list.  --bisect is about this host's kernel, unless another is named.
where='' help='' evidence='' sources='' known='' hunts='' before='' reads=''
for option; do
	case $option in
	--help | -h)	help=1 ;;
	--uefi)		where=uefi ;;
	--kernel | --cpu)	where=${where:-lab} ;;
	--host | --require-kvm | --bisect)	where=${where:-host} ;;
	judge)	evidence=${evidence:-default} where=nowhere ;;
	list | coverage | compare | verdict | --version)	where=nowhere ;;
	page)		sources=${sources:-default} where=nowhere ;;
	--sources*)	sources=theirs ;;
	--evidence | --expected | --as*)	evidence=theirs ;;
	run)		where=host ;;
	hunt)		known=${known:-default} hunts=1 ;;
	--known)	known=theirs ;;
	esac
done
# A hunt reads a record if its last word is not an option, nor the value of the word before it.
[ -z "$hunts" ] || for option; do
	case $before,$option in
	*,hunt | *,-?*)	reads='' ;;
	--*=*,* | [!-]*,* | ,*)	reads=1 ;;
	*)	reads='' ;;
	esac
	before=$option
done
[ -z "$reads" ] || where=nowhere
if [ -n "$help" ]; then
	export SRC="$src" BUILD="$build"
	case $where in
	lab)	exec "$src/lab/boot" --help ;;
	uefi)	exec "$src/metal/uefi" --help ;;
	*)	usage; exit ;;
	esac
fi

# Without a stderr, a message of ours would fail, and the shell exit with 1 or 2, which
# git bisect run takes for a bad kernel.  Our errors are status 99.
[ -e /proc/self/fd/2 ] || exec 2>/dev/null
why=
if [ -z "$where" ]; then
	where=host
	if ! why=$("$src/lab/probe"); then
		case $why in
		'no permission'*)
			echo "run-tests.sh: $why; or run on an emulated CPU: ./run-tests.sh --cpu amd" >&2
			exit 99 ;;
		esac
		where=lab
		cat >&2 <<-EOT
		run-tests.sh: this host has no KVM ($why): running on kvm_amd of Debian's kernel in QEMU
		run-tests.sh: this does not test this host's KVM (use --host), Intel (use --cpu intel), or caches, which an emulated CPU lacks
		EOT
	fi
fi

# is_case ID - tell whether the case at the start of ID, which may be a glob, exists
is_case()
{
	find "$src/cases" -name "${1%%.*}.c" | grep -q .
}

# refuse_unknown ARGUMENT... - exit with 99 if an option or a case does not exist
refuse_unknown()
{
	takes_value=
	for word; do
		[ -z "$takes_value" ] || { takes_value=; continue; }
		case $word in
		-*)	described=$(usage | grep -e "[[ ,|]${word%%=*}[][ ,|]") || {
				echo "run-tests.sh: $word: no such option: see ./run-tests.sh --help" >&2
				exit 99
			}
			case $described in *[[\ ,\|]"$word "[A-Z]*) takes_value=1 ;; esac ;;
		*/* | hunt)	;;
		*)	is_case "$word" || {
				echo "run-tests.sh: unknown case \"$word\": see ./run-tests.sh list" >&2
				exit 99
			} ;;
		esac
		last=$word
	done
	[ -z "$takes_value" ] || {
		echo "run-tests.sh: $last needs a value" >&2
		exit 99
	}
}

# Refuse bad arguments before anything is installed, built or fetched.
export SRC="$src" BUILD="$build"
needs=
case $where in
uefi)	needs=uefi
	"$src/metal/uefi" --dry-run "$@" || exit ;;
lab)	needs=amd
	case " $* " in *' --cpu intel'*) needs=lab ;; esac
	words=$("$src/lab/boot" --dry-run "$@") || exit
	# shellcheck disable=SC2086 # a word a line
	(set -f; IFS='
'; refuse_unknown $words) || exit ;;
host)	[ -x "$build/kvm-errata" ] || [ "${1-}" = run ] || refuse_unknown "$@" ;;
esac
[ "$where" != nowhere ] || [ ! -x "$build/kvm-errata" ] ||
	[ -n "$(find "$src/harness" "$src/guest" "$src/cases" -newer "$build/kvm-errata" -print -quit)" ] ||
	needs=none
if [ "$needs" != none ]; then
	# shellcheck disable=SC2086 # none, or one
	"$src/bootstrap.sh" $needs >&2 || exit 99
fi

# The command that repeats this run, without its cases and its record
KVM_ERRATA_COMMAND=$0 last=
for word; do
	case $last,$word in
	--record,* | *,--record | *,hunt)	;;
	--at,* | *,--at | --seed,* | *,--seed | --from,* | *,--from | --seconds,* | *,--seconds)	;;
	--map,* | *,--map | --skip,* | *,--skip)	;;
	--fact,* | *,-*)	KVM_ERRATA_COMMAND="$KVM_ERRATA_COMMAND $word" ;;
	*/*)	KVM_ERRATA_COMMAND="$KVM_ERRATA_COMMAND $word" ;;
	*)	is_case "$word" || KVM_ERRATA_COMMAND="$KVM_ERRATA_COMMAND $word" ;;
	esac
	last=$word
done
case $where,$KVM_ERRATA_COMMAND in
nowhere,* | *[!A-Za-z0-9\ ./_:=,+@-]*)	unset KVM_ERRATA_COMMAND ;;
*)	export KVM_ERRATA_COMMAND ;;
esac

# Remove --host, which the harness does not take.
for option; do
	shift
	[ "$option" = --host ] || set -- "$@" "$option"
done
[ "$evidence" != default ] || set -- --evidence "$src/records" "$@"
[ "$known" != default ] || set -- --known "$src/hunt/known" "$@"
[ "$sources" != default ] || set -- --sources "$src/cases" "$@"
case $where in
lab)
	if [ -z "$why" ]; then
		exec "$src/lab/boot" "$@"
	elif kernel=$("$src/lab/kernels" default); then
		exec "$src/lab/boot" --kernel "$kernel" \
			--fact "where=the lab, as this host has no KVM ($why)" "$@"
	fi
	echo "run-tests.sh: no kernel for the lab: lab/kernels fetch 6.12 gets one from the network" >&2
	;;
uefi)	exec "$src/metal/uefi" "$@" ;;
esac
exec "$build/kvm-errata" --cases "$build/cases" --expected "$src/expected" "$@"
