# SPDX-License-Identifier: GPL-2.0-only
#
# Records side by side: rows are checks, columns are CPUs and kernels.
# In: [{cpu, kernel, record}], record null where there was none; $brief leaves
# out the rows that have the same unmarked word everywhere.  Out: rows.
include "record";

# A column's checks, by id
def by_id: ((.record // {checks: []}).checks | map({(.id): .}) | add) // {};

# The nearest column to the left that is the same CPU, and has a record
def neighbour($columns; $i):
	[$columns[:$i][] | select(.cpu == $columns[$i].cpu and .record != null)] | last;

def mark($check; $left):
	(if $check.verdict == "deviation" then "!"
	 elif $check.verdict == "known" then "*" else "" end)
	+ (if $left != null and $left.verdict != "skip" and ($left | seen) != ($check | seen) then "<" else "" end);

def cell($columns; $i; $id):
	$columns[$i] as $column | $column.by_id[$id] as $check |
	if $column.record == null then "?"
	elif $check == null then "-"
	elif $check.verdict == "skip" then "skip"
	else ($check | seen) + mark($check; neighbour($columns; $i).by_id[$id])
	end;

def is_dull: .[1:] | map(select(. != "skip" and . != "?")) | unique |
	length < 2 and (map(test("[!*<]$")) | any | not);

map(. + {by_id: by_id}) as $columns |
(reduce ($columns[].record // empty | .checks[].id) as $id ({}; .[$id] = true) | keys_unsorted) as $ids |
["", $columns[].cpu], ["check", $columns[].kernel],
($ids[] as $id | [$id, (range($columns | length) as $i | cell($columns; $i; $id))] |
	if $brief == 1 and is_dull then empty else . end)
