#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Machines without KVM, invalid arguments, malformed payloads and expectations.
. "$srcdir/tests/tap.sh"

run with_defect no-kvm harness
check 'no /dev/kvm: status 77' status_is 77
check 'no /dev/kvm: every check is a SKIP that says so' \
	prints_lines 0 '^ok [0-9]* - [^#]*$\|^not ok\|SKIP host: \([^naK]\|a[^n]\)'
check 'no /dev/kvm: kvm-errata.complete is a SKIP, too' prints 'kvm-errata.complete: [^#]* # SKIP nothing could be seen$'
check 'no /dev/kvm: the reason' prints '# SKIP host: no /dev/kvm: No such file'
run with_defect no-kvm harness --require-kvm
check 'no /dev/kvm with --require-kvm: status 99' status_is 99
check 'no /dev/kvm with --require-kvm: not ok in TAP, too' prints '^not ok .* kvm-errata.complete: '
run with_defect no-kvm ./kvm-errata run --require-kvm --cases cases x87
check 'no /dev/kvm with run --require-kvm: status 99' status_is 99
check 'no /dev/kvm with run --require-kvm: the reason' prints '^kvm-errata: .*, and --require-kvm'
run with_defect no-permission harness
check 'no permission: status 99' status_is 99
check 'no permission: one line, the remedy' \
	sh -c "[ \$(wc -l <'$tmp/out') = 1 ] && grep -q '^kvm-errata: no permission for /dev/kvm: sudo usermod -aG kvm' '$tmp/out'"

run harness x2apic.32bit-idz
check 'an unknown variant: status 99' status_is 99
check 'an unknown variant: similar ones are suggested' prints 'case x2apic has no variant or check "32bit-idz"; near: .*32bit-ids'
run harness mtrr.reserved-tpyes
check 'an unknown check: similar ones are suggested' prints 'near: .*reserved-types'
run harness mttr
check 'an unknown case: status 99' status_is 99
check 'an unknown case: similar ones are suggested' prints 'unknown case "mttr"; near: mtrr'
run harness --fact colour=red
check 'an unknown fact: status 99' status_is 99
for fact in hypervisor= kernel=new vendor=AMD hypercalls=x; do
	run harness --fact $fact
	check "$fact: status 99" status_is 99
	check "$fact: reported" prints "^kvm-errata: --fact $fact: ${fact%=*} "
done
run harness x87 cases/x87.elf
check 'a case twice: refused' prints 'case x87 is selected twice, as cases/x87.elf and cases/x87.elf'
run harness --record /nonexistent/record pat
check 'a record that cannot be written: status 99' status_is 99
check 'a record that cannot be written: reported before the run' prints '/nonexistent/record: No such'

mkdir "$tmp/cases" "$tmp/expected"
cp "$srcdir/expected/mtrr" "$srcdir/expected/pat" "$tmp/expected"
cp cases/pat.elf "$tmp/cases"
broken() { ./kvm-errata --cases "$tmp/cases" --expected "$tmp/expected"; }

# bad_payload NAME WHAT - expect $tmp/cases/mtrr.elf refused with WHAT, while pat still runs
bad_payload()
{
	run broken
	check "$1: status 99" status_is 99
	check "$1: reported with the reason" prints "^#   payload .*mtrr.elf $2"
	check "$1: not ok" prints '^not ok 1 - mtrr.description: '
	check "$1: the other cases still run" prints '^ok .* pat.complete: '
	rm -f "$tmp/cases/mtrr.elf"
}

echo 'this is no ELF file' >"$tmp/cases/mtrr.elf"
bad_payload 'not an ELF file' 'is not an ELF file'
: >"$tmp/cases/mtrr.elf"
bad_payload 'an empty file' 'is not an ELF file'
# e_machine is at offset 18; 0xb7 is AArch64
cp cases/mtrr.elf "$tmp/cases/mtrr.elf"
printf '\267' | dd of="$tmp/cases/mtrr.elf" bs=1 seek=18 conv=notrunc 2>/dev/null
bad_payload 'another machine' 'is for another machine (e_machine 183)'
cp kvm-errata "$tmp/cases/mtrr.elf"
bad_payload 'an ordinary program' 'is not a static executable\|has no description'
cp cases/pat.elf "$tmp/cases/mtrr.elf"
bad_payload 'the description of another case' 'says that it is case "pat"'
objcopy --remove-section .note.kvm_errata cases/mtrr.elf "$tmp/cases/mtrr.elf"
bad_payload 'no description' 'has no description'
head -c 30 cases/mtrr.elf >"$tmp/note"
objcopy --update-section .note.kvm_errata="$tmp/note" cases/mtrr.elf "$tmp/cases/mtrr.elf"
bad_payload 'a malformed description' 'has a'
head -c 20000 cases/mtrr.elf >"$tmp/cases/mtrr.elf"
bad_payload 'a truncated file' '.'

