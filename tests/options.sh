#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What each option prints, and the exit status of each kind of run.
. "$srcdir/tests/tap.sh"

run harness list
check 'list: status 0' status_is 0
check 'list: a variant and its VM' prints '^x2apic.32bit-ids-reversed: 3 vCPUs, ids 0 2 1'
check 'list: a known difference' prints '^ *known '
check 'list: the document' prints 'errata.rst "MTRRs", since 6'
run ./kvm-errata list --cases tests/payloads --expected "$srcdir/tests/expected"
check 'list: hostile payloads, too' prints '^surprise.default'
run harness --version
check '--version: which sources' grep -q "\"$(sed 's/^kvm-errata //' "$tmp/out")\"" version.c
run harness --help
check '--help: status 0' status_is 0
check '--help: the exit statuses' prints '77 nothing could be seen'
sed -nE 's/^  (-o, )?--([a-z-]+).*/.It Fl .*-\2/p; s/^  ([a-z]+) .*/.It Cm \1/p' "$tmp/out" |
	while IFS= read -r item; do
		grep -q "^$item" "$srcdir/doc/kvm-errata.1" || echo "$item"
	done >"$tmp/unwritten"
check '--help: kvm-errata(1) has all of it' cmp -s /dev/null "$tmp/unwritten"
sed 's/^/# /' "$tmp/unwritten"

# completes WORD BEFORE - as bash would, of a command that finds the cases
completes()
{
	# shellcheck disable=SC2016 # for bash
	run bash -c '. "$srcdir/doc/kvm-errata.bash"
		here() { ./kvm-errata "$@" --cases cases --expected "$srcdir/expected"; }
		_kvm_errata here "$@"; printf "%s\n" "${COMPREPLY[@]}"' bash "$@"
}
completes mtrr-v ''
check 'completion: a case' prints '^mtrr-vcpu$'
check 'completion: a variant' prints '^mtrr-vcpu.default$'
completes --ma ''
check 'completion: an option' prints '^--markdown$'
completes cov ''
check 'completion: a command' prints '^coverage$'
completes k --as
check 'completion: a format' prints '^kcidb-issues$'
completes x --record
check 'completion: a file is left to bash' prints_not .
run harness --no-such-option
check 'an unknown option: status 99' status_is 99
run harness --recrod FILE
check 'a mistyped option: the near one' prints '^kvm-errata: --recrod: no such option; near: --record$'
run harness --record
check 'an option without its value' prints '^kvm-errata: --record needs a value$'
run harness -h
check '-h: as --help' prints '^usage: kvm-errata'
run harness mtrr.default.cap.ranges
check 'the id of an observation: its variant runs' prints '^ok .* mtrr.default.complete$'
run harness 'x2apic-l*' 'pat.quirk-*'
check 'globs: each case' prints '^ok .* x2apic-late.*complete$'
check 'globs: variants' prints '^ok .* pat.quirk-disabled.complete'
check 'globs: nothing else' prints_not 'pat.default'

run harness --trace x87.bits-clear
check '--trace: where guest memory is' prints '^x87.bits-clear: guest memory is at 0x'
check '--trace: every exit' prints 'x87.bits-clear: vCPU 0: KVM_EXIT_IO at ring+0x'
run ./kvm-errata --trace --cases tests/payloads --expected "$srcdir/tests/expected" triple-fault
check '--trace: all registers in the end' prints 'triple-fault.default: RAX [0-9a-f]\{16\} RBX'

run harness x87.bits-clear
check 'as documented: status 0' status_is 0
run harness --bisect x87.bits-clear
check '--bisect, as documented: status 0' status_is 0
run ./kvm-errata --bisect --cases tests/payloads --expected "$srcdir/tests/expected" surprise.default
check '--bisect, a deviation: status 1' status_is 1
run hostile noisy
check 'by chance not seen: status 0' status_is 0
run hostile --bisect noisy
check '--bisect, by chance not seen: status 125' status_is 125
run hostile unseen
check 'an end, and nothing seen: status 77' status_is 77
check 'an end, and nothing seen: no pass' prints 'kvm-errata.complete # SKIP nothing could be seen'
run hostile --bisect unseen
check '--bisect, an end, and nothing seen: status 125' status_is 125
hostile --record "$tmp/unseen" unseen >"$tmp/live"
run ./kvm-errata verdict --expected "$srcdir/tests/expected" --check unseen "$tmp/unseen"
check 'verdict, an end, and nothing seen: skip' prints '^skip'
run ./kvm-errata verdict --expected "$srcdir/tests/expected" --check unseen.default.complete "$tmp/unseen"
check 'verdict of the end itself: good' prints '^good'
run with_defect no-kvm harness --bisect x87
check '--bisect without KVM: status 125' status_is 125
run with_defect no-vm harness --bisect x87
check '--bisect, and we fail: status 125' status_is 125
run harness --bisect nonsense
check '--bisect nonsense: status 125' status_is 125
run with_defect no-vm harness --automake x87
check '--automake, and we fail: status 99' status_is 99
run ./kvm-errata --automake --cases tests/payloads --expected "$srcdir/tests/expected" spin
check '--automake, a deviation: status 0' status_is 0

run harness --as lava x87.bits-clear
check '--as: of a run, too' prints '^kvm-errata.complete pass$'
check '--as: and nothing else' prints_not '^[^ ]* [^ ]* \|#'
run harness list --as junit
check '--as of what judges nothing: refused' prints '^kvm-errata: --as means nothing to list'

run harness --fact kernel=6.2.9 x2apic.flag-off
check '--fact: another line of expected/ counts' prints '^# kernel: 6.2.9'
run harness --fact vendor
check '--fact without a value: status 99' status_is 99
run ./kvm-errata --cases /nonexistent --expected /nonexistent
check 'no directory of cases: status 99' status_is 99
run ./kvm-errata --cases "$tmp" --expected "$tmp"
check 'a directory without cases: named' prints 'no payload (\*.elf) in it'
run harness "$PWD/tests/payloads/spin.elf"
check 'the path of a payload: read, and expected/ wants it' prints 'expected/spin cannot be opened: No such file'
run harness qqqqqqqq
check 'nothing near: where the cases are' prints 'unknown case "qqqqqqqq": see kvm-errata list'

# A run that no deadline ends is not ours: 4 s for a guest that spins 200 ms,
# and on an emulated CPU ten times as long.
run timeout 8 ./kvm-errata --cases tests/payloads --expected "$srcdir/tests/expected" spin.default
check 'a guest that spins ends in time' status_is 1
done_testing
