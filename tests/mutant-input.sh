#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# tests/mutants.py applies and reverts mutants, or reports in one line where a mutant's file
# or the kernel's source is not as expected.
. "$srcdir/tests/tap.sh"

mutants() { /usr/bin/python3 -B "$srcdir/tests/mutants.py" --in "$directory" "$@"; }
directory=$tmp/mutants
tab=$(printf '\t')

# mutant NAME CHANGE: print a paragraph; CHANGE has the lines of a change, as for printf's %b
mutant()
{
	printf 'mutant %s: KVM returns 1\n\tcpu\tamd\n\tbreaks\tapi.rst "A"\n\tfunction\tf()\n\tcaught by\ta.*\n' "$1"
	printf '\tin kvm/f.c\n%b' "$2"
}

mkdir -p "$tmp/mutants" "$tmp/tree/kvm"
printf 'VERSION = 7\nPATCHLEVEL = 4\nSUBLEVEL = 0\n' >"$tmp/tree/Makefile"
printf 'int f(void)\n{\n\treturn 0;\n}\n\nint g(void)\n{\n\treturn 0;\n}' >"$tmp/source"
ln "$tmp/source" "$tmp/tree/kvm/f.c"
{
	printf '# A comment\nkernel 7.3.4\n\n'
	mutant both '\t int f(void)\n\t {\n\t-\treturn 0;\n\t+\treturn 1;\n\t }\n\n\t int g(void)\n'
	printf '\tin kvm/f.c\n\t int g(void)\n\t {\n\t+\n\t+\tx();\n\n'
	mutant gone '\t int f(void)\n\t {\n\t-\treturn 2;\n\n'
	mutant twice '\t {\n\t-\treturn 0;\n\t+\treturn 1;\n\n'
	mutant again '\t-int f(void)\n\t+int g(void)\n\t {\n\n'
} >"$tmp/mutants/a"

run mutants list cpu 'caught by'
check 'list: the mutants with their fields' prints "^both${tab}amd${tab}a\.\*$"
check 'list: each mutant' prints_lines 4 .
run mutants list cpu unseen
check 'list: mutants that lack a field are left out' prints_not .
run mutants field sentence both gone
check 'field: one line a mutant' prints_lines 2 '^KVM returns 1$'
run mutants files
check 'files: each of them once' prints_lines 1 '^kvm/f.c$'

run mutants apply both "$tmp/tree"
check 'apply: status 0' status_is 0
printf 'int f(void)\n{\n\treturn 1;\n}\n\nint g(void)\n{\n\n\tx();\n\treturn 0;\n}' >"$tmp/expected"
check 'apply: each change is there' cmp "$tmp/expected" "$tmp/tree/kvm/f.c"
check 'apply: a hard link to the file is not changed' grep -q 'return 0' "$tmp/source"
run mutants apply both "$tmp/tree"
check 'apply twice: status 99' status_is 99
run mutants revert both "$tmp/tree"
check 'revert: the file is as before' cmp "$tmp/source" "$tmp/tree/kvm/f.c"

run mutants apply none "$tmp/tree"
check 'an unknown mutant: status 99' status_is 99
check 'an unknown mutant: reported' prints "^none: no such mutant in $tmp/mutants$"
run mutants list caught-by
check 'an unknown field: reported' prints '^caught-by: no such field$'
run mutants apply gone "$tmp/tree"
check 'lines that are not there: status 99' status_is 99
check 'lines that are not there: the place and both kernels are reported' prints \
	"mutants/a:[0-9]*: gone: the lines before the change are not there: .*/kvm/f.c (kernel 7.4.0; the mutant is made for 7.3.4)"
run mutants apply twice "$tmp/tree"
check 'lines that are there twice: their numbers and a remedy are reported' prints \
	'the lines before the change are there 2 times, at 2, 7: add context'
run mutants apply again "$tmp/tree"
check 'lines that would be there twice: refused' prints 'the lines after the change are there 2 times, at 1, 6'
check 'lines that would be there twice: the file is not changed' cmp "$tmp/source" "$tmp/tree/kvm/f.c"
run mutants apply both "$tmp"
check 'no such file: status 99' status_is 99
check 'no such file: reported' prints "^$tmp/kvm/f.c: No such file"
run mutants apply both
check 'no tree: the usage' prints '^usage: mutants.py'

directory=$tmp/wrong
mkdir "$directory"
# refused LINE EXPECTED NAME SED-SCRIPT: expect a file refused, with LINE and EXPECTED, in which
# SED-SCRIPT has made a mistake
refused()
{
	{ echo 'kernel 7.3.4'; mutant both '\t int f(void)\n\t-\tx();\n\n'; mutant other '\t {\n\t-\tx();\n'; } |
		sed "$4" >"$tmp/wrong/b"
	run mutants list
	check "$3: the place, and what is expected" prints "^$tmp/wrong/b:$1: .*$2"
}
refused 1 'expected "kernel VERSION"' 'no kernel' 1d
refused 2 'expected "mutant NAME: SENTENCE"' 'no sentence' '2s/:.*//'
refused 3 'expected a tab, one of cpu, breaks, ' 'an unknown field' '3s/cpu/CPU/'
refused 4 'expected cpu only once$' 'a field twice' '4s/breaks/cpu/'
refused 2 'expected function$' 'no function' 5d
refused 2 'expected either "caught by" or "unseen"$' 'not how it is caught' 6d
refused 7 'expected a tab, one of cpu, .*, or a tab and "in FILE"$' 'no file' 7d
refused 8 'expected a tab, one of "-", "+", " "' 'spaces for a tab' "8s/$tab/        /"
refused 7 'expected lines with "-" or "+", and context' 'no context' 8d
refused 7 'expected lines with "-" or "+", and context' 'no change' 9d
refused 11 'both is also at .*b:2$' 'a name twice' s/other/both/
refused 16 'expected a tab, one of .* after this line$' 'a file that is cut off' '17,18d'
done_testing
