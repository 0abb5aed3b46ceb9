#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab/fleet on fake machines, which are namespaces with an sshd each: two work, one dies in the
# middle, one hangs in the middle, one cannot be reached, and one has no KVM.
. "$srcdir/tests/tap.sh"

for need in parallel:parallel ssh:openssh-client /usr/sbin/sshd:openssh-server; do
	command -v "${need%:*}" >"$tmp/out" || { echo "Bail out! no ${need%:*}: apt-get install ${need#*:}"; exit 99; }
done
[ "$(id -u)" = 0 ] || { echo 'Bail out! only root can make namespaces'; exit 99; }
SRC=$(cd "$srcdir" && pwd) BUILD=$PWD fleet=$tmp/fleet
PARALLEL_SSH="ssh -F $tmp/ssh_config"
export SRC BUILD PARALLEL_SSH fleet tmp

ssh-keygen -q -t ed25519 -N '' -f "$tmp/key"
ssh-keygen -q -t ed25519 -N '' -f "$tmp/host_key"
cat >"$tmp/ssh_config" <<END
Host *
	ProxyCommand $tmp/machine %n
	IdentityFile $tmp/key
	StrictHostKeyChecking no
	UserKnownHostsFile /dev/null
	LogLevel ERROR
	User $(id -un)
END
cat >"$tmp/sshd_config" <<END
HostKey $tmp/host_key
AuthorizedKeysFile $tmp/key.pub
StrictModes no
UsePAM no
PermitRootLogin yes
END

# A machine for one connection, whose processes end with the first of them.
cat >"$tmp/machine" <<'END'
#!/bin/sh
host=$1
mkdir -p "$tmp/$host"
echo >>"$tmp/$host.connections"
first=$([ "$(wc -l <"$tmp/$host.connections")" = 1 ] && echo 1)
# when_running SIGNAL - send SIGNAL to the machine in the middle of its run
when_running() {
	while sleep 0.02; kill -0 $$ && [ "$(wc -l <"$fleet/$host.record")" -lt 2 ]; do :; done
	pkill "-$1" --ns "$(pgrep -P $$ sshd)" --nslist pid
}
case $host in
absent)	exit 1 ;;
late)	[ "$(wc -l <"$tmp/late.connections")" -gt 2 ] || exit 1 ;;
dies)	[ -z "$first" ] || when_running KILL & ;;
hangs)	[ -z "$first" ] || when_running STOP & ;;
no-kvm)	without='mount --bind /dev/null /dev/kvm;' ;;
esac
exec unshare --mount --net --uts --pid --fork --kill-child --mount-proc sh -c "
	hostname $host
	$without
	mount -t tmpfs tmpfs /run
	mkdir -p /run/sshd
	exec /usr/sbin/sshd -i -e -f $tmp/sshd_config -o SetEnv=TMPDIR=$tmp/$host" 2>>"$tmp/sshd.log"
END
chmod +x "$tmp/machine"
has() { [ "$(wc -l <"$tmp/$1.connections")" = "$2" ]; }
is_empty() { [ -z "$(ls -A "$1")" ]; }
is_alone() { ! pgrep -f "$tmp" >"$tmp/left"; }

# Run as many machines at once as this one has CPUs, and only some cases.
fleet()
{
	PARALLEL="--jobs $(nproc) $1"
	export PARALLEL
	shift
	run "$srcdir/lab/fleet" --records "$fleet" --case x87 --case mtrr --case pat --case x2apic "$@"
}

fleet '' well other dies hangs absent no-kvm
check 'a machine that is lost: status 99' status_is 99
for host in well other dies hangs; do
	check "$host: a whole record" prints "^fleet: $host: # [0-9]* checks: .* 0 never observed"
done
check 'well: one connection' has well 1
check 'dies in the middle: a second connection' has dies 2
check 'hangs in the middle: a second connection' has hangs 2
check 'absent: reported' prints '^fleet: absent: status 255: '
check 'no KVM there: reported' prints '^fleet: no-kvm: # the suite failed: there is no KVM'
run data_of "$fleet/page"
check 'the page has the records' prints well.record
check 'no file is left on a machine' is_empty "$tmp/well"
check 'no process is left' is_alone

rm "$tmp"/*.connections
fleet '' well late
check 'late cannot be reached, twice: status 99' status_is 99
fleet --resume-failed well late
check 'resumed: status 0' status_is 0
check 'resumed: a host with a whole record does not run again' has well 1
check 'resumed: a host without one runs again' has late 3
fleet --resume-failed late
check 'resumed with other hosts: refused' prints 'has records of other hosts or cases'
fleet --no-such-option well
check 'parallel does not run: status 99' status_is 99
check 'parallel does not run: no old results' prints_not '^fleet: well: #'
unset PARALLEL
run "$srcdir/lab/fleet" --records "$tmp/some" --case x87 well
check 'one case: its results' prints '^fleet: well: # [0-9] checks'

run "$srcdir/lab/fleet"
check 'no host: reported' prints '^fleet: no hosts: lab/fleet HOST'
check 'no host: status 99' status_is 99
for host in -oProxyCommand=true ../x 'a b' "a'b"; do
	run "$srcdir/lab/fleet" "$host"
	check "$host: refused as a host" prints 'no such option\|not a host name'
done
done_testing
