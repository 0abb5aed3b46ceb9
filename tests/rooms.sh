#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Three rooms, and only the record between them: who includes what.
. "$srcdir/tests/tap.sh"

includes() { grep -H '#include' "$srcdir/harness/$1"/*.[ch]; }
knows_not() { ! includes "$1" | grep -e "$2"; }

check 'run/ judges and tells nothing' knows_not run '"judge/\|"tell/'
check 'judge/ runs nothing' knows_not judge '"run/\|linux/kvm.h'
check 'judge/ tells nothing' knows_not judge '"tell/'
check 'record/ knows no room' knows_not record '"run/\|"judge/\|"tell/\|linux/kvm.h'
check 'tell/ opens no KVM' knows_not tell 'linux/kvm.h\|"run/[^cs]'
check 'the page of the house has all rooms' [ "$(cd "$srcdir/harness" && echo */)" = 'judge/ record/ run/ tell/' ]
done_testing
