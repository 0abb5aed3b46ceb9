#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What each option prints, and the exit status of each kind of run.
. "$srcdir/tests/tap.sh"

run harness list
check 'list: status 0' status_is 0
check 'list: a variant and its VM' prints '^x2apic.32bit-ids-reversed: 3 vCPUs, ids 0 2 1'
check 'list: a check and its sentence' prints '^x2apic.shared-id-lowest-vcpu: [^ ]* [^ ]* '
check 'list: an observation of that check' prints '^  x2apic.32bit-ids.shared.ipi.fixed.receivers$'
check 'list: its documented value' prints '^    1$'
check 'list: its known deviation' prints '^    known 2: kvm_recalculate_phys_map() '
check 'list: the document' prints '^  errata.rst "MTRRs", since 6.11; arch/x86/kvm/mtrr.c '
run harness list x2apic.shared-id-lowest-vcpu
check 'list CHECK: its variant' prints_lines 1 '^[^ ]*: [0-9]* vCPU'
check 'list CHECK: no other check' prints_not '^x2apic.unshared-id: '
check 'list CHECK: no other observation' prints_not '^  x2apic.flag-off'
run ./kvm-errata list --cases tests/guest/payloads --expected "$srcdir/tests/guest/expected"
check 'list: hostile payloads, too' prints '^surprise.default'
run harness --version
check '--version: that of version.c' grep -q "\"$(sed 's/^kvm-errata //' "$tmp/out")\"" version.c
run harness --help
check '--help: status 0' status_is 0
check '--help: the exit statuses' prints '77 nothing could be seen'
cp "$tmp/out" "$tmp/help"
run harness -h
check '-h: as --help' cmp -s "$tmp/help" "$tmp/out"
sed -nE 's/^  (-o, )?--([a-z-]+).*/.It Fl .*-\2/p; s/^  ([a-z]+) .*/.It Cm \1/p' "$tmp/help" |
	while IFS= read -r item; do
		grep -q "^$item" "$srcdir/doc/kvm-errata.1" || echo "$item"
	done >"$tmp/unwritten"
check '--help: each option and command is in kvm-errata(1)' cmp -s /dev/null "$tmp/unwritten"
sed 's/^/# /' "$tmp/unwritten"

# completion WORD BEFORE - complete WORD after BEFORE as bash would
completion()
{
	# shellcheck disable=SC2016 # for bash
	run bash -c '. "$srcdir/doc/kvm-errata.bash"
		here() { ./kvm-errata "$@" --cases cases --expected "$srcdir/expected"; }
		_kvm_errata here "$@"; printf "%s\n" "${COMPREPLY[@]}"' bash "$@"
}
completion mtrr-v ''
check 'completion: a case' prints '^mtrr-vcpu$'
check 'completion: a variant' prints '^mtrr-vcpu.default$'
completion mtrr-vcpu.p ''
check 'completion: a check' prints '^mtrr-vcpu.per-vcpu$'
completion --ma ''
check 'completion: an option' prints '^--markdown$'
completion cov ''
check 'completion: a command' prints '^coverage$'
completion k --as
check 'completion: a format' prints '^kcidb-issues$'
completion x --record
check 'completion: a file is left to bash' prints_not .
run harness --no-such-option
check 'an unknown option: status 99' status_is 99
run harness --recrod FILE
check 'a mistyped option: a similar one is suggested' prints '^kvm-errata: --recrod: no such option; near: --record$'
run harness --record
check 'an option without its value' prints '^kvm-errata: --record needs a value$'

