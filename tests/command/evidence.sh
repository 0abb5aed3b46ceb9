#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck source-path=SCRIPTDIR
#
# judge --evidence: observations that records confirm, lack or contradict, and bad records.
. "$srcdir/tests/tap.sh"

judge() {
	run harness judge --evidence "$tmp/records" "$@"
}

mkdir "$tmp/records"
set -- "$srcdir"/records/*.gz
check 'there are records' [ -s "$1" ]
run harness judge --evidence "$srcdir/records" "$@"
check 'records/: none contradicts expected/' sh -c "[ $status -lt 99 ]"
check 'records/ against themselves: nothing is new' sh -c "! grep -q '^# new: ' '$tmp/out'"
check 'records/ against themselves: all observations are confirmed' prints_lines $# '^# compared with records: [1-9][0-9]* observations confirmed, 0 new, 0 contradicted$'

ln -s "$(realpath "$srcdir/records/metal.ovmf.gz")" "$tmp/records/"
judge "$1"
check 'observations that the evidence lacks are new' prints '^# new: no record has shown [1-9][0-9]* of [0-9]* observations yet$'
check 'new observations are counted' prints '^# compared with records: [0-9]* observations confirmed, [1-9][0-9]* new, 0 contradicted$'

gzip -dc "$1" >"$tmp/plain"
run harness judge --evidence "$srcdir/records" "$tmp/plain"
check 'a record that is not compressed' prints ', 0 new, 0 contradicted$'
sed 's/"key": "cap.ranges", "value": "8"/"key": "cap.ranges", "value": "9"/' "$tmp/plain" >"$tmp/odd"
run harness judge --evidence "$srcdir/records" "$tmp/odd"
check 'a contradiction: status 1' status_is 1
check 'a contradiction is counted' prints ', 0 new, 1 contradicted$'

# refused NAME WORDS - expect the evidence refused with WORDS
refused() {
	judge "$tmp/plain"
	check "$1: status 99" status_is 99
	check "$1: reported" prints "$2"
	rm -f "$tmp"/records/*
}
gzip -c "$tmp/odd" >"$tmp/records/odd.gz"
refused 'evidence that contradicts' 'records/odd.gz: contradicts expected/: mtrr.default.cap.ranges: 9'
# The first variant that observes cap.ranges observes it twice, with two values.
awk '/"key": "cap.ranges"/ && !twice { print; sub(/"value": "8"/, "\"value\": \"9\""); twice = 1 }
	/"end": / && twice == 1 { match($0, /"lines": [0-9]+/)
		n = substr($0, RSTART + 9, RLENGTH - 9) + 1
		sub(/"lines": [0-9]+/, "\"lines\": " n); twice = 2 }
	{ print }' "$tmp/plain" | gzip -c >"$tmp/records/twice.gz"
refused 'evidence that contradicts itself' 'records/twice.gz: .*observed more than once: cap.ranges = 9'
head -c 5000 "$1" >"$tmp/records/torn.gz"
refused 'evidence that is torn' 'records/torn.gz: contradicts expected/: .*torn'
printf '\037\213\010\000garbage' >"$tmp/records/garbage.gz"
refused 'evidence that is garbage' 'records/garbage.gz'
echo 'just words' >"$tmp/records/words.gz"
refused 'evidence that is no record' 'records/words.gz:1: not a record'
mkfifo "$tmp/records/fifo.gz"
refused 'evidence that is a FIFO' 'records/fifo.gz: '
refused 'no evidence' 'records: no records in it'
rmdir "$tmp/records"
refused 'no directory' 'records: No such file'
run harness judge "$1"
check 'without --evidence nothing is new' sh -c "! grep -q 'new: \|compared with' '$tmp/out'"
done_testing
