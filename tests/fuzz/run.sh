#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# usage: run.sh SECONDS TARGET...   in the build directory, with $srcdir set
#
# Fuzz each target for SECONDS, from its seeds and the corpus of earlier runs.  A
# finding is left in fuzz/TARGET/.
set -eu

seconds=$1
shift
for target; do
	mkdir -p "fuzz/$target/corpus"
done
mkdir -p fuzz/seeds/case fuzz/seeds/host_call fuzz/seeds/mailbox
tests/fuzz/make-seeds fuzz/seeds
for target; do
	case $target in
	document)	seeds=$srcdir/tests/documents ;;
	expected)	seeds=$srcdir/expected ;;
	record)		seeds=$srcdir/tests/export ;;
	saved)		seeds=fuzz/saved/corpus ;;	# a file needs no more than its head
	*)		seeds=fuzz/seeds/$target ;;
	esac
	log=fuzz/$target/log
	if ! nice "tests/fuzz/$target.fuzz" -max_total_time="$seconds" \
		-timeout=10 -rss_limit_mb=2048 -artifact_prefix="fuzz/$target/" \
		"fuzz/$target/corpus" "$seeds" >"$log" 2>&1; then
		tail -n 40 "$log"
		echo "fuzz: $target: a finding, see $PWD/fuzz/$target"
		exit 1
	fi
	sed -n "s/^Done \([0-9]*\) runs in \([0-9]*\) second.*/fuzz: $target: \1 inputs in \2 s, no finding/p" \
		"$log"
done
