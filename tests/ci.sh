#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The short version of what doc/trust.md describes, for the gate: behind
# ./bootstrap.sh check, which runs golden, isolation and a sample of the faults.
set -euo pipefail
cd "$(dirname "$0")/.."

# package : what it brings
needs='clang:clang clang-tidy:clang-tidy cppcheck:cppcheck shellcheck:shellcheck
	valgrind:valgrind strace:strace gcovr:gcovr mandoc:mandoc
	openssh-server:/usr/sbin/sshd'
lacking=
for need in $needs; do
	command -v "${need#*:}" >/dev/null || lacking="$lacking ${need%:*}"
done
ls /usr/lib/llvm-*/lib/clang/*/lib/linux/libclang_rt.fuzzer-x86_64.a >/dev/null 2>&1 ||
	lacking="$lacking libclang-rt-dev"
if [ -n "$lacking" ]; then
	[ "$(id -u)" = 0 ] && sudo='' || sudo=sudo
	$sudo apt-get -qq update
	# shellcheck disable=SC2086 # a list of packages
	$sudo env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y \
		--no-install-recommends $lacking >/dev/null
fi

step() { echo "== $*"; }

step 'analysers'
make -s -C build analyse
step 'fuzzing, a few seconds each'
make -s -C build fuzz FUZZ_SECONDS="${FUZZ_SECONDS:-5}" | grep '^fuzz'
step 'sanitizers and valgrind'
make -s -C build sanitize
step 'line coverage of harness/'
make -s -C build coverage-report 2>/dev/null | grep 'TOTAL'
step 'seeded defects: x87'
make -s -C build mutation MUTATION_CASES=x87 | tail -n 1
step 'the Debian package'
./bootstrap.sh deb
step 'a fleet'
make -s -C build fleet-check | tail -n 2
step 'a busy machine'
make -s -C build soak SOAK_RUNS=10
