#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Isolation of a run: the files it writes, ordinary users, signals, and two runs at once.
. "$srcdir/tests/tap.sh"

fast='x87.bits-clear x2apic.32bit-ids'
harness_path=$PWD/kvm-errata
here=$PWD
expected=$(cd "$srcdir" && pwd)/expected

no_process_left() { [ -z "$(pgrep -f "record $tmp/")" ]; }
no_file_left() { [ -z "$(ls "$tmp"/record?* 2>/dev/null)" ]; }
is_whole() { head -n 1 "$1" | grep -q '^{"format"' && tail -n 1 "$1" | grep -q '^{"complete": true.*}$'; }

# files_written - list files opened for writing, created, renamed or removed, except /dev/kvm
files_written()
{
	grep -v ENOENT "$tmp/strace" | grep 'O_WRONLY\|O_RDWR\|O_CREAT\|rename\|link\|mkdir\|truncate' |
		sed -n 's/.*, "\([^"]*\)".*/\1/p' | grep -v '^/dev/kvm$' | sort -u >"$tmp/written"
}
# only_in DIRECTORY - succeed if nothing was written outside of it
only_in() { files_written; ! grep -v "^$1" "$tmp/written"; }
nothing_written() { files_written; [ ! -s "$tmp/written" ]; }

# killed_by SIGNAL STATUS - send SIGNAL to a run while its guest spins, and expect STATUS
killed_by()
{
	rm -f "$tmp"/record*
	begin '^1\.\.' ./kvm-errata --record "$tmp/record" --cases tests/guest/payloads \
		--expected "$srcdir/tests/guest/expected" spin.default garbage.flood
	kill "-$1" $pid
	wait $pid
	status=$?
	sleep 0.2
	check "SIG$1: status $2" status_is "$2"
	check "SIG$1: no process is left" no_process_left
}
is_torn()
{
	run ./kvm-errata judge --expected "$srcdir/tests/guest/expected" "$1"
	prints 'the record is torn'
}

# killed_while_writing CALL STEP - send SIGKILL at every STEP-th CALL of a run
killed_while_writing()
{
	half=0 n=1
	while [ "$n" -lt 400 ]; do
		rm -f "$tmp"/record*
		# shellcheck disable=SC2086 # a list of cases
		strace -f -o "$tmp/strace" -e trace="$1" -e inject="$1:signal=KILL:when=$n" \
			./kvm-errata --record "$tmp/record" --cases cases --expected "$expected" \
			$fast >"$tmp/out" 2>&1
		status=$?
		[ ! -e "$tmp/record" ] || is_whole "$tmp/record" || half=$((half + 1))
		[ "$status" = 137 ] || break
		n=$((n + $2))
	done
	status=$half
	check "SIGKILL at each $1 up to $n: the record is whole or absent" status_is 0
}

if strace -o /dev/null true 2>/dev/null; then
	# shellcheck disable=SC2086 # a list of cases
	run strace -f -o "$tmp/strace" -e trace=file ./kvm-errata --cases cases \
		--expected "$expected" $fast
	check 'without --record nothing is written' nothing_written
	# shellcheck disable=SC2086
	run strace -f -o "$tmp/strace" -e trace=file ./kvm-errata --cases cases \
		--expected "$expected" --record "$tmp/record" $fast
	check 'with --record only the record is written' only_in "$tmp"
	check 'with --record there is a whole record' is_whole "$tmp/record"
	killed_while_writing write 5
	killed_while_writing fsync 1
	killed_while_writing rename 1
else
	number=$((number + 1))
	echo "ok $number - files that a run writes # SKIP host: strace cannot trace here"
fi

for signal in INT TERM HUP; do
	killed_by $signal 99
	check "SIG$signal: no partial file is left" no_file_left
	check "SIG$signal: the output says so" grep -q '^not ok .*kvm-errata.complete\|interrupted' "$tmp/out"
	check "SIG$signal: the record is kept, and is torn" is_torn "$tmp/record"
done
killed_by KILL 137
check 'SIGKILL: no record' test ! -e "$tmp/record"
echo old >"$tmp/old"
begin '^1\.\.' ./kvm-errata --record "$tmp/old" --cases tests/guest/payloads \
	--expected "$srcdir/tests/guest/expected" spin.default garbage.flood
kill -INT $pid
wait $pid
check 'a torn record does not replace an older one' grep -q old "$tmp/old"
check 'a torn record is kept as FILE.torn' is_torn "$tmp/old.torn"

mkfifo "$tmp/fifo"
cat "$tmp/fifo" >"$tmp/read" &
reader=$!
run harness --record "$tmp/fifo" x87.bits-clear
wait $reader
check 'a record into a pipe is whole' is_whole "$tmp/read"
check 'a pipe stays a pipe' test -p "$tmp/fifo"
run timeout -s TERM 1 ./kvm-errata --record "$tmp/fifo" --cases cases --expected "$expected" pat
check 'a pipe without a reader: SIGTERM ends the run' status_is 124

mkdir "$tmp/real"
: >"$tmp/real/record"
ln -s real/record "$tmp/link"
run harness --record "$tmp/link" x87.bits-clear
check 'a record through a symlink: its target is written' is_whole "$tmp/real/record"
check 'a record through a symlink: the symlink stays' test -h "$tmp/link"

