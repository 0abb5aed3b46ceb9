#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# run/, judge/ and tell/ share only record/, and hunt/ little with them: what each directory of harness/ includes.
. "$srcdir/tests/tap.sh"

includes() { grep -H '#include' "$srcdir/harness/$1"/*.[ch]; }
does_not_include() { ! includes "$1" | grep -e "$2"; }

check 'run/ includes nothing of judge/ or tell/' does_not_include run '"judge/\|"tell/'
check 'judge/ includes nothing of run/ or KVM' does_not_include judge '"run/\|linux/kvm.h'
check 'judge/ includes nothing of tell/' does_not_include judge '"tell/'
check 'record/ includes nothing of the others or KVM' does_not_include record '"run/\|"judge/\|"tell/\|linux/kvm.h'
check 'tell/ includes nothing of KVM' does_not_include tell 'linux/kvm.h\|"run/[^cs]'
check 'hunt/: only observe.c includes run/, and only known.h judge/' \
	[ "$(includes hunt | grep -e '"run/\|"judge/' | sed 's|.*/hunt/||' | sort)" = 'known.h:#include "judge/value.h"
observe.c:#include "run/host.h"' ]
check 'harness/ has no other directories' [ "$(cd "$srcdir/harness" && echo */)" = 'hunt/ judge/ record/ run/ tell/' ]
done_testing
