#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck source-path=SCRIPTDIR/..
#
# The hunt, on this host's KVM: what it finds, that a program can be repeated, and bad input.
. "$srcdir/tests/tap.sh"

known=$srcdir/hunt/known
# hunt ARGUMENT... - hunt with the causes of hunt/known
hunt() { run ./kvm-errata hunt --known "$known" "$@"; }

# These have no difference but the one that each KVM has: a store to MMIO loses the #DB.
hunt --map 0 --seconds 5 --record "$tmp/record"
cp "$tmp/out" "$tmp/first"
check 'every difference has a cause: status 0' status_is 0
check 'it prints its platform, arms and rate' prints '^[0-9]* programs, [0-9]* pairs in .* a second'
check 'a cause, with how many kinds of differences it has' prints '^ *[0-9]*  mmio-single-step: '
check 'and its author' prints '^ *by KVM x86_emulate_instruction()'
check 'the record: each line is JSON' /usr/bin/python3 -c 'import json, sys
for line in open(sys.argv[1]): json.loads(line)' "$tmp/record"
hunt "$tmp/record"
check 'the record again: the same output' cmp -s "$tmp/out" "$tmp/first"

# Without causes, each difference is new.
: >"$tmp/nothing"
run ./kvm-errata hunt --known "$tmp/nothing" --map 0 --at 0
check 'a difference without a cause: status 1' status_is 1
check 'its instruction and how to repeat it' prints 'again: .* hunt --seed 1 --at 0 --map 0$'
check 'what each arm ended with' prints '^ *end  *#DB  *#DB$'
sed -n '/^NEW/,$p' "$tmp/out" | sed '/ programs,/d' >"$tmp/first"
run ./kvm-errata hunt --known "$tmp/nothing" --map 0 --at 0
sed -n '/^NEW/,$p' "$tmp/out" | sed '/ programs,/d' >"$tmp/second"
check 'repeated: the same program and states' cmp -s "$tmp/first" "$tmp/second"
hunt --map 0 --at 0 --skip 'f0:0fab 00 0f38f0-0f38ff ff/2'
check 'an opcode that is skipped is not run' prints '^0 programs,'

# refused NAME WORDS - expect status 99 and one line
refused() {
	check "$1: status 99" status_is 99
	check "$1: the reason" prints "$2"
}
hunt --seconds soon
refused 'a number that is none' '^kvm-errata: --seconds soon: expected a number from 0 to 86400$'
hunt --map 4
refused 'a map that is not there' '^kvm-errata: --map 4: expected a number from 0 to 3$'
hunt --skip 0fgg
refused 'an opcode that is none' '^kvm-errata: --skip 0fgg: expected a list of opcodes'
hunt --skip 'f:00'
refused 'a prefix that is none' '^kvm-errata: --skip f:00: expected a list of opcodes'
hunt --at 99999999999
refused 'a program that is not there' '^kvm-errata: --at 99999999999: expected a number from 0 to '
hunt --known "$tmp/absent"
refused 'causes that are not there' 'absent: No such file'
hunt "$tmp/absent"
refused 'a record that is not there' 'absent: No such file'
hunt "$tmp/record" "$tmp/record"
refused 'two records' '^kvm-errata: hunt: expected one RECORD, or none to hunt here$'
head -n 2 "$tmp/record" >"$tmp/torn"
hunt "$tmp/torn"
refused 'a torn record' 'the record is torn: it has no last line; programs 0 to [0-9]* were running$'
sed '1s/hunt 1/hunt 0/' "$tmp/record" >"$tmp/other"
hunt "$tmp/other"
refused 'a record of another version' '^kvm-errata: line 1: not a record of this version'
sed 's/"arm": "M"/"arm": "K"/' "$tmp/record" >"$tmp/other"
hunt "$tmp/other"
refused 'an arm that is not there' '^kvm-errata: line [0-9]*: a difference without arm'
sed '1s/"map": 0/"map": 4294967296/' "$tmp/record" >"$tmp/other"
hunt "$tmp/other"
refused 'a map that is too large' '^kvm-errata: line 1: map: expected -1 to 3$'
hunt --record "$tmp/kept" "$tmp/record"
refused 'RECORD and --record' '^kvm-errata: hunt: RECORD is read, and --record writes one'
cp "$tmp/record" "$tmp/kept"
hunt --record "$tmp/kept" --seconds soon
check 'a wrong option leaves the old record' cmp -s "$tmp/kept" "$tmp/record"
sed '3s/"bytes": "[0-9a-f]*"/"bytes": "zz"/; 3s/"running".*/"running": "x"}/' "$tmp/record" >"$tmp/hostile"
hunt "$tmp/hostile"
refused 'a line that is none' '^kvm-errata: line 3: a '
head -c 100000 /dev/zero >"$tmp/zeros"
hunt "$tmp/zeros"
refused 'zeros' '^kvm-errata: line 1: not a line of JSON, or a torn one$'

# cause LINE... - write a file with one cause that has these lines
cause() {
	echo 'cause one: a sentence'
	printf '\tby\tKVM\n\tmanual\tSDM\n\tdiffers\tall\n'
	printf '%s\n' "$@"
}
cause >"$tmp/known"
run ./kvm-errata hunt --known "$tmp/known" "$tmp/record"
check 'a cause for everything: status 0' status_is 0
tab=$(printf '\t')
while read -r line words; do
	case $line in
	-)	echo 'nonsense' >"$tmp/known" ;;
	half)	printf 'cause half: it has no fields\n' >"$tmp/known" ;;
	differs=*)	cause "$tab${line%%=*}$tab${line#*=}" | grep -v "differs${tab}all" >"$tmp/known" ;;
	*)	cause "$tab${line%%=*}$tab${line#*=}" >"$tmp/known" ;;
	esac
	run ./kvm-errata hunt --known "$tmp/known" "$tmp/record"
	refused "a cause with $line" "^kvm-errata: $tmp/known:[0-9]*: .*$words"
done <<'EOT'
opcodes=0f38 opcodes: "0f38": expected a list of
arms=N arms: expected F, M or H
arms=K arms: expected F, M or H
form=round form: expected memory or register
differs=colour differs: "colour" is nothing that is compared
prefix=6 prefix: "6" is none
by=twice the field is there twice
on=vendor=arm arm
shape=round "shape": no such field
half cause half (line 1) lacks by, manual or differs
- expected "cause NAME: SENTENCE"
EOT
done_testing
