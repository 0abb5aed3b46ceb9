#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The list of KVM's fixes is well formed, each bug that is put back undoes one of them, and mistakes in
# both are named.
. "$srcdir/tests/tap.sh"

regressions=$tmp/tests/regressions
mutants=$tmp/tests/mutants
mkdir -p "$mutants/kvm"
cp -r "$srcdir/tests/regressions" "$tmp/tests/"
cp "$srcdir/tests/mutants/mutants.py" "$mutants/"
chmod -R u+w "$tmp/tests"

history() {
	run /usr/bin/python3 -B "$regressions/history.py" "$@"
}
mutants() {
	run /usr/bin/python3 -B "$mutants/mutants.py" "$@"
}

history check
check 'the history has no mistake' status_is 0
mutants list fix
check 'each bug that is put back is a paragraph' status_is 0
cut -f 2 "$tmp/out" | sort >"$tmp/fixes"
cut -f 7 "$regressions/history" | sort -u | comm -13 - "$tmp/fixes" >"$tmp/out"
check 'each of them undoes a fix of the history' prints_not .

history sample 10 3
check 'a sample has every 10th line that the lab can show' [ "$(wc -l <"$tmp/out")" = \
	"$(awk -F '\t' '$6 == "lab" && ++n % 10 == 3' "$regressions/history" | wc -l)" ]

{
	printf '2020\tlapic\tlapic.c:f()\tguest both\tnone\tlab\n'
	printf '2020\tapics\tlapic.c:f\tguest both\tnone\tlab\tKVM: x86: a new title\n'
	printf '2020\thyperv\tlapic.c:f\tguest arm\tnone\tlab\tKVM: x86: another title\n'
} >>"$regressions/history"
lines=$(wc -l <"$regressions/history")
history check
check 'mistakes: status 99' status_is 99
check 'a line without a title' prints "^history:$((lines - 2)): 6 columns instead of 7"
check 'a line of no class' prints "^history:$((lines - 1)): class \"apics\": not one of lapic, "
check 'and a vendor that there is not' prints "^history:$lines: \"guest arm\" is not the form"
history table
check 'a table is made nevertheless' prints '^lapic '

printf '\nmutant half: it is not whole\n\tcpu\tamd\n' >>"$regressions/kvm/lapic"
mutants list
check 'half a paragraph: status 99' status_is 99
check 'its place and what it lacks are named' prints 'lapic:[0-9]*: expected .*"in FILE" after this line'
done_testing