# runs VARIANT... - succeed if the plan of the record has exactly these
runs()
{
	[ "$(sed -n '1s/.*"plan": \[\([^]]*\)\].*/\1/p' "$tmp/record" | tr -d '",')" = "$*" ]
}
run harness --record "$tmp/record" x2apic.32bit-ids.shared.ipi.fixed.receivers
check 'the id of an observation: its variant runs' runs x2apic.32bit-ids
check 'the id of an observation: its check has a result' prints '^ok .* x2apic.shared-id-lowest-vcpu: '
run harness --record "$tmp/record" x2apic.shared-id-lowest-vcpu
check 'the id of a check: its variant runs' runs x2apic.32bit-ids
run harness --record "$tmp/record" x2apic.shared-logical-id mtrr-vcpu
check 'the id of a check: all of its variants run' \
	runs mtrr-vcpu.default x2apic.flag-off x2apic.32bit-ids x2apic.32bit-ids-reversed
run harness x2apic.no-such-check
check 'no such check: status 99' status_is 99
run harness --record "$tmp/record" 'x2apic-l*' 'pat.quirk-*'
check 'globs: each case' prints '^ok .* x2apic-late.complete: '
check 'globs: variants' grep -q '"variant": "pat.quirk-disabled"' "$tmp/record"
check 'globs: nothing else' sh -c "! grep -q pat.default '$tmp/record'"

run harness --trace x87.bits-clear
check '--trace: where guest memory is' prints '^x87.bits-clear: guest memory is at 0x'
check '--trace: every exit' prints 'x87.bits-clear: vCPU 0: KVM_EXIT_IO at ring+0x'
run ./kvm-errata --trace --cases tests/guest/payloads --expected "$srcdir/tests/guest/expected" exits.triple-fault
check '--trace: all registers at the end' prints 'exits.triple-fault: RAX [0-9a-f]\{16\} RBX'

run harness x87.bits-clear
check 'as documented: status 0' status_is 0
run harness --bisect x87.bits-clear
check '--bisect, as documented: status 0' status_is 0
run ./kvm-errata --bisect --cases tests/guest/payloads --expected "$srcdir/tests/guest/expected" surprise.default
check '--bisect, a deviation: status 1' status_is 1
run hostile unseen.noise
check 'too noisy: status 0' status_is 0
run hostile --bisect unseen.noise
check '--bisect, too noisy: status 125' status_is 125
run hostile unseen.host
check 'complete, but nothing seen: status 77' status_is 77
check 'complete, but nothing seen: no pass' prints 'kvm-errata.complete: [^#]* # SKIP nothing could be seen$'
run hostile --bisect unseen.host
check '--bisect, complete, but nothing seen: status 125' status_is 125
hostile --record "$tmp/unseen" unseen.host >"$tmp/live"
run ./kvm-errata verdict --expected "$srcdir/tests/guest/expected" --check unseen.what "$tmp/unseen"
check 'verdict, complete, but nothing seen: skip' prints '^skip'
run ./kvm-errata verdict --expected "$srcdir/tests/guest/expected" --check unseen.host.complete "$tmp/unseen"
check 'verdict of VARIANT.complete: good' prints '^good'

# verdict_is WORD ID - expect the verdict on ID in a record of surprise
verdict_is()
{
	run ./kvm-errata verdict --expected "$srcdir/tests/guest/expected" --check "$2" "$tmp/surprise"
	check "verdict of $2: $1" prints "^$1$(printf '\t')"
}
hostile --record "$tmp/surprise" surprise >"$tmp/live" 2>&1
verdict_is good surprise.documented
verdict_is good surprise.in-part
verdict_is good surprise.gone
verdict_is bad surprise.known
verdict_is bad surprise.different
check 'verdict of a check: the value seen' prints "$(printf '\t')else$"
verdict_is skip surprise.no-host
verdict_is skip surprise.never
verdict_is bad surprise.default.different
verdict_is bad surprise.default
verdict_is skip surprise.missing-flag

# A known deviation that is gone, and no other deviation
mkdir "$tmp/gone"
cat >"$tmp/gone/unseen" <<'EOF'
statement test.rst "Test" since 6.0
	whatever it says
decided by tests/guest/payloads/unseen.c

check before: the guest is seen
	noise.before	seen
		known nothing: it has never been seen

check latency: a latency is seen
	{noise.latency,host.what}	skip guest: it has no clock
EOF
gone() { ./kvm-errata --cases tests/guest/payloads --expected "$tmp/gone" "$@" unseen.noise; }
run gone --record "$tmp/record"
check 'a deviation that is gone: status 0' status_is 0
check 'a deviation that is gone: a TODO that says so' \
	prints '^ok .* unseen.before: .* # TODO KVM does what the document says now, .*: it has never been seen$'
check 'a deviation that is gone: a request to report it' prints '^# gone: Test (1): please tell the project'
run gone --strict
check '--strict, a deviation that is gone: status 1' status_is 1
run ./kvm-errata judge --strict --expected "$tmp/gone" "$tmp/record"
check '--strict of a record: status 1' status_is 1
run gone --bisect
check '--bisect, a deviation that is gone: status 0' status_is 0
run harness --strict x87.bits-clear
check '--strict, as documented: status 0' status_is 0
run hostile --strict unseen.host
check '--strict, nothing seen: status 77' status_is 77
run harness list --strict
check '--strict with list: refused' prints '^kvm-errata: --strict means nothing to list'

run with_defect no-kvm harness --bisect x87
check '--bisect without KVM: status 125' status_is 125
run with_defect no-vm harness --bisect x87
check '--bisect, the harness fails: status 125' status_is 125
run harness --bisect nonsense
check '--bisect nonsense: status 125' status_is 125

run harness --as lava x87.bits-clear
check '--as: the results of a run' prints '^kvm-errata.complete pass$'
check '--as: nothing else' prints_not '^[^ ]* [^ ]* \|#'
run harness list --as junit
check '--as with list: refused' prints '^kvm-errata: --as means nothing to list'

run harness --fact kernel=6.2.9 x2apic.flag-off
check '--fact: replaces a fact of the host' prints '^# kernel: 6.2.9'
run harness --fact vendor
check '--fact without a value: status 99' status_is 99
run ./kvm-errata --cases /nonexistent --expected /nonexistent
check 'no directory of cases: status 99' status_is 99
run ./kvm-errata --cases "$tmp" --expected "$tmp"
check 'a directory without cases: reported' prints 'no payload (\*.elf) in it'
run harness "$PWD/tests/guest/payloads/spin.elf"
check 'the path of a payload: it is read, and has no expectation' prints 'expected/spin cannot be opened: No such file'
run harness qqqqqqqq
check 'an unknown case without similar ones: how to list cases' prints 'unknown case "qqqqqqqq": see kvm-errata list'

# The time limit of a guest is 200 ms, or 2 s on an emulated CPU: 8 s means that nothing ended it.
run timeout 8 ./kvm-errata --cases tests/guest/payloads --expected "$srcdir/tests/guest/expected" spin.default
check 'a guest that spins ends in time' status_is 1
done_testing
