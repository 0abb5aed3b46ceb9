#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Guests that misbehave: each ends in one clear result, and the run goes on.
. "$srcdir/tests/tap.sh"

# goes_wrong VARIANT WHAT - expect the guest to end with WHAT, and its earlier observation kept
goes_wrong()
{
	check "$1 is a deviation" prints "^not ok [0-9]* - ${1%%.*}.complete: "
	check "$1 keeps its earlier observation" grep -q "^$1.before  *seen\$" "$tmp/seen"
	check "$1 is reported: $2" prints "^#   $1.complete: the guest ended with $2"
}

run hostile --record "$tmp/record"
./kvm-errata compare --all --expected "$srcdir/tests/guest/expected" "$tmp/record" >"$tmp/seen"
check 'all payloads: the plan' prints '^1\.\.39$'
check 'all payloads: as many results as planned' prints_lines 39 '^\(not \)\{0,1\}ok '
check 'all payloads: status 1' status_is 1

goes_wrong spin.default 'timeout: time limit of [0-9]* ms: vCPU 0 is at guest_main'
goes_wrong exits.triple-fault 'shutdown: vCPU 0: triple fault at \(guest_main\|0xfff0\)'
goes_wrong crash.default 'exception: .*#PF (vector 14.*CR2 0x123456789000) at guest_main'
goes_wrong exits.port 'unexpected-exit: .*port 0x99, OUT of 1 bytes'
goes_wrong exits.mmio 'unexpected-exit: .*store of 0xd0000000'
goes_wrong garbage.format 'garbage: mailbox: malformed entry 1'
goes_wrong garbage.no-value 'garbage: mailbox: malformed entry 1'
goes_wrong garbage.far-string 'garbage: mailbox: malformed entry 1'
goes_wrong garbage.question 'garbage: mailbox: malformed entry 1'
goes_wrong garbage.ring 'garbage: vCPU 0 rings with 0x1234'
goes_wrong garbage.flood 'timeout'
# An ordinary user may not take memory from a guest, unless a sysctl allows it.
is_privileged() { [ "$(id -u)" = 0 ] || [ "$(cat /proc/sys/vm/unprivileged_userfaultfd)" = 1 ]; }
if is_privileged; then
	goes_wrong absent.waits '\(timeout\|stuck\): time limit'
	goes_wrong absent.disabled '\(timeout\|stuck\): time limit'
	goes_wrong absent.waits-masked '\(timeout\|stuck\): time limit'
fi
goes_wrong herd.never-started 'timeout: time limit of [0-9]* ms: vCPU 0 is at wait_for_cpus'
goes_wrong herd.all-spin 'timeout: .* at \(call_on\|call_end\|spin_from\)'
goes_wrong herd.storm 'timeout'

check 'an interrupt between STI and HLT ends the wait, too' prints '^ok [0-9]* - wake.interrupts: [^#]*$'
run hostile herd.left-waiting
check 'vCPUs that are never started do not block the end of a run' status_is 0

run hostile 'garbage.call-*'
call='garbage: host call of vCPU 0:'
goes_wrong garbage.call-request "$call ioctl 0xae01 of the VM is not in allowed\[\] in harness/run/ioctl.c"
goes_wrong garbage.call-other "$call KVM_GET_LAPIC is not an ioctl of the VM"
goes_wrong garbage.call-size "$call KVM_GET_LAPIC with 8 bytes, want 1024"
goes_wrong garbage.call-entries "$call KVM_GET_MSRS with 8 bytes, want 16000008"
goes_wrong garbage.call-target "$call 1 steps on target 77"
goes_wrong garbage.call-vcpu "$call there is no vCPU 77"
goes_wrong garbage.call-structure "$call 0x400 bytes at 0x47ffff8 are not its memory"
goes_wrong garbage.call-pointer "$call 0x200000 bytes at 0x400000 are not its memory"
goes_wrong garbage.call-steps "$call 1000 steps on target 0"
goes_wrong garbage.call-store "$call 0x8 bytes at 0xffffffffffffffff are not its memory"

