#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# --move: the VM of each variant is saved and made again under its guest.
. "$srcdir/tests/tap.sh"

# moved OPTION CASE... - run the cases with this option
moved()
{
	run harness --record "$tmp/record" "$@"
}
# moves - print how often the VM of each variant was moved
moves() { sed -n 's/.*"moves": \([0-9]*\).*/\1/p' "$tmp/record"; }
has_moved() { [ "$(moves | wc -l)" = "$1" ] && ! moves | grep -qx 0; }
fact() { head -n 1 "$tmp/record" | grep -q "\"$1\": \"$2\""; }

moved --move mtrr msr-exits x2apic
check 'at each host call: status 0' status_is 0
check 'each variant with host calls was moved' has_moved "$(grep -c '"variant": "\(mtrr\|msr-exits\|x2apic\)\.' "$tmp/record")"
check 'facts: moved' fact moved 1
check 'facts: moves' fact moves calls
check 'no MSR is refused' sh -c "! grep -q refused\\\" '$tmp/record'"

moved --move=step:2 lapic-id x87.bits-set
check 'at each second exit: status 0' status_is 0
check 'facts: moves' fact moves step:2

moved --move=kick:7 x2apic-change eoi-broadcast
check 'at random times: status 0' status_is 0
check 'each VM was moved' has_moved "$(grep -c '"variant"' "$tmp/record")"
check 'facts: the seed' fact moves kick:7
moved --move=kick lapic-id
check 'without a seed: facts have one' fact moves 'kick:[1-9][0-9]*'

moved lapic-id
check 'without --move: no fact' sh -c "! grep -q '\"moved\"' '$tmp/record'"

for word in walk kick: kick:x step:0 step:-1 step:99999999999999999999 calls; do
	moved "--move=$word" lapic-id
	check "--move=$word: status 99" status_is 99
	check "--move=$word: what to write" prints 'expected --move, --move=kick\[:SEED\] or --move=step\[:N\]'
done
done_testing