ln -s nowhere "$tmp/dangling"
run harness --record "$tmp/dangling" x87.bits-clear
check 'a record through a dangling symlink: refused' status_is 99
harness --record /dev/stdout x87.bits-clear >"$tmp/both"
run cat "$tmp/both"
check '--record /dev/stdout: the results are there' prints '^ok .* - x87.complete: '
check '--record /dev/stdout: the record is there' prints '^{"complete": true'

# Inherited signal masks and children do not change the results.
run env --block-signal=USR1 --ignore-signal=CHLD ./kvm-errata --cases cases \
	--expected "$expected" x2apic-lapic.flag-off
check 'signals inherited as blocked and ignored: status 0' status_is 0
check 'signals inherited as blocked and ignored: no worker is reported as stuck' prints_not 'stuck in the kernel'
run sh -c "true & true & exec ./kvm-errata --cases cases --expected '$expected' pat"
check 'inherited children: no worker is reported as stuck' prints_not 'stuck in the kernel'

# A run dies in the middle, as if the machine had crashed: its output has the variants that
# ended before, and names the one that ran.
killed_in_spin()
{
	begin '"variant": "spin' ./kvm-errata run --cases tests/guest/payloads herd.left-waiting spin.alone
	kill -KILL $pid
	wait $pid
	cp "$tmp/out" "$tmp/killed"
	! grep -q '"end": "timeout"' "$tmp/killed"
}
until killed_in_spin; do	# on a busy machine, the variant may end before the kill
	:
done
run ./kvm-errata judge --expected "$srcdir/tests/guest/expected" "$tmp/killed"
check 'killed in the middle: variants that had ended have results' prints '^ok .* herd.before: '
check 'killed in the middle: the variant that ran is named' prints '^#   spin.alone.complete: '
check 'killed in the middle: the record ends within that variant' prints 'the record ends within it'

# A run that is stopped for longer than any time limit does not blame KVM.
begin '^1\.\.' setsid ./kvm-errata --cases tests/guest/payloads --expected "$srcdir/tests/guest/expected" spin.default herd
pkill -STOP -g $pid
stopped()
{
	n=0
	until grep -q '^State:.T' /proc/$pid/status; do
		n=$((n + 1))
		[ "$n" -lt 200 ] || return
		sleep 0.05
	done
}
check 'a run can be stopped' stopped
sleep 1.5
pkill -CONT -g $pid
wait $pid
status=$?
check 'stopped and continued: no guest is reported as stuck' prints_not 'the guest ended with stuck'

# Two runs at once have the same results as one alone.
results() { grep '^\(not \)\{0,1\}ok ' "$1" >"$1.results"; }
# shellcheck disable=SC2086
harness $fast >"$tmp/alone"
# shellcheck disable=SC2086
harness --record "$tmp/record" $fast >"$tmp/first" &
first=$!
# shellcheck disable=SC2086
harness --record "$tmp/record" $fast >"$tmp/second"
wait $first
for f in alone first second; do
	results "$tmp/$f"
done
check 'two at once: the first has the same results' cmp "$tmp/alone.results" "$tmp/first.results"
check 'two at once: the second has the same results' cmp "$tmp/alone.results" "$tmp/second.results"
check 'two at once with one record file: the record is whole' is_whole "$tmp/record"

# as_user GROUP KVM-GROUP - run as an ordinary user of GROUP, in a mount namespace whose
# /dev/kvm belongs to KVM-GROUP
as_user()
{
	mount -t tmpfs none "$tmp/dev" && mknod -m 660 "$tmp/dev/kvm" c 10 232 &&
		chown "root:$2" "$tmp/dev/kvm" && mount --bind "$tmp/dev/kvm" /dev/kvm &&
		cd / && setpriv --reuid 12345 --regid 12345 --groups "$1" --no-new-privs \
			--inh-caps=-all --bounding-set=-all "$harness_path" \
			--cases "$here/cases" --expected "$expected" --record "$tmp/user/record" \
			x87.bits-clear
}
mkdir -p "$tmp/dev" "$tmp/user"
chmod 755 "$tmp"
chmod 777 "$tmp/user"
if [ "$(id -u)" = 0 ] && unshare -m true 2>/dev/null && [ -e /dev/kvm ] &&
	setpriv --reuid 12345 test -x "$harness_path" && setpriv --reuid 12345 test -r "$expected/pat"
then
	export tmp harness_path here expected
	# shellcheck disable=SC3045 # dash has no export -f: pass the text of the function
	user() { unshare -m sh -c "$(sed -n '/^as_user()/,/^}/p' "$srcdir/tests/command/isolation.sh")
		as_user $1 $2"; }
	run user 54321 54321
	check 'an ordinary user in the group of /dev/kvm: runs' status_is 0
	check 'an ordinary user: writes its record' is_whole "$tmp/user/record"
	run user 11111 54321
	check 'an ordinary user outside of the group: status 99' status_is 99
	check 'an ordinary user outside of the group: the remedy' prints 'usermod -aG kvm'
else
	echo '# not root, or no mount namespaces: no tests of an ordinary user'
fi
done_testing