mkfifo "$tmp/cases/mtrr.elf"
bad_payload 'a FIFO' 'is not a regular file'
truncate -s 3G "$tmp/cases/mtrr.elf"
bad_payload 'a huge file' 'has 3221225472 bytes, expected at most'
bad_payload 'a missing file' 'cannot be opened: No such file'

cp cases/mtrr.elf "$tmp/cases"

# bad_line TEXT WHAT - append TEXT to expected/mtrr; expect its last line refused with WHAT
bad_line()
{
	{ cat "$srcdir/expected/mtrr"; printf '%b\n' "$1"; } >"$tmp/expected/mtrr"
	run broken
	check "expected: \"$1\": status 99" status_is 99
	check "expected: \"$1\": file, line and what" \
		prints "^#   $tmp/expected/mtrr:$(($(wc -l <"$tmp/expected/mtrr"))): .*$2"
}
# bad_row ROW WHAT - the same for rows of a check
bad_row() { bad_line "check x: a sentence\n\t$1" "$2"; }

bad_row 'nodot wb' '"nodot" is not an observation, expected VARIANT.KEY'
bad_row 'default.x' 'no value, expected one word'
bad_row 'default.x wb on' 'nothing follows "on"'
bad_row 'default.x wb on vendor' 'is not a condition, expected KEY=VALUE'
bad_row 'default.x wb on vndor=amd' '"vndor" is not a fact of any platform'
bad_row 'default.x wb on kernel>=new' '"new" is not a version'
bad_row 'default.x wb at home' '"at" is unknown here, expected "on"'
bad_row 'default.x skip' 'a skip without its class'
bad_row 'default.x skip because: it is so' 'a skip without its class, expected one of host'
bad_row 'default.x skip host' 'a skip without its reason'
bad_row 'default.{x,y wb' "'{' without '}'"
bad_row 'default.x{3..1} wb' 'a range that runs backwards, expected {1..3}'
bad_row 'default.x{1..300} wb' 'stands for more than 256 observations'
bad_row 'known uc' 'expected "known VALUE'
bad_row 'known uc: it is so' '"known" without a row above it'
bad_row 'kown uc' '"kown" is not an observation, expected VARIANT.KEY'
bad_row 'defualt.x wb' 'case mtrr has no such variant'
{ cat "$srcdir/expected/mtrr"; printf 'check default: a sentence\n\tdefault.x wb\n'; } >"$tmp/expected/mtrr"
run broken
check 'expected: a check with the name of a variant' \
	prints "^# *$tmp/expected/mtrr:[0-9]*: check default: case mtrr has a variant of this name"
bad_row 'default.x wb on vendor=amd\n\tdefault.x uc on vendor=amd' 'can never count: line'
bad_row 'default.x wb on vendor=amd|pvm\n\tdefault.x uc on npt=1 vendor=amd' 'can never count: line'
bad_row 'default.x wb on vendor>=6' 'only a kernel has versions, not vendor'
bad_row 'default.x wb on kernel>=6.x' '"6.x" is not a version'
bad_row 'default.x wb\n\t\tknown wb: it is so' '"known wb" is what is documented'
bad_row 'default.x wb on vendor==amd' '"=amd" is not a value'
bad_row 'default.x wb on vendor=pmv|amd' 'vendor is never "pmv", expected one of intel'
bad_row 'default.x wb on npt=2' 'npt is never "2", expected one of 0|1'
bad_row 'default.x wb on kernel=6.1' 'kernel needs ">=" or "<" and a version'
bad_row 'default.x wb: it is so' 'WHY" means nothing here'
bad_row 'default.x wb\n\t\tknown uc: it is so on vendor=amd' 'the condition is part of WHY'
bad_row 'default.x wb\n\t\tknown uc: it is so\n\t\tknown wt: it is so' 'can never count: another "known"'
bad_row 'default.x skip host: it is so\n\t\tknown uc: it is so' '"known" below a skip'
bad_row 'default.complete done' 'is reserved: it says how the guest ended'
bad_row 'default.cap.write #GP' \
	'default.cap.write belongs to check capabilities of line [0-9]*, expected it in one check only'
