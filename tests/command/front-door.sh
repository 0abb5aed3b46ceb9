#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck source-path=SCRIPTDIR disable=SC2016,SC2154
#
# run-tests.sh and lab/enter, with a KVM and without one.  A lab machine gives every
# host a KVM.
. "$srcdir/tests/tap.sh"
lab=$(cd "$srcdir/lab" && pwd)
front_door=$(cd "$srcdir" && pwd)/run-tests.sh
export BUILD=$PWD TMPDIR=$tmp/tmp
mkdir "$TMPDIR"

is_empty() { [ -z "$(ls -A "$1")" ]; }
exits_with() { status_is "$1" && prints "$2"; }

# hidden COMMAND...: run COMMAND with this host's KVM hidden, if it has one
hidden() {
	if [ -e /dev/kvm ]; then
		unshare --mount sh -c 'mount --bind /dev/null /dev/kvm; exec "$@"' sh "$@"
	else
		"$@"
	fi
}

# inside COMMAND...: run COMMAND in a lab machine
inside() { "$lab/enter" --limit 300 "$@"; }

# refuses WORDS ARGUMENT... - expect run-tests.sh to refuse its arguments with WORDS before it
# installs, builds or fetches anything
refuses()
{
	words=$1
	shift
	run env BUILD="$tmp/none" KVM_ERRATA_CACHE="$tmp/none" "$front_door" "$@"
	check "refused: $*" exits_with 99 "$words"
	check "refused before anything is made: $*" [ ! -e "$tmp/none" ]
}
refuses '^boot: --cpu arm: expected amd, .*intel' --cpu arm
refuses '^boot: --npt 2: expected 0 or 1' --cpu amd --npt 2
refuses '^boot: vax: no such kernel' --kernel vax mtrr
refuses '^boot: --kernel needs a value' --kernel
refuses '^uefi: --cpus none' --uefi --cpus none
refuses '^uefi: mtrr: --uefi runs all cases' --uefi mtrr
refuses 'unknown case "mttr"' --cpu amd mttr
refuses 'unknown case "mttr"' --host mttr
refuses '^run-tests.sh: --recrod: no such option' --host --recrod FILE
refuses '^run-tests.sh: --record needs a value' --host --record

# Without a KVM
if [ -e /dev/kvm ] && ! unshare --mount true 2>/dev/null; then
	check 'without a KVM # SKIP host: a mount namespace to hide /dev/kvm in' true
else
	run hidden "$front_door" --record "$tmp/record" pat.reset-init
	check 'no KVM: a check runs in the lab' exits_with 0 '^ok [0-9]* - pat.reset-init: [^#]*$'
	check 'no KVM: the first line has the reason' \
		grep -q '^run-tests.sh: this host has no KVM (.*): running on kvm_amd of' <(head -n 1 "$tmp/out")
	check 'no KVM: the option that insists on this host' prints 'run-tests.sh: .*use --host'
	check 'no KVM: a fact of the run' prints '^# where: the lab, as this host has no KVM (.*)$'
	check 'no KVM: a fact of the record' grep -q '"where": "the lab, as this host' "$tmp/record"
	run hidden "$front_door" --host pat
	check 'no KVM, --host: every check is a SKIP' exits_with 77 'kvm-errata.complete: [^#]* # SKIP nothing could be seen'
	run hidden "$front_door" --require-kvm pat
	check 'no KVM, --require-kvm: status 99' status_is 99
	run hidden "$front_door" --bisect pat.default
	check 'no KVM, --bisect: status 125' status_is 125
fi

# With a KVM
run inside true
if status_is 77; then
	check "with a KVM, and lab/enter # SKIP host: $(tail -n 1 "$tmp/out")" true
	done_testing
	exit
fi
run inside sh -c '"$1" --record /tmp/record pat && cat /tmp/record' sh "$front_door"
check 'a KVM: a run on this host' exits_with 0 '^ok [0-9]* - pat.complete: '
check 'a KVM: no run in the lab' prints_not 'this host has no KVM'
run inside "$lab/probe"
check 'lab/probe finds a KVM' status_is 0
run inside sh -c 'mount --bind /dev/null /dev/kvm && exec "$@"' sh "$lab/probe"
check 'a /dev/kvm that is no KVM: reported' exits_with 1 '/dev/kvm is not KVM'
run inside sh -c 'mount --bind /dev/null /dev/kvm && rm -f /boot/vmlinuz*
	KVM_ERRATA_CACHE=/tmp/none exec "$@"' sh "$front_door" pat
check 'no KVM, no network, no kernel: every check is a SKIP' \
	exits_with 77 'kvm-errata.complete: [^#]* # SKIP nothing could be seen'
check 'no KVM, no network, no kernel: the remedy' prints 'no kernel for the lab: lab/kernels fetch'
run inside sh -c 'mkdir /tmp/small && mount -t tmpfs -o size=4M small /tmp/small &&
	KVM_ERRATA_CACHE=/tmp/small exec "$@"' sh "$lab/kernels" fetch 6.12
check 'a full disk under the cache: reported' exits_with 99 '/tmp/small: only [0-9]* MB are free'

# lab/enter
run inside --writable "$tmp/tmp" sh -c 'echo out; echo error >&2; touch /etc/here "$TMPDIR/here"; exit 7'
check 'enter: the status of the command' exits_with 7 '^out$'
check 'enter: its standard error' prints '^error$'
check 'enter: files that are written do not reach the host' test ! -e /etc/here
check 'enter: except below the directory of --writable' test -e "$TMPDIR/here"
rm "$TMPDIR/here"
run inside /no/such/command
check 'enter: no such command' exits_with 127 '/no/such/command: No such file'
run inside --kernel "$srcdir/README.md" true
check 'enter: no kernel' exits_with 99 'not an x86 kernel image'
run inside --cpu intel true
check 'enter: no Intel' exits_with 99 'only QEMU.s AMD CPU'

# killed machine|SIGNAL: kill the machine in the middle, or send SIGNAL to lab/enter
killed() {
	begin '^begun$' setsid "$lab/enter" sh -c 'echo begun; sleep 600'
	case $1 in
	machine) pkill -KILL -f "^qemu-system-x86_64 .*$TMPDIR/" ;;
	*)	kill "-$1" $pid ;;
	esac
	wait $pid
	status=$?
}
nothing_left() {
	local i

	for ((i = 0; i < 50; i++)); do
		is_empty "$TMPDIR" && ! pgrep -f "$TMPDIR/kvm-errata-lab" >/dev/null && return
		sleep 0.1
	done
	return 1
}
killed machine
check 'enter: its machine killed: status 99, and reported' exits_with 99 'enter: sh: the machine ended before the command'
check 'enter: its machine killed: nothing is left' nothing_left
for signal in INT TERM KILL; do
	killed $signal
	check "enter: killed by SIG$signal: nothing is left" nothing_left
done
done_testing