# One CPU runs one variant at a time.
run taskset --cpu-list 0 ./kvm-errata --cases tests/guest/payloads --expected "$srcdir/tests/guest/expected" "spin.hang-*"
check 'three variants hang: each takes its time limit' prints 'spin.hang-3.complete: .*time limit of 8000\{0,1\} ms'
check 'three variants hang: the next one gets less time' \
	prints 'spin.hang-4.complete: .*time limit of \(625\|1250\) ms'

run hostile garbage.all-over
check 'a mailbox of garbage is reported' prints 'garbage: mailbox: wrong magic number'
run hostile garbage.million
check 'a million observations are reported' prints 'impossible number of entries, 1000000'
run hostile absent.refused
check 'memory that cannot be taken is refused' status_is 0
if [ "$(cat /proc/sys/vm/unprivileged_userfaultfd)" = 0 ]; then
	[ "$(id -u)" != 0 ] || set -- setpriv --bounding-set=-sys_ptrace --inh-caps=-sys_ptrace
	run "$@" ./kvm-errata --cases tests/guest/payloads --expected "$srcdir/tests/guest/expected" absent.refused
	check 'no permission for userfaultfd: a SKIP that says who has it' \
		prints '^ok .* absent.taken: .* # SKIP host: .*userfaultfd(2): Operation not permitted; root may'
fi

run hostile exits.vmcall
check 'VMCALL: the run ends' prints '^\(not \)\{0,1\}ok 3 - exits.complete: '
run hostile exits.popcnt
check 'an instruction that KVM cannot emulate works, or is a SKIP' \
	prints '^ok 2 - exits.runs: [^#]*\( # SKIP host: this KVM cannot emulate the instruction at guest_main+0x[0-9a-f]*: f3 48 0f b8.*\)\{0,1\}$'

run hostile surprise
check 'another value is not ok' prints '^not ok .* surprise.different: [^#]*$'
check 'another value: got and want' prints '^#   surprise.default.different: got else, want same$'
check 'another value: the document' prints '^#   test.rst "Test", since 6.0: whatever it says$'
check 'another value: the function that decides' prints '^#   decided by tests/guest/payloads/surprise.c$'
check 'a known value is a TODO' prints '^not ok .* surprise.known: [^#]* # TODO it has always been so$'
check 'a known value: got and documented' prints '^#   surprise.default.known: got other, documented right$'
check 'the documented value instead of the known one is a TODO' \
	prints '^ok .* surprise.gone: [^#]* # TODO KVM does what the document says now, .*: somebody has mended it$'
check 'a check that is seen in part is ok' prints '^ok .* surprise.in-part: [^#]*$'
check 'a check that is seen in part: how much is not seen' prints '^#   not seen: 1 of 2, guest: it cannot look there$'
check 'a thing that the host lacks is a SKIP' prints '^ok .* surprise.no-host: .* # SKIP host: there'
check 'a thing that the guest cannot express is a SKIP' prints '^ok .* surprise.no-guest: .* # SKIP guest: '
check 'a thing that this vendor lacks is a SKIP' prints '^ok .* surprise.no-vendor: .* # SKIP vendor: '
check 'a platform without a row is not ok' prints '^not ok .* surprise.uncovered: '
check 'a missing observation is not ok' prints '^not ok .* surprise.never: '
check 'an unexpected observation is not ok' prints 'surprise.default.complete: .*not in expected/: unwanted = seen'
check 'an observation that comes twice is not ok' prints 'surprise.default.complete: .*observed more than once: wanted = seen'
check 'a missing quirk is a SKIP' prints '^ok .* surprise.missing-quirk: .* # SKIP host: KVM_CAP_DISABLE'
check 'a missing flag is a SKIP' prints '^ok .* surprise.missing-flag: .* # SKIP host: KVM_CAP_X2APIC'
check 'a diagnostic cannot break TAP' prints_not "$(printf '\033')"

# Remove what differs from host to host.
normalize() { sed -e '/^# [a-z0-9_]*: /d' -e 's/[0-9.]* s$/T s/'; }
golden=$srcdir/tests/guest/surprise.tap
hostile surprise.default | normalize >"$tmp/lines"
[ -z "${UPDATE:-}" ] || cp "$tmp/lines" "$golden"
run diff "$golden" "$tmp/lines"
check 'every kind of line is as in surprise.tap' status_is 0
done_testing
