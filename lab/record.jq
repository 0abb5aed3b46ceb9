# SPDX-License-Identifier: GPL-2.0-only
#
# What the lab's programs want to know of a record.

# What a check showed: its observation, or the verdict where there is none.
def seen: .observed // "(" + .verdict + ")";

def differs_from_document: .verdict == "known" or .verdict == "deviation";

# The checks that a name stands for: a check, a variant or a whole case.
def named($name):
	.checks[] | select(.id == $name or (.id | startswith($name + ".")));
