#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck source-path=SCRIPTDIR disable=SC2154
#
# Tools that compare records: lab/bisect, lab/matrix.
. "$srcdir/tests/lab/setup.sh"

# In the fake emulator's records a.b.c is the kernel's version: as documented in
# 6.x, a deviation in 7.x, a SKIP in 7.5.
for version in 6.1 6.12 6.16 7.2 7.3 7.5 7.6; do
	kernel "$version"
done
"$lab/kernels" list >"$tmp/list"

steps() {
	[ "$(grep -c ^step "$tmp/out")" -le "$1" ]
}

# a_tree: create a git repository that lab/bisect accepts as a kernel's
a_tree() {
	local i

	mkdir -p "$tmp/tree/arch/x86/kvm"
	git init -q "$tmp/tree" && cd "$tmp/tree" || exit
	git config user.name test && git config user.email test
	for i in 1 2 3 4; do
		echo "$i" >arch/x86/kvm/x86.c
		git add . && git commit -qm "commit $i"
	done
}

run "$lab/kernels" list
check "the list has a line for each kernel" prints_lines 7 "^[67][.0-9]* $tmp/cache/kernels/[^ ]*/image -$"

run "$lab/bisect" --images "$tmp/list" a.b.c
check "images: the change is found" exits_with 0 \
	"a.b.c on amd: 6.16 is the last good one (6.16), 7.2 the first bad one (7.2)"
check "images: in at most 3 steps" steps 3
run "$lab/bisect" --images "$tmp/list" --good 6.1 a.b.c
check "images: the change of a value is found" exits_with 0 \
	"6.1 is the last good one (6.1), 6.12 the first bad one (6.12)"
check "images: an end that has not run before is confirmed" prints '^confirming: good: 6.1:'
run "$lab/bisect" --images "$tmp/list" a.b
check "images: a variant is as bad as its worst observation" exits_with 0 \
	"6.16 is the last good one (as documented), 7.2 the first bad one (a.b.c = 7.2)"
run env FAKE_LOG="$tmp/log" "$lab/bisect" --images "$tmp/list" --steps "$tmp/steps" a.version
check "images: the change of a check is found" exits_with 0 \
	"a.version on amd: 6.16 is the last good one (6.16), 7.2 the first bad one (7.2)"
check "images: the case of the check runs" grep -qx a "$tmp/log"
check "images: a step's TAP has the check" grep -q '^not ok 1 - a.version: ' "$tmp/steps/7.2.tap"
run "$lab/bisect" --images "$tmp/list" a.b.d
check "images: no change between the ends: status 125" exits_with 125 "7.6 should be bad, but is good"
head -n 3 "$tmp/list" >"$tmp/short"
echo "7.5 $tmp/cache/kernels/7.5/image -" >>"$tmp/short"
echo "7.6 $tmp/cache/kernels/7.6/image -" >>"$tmp/short"
run "$lab/bisect" --images "$tmp/short" a.b.c
check "images: a kernel with a SKIP is passed over" exits_with 0 \
	"6.16 is the last good one (6.16), 7.6 the first bad one (7.6)"
run "$lab/bisect" --images "$tmp/none" a.b.c
check "images: no list" status_is 255
run "$lab/bisect" --images "$tmp/list" --god 1 a.b.c
check "a wrong option stops git bisect run" status_is 255

a_tree
run "$lab/bisect" a.b.c
check "commits: a kernel that cannot be built: status 125" exits_with 125 "cannot be built"
cd "$OLDPWD" || exit

run "$lab/matrix" --cpu amd 6.1 7.2 7.3
check "matrix: the worst status" status_is 1
check "matrix: progress" prints '^3/3 [67].[123] amd: 3 checks: '
check "matrix: observations, marked" prints '^a.b.c  *6.1  *7.2!<  *7.3!<$'
check "matrix: an observation that does not change has no mark" prints '^a.b.d  *same  *same  *same$'
run env FAKE=dead "$lab/matrix" --cpu amd 6.1
check "matrix: no result: status 125" exits_with 125 "no result (status 125)"
for statuses in '77 1 1' '0 77 0' '1 0 1' '99 1 99' '1 125 125' '77 77 77'; do
	# shellcheck disable=SC2086,SC2016
	set -- $statuses
	run bash -c '. "$0/fail.sh"; worse "$1" "$2"' "$lab" "$1" "$2"
	check "the worse status of $1 and $2" status_is "$3"
done
run "$lab/matrix" --table --cpu amd 7.2 7.3
check "matrix: the table of existing records" prints '^a.b.c  *7.2!  *7.3!<$'
run "$lab/matrix" --cpu vax
check "matrix: an unknown machine" exits_with 99 "--cpu vax"
run "$lab/matrix" vax
check "matrix: an unknown kernel" exits_with 99 "vax: no such kernel"

a=$BUILD/matrix/7.2/amd.record b=$BUILD/matrix/7.3/amd.record
run ./kvm-errata compare --expected "$SRC/expected" "$a" "$b"
check "compare: a difference: status 1" status_is 1
check "compare: the observation that differs" prints '^a.b.c  *7.2!  *7.3!<$'
check "compare: no other observation" prints_lines 2 .
run ./kvm-errata compare --expected "$SRC/expected" "$a" "$a"
check "compare: no difference: status 0" status_is 0
run ./kvm-errata compare --expected "$SRC/expected" "$a" /dev/null
check "compare: no record" exits_with 99 "no record"
done_testing
