# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# TAP, and assertions on a command's output and status, for the shell tests.
# Source this in the build directory, with $srcdir set.

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

# begin PATTERN COMMAND... - start COMMAND in the background, and wait until it has printed
# PATTERN or has ended; its process is $pid, and its output goes to $tmp/out
begin()
{
	pattern=$1
	shift
	# The redirection below empties the file too, but grep may read the old output before that.
	: >"$tmp/out"
	# sh starts background jobs with SIGINT ignored, and nohup with SIGHUP ignored.
	env --default-signal=INT,HUP,TERM "$@" >"$tmp/out" 2>&1 &
	pid=$!
	until grep -q -e "$pattern" "$tmp/out" || ! kill -0 $pid 2>/dev/null; do
		sleep 0.01
	done
}

# check DESCRIPTION COMMAND... - print one TAP line, "ok" if COMMAND succeeds
check()
{
	description=$1
	shift
	number=$((number + 1))
	if "$@"; then
		printf 'ok %d - %s\n' "$number" "$description"
	else
		echo "# failed: $*; status $status, output:"
		grep -v '^ok\|# TODO\|^# [a-z_0-9]*: ' "$tmp/out" | head -n 30 | sed 's/^/#   /'
		printf 'not ok %d - %s\n' "$number" "$description"
	fi
}

status_is() { [ "$status" = "$1" ]; }
prints() { grep -q -e "$1" "$tmp/out"; }
prints_not() { ! grep -q -e "$1" "$tmp/out"; }
prints_lines() { [ "$(grep -c -e "$2" "$tmp/out")" = "$1" ]; }
done_testing() { echo "1..$number"; }
# shows RECORD ID VALUE - succeed if observation ID of RECORD has VALUE
shows()
{
	./kvm-errata compare --all --expected "$srcdir/expected" "$1" | grep -q -e "^$2  *$3\$"
}

harness() { ./kvm-errata --cases cases --expected "$srcdir/expected" "$@"; }
hostile() { ./kvm-errata --cases tests/guest/payloads --expected "$srcdir/tests/guest/expected" "$@"; }
with_defect() { DEFECT=$1 LD_PRELOAD=$PWD/tests/guest/defect.so; export DEFECT LD_PRELOAD
	shift; "$@"; defect_status=$?; unset DEFECT LD_PRELOAD; return $defect_status; }

# data_of DIRECTORY - print the data of the page there
data_of() {
	/usr/bin/python3 -c 'import base64, re, sys, zlib
data = re.search("id=\"data\">([A-Za-z0-9+/=]*)</script>", open(sys.argv[1]).read())[1]
sys.stdout.buffer.write(zlib.decompress(base64.b64decode(data)))' "$1/index.html"
}
