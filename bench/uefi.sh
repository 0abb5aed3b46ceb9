#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
#	bench/uefi.sh RUNS	in the build directory, with $srcdir set
#
# Compare the time from power-on to the summary with that of an empty UEFI application.
# Runs of both alternate, so that noise affects both; the results are medians.
set -eu

runs=$1
: "${srcdir:?}"
times=$(mktemp -d)
trap 'rm -rf "$times"' EXIT

# timed NAME - boot metal/NAME.img, and append the milliseconds to $times/NAME
timed()
{
	start=$(date +%s%N)
	"$srcdir/metal/uefi" --image "metal/$1.img" >"$times/out" 2>&1 || [ "$1" = empty ]
	echo $((($(date +%s%N) - start) / 1000000)) >>"$times/$1"
}

median() { sort -n "$times/$1" | sed -n "$((runs / 2 + 1))p"; }

i=0
while [ "$i" -lt "$runs" ]; do
	timed kvm-errata
	timed empty
	i=$((i + 1))
done
ours=$(median kvm-errata) floor=$(median empty)
echo "boot to summary under OVMF, median of $runs runs: $ours ms, an empty application $floor ms," \
	"ratio $((ours / floor)).$(printf %02d $((ours * 100 / floor % 100)))"
[ $((ours * 10)) -le $((floor * 13)) ] || { echo 'took more than 1.3 times as long as the empty application' >&2; exit 1; }
