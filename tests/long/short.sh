#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The tests of doc/trust.md, shortened for the gate.  Run this after ./bootstrap.sh ci,
# which installs what it needs, and ./bootstrap.sh check, which runs consumers, isolation
# and a sample of the faults.
set -euo pipefail
cd "$(dirname "$0")/../.."

# Run in parallel: most of them use one CPU most of the time.
analysers() { make -s -C build analyse; }
fuzzing() { make -s -C build fuzz FUZZ_SECONDS="${FUZZ_SECONDS:-5}" | grep '^fuzz'; }
sanitizers() { make -s -C build sanitize; }
seeded_defects() { make -s -C build mutation MUTATION_CASES=x87 | tail -n 1; }
package() { ./bootstrap.sh deb; }
fleet() { make -s -C build fleet-check | tail -n 2; }
busy_machine() { make -s -C build soak SOAK_RUNS=10; }
step() {
	set -euo pipefail
	echo "== $1"
	"$1"
	echo "$1: $SECONDS s"
}
export -f step analysers fuzzing sanitizers seeded_defects package fleet busy_machine

parallel --will-cite --halt now,fail=1 --jobs "$(nproc)" step ::: \
	seeded_defects sanitizers fleet analysers fuzzing package busy_machine