bad_row 'default.x wb\n\t\tknown uc: it is so\n\tdefault.y wb' \
	'default.x has a known deviation, and default.y has none: expected them in two checks'
bad_row 'default.x skip host: mtrrs-lokced' 'reason "mtrrs-lokced" is not defined, expected "reason mtrrs-lokced: WHY"'
bad_row 'default.x wb\n\t\tknown uc: nothing' 'reason "nothing" is not defined, expected "reason nothing: WHY"'
bad_line 'default.x wb' '"default.x wb" is unknown here, expected statement, decided by, check or reason'
bad_line 'decided by mtrr.c f()\n\tdefault.x wb' '"default.x wb" is indented, expected a check above it'
bad_line 'check x: a sentence' 'no row below check x of line [0-9]*, expected VARIANT.KEY VALUE'
bad_line 'check x: a sentence\ncheck y: another' 'no row below check x of line [0-9]*, expected VARIANT.KEY VALUE'
bad_line 'check x' 'expected "check NAME: SENTENCE"'
bad_line 'check X: a sentence' '"X" is not a name, expected letters a-z'
bad_line 'check complete: a sentence' '"complete" is reserved'
bad_line 'check capabilities: a sentence' 'a second check capabilities: .* line [0-9]*, expected another name'
bad_line 'reason x' 'expected "reason NAME: WHY"'
bad_line 'reason x: it is so' 'reason x is never used, expected its name as a WHY'
bad_line 'reason mtrrs-locked: it is so' 'a second reason mtrrs-locked: .* line [0-9]*, expected another name'
bad_line 'statement errata.rst "X" since 6.1\n\twords\nstatement errata.rst "Y" since 6.1' 'no check below the statement'
bad_line 'statement errata.rst MTRRs' 'expected: statement DOCUMENT "SECTION" since VERSION'
bad_line 'statement errata.rst "MTRRs"' 'expected "since VERSION"'
bad_line 'statement errata.rst "X" since 6.1\n\twords\ncheck x: a sentence' \
	'a check without citation, expected a "statement" and a "decided by" above it'
{ cat "$srcdir/expected/mtrr"; printf 'reason x: %05000d\n' 0; } >"$tmp/expected/mtrr"
run broken
check 'expected: a line of 5000 bytes: reported' prints '501. bytes, expected at most 4096 in a line'
rm "$tmp/expected/mtrr"
run broken
check 'no expected file: status 99' status_is 99
check 'no expected file: reported' prints "^#   $tmp/expected/mtrr cannot be opened: No such file"
mkfifo "$tmp/expected/mtrr"
run broken
check 'a FIFO instead: reported' prints "^#   $tmp/expected/mtrr is not a regular file"

run with_defect no-vm harness pat
check 'KVM_CREATE_VM fails: status 99' status_is 99
check 'KVM_CREATE_VM fails: reported' prints 'setup: ioctl KVM_CREATE_VM: Cannot allocate memory'
run with_defect no-255th-vcpu harness --fact avic=0 x2apic-far
check 'no vCPU ids above 254: status 99' status_is 99
check 'no vCPU ids above 254: reported' prints 'KVM_CREATE_VCPU refuses vCPU id'
run with_defect no-255th-vcpu harness --fact avic=1 x2apic-far
check 'no vCPU ids above 254, with AVIC: status 77' status_is 77
run with_defect no-vcpu harness pat
check 'KVM_CREATE_VCPU fails: reported' prints 'setup: ioctl KVM_CREATE_VCPU: Cannot allocate'
run with_defect die harness pat
check 'a worker that is killed: not ok' prints '^not ok .* pat.complete: '
check 'a worker that is killed: the run is not ok' prints '^not ok .* kvm-errata.complete: '
check 'a worker that is killed: reported' prints 'died: its worker process died without a report'
run with_defect stuck hostile spin.default
check 'a KVM_RUN that ignores signals: reported' \
	prints 'stuck: time limit of 2000\{0,1\} ms, and KVM_RUN does not return for a signal'
done_testing
