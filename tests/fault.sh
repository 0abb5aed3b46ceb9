#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Every system call of a run fails once: the N-th ioctl, mmap, openat, ... with
# EIO, ENOMEM and EINTR, for every N.  strace counts N in each process and
# thread.  The run must end in time, and say so: status 99, or 1 with a "not
# ok"; or 0 with the very results of a run without faults.
#
# FAULT_STEP=1 tries every N, else every FAULT_STEP-th of one error.
. "$srcdir/tests/tap.sh"

step=${FAULT_STEP:-9}
if [ "$step" = 1 ]; then errors='EIO ENOMEM EINTR'; else errors=${FAULT_ERRORS:-ENOMEM}; fi
calls='ioctl mmap openat clone clone3 pipe2 read pread64 write poll getdents64 fsync rename
	linkat fchmod access mprotect rt_sigaction prctl wait4 munmap close futex newfstatat'
cases=${FAULT_CASES:-x87.bits-clear x2apic.32bit-ids}

if ! strace -f -o /dev/null -e inject=ioctl:error=EIO:when=65535 true 2>"$tmp/out"; then
	echo '1..0 # SKIP strace cannot inject faults here'
	exit 0
fi

mkdir "$tmp/cases"
for c in $cases; do
	cp "cases/${c%%.*}.elf" "$tmp/cases"
done

# faulted CALL ERROR N - a run whose N-th CALL fails; the rest is in $tmp
faulted()
{
	rm -f "$tmp/record"
	# shellcheck disable=SC2086 # a list of cases
	timeout 60 strace -f -o "$tmp/strace" -e trace="$1,openat" -e signal=none \
		-e inject="$1:error=$2:when=$3" ./kvm-errata --record "$tmp/record" \
		--cases "$tmp/cases" --expected "$srcdir/expected" $cases \
		>"$tmp/out" 2>"$tmp/err"
	status=$?
}

results() { grep '^\(not \)\{0,1\}ok \|^1\.\.' "$1"; }

# Before main(), which begins with /sys, it is the dynamic loader that fails.
is_the_loaders() { ! grep -q '"/sys/' "$tmp/strace"; }

is_clear()
{
	case $status in
	0) results "$tmp/out" | cmp -s - "$tmp/want" && [ -s "$tmp/record" ] ;;
	1) grep -q '^not ok [0-9]* - [^#]*$' "$tmp/out" ;;
	99) grep -q '^Bail out!\|^not ok' "$tmp/out" || [ -s "$tmp/err" ] ;;
	*) is_the_loaders ;;
	esac
}

# No half of a record: it is JSON to its end, or not there.
record_is_whole() { [ ! -e "$tmp/record" ] || tail -c 3 "$tmp/record" | grep -q '^}$'; }
leaves_nothing() { [ "$(find "$tmp" -name 'record?*' | wc -l)" = 0 ]; }

# fail_each CALL ERROR - until N is beyond the last CALL
fail_each()
{
	n=1
	while faulted "$1" "$2" "$n"; grep -q INJECTED "$tmp/strace"; do
		runs=$((runs + 1))
		if ! is_clear || ! record_is_whole || ! leaves_nothing; then
			bad=$((bad + 1))
			cat "$tmp/out" "$tmp/err" | grep -v '^ok\|^# param' | head -n 8 |
				sed "s/^/# $1 $2 $n: status $status: /"
			rm -f "$tmp"/record?*
		fi
		n=$((n + step))
	done
}

faulted ioctl EIO 65535
results "$tmp/out" >"$tmp/want"
check 'without a fault: status 0' status_is 0
for call in $calls; do
	runs=0 bad=0
	for error in $errors; do
		fail_each "$call" "$error"
	done
	status=$bad
	check "$call fails: $runs runs end clearly" status_is 0
done
done_testing
