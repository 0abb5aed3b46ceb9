#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# --inspect, on a KVM that shows what it gives the CPU: this one, or kvm_amd in a
# machine of the lab.
parameter=/sys/module/kvm_amd/parameters/dump_invalid_vmcb
# shellcheck disable=SC2154 # make sets it
if ! [ -w "$parameter" ]; then
	"$srcdir/lab/enter" --writable . env srcdir="$(cd "$srcdir" && pwd)" sh "$0"
	status=$?
	if [ "$status" = 77 ]; then
		echo '1..0 # SKIP host: no machine of the lab with its files'
		exit 0
	fi
	exit "$status"
fi
. "$srcdir/tests/tap.sh"

# within COMMAND...: in a mount namespace of its own
within()
{
	unshare --mount sh -c "$1; shift; exec \"\$@\"" sh "$@"
}

set -- ./kvm-errata --cases cases --expected "$srcdir/expected" --inspect

run "$@" --record "$tmp/record" cr0-cd pat
check 'as documented' status_is 0
check 'what is given is seen' shows "$tmp/record" pat.default.uc.given uc
check 'and what is known' prints '^not ok [0-9]* - cr0-cd.cd-default: [^#]* # TODO '
check 'and how it is known' prints '^#   cr0-cd.default.cd.given: got wb, documented uc$'
check 'the parameter is what it was' grep -qx N "$parameter"
echo Y >"$parameter"
run "$@" cr0-cd
check 'when it was set, it stays so' grep -qx Y "$parameter"
echo N >"$parameter"

run harness cr0-cd
check 'not asked for: a SKIP, and how' \
	prints ' host: what KVM gives the CPU is seen with --inspect, by root$'

# Others may not read an ordinary user's home.
chmod 755 "$tmp"
cp -r ./kvm-errata cases "$srcdir/expected" "$tmp"
chmod 666 /dev/kvm
run setpriv --reuid 65534 --regid 65534 --clear-groups "$tmp/kvm-errata" \
	--cases "$tmp/cases" --expected "$tmp/expected" --inspect cr0-cd
check 'not root: the rest runs' status_is 0
check 'not root: a SKIP that names what it may not read' \
	prints ' host: /dev/kmsg: Operation not permitted (root may read it)$'
run within 'mount --bind /dev/null /proc/kcore' "$@" cr0-cd
check 'no kcore: the rest runs' status_is 0
check 'no kcore: a SKIP that names it' prints ' host: /proc/kcore is not the ELF file that it should be$'
run within "mount --bind /dev/zero $parameter" "$@" cr0-cd
check 'nothing is printed: the rest runs' status_is 0
check 'nothing is printed: a SKIP that says so' \
	prints " host: the kernel's log shows no whole dump of the vCPU"

# Killed anywhere, the parameter is set back: a moment later, for the guard has to wake up.
for delay in 0.1 0.2 0.3 0.4 0.5 0.6 0.7 0.8; do
	"$@" pat cr0-cd >/dev/null 2>&1 &
	sleep "$delay"
	kill -KILL $! 2>/dev/null
	wait $! 2>/dev/null
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		grep -qx N "$parameter" && break
		sleep 0.1
	done
	check "killed after $delay s: the parameter is what it was" grep -qx N "$parameter"
done

# Beside each other they take turns.
for n in 1 2 3; do
	"$@" cr0-cd >"$tmp/beside.$n" 2>&1 &
done
wait
for n in 1 2 3; do
	run cat "$tmp/beside.$n"
	check "beside two others: run $n sees what is given" \
		prints '^ok .* cr0-cd.cd-quirk-disabled: [^#]*$'
done
done_testing
