#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The record: judged, it says what the run said; torn or damaged, it is known to be.
. "$srcdir/tests/tap.sh"

judge() { ./kvm-errata judge --expected "$srcdir/expected" "$@"; }
# says_the_same ARGUMENT... - the run, and its record judged, to the byte
says_the_same() {
	harness --record "$tmp/record" "$@" >"$tmp/live"
	live=$?
	run judge "$tmp/record"
	cmp "$tmp/live" "$tmp/out" && status_is $live
}

check 'a whole run' says_the_same
check 'its record is as its schema says' "$srcdir/tests/schema" "$tmp/record"
check 'it says by which sources' grep -q "\"suite\": \"$(sed 's/.*"\(.*\)".*/\1/' version.c)\"" "$tmp/record"
check 'some cases' says_the_same x87 cr0-cd.default
check 'a payload that cannot be read' says_the_same "$srcdir/README.md" pat
run sh -c "cat '$tmp/record' | ./kvm-errata judge --expected '$srcdir/expected' -"
check 'from a pipe' cmp "$tmp/live" "$tmp/out"
run ./kvm-errata run --cases cases x87.bits-clear
cp "$tmp/out" "$tmp/record"
check 'run: the record, and no verdict' "$srcdir/tests/schema" "$tmp/record"
run judge "$tmp/record" "$tmp/record"
check 'two records' prints_lines 2 '^TAP version 13$'

harness --record "$tmp/odd" mtrr x87.bits-clear >"$tmp/live"
sed -i 's/"key": "\(base[0-9]\.legal-types\)", "value": "[^"]*"/"key": "\1", "value": "odd"/' "$tmp/odd"
run judge "$tmp/odd"
check 'what deviates, by check' prints '^not ok [0-9]* - mtrr.legal-values: [^#]*$'
check 'what deviates: each observation' prints_lines 8 '^#   mtrr.default.base[0-7].legal-types: got odd, want readback$'
check 'what deviates: its statement' prints '^#   errata.rst "MTRRs", since 6.11: KVM emulates accesses'
check 'what deviates: who decides' prints '^#   decided by .*kvm_mtrr_set_msr()'
check 'what to run once more' prints '^# run again, with the same options: mtrr.legal-values$'
sed -E 's/"key": "((base|mask|fixed)[0-9]*.legal[^"]*)", "value": "[^"]*"/"key": "\1", "value": "odd"/' "$tmp/odd" >"$tmp/odder"
run judge "$tmp/odder"
check 'what deviates: ten observations, and how many more' prints '^#   and 17 more$'
check 'what deviates: no more than ten' prints_lines 10 '^#   mtrr.default.[^ ]*: got odd'
with_defect no-kvm ./kvm-errata run --cases cases mtrr-vcpu >"$tmp/nothing"
run judge "$tmp/nothing"
check 'a record where nothing ran: status 77' status_is 77
run judge "$tmp/odd" "$tmp/nothing"
check '  beside one that deviates: status 1' status_is 1
run judge "$tmp/nothing" "$tmp/odd"
check '  the other way round: status 1' status_is 1
run judge --bisect "$tmp/nothing" "$tmp/odd"
check '  for a bisection: status 1' status_is 1
run judge "$tmp/record" "$tmp/nothing"
check '  beside one as documented: status 0' status_is 0
zcat "$srcdir"/records/7.3*.amd.gz >"$tmp/amd"
run judge "$tmp/amd"
check 'module parameters stay in the record' prints_not '^# [a-z_]*\.[a-z_]*: '
check 'what is known, by section' prints '^# known: x2APIC ([0-9]*), '
check 'what was skipped, by class, and what would show it' \
	prints '^# skipped: [0-9]* host (this host lacks it): [0-9]* [^;]*; [0-9]* '
run harness --record "$tmp/kept" x87.bits-clear
check 'where the record is' prints "^kvm-errata: the record is $tmp/kept\$"

# torn_at N - the first N bytes of a short one
./kvm-errata run --cases cases mtrr-vcpu >"$tmp/short"
torn_at() {
	head -c "$1" "$tmp/short" >"$tmp/torn"
	run judge "$tmp/torn"
	status_is 99
}
# torn_everywhere - cut at many places it does not look whole; tests/unit.c: at each byte
torn_everywhere() {
	size=$(wc -c <"$tmp/short") n=0
	while [ "$n" -lt "$size" ]; do
		torn_at $n || return
		n=$((n + 101))
	done
	torn_at $((size - 1))
}
check 'torn anywhere: status 99' torn_everywhere
check 'torn: the plan is kept' prints_lines "$(sed -n 's/^1\.\.//p' "$tmp/out")" '^\(not \)\{0,1\}ok '
check 'torn: named' prints '^# the suite failed: the record is torn'

# damaged NAME SED-SCRIPT WORDS - refused, with the line
damaged() {
	sed "$2" "$tmp/record" >"$tmp/damaged"
	run judge "$tmp/damaged"
	check "$1" prints "damaged:$3"
	check "$1: status 99" status_is 99
}
damaged 'no JSON' '3s/{/x/' '3: not a record'
damaged 'no object' '3s/.*/[1]/' '3: not a record: no object'
damaged 'a member twice' '2s/}/, "variant": "x"}/' '2: not a record: duplicate'
damaged 'another format' '1s/record 3/record 4/' '1: not a "kvm-errata record 3", but a "kvm-errata record 4"'
damaged 'no format' 1d '1: not a "kvm-errata record 3", but something else'
damaged 'no fact' '1s/"vendor"/"a colour"/' '1: "a colour" is no fact'
damaged 'no such vendor' '1s/"vendor": "[a-z]*"/"vendor": "red"/' '1: vendor is never "red"'
damaged 'a plan that leaves the directory' '1s/x87.bits-clear/..\/x.y/' '1: number 1 of the plan'
damaged 'another variant' '2s/clear/set/' '2: variant x87.bits-set is not the one'
damaged 'the same one again' '2{p}' '3: variant x87.bits-clear is not the one'
damaged 'a line lost' 3d '[0-9]*: .*some were lost'
damaged 'no such end' 's/"end": "[a-z]*"/"end": "well"/' '[0-9]*: an end that no variant can have'
damaged 'a line behind the last' "\$p" '[0-9]*: a line behind the last'
damaged 'complete too soon' '2s/.*/{"complete": true, "ms": 1, "stuck": 0, "failed": null}/' '2: the run is complete before'
damaged 'a long line' "3s/.*/{\"note\": \"$(head -c 4000 /dev/zero | tr '\0' x)\"}/" '3: a note that'
sed 's/"stuck": 0/"stuck": 1/' "$tmp/record" >"$tmp/damaged"
run judge "$tmp/damaged"
check 'a process that the kernel keeps: status 99' status_is 99
check 'a process that the kernel keeps: said' prints 'the suite failed: a worker process is stuck in the kernel'
{ cat "$tmp/record"; head -c 5 /dev/zero; } >"$tmp/damaged"
run judge "$tmp/damaged"
check 'zeroes behind it' status_is 99
run judge /dev/null
check 'an empty file: no record' prints '/dev/null:1: no record'
mkdir "$tmp/empty"; run judge "$tmp/empty"
check 'a directory without records: named' prints ': no records in it'
run judge
check 'none: which?' prints 'which RECORD'
done_testing
