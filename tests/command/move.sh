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
moves() { sed -n 's/.*"moves": \([0-9][0-9]*\).*/\1/p' "$tmp/record"; }
has_moved() { [ "$(moves | wc -l)" = "$1" ] && ! moves | grep -qx 0; }
fact() { head -n 1 "$tmp/record" | grep -q "\"$1\": \"$2\""; }

moved --move mtrr msr-exits x2apic
check 'at each host call: status 0' status_is 0
check 'each variant with host calls was moved' has_moved "$(grep -c '"variant": "\(mtrr\|msr-exits\|x2apic\)\.' "$tmp/record")"
check 'facts: moved' fact moved 1
check 'facts: moves' fact moves calls
check 'no MSR is refused' sh -c "! grep -q refused\\\" '$tmp/record'"

moved --move ioeventfd
check 'an ioeventfd is assigned again to the new VM: status 0' status_is 0

moved --move=step:2 lapic-id x87.bits-set
check 'at each second exit: status 0' status_is 0
check 'facts: moves' fact moves step:2

moved --move=kick:7 x2apic-change eoi-broadcast
check 'at random times: status 0' status_is 0
# A short variant may end before the first kick.
check 'VMs were moved' sh -c "grep -q '\"moves\": [1-9]' '$tmp/record'"
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
# saved OPTION CASE... - save the VMs of these cases in $tmp/states
saved()
{
	rm -rf "$tmp/states"
	mkdir "$tmp/states"
	run harness --record "$tmp/record" --save "$tmp/states" "$@"
}
restored() { run harness --record "$tmp/record" --restore "$tmp/states" "$@"; }
has_states() { [ "$(find "$tmp/states" -type f | wc -l)" = "$1" ]; }

saved --at 3 mtrr x2apic eoi-broadcast.split
check '--save: status 0' status_is 0
check 'a state of each variant' has_states "$(grep -c '"variant"' "$tmp/record")"
check 'each variant has ended as saved' sh -c "! grep '\"end\"' '$tmp/record' | grep -v '\"saved\"'"
restored mtrr x2apic eoi-broadcast.split
check '--restore: status 0' status_is 0
check 'each variant has ended' sh -c "! grep '\"end\"' '$tmp/record' | grep -v '\"done\"'"
check 'an observation from before the save is a SKIP' grep -q '?host: observed before the VM was saved' "$tmp/record"
restored --move mtrr
check '--restore with --move: status 0' status_is 0
restored pat.default
check 'a variant that was not saved: SKIP' prints '# SKIP host: it was not saved: there is no '
saved apic-page
check 'a guest with a second VM is not saved' has_states 0

state=$tmp/states/lapic-id.32bit-ids.state
# broken NAME WORDS COMMAND - change the state by COMMAND, and expect the reason, and the other variant
broken()
{
	saved --at 2 lapic-id
	sh -c "$3"
	restored lapic-id
	check "$1: status 99" status_is 99
	check "$1: the reason" prints "$2"
	check "$1: the other variant has ended" grep -q '"end": "done"' "$tmp/record"
}
# change OFFSET BYTE - change a byte of the state
change() { printf "printf '\\%s' | dd of=%s bs=1 seek=%s conv=notrunc 2>/dev/null" "$2" "$state" "$1"; }

broken 'torn' 'torn: 1000 bytes of' "truncate -s 1000 $state"
broken 'empty' 'not a saved VM' ": >$state"
broken 'another version' 'version 9, expected 1' "$(change 16 011)"
broken 'another byte' 'its checksum is wrong' "$(change 300 377)"
broken 'of another variant' 'of lapic-id.flag-off' "cp $tmp/states/lapic-id.flag-off.state $state"
broken 'a directory' 'is not a regular file' "rm $state; mkdir $state"

saved apic-page
restored lapic-id
check '--restore of nothing: status 99' status_is 99
check '--restore of nothing: the reason' prints 'no VM is saved there'
saved --at 0 lapic-id
check '--at 0: status 99' status_is 99
check '--at 0: what to write' prints 'expected the number of a host call, from 1'
run harness --save "$tmp/none" lapic-id
check '--save of no directory: status 99' status_is 99
run harness --save "$tmp" --move lapic-id
check '--save with --move: status 99' status_is 99

done_testing
