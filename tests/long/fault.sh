#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Let the N-th ioctl, mmap, openat, ... of a run fail with EIO, ENOMEM and EINTR.
# strace counts N in each process and thread, so that each VM of a run has one fault.
# The run must end in time and report the fault: status 99, or 1 with a "not ok", or 0
# with the same results as a run without faults.  Whatever the status, a result that
# differs from a run without faults must be "not ok".
#
# FAULT_GROWTH: by how many percent N grows from run to run; 0 tries every N.
# FAULT_CASES: the cases that run; FAULT_ERRORS: the errors to inject.
. "$srcdir/tests/tap.sh"

growth=${FAULT_GROWTH:-100}
errors=${FAULT_ERRORS:-ENOMEM}
cases=${FAULT_CASES-mtrr-vcpu.default x2apic.32bit-ids}
calls='ioctl mmap openat clone clone3 pipe2 read pread64 write poll getdents64 fsync linkat
	access mprotect rt_sigaction rt_sigprocmask prctl wait4 munmap close eventfd2 fcntl tgkill
	futex newfstatat'

if ! strace -f -o /dev/null -e inject=ioctl:error=EIO:when=65535 true 2>"$tmp/out"; then
	echo '1..0 # SKIP strace cannot inject faults here'
	exit "${FAULT_SKIP:-0}"
fi

mkdir "$tmp/cases"
for c in $cases; do
	cp "cases/${c%%.*}.elf" "$tmp/cases"
done
[ -n "$cases" ] || cp cases/*.elf "$tmp/cases"

# faulted CALL ERROR N - run the cases with the N-th CALL failing; output goes to $tmp
faulted()
{
	rm -f "$tmp/record"
	# shellcheck disable=SC2086 # a list of cases
	timeout 120 strace -f -o "$tmp/strace" -e trace="$1,openat" -e signal=none \
		-e inject="$1:error=$2:when=$3" ./kvm-errata --record "$tmp/record" \
		--cases "$tmp/cases" --expected "$srcdir/expected" $cases \
		>"$tmp/out" 2>"$tmp/err"
	status=$?
}

# results FILE - print its results without numbers, because a case that cannot be read
# has only one line
results() { sed -n 's/^\(ok\|not ok\) [0-9]* - /\1 /p' "$1"; }

# The dynamic loader failed if main() has not opened /sys, which it does first.
failed_in_loader() { ! grep -q '"/sys/' "$tmp/strace"; }

# Each result is as without a fault, or "not ok".  Noisy latencies are not due to the fault.
no_wrong_result()
{
	results "$tmp/out" | awk 'NR == FNR { want[$0]; next }
		!($0 in want) && !/^not ok [^#]*$/ && !/ # SKIP .*too noisy/ { exit 1 }' "$tmp/want" -
}

is_clear()
{
	no_wrong_result || return
	case $status in
	0) [ "$(results "$tmp/out" | wc -l)" = "$(wc -l <"$tmp/want")" ] && [ -s "$tmp/record" ] ;;
	1) results "$tmp/out" | grep -q '^not ok [^#]*$' ;;
	99) grep -q '^Bail out!\|^not ok' "$tmp/out" || [ -s "$tmp/err" ] ;;
	*) failed_in_loader ;;
	esac
}

# The record is complete or absent.
record_is_whole() { [ ! -e "$tmp/record" ] || tail -n 1 "$tmp/record" | grep -q '^{"complete": true.*}$'; }
leaves_nothing() { [ "$(find "$tmp" -name 'record?*' | wc -l)" = 0 ]; }

# fail_each CALL ERROR - try each N until N is beyond the last CALL
fail_each()
{
	n=1
	while faulted "$1" "$2" "$n"; grep -q INJECTED "$tmp/strace"; do
		runs=$((runs + 1))
		if ! is_clear || ! record_is_whole || ! leaves_nothing; then
			bad=$((bad + 1))
			cat "$tmp/out" "$tmp/err" | grep -v '^ok\|^# \|TODO' | head -n 8 |
				sed "s/^/# $1 $2 $n: status $status: /"
			rm -f "$tmp"/record?*
		fi
		n=$((n + 1 + n * growth / 100))
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
	check "$call fails: each of $runs runs reports it" status_is 0
done
done_testing
