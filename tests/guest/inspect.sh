#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# --inspect, on a KVM that can dump VMCBs: this host's, or kvm_amd in a lab machine.
parameter=/sys/module/kvm_amd/parameters/dump_invalid_vmcb
# shellcheck disable=SC2154 # make sets it
if ! [ -w "$parameter" ]; then
	"$srcdir/lab/enter" --limit 900 --writable . env srcdir="$(cd "$srcdir" && pwd)" sh "$0"
	status=$?
	if [ "$status" = 77 ]; then
		echo '1..0 # SKIP host: no lab machine'
		exit 0
	fi
	exit "$status"
fi
. "$srcdir/tests/tap.sh"

# within SETUP COMMAND...: run both in a mount namespace of their own
within()
{
	unshare --mount sh -c "$1; shift; exec \"\$@\"" sh "$@"
}

set -- ./kvm-errata --cases cases --expected "$srcdir/expected" --inspect

run "$@" --record "$tmp/record" cr0-cd pat
check '--inspect: status 0' status_is 0
check '--inspect: the memory type given to the CPU is observed' shows "$tmp/record" pat.default.uc.given uc
check '--inspect: a known deviation is a TODO' prints '^not ok [0-9]* - cr0-cd.cd-default: [^#]* # TODO '
check '--inspect: a known deviation has got and documented' prints '^#   cr0-cd.default.cd.given: got wb, documented uc$'
check 'dump_invalid_vmcb is N again' grep -qx N "$parameter"
echo Y >"$parameter"
run "$@" cr0-cd
check 'dump_invalid_vmcb that was Y stays Y' grep -qx Y "$parameter"
echo N >"$parameter"

run harness cr0-cd
check 'without --inspect: a SKIP that names the option' \
	prints ' host: what KVM gives the CPU is seen with --inspect, by root$'

# Others may not read an ordinary user's home.
chmod 755 "$tmp"
cp -r ./kvm-errata cases "$srcdir/expected" "$tmp"
chmod 666 /dev/kvm
run setpriv --reuid 65534 --regid 65534 --clear-groups "$tmp/kvm-errata" \
	--cases "$tmp/cases" --expected "$tmp/expected" --inspect cr0-cd
check 'not root: the rest runs' status_is 0
check 'not root: a SKIP that names the unreadable file' \
	prints ' host: /dev/kmsg: Operation not permitted (root may read it)$'
run within 'mount --bind /dev/null /proc/kcore' "$@" cr0-cd
check 'no kcore: the rest runs' status_is 0
check 'no kcore: a SKIP that names it' prints ' host: /proc/kcore is not the ELF file that it should be$'
run within "mount --bind /dev/zero $parameter" "$@" cr0-cd
check 'no dump in the log: the rest runs' status_is 0
check 'no dump in the log: a SKIP that says so' \
	prints " host: the kernel's log shows no whole dump of the vCPU"

# After SIGKILL at any time, the guard process wakes up and restores the parameter.
for delay in 0.1 0.2 0.3 0.4 0.5 0.6 0.7 0.8; do
	"$@" pat cr0-cd >/dev/null 2>&1 &
	sleep "$delay"
	kill -KILL $! 2>/dev/null
	wait $! 2>/dev/null
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		grep -qx N "$parameter" && break
		sleep 0.1
	done
	check "killed after $delay s: dump_invalid_vmcb is N again" grep -qx N "$parameter"
done

# Concurrent runs take turns.
for n in 1 2 3; do
	"$@" cr0-cd >"$tmp/concurrent.$n" 2>&1 &
done
wait
for n in 1 2 3; do
	run cat "$tmp/concurrent.$n"
	check "three runs at once: run $n observes the memory type given to the CPU" \
		prints '^ok .* cr0-cd.cd-quirk-disabled: [^#]*$'
done
done_testing
