# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# For the shell tests: TAP, and assertions on a command's output and status.
# Sourced in the build directory, with $srcdir set.

set -u
command -v pgrep >/dev/null || { echo 'Bail out! pgrep is not installed: apt-get install procps'; exit 99; }
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
number=0

# run COMMAND... - run it; its output goes to $tmp/out, its status to $status
run()
{
	"$@" >"$tmp/out" 2>&1
	status=$?
}

# begin PATTERN COMMAND... - run it beside the test until it has printed PATTERN,
# or has ended; its process is $pid, and its output goes to $tmp/out
begin()
{
	pattern=$1
	shift
	# It will be emptied there, too, but what the run before has printed may be seen first.
	: >"$tmp/out"
	# A background job of sh ignores SIGINT, and one of nohup SIGHUP.
	env --default-signal=INT,HUP,TERM "$@" >"$tmp/out" 2>&1 &
	pid=$!
	until grep -q -e "$pattern" "$tmp/out" || ! kill -0 $pid 2>/dev/null; do
		sleep 0.01
	done
}

# check DESCRIPTION COMMAND... - one TAP line: does COMMAND succeed?
check()
{
	description=$1
	shift
	number=$((number + 1))
	if "$@"; then
		printf 'ok %d - %s\n' "$number" "$description"
	else
		echo "# failed: $*; status $status, and of the output:"
		grep -v '^ok\|# TODO\|^# [a-z_0-9]*: ' "$tmp/out" | head -n 30 | sed 's/^/#   /'
		printf 'not ok %d - %s\n' "$number" "$description"
	fi
}

status_is() { [ "$status" = "$1" ]; }
prints() { grep -q -e "$1" "$tmp/out"; }
prints_not() { ! grep -q -e "$1" "$tmp/out"; }
prints_lines() { [ "$(grep -c -e "$2" "$tmp/out")" = "$1" ]; }
done_testing() { echo "1..$number"; }
# shows RECORD ID VALUE - of observation ID, judged by $srcdir/expected
shows()
{
	./kvm-errata compare --all --expected "$srcdir/expected" "$1" | grep -q -e "^$2  *$3\$"
}

harness() { ./kvm-errata --cases cases --expected "$srcdir/expected" "$@"; }
hostile() { ./kvm-errata --cases tests/payloads --expected "$srcdir/tests/expected" "$@"; }
with_defect() { DEFECT=$1 LD_PRELOAD=$PWD/tests/defect.so; export DEFECT LD_PRELOAD
	shift; "$@"; defect_status=$?; unset DEFECT LD_PRELOAD; return $defect_status; }
