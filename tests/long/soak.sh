#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# usage: soak.sh RUNS CASE...   in the build directory, with $srcdir set
#
# Run the cases RUNS times on a busy machine: every CPU runs a busy loop, and in every
# second run a quota leaves the harness a fifth of one CPU (by a cgroup if we may make
# one, else by SIGSTOP and SIGCONT).  Report each observation that differs from what most
# runs show; a SKIP in only some runs is a difference, too.
set -u

runs=$1
shift
tmp=$(mktemp -d)
group=
load=

# shellcheck disable=SC2086,SC2317 # a list of processes; called by trap
stop()
{
	[ -z "$load" ] || kill $load 2>/dev/null
	wait 2>/dev/null
	[ -z "$group" ] || rmdir "$group" 2>/dev/null
	rm -rf "$tmp"
}
trap stop EXIT
trap 'exit 1' INT TERM

busy() { while :; do :; done; }

# make_quota - create the cgroup $group, of version 2 or 1, with 20 ms of every 100 ms
make_quota()
{
	for root in /sys/fs/cgroup /sys/fs/cgroup/cpu; do
		group=$root/kvm-errata-soak.$$
		mkdir "$group" 2>/dev/null || continue
		if [ -e "$group/cpu.max" ]; then
			echo 20000 100000 >"$group/cpu.max" && return
		elif [ -e "$group/cpu.cfs_quota_us" ]; then
			echo 20000 >"$group/cpu.cfs_quota_us" && return
		fi
		rmdir "$group"
	done
	group=
}

harness() { ./kvm-errata --cases cases --expected "$srcdir/expected" "$@"; }

# stolen ARGUMENT... - run the harness with a fifth of a CPU
stolen()
{
	if [ -n "$group" ]; then
		sh -c 'echo $$ >"$0/cgroup.procs" && exec "$@"' "$group" \
			./kvm-errata --cases cases --expected "$srcdir/expected" "$@"
		return
	fi
	harness "$@" &
	pid=$!
	while kill -STOP $pid 2>/dev/null; do
		sleep 0.04
		kill -CONT $pid
		sleep 0.01
	done
	wait $pid
}

# shown RECORD - print each observation and its value, marked if it deviates
shown()
{
	./kvm-errata compare --all --expected "$srcdir/expected" "$1" | sed -e 1d -e 's/  */ /'
}

make_quota
for _ in $(seq "$(nproc)"); do
	busy &
	load="$load $!"
done
begin=$(date +%s)
n=0
while [ $n -lt "$runs" ]; do
	n=$((n + 1))
	rm -f "$tmp/record"
	if [ $((n % 2)) = 0 ]; then stolen --record "$tmp/record" "$@"
	else harness --record "$tmp/record" "$@"; fi >"$tmp/out" 2>"$tmp/err"
	shown "$tmp/record" | tee -a "$tmp/all" >"$tmp/these"
	if [ -e "$tmp/first" ] && ! cmp -s "$tmp/first" "$tmp/these"; then
		grep -a '^not ok [0-9]* - [^#]*$\|^#   [^ ]*: got .*, want\|^#   .*ended with\|# TODO KVM does what' \
			"$tmp/out" | sed "s/^/soak: run $n: /" | head -n 6
	fi
	[ -e "$tmp/first" ] || cp "$tmp/these" "$tmp/first"
done
seconds=$(($(date +%s) - begin))

# For each observation, count the runs in which it was not its most frequent value.
sort "$tmp/all" | uniq -c | sort -k2,2 -k1,1nr |
	awk -v runs="$runs" '{ seen[$2] += $1 } $2 == last { other[$2] += $1; now[$2] = now[$2] " " $1 "x " $3 }
		{ last = $2 }
		END {
			for (id in other) { printf "soak: %s: %d of %d:%s\n", id, other[id], runs, now[id]; sum += other[id] }
			for (id in seen) if (seen[id] != runs) { missing++; printf "soak: %s: in %d of %d runs\n", id, seen[id], runs }
			exit sum + missing > 0
		}'
changed=$?
count=$(wc -l <"$tmp/first")
if ! grep -qv ' skip$' "$tmp/first"; then
	echo "soak: nothing to compare: each of $count observations is a SKIP" >&2
	exit 99
fi
echo "soak: $runs runs of $count observations in $seconds s, quota by ${group:-SIGSTOP}:" \
	"$([ $changed = 0 ] && echo none changed || echo some changed)"
exit $changed
