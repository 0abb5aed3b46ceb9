#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Records: judging one prints what its run printed, and torn or damaged ones are detected.
. "$srcdir/tests/tap.sh"

judge() { ./kvm-errata judge --expected "$srcdir/expected" "$@"; }
# same_output ARGUMENT... - succeed if a run and judging its record print the same bytes
same_output() {
	harness --record "$tmp/record" "$@" >"$tmp/live"
	live=$?
	run judge "$tmp/record"
	cmp "$tmp/live" "$tmp/out" && status_is $live
}

check 'a record of all cases prints what its run printed' same_output
check 'a record matches its schema' "$srcdir/tests/command/schema" "$tmp/record"
check 'a record has the version of the suite' grep -q "\"suite\": \"$(sed 's/.*"\(.*\)".*/\1/' version.c)\"" "$tmp/record"
check 'a record of some cases prints what its run printed' same_output x87 cr0-cd.default
check 'a record with an unreadable payload prints what its run printed' same_output "$srcdir/README.md" pat
run sh -c "cat '$tmp/record' | ./kvm-errata judge --expected '$srcdir/expected' -"
check 'a record from a pipe' cmp "$tmp/live" "$tmp/out"
run ./kvm-errata run --cases cases x87.bits-clear
cp "$tmp/out" "$tmp/record"
check 'run: prints a record' "$srcdir/tests/command/schema" "$tmp/record"
run judge "$tmp/record" "$tmp/record"
check 'two records: two streams of TAP' prints_lines 2 '^TAP version 13$'

harness --record "$tmp/odd" mtrr x87.bits-clear >"$tmp/live"
sed -i 's/"key": "\(base[0-9]\.legal-types\)", "value": "[^"]*"/"key": "\1", "value": "odd"/' "$tmp/odd"
run judge "$tmp/odd"
check 'a deviation: its check' prints '^not ok [0-9]* - mtrr.legal-values: [^#]*$'
check 'a deviation: each observation' prints_lines 8 '^#   mtrr.default.base[0-7].legal-types: got odd, want readback$'
check 'a deviation: its statement' prints '^#   errata.rst "MTRRs", since 6.11: KVM emulates accesses'
check 'a deviation: the function that decides' prints '^#   decided by .*kvm_mtrr_set_msr()'
check 'a deviation: what to run again' prints '^# run again, with the same options: mtrr.legal-values$'
sed -E 's/"key": "((base|mask|fixed)[0-9]*.legal[^"]*)", "value": "[^"]*"/"key": "\1", "value": "odd"/' "$tmp/odd" >"$tmp/odder"
run judge "$tmp/odder"
check 'a deviation with many observations: the number of those not shown' prints '^#   and 17 more$'
check 'a deviation with many observations: ten are shown' prints_lines 10 '^#   mtrr.default.[^ ]*: got odd'
with_defect no-kvm ./kvm-errata run --cases cases mtrr-vcpu >"$tmp/nothing"
run judge "$tmp/nothing"
check 'a record where nothing ran: status 77' status_is 77
run judge "$tmp/odd" "$tmp/nothing"
check 'a record that deviates, and one where nothing ran: status 1' status_is 1
run judge "$tmp/nothing" "$tmp/odd"
check 'the same records in the other order: status 1' status_is 1
run judge --bisect "$tmp/nothing" "$tmp/odd"
check 'the same records with --bisect: status 1' status_is 1
run judge "$tmp/record" "$tmp/nothing"
check 'a record as documented, and one where nothing ran: status 0' status_is 0
zcat "$srcdir"/records/7.3*.amd.gz >"$tmp/amd"
run judge "$tmp/amd"
check 'module parameters are not printed' prints_not '^# [a-z_]*\.[a-z_]*: '
check 'known deviations, by section' prints '^# known: x2APIC ([0-9]*), '
check 'skipped checks, by class, and the remedies' \
	prints '^# skipped: [0-9]* host (this host lacks it): [0-9]* [^;]*; [0-9]* '
run harness --record "$tmp/kept" x87.bits-clear
check 'the path of the record is printed' prints "^kvm-errata: the record is $tmp/kept\$"

printf 'no ELF' >"$tmp/quo\"te.elf"
./kvm-errata run --cases cases "$tmp/quo\"te.elf" >"$tmp/quoted"
run judge "$tmp/quoted"
check 'a quote in the name of a payload: its record can be read' prints '^not ok 1 - quo_te.description'

