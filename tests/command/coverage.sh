#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Every statement of the kernel's documents has a check, every finding a patch, and every function of
# "decided by" three mutants.
. "$srcdir/tests/tap.sh"

for version in 6.1 6.12 7.3; do
	run harness coverage "$srcdir/tests/documents/errata-$version.rst"
	check "every statement of $version has a check" status_is 0
	check "$version: no statement is reported" prints_not 'NOT COVERED'
	check "$version: a statement and its checks" prints '^ .* x87.fdp x87.fcs-fds'
	check "$version: quotes that it lacks are listed" prints '^quoted in expected/, but not'
	sed '1,/^quoted in expected/d' "$tmp/out" >>"$tmp/absent"
done
sort "$tmp/absent" | uniq -c | grep '^ *3 ' >"$tmp/out"
check 'each quoted statement is in one of them' prints_not .

for document in api msr hypercalls cpuid mmu vcpu; do
	run harness coverage "$srcdir/tests/documents/$document-7.3.rst"
	check "every sentence of $document.rst that needs a check has one" status_is 0
	check "every quote of $document.rst is in it" \
		[ "$(tail -n 1 "$tmp/out")" = 'quoted in expected/, but not in this document:' ]
done
# The last sections of chapters 4, 6, 7 and 8 of api.rst in 7.3, which has two sections 4.71
{ seq -f 4.%g 145; echo 4.71; seq -f 6.%g 80; seq -f 7.%g 47; seq -f 8.%g 47; } | sort >"$tmp/sections"
{
	sed -n '/^# Sections of api.rst/,/^$/p' "$srcdir/expected/background" | grep -oE '[4-8]\.[0-9]+(-[0-9]+)?'
	sed -nE 's/^([4-8]\.[0-9]+) KVM_.*/\1/p' "$srcdir/tests/documents/api-7.3.rst"
} | awk -F '[.-]' '{ for (i = $2; i <= ($3 ? $3 : $2); i++) print $1 "." i }' | sort |
	diff "$tmp/sections" - >"$tmp/out"
check 'each section of api.rst has an extract, or expected/background leaves it out' prints_not .
sed '/^KVM_X86_QUIRK_OUT_7E_INC_RIP/i KVM_X86_QUIRK_OF_NEXT_YEAR                By default, KVM does a new thing.' \
	"$srcdir/tests/documents/api-7.3.rst" >"$tmp/quirk.rst"
run harness coverage "$tmp/quirk.rst"
check 'a new row of the table is reported' prints 'no check covers all of: KVM_X86_QUIRK_OF_NEXT_YEAR By'

newest=$srcdir/tests/documents/errata-7.3.rst
{ cat "$newest"; printf '\n\nA new section\n-------------\nKVM does a new thing.\n'; } >"$tmp/new.rst"
run harness coverage "$tmp/new.rst"
check 'a new section: status 1' status_is 1
check 'a new section is reported' prints 'section "A new section", no check covers all of: KVM does'
sed 's/lowest vCPU ID/highest vCPU ID/' "$newest" >"$tmp/changed.rst"
run harness coverage "$tmp/changed.rst"
check 'a changed statement: status 1' status_is 1
check 'a changed statement is reported' prints 'section "x2APIC", no check covers all of: A side effect'
sed '/^MTRRs/,/^CR0/s/^MTRRs/Memory types/; s/^-----$/------------/' "$newest" >"$tmp/renamed.rst"
run harness coverage "$tmp/renamed.rst"
check 'a renamed section is reported' prints 'section "Memory types"'
mkdir "$tmp/less"
cp -r "$srcdir"/expected/. "$tmp/less"
for case in cr0-cd cr0-init cr0-write; do
	echo 'no expectation' >"$tmp/less/$case"
done
run ./kvm-errata --cases cases --expected "$tmp/less" coverage "$newest"
check 'a case that cannot be read: status 99' status_is 99
check 'a case that cannot be read: its statements have no check' prints 'section "CR0.CD", no check covers'
run ./kvm-errata --cases cases --expected "$tmp/less" list
check 'a case that cannot be read: status 99 of list, too' status_is 99
run sh -c "./kvm-errata --cases cases --expected '$srcdir/expected' list >/dev/full"
check 'a full disk: status 99' status_is 99
run harness coverage /nonexistent
check 'no document: status 99' status_is 99
echo 'just words' >"$tmp/words"
run harness coverage "$tmp/words"
check 'no reStructuredText: status 99' status_is 99

# Quotes from documents and "decided by" may be longer.
find "$srcdir/expected" -type f | sort | while IFS= read -r file; do
	expand "$file" | awk -v file="${file#"$srcdir/expected/"}" '
		/^[^ ]/ { quotes = /^statement / }
		length > 120 && !/^decided by / && !(quotes && /^ /) { print file ":" NR ": " length " columns" }'
done >"$tmp/out"
check 'no line of expected/ is longer than 120 columns' prints_not .
# Each finding has a patch that applies to the newest document, and each known deviation of
# newer kernels is a finding.
check 'findings: as many patches as sections' [ "$(grep -c '^## ' "$srcdir/doc/findings.md")" = \
	"$(find "$srcdir/doc/findings" -name '*.patch' | wc -l)" ]
for patch in "$srcdir"/doc/findings/*.patch; do
	name=${patch##*/}
	document=$(sed -n 's|^--- a/Documentation/virt/kvm/\(x86/\)\{0,1\}\(.*\)\.rst$|\2|p' "$patch")
	run patch -s -p1 -o "$tmp/patched" "$srcdir/tests/documents/$document-7.3.rst" "$patch"
	check "findings: $name applies" status_is 0
	check "findings: $name is in doc/findings.md" grep -qF "(findings/$name)" "$srcdir/doc/findings.md"
done
# List the functions in each reason.  A reason of one word is the name of a "reason" line.
find "$srcdir/expected" -maxdepth 1 -type f -exec awk '
	/^\t+known / && !/ on [^:]*kernel</ { sub(/^[^:]*: /, ""); why[++n] = $0; word[n] = NF == 1; file[n] = FILENAME }
	/^reason / { sub(/:$/, "", $2); named[FILENAME, $2] = $0 }
	END { for (i = 1; i <= n; i++) print word[i] ? named[file[i], why[i]] : why[i] }' {} + |
	grep -oE '[a-z_0-9]+\(\)' | sort -u >"$tmp/deciders"
while IFS= read -r function; do
	grep -qF "\`$function\`" "$srcdir/doc/findings.md" || echo "$function"
done <"$tmp/deciders" >"$tmp/unlisted"
check 'findings: each function of a known deviation is there' \
	sh -c "[ -s '$tmp/deciders' ] && [ ! -s '$tmp/unlisted' ]"
sed 's/^/# /' "$tmp/unlisted"

# Each function of "decided by" has three mutants that a guest can see.
/usr/bin/python3 -B "$srcdir/tests/mutants/mutants.py" list function 'caught by' | cut -f 2 |
	while IFS= read -r functions; do
		echo "$functions" | grep -oE '[a-z_0-9]+\(\)' | sort -u
	done >"$tmp/mutated"
cat "$srcdir"/expected/* 2>/dev/null | sed -n 's/^decided by //p' |
	grep -oE '[a-z_0-9]+\(\)' | sort -u | while IFS= read -r function; do
		[ "$(grep -cxF "$function" "$tmp/mutated")" -ge 3 ] || echo "$function"
	done >"$tmp/few"
check 'each function of "decided by" has three mutants' cmp -s /dev/null "$tmp/few"
sed 's/^/# /' "$tmp/few"
done_testing
