#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Guests that misbehave: each ends in one clear result, and the run goes on.
. "$srcdir/tests/tap.sh"

# goes_wrong VARIANT WHAT - its guest ends with WHAT, and what it saw before is kept
goes_wrong()
{
	check "$1 is a deviation" prints "^not ok [0-9]* - ${1%%.*}.complete: "
	check "$1 keeps what it saw before" grep -q "^$1.before  *seen\$" "$tmp/seen"
	check "$1 is named: $2" prints "^#   $1.complete: the guest ended with $2"
}

run hostile --record "$tmp/record"
./kvm-errata compare --all --expected "$srcdir/tests/expected" "$tmp/record" >"$tmp/seen"
check 'all of them together end' prints '^1\.\.47$'
check 'with as many results as planned' prints_lines 47 '^\(not \)\{0,1\}ok '
check 'and are deviations' status_is 1

goes_wrong spin.default 'timeout: time limit of 2000\{0,1\} ms: vCPU 0 is at guest_main'
goes_wrong triple-fault.default 'shutdown: vCPU 0: triple fault at \(guest_main\|0xfff0\)'
goes_wrong crash.default 'exception: .*#PF (vector 14.*CR2 0x123456789000) at guest_main'
goes_wrong exits.port 'unexpected-exit: .*port 0x99, OUT of 1 bytes'
goes_wrong exits.mmio 'unexpected-exit: .*store of 0xd0000000'
goes_wrong garbage.format 'garbage: mailbox: malformed entry 1'
goes_wrong garbage.no-value 'garbage: mailbox: malformed entry 1'
goes_wrong garbage.far-string 'garbage: mailbox: malformed entry 1'
goes_wrong garbage.ring 'garbage: vCPU 0 rings with 0x1234'
goes_wrong garbage.flood 'timeout'
# An ordinary user may not take memory from a guest, unless a sysctl says so.
is_privileged() { [ "$(id -u)" = 0 ] || [ "$(cat /proc/sys/vm/unprivileged_userfaultfd)" = 1 ]; }
if is_privileged; then
	goes_wrong absent.waits '\(timeout\|stuck\): time limit'
	goes_wrong absent.disabled '\(timeout\|stuck\): time limit'
	goes_wrong absent.waits-masked '\(timeout\|stuck\): time limit'
fi
goes_wrong herd.never-started 'timeout: time limit of 3000\{0,1\} ms: vCPU 0 is at wait_for_cpus'
goes_wrong herd.all-spin 'timeout: .* at \(call_on\|call_end\|spin_from\)'
goes_wrong herd.storm 'timeout'

check 'an interrupt between STI and HLT ends the wait, too' prints '^ok [0-9]* - wake.interrupts: [^#]*$'
run hostile herd.left-waiting
check 'vCPUs that nobody starts do not keep a run from its end' status_is 0

run hostile 'garbage.call-*'
call='garbage: host call of vCPU 0:'
goes_wrong garbage.call-request "$call ioctl 0xae41 of the VM is not on the list in harness/run/host_call.c"
goes_wrong garbage.call-size "$call KVM_GET_LAPIC with 8 bytes, want 1024"
goes_wrong garbage.call-entries "$call KVM_GET_MSRS with 8 bytes, want 16000008"
goes_wrong garbage.call-target "$call 1 steps on target 77"
goes_wrong garbage.call-vcpu "$call there is no vCPU 77"
goes_wrong garbage.call-structure "$call 0x400 bytes at 0x47ffff8 are not its memory"
goes_wrong garbage.call-pointer "$call 0x200000 bytes at 0x400000 are not its memory"
goes_wrong garbage.call-steps "$call 1000 steps on target 0"
goes_wrong garbage.call-store "$call 0x8 bytes at 0xffffffffffffffff are not its memory"

run hostile garbage.all-over
check 'a mailbox of garbage is named' prints 'garbage: mailbox: wrong magic number'
run hostile garbage.million
check 'a million observations are named' prints 'impossible number of entries, 1000000'
run hostile absent.refused
check 'memory that is not there to take is refused' status_is 0
if [ "$(cat /proc/sys/vm/unprivileged_userfaultfd)" = 0 ]; then
	[ "$(id -u)" != 0 ] || set -- setpriv --bounding-set=-sys_ptrace --inh-caps=-sys_ptrace
	run "$@" ./kvm-errata --cases tests/payloads --expected "$srcdir/tests/expected" absent.refused
	check 'who may not take memory gets a SKIP that says who may' \
		prints '^ok .* absent.taken: .* # SKIP host: .*userfaultfd(2): Operation not permitted; root may'
fi

run hostile vmcall
check 'VMCALL ends, one way or the other' prints '^\(not \)\{0,1\}ok 3 - vmcall.complete: '
run hostile no-emulation
check 'what KVM cannot emulate is a SKIP or works' \
	prints '^ok 2 - no-emulation.popcnt: [^#]*\( # SKIP host: this KVM cannot emulate the instruction at guest_main+0x[0-9a-f]*: f3 48 0f b8.*\)\{0,1\}$'

run hostile surprise
check 'another value is not ok' prints '^not ok .* surprise.different: [^#]*$'
check 'it says got and want' prints '^#   surprise.default.different: got else, want same$'
check 'it cites the document' prints '^#   test.rst "Test", since 6.0: whatever it says$'
check 'it names the function' prints '^#   decided by tests/payloads/surprise.c$'
check 'the known value is a TODO' prints '^not ok .* surprise.known: [^#]* # TODO it has always been so$'
check 'and says got and documented' prints '^#   surprise.default.known: got other, documented right$'
check 'the documented value instead of it, too' \
	prints '^ok .* surprise.gone: [^#]* # TODO KVM does what the document says now, .*: somebody has mended it$'
check 'a check that is seen in part is ok' prints '^ok .* surprise.in-part: [^#]*$'
check 'and says how much of it is not seen' prints '^#   not seen: 1 of 2, guest: it cannot look there$'
check 'what the host lacks is a SKIP' prints '^ok .* surprise.no-host: .* # SKIP host: there'
check 'what the guest cannot express is a SKIP' prints '^ok .* surprise.no-guest: .* # SKIP guest: '
check 'what this vendor has not is a SKIP' prints '^ok .* surprise.no-vendor: .* # SKIP vendor: '
check 'a platform without a row is not ok' prints '^not ok .* surprise.uncovered: '
check 'what is never observed is not ok' prints '^not ok .* surprise.never: '
check 'what is not expected is not ok' prints 'surprise.default.complete: .*not in expected/: unwanted = seen'
check 'what comes twice is not ok' prints 'surprise.default.complete: .*observed more than once: wanted = seen'
check 'a missing quirk is a SKIP' prints '^ok .* surprise.missing-quirk: .* # SKIP host: KVM_CAP_DISABLE'
check 'a missing flag is a SKIP' prints '^ok .* surprise.missing-flag: .* # SKIP host: KVM_CAP_X2APIC'
check 'a diagnostic cannot break TAP' prints_not "$(printf '\033')"

# What differs from host to host.
normalize() { sed -e '/^# [a-z0-9_]*: /d' -e 's/[0-9.]* s$/T s/'; }
golden=$srcdir/tests/golden/verdicts.tap
hostile surprise.default | normalize >"$tmp/lines"
[ -z "${UPDATE:-}" ] || cp "$tmp/lines" "$golden"
run diff "$golden" "$tmp/lines"
check 'every kind of line is as before' status_is 0
done_testing