# torn_at N - judge the first N bytes of a short record
./kvm-errata run --cases cases mtrr-vcpu >"$tmp/short"
torn_at() {
	head -c "$1" "$tmp/short" >"$tmp/torn"
	run judge "$tmp/torn"
	status_is 99
}
# torn_everywhere - cut a record at many places; tests/unit/unit.c cuts one at each byte
torn_everywhere() {
	size=$(wc -c <"$tmp/short") n=0
	while [ "$n" -lt "$size" ]; do
		torn_at $n || return
		n=$((n + 101))
	done
	torn_at $((size - 1))
}
check 'torn anywhere: status 99' torn_everywhere
check 'torn: as many results as planned' prints_lines "$(sed -n 's/^1\.\.//p' "$tmp/out")" '^\(not \)\{0,1\}ok '
check 'torn: reported' prints '^# the suite failed: the record is torn'

# damaged NAME SED-SCRIPT WORDS - expect a damaged record refused with WORDS, after its name
damaged() {
	sed "$2" "$tmp/record" >"$tmp/damaged"
	run judge "$tmp/damaged"
	check "$1" prints "damaged:$3"
	check "$1: status 99" status_is 99
}
damaged 'no JSON' '3s/{/x/' '3: not a record'
damaged 'no object' '3s/.*/[1]/' '3: not a record: not an object'
damaged 'a member twice' '2s/}/, "variant": "x"}/' '2: not a record: duplicate'
damaged 'another format' '1s/record 3/record 4/' '1: not a "kvm-errata record 3", but a "kvm-errata record 4"'
damaged 'no format' 1d '1: not a "kvm-errata record 3", but something else'
damaged 'no fact' '1s/"vendor"/"a colour"/' '1: "a colour" is not a fact'
damaged 'no such vendor' '1s/"vendor": "[a-z]*"/"vendor": "red"/' '1: vendor is never "red"'
damaged 'a plan that leaves the directory' '1s/x87.bits-clear/..\/x.y/' '1: entry 1 of the plan'
damaged 'another variant' '2s/clear/set/' '2: variant x87.bits-set is not the next one'
damaged 'the same one again' '2{p}' '3: variant x87.bits-clear is not the next one'
damaged 'a line lost' 3d '[0-9]*: .*some were lost'
damaged 'no such end' 's/"end": "[a-z]*"/"end": "well"/' '[0-9]*: an end that no variant can have'
damaged 'a line after the last' "\$p" '[0-9]*: a line after the last'
damaged 'complete too soon' '2s/.*/{"complete": true, "ms": 1, "stuck": 0, "failed": null}/' '2: the run is complete before'
damaged 'a long line' "3s/.*/{\"note\": \"$(head -c 4000 /dev/zero | tr '\0' x)\"}/" '3: a note that'
sed 's/"stuck": 0/"stuck": 1/' "$tmp/record" >"$tmp/damaged"
run judge "$tmp/damaged"
check 'a worker stuck in the kernel: status 99' status_is 99
check 'a worker stuck in the kernel: reported' prints 'the suite failed: a worker process is stuck in the kernel'
{ cat "$tmp/record"; head -c 5 /dev/zero; } >"$tmp/damaged"
run judge "$tmp/damaged"
check 'zeroes after a record: status 99' status_is 99
run judge /dev/null
check 'an empty file: no record' prints '/dev/null:1: no record'
mkdir "$tmp/empty"; run judge "$tmp/empty"
check 'a directory without records: reported' prints ': no records in it'
run judge
check 'no record given: reported' prints 'expected a RECORD'

# --baseline: a record of bare metal next to this KVM.
# x2apic.record is the case x2apic of a run under OVMF.
run harness --baseline "$srcdir/tests/metal/x2apic.record" x2apic
check 'the baseline is described' prints '^# baseline: .*x2apic.record, bare metal, QEMU'
check 'an emulated baseline is reported' prints 'baseline: its CPU is emulated'
check 'both, side by side' prints '^# "x2APIC": bare metal next to this KVM: [0-9]* alike'
run harness --baseline "$srcdir/README.md" pat
check 'no record: status 99' status_is 99
run harness --baseline "$tmp/none" pat
check 'no file: reported' prints 'none: No such file'
done_testing
