#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Every command that README.md, HACKING.md, lab/README.md, doc/ and the manual show: run here, or
# it says who runs it, or why nobody does.  One that is not known below is a failure.
. "$srcdir/tests/tap.sh"

src=$(cd "$srcdir" && pwd)
BUILD=$PWD
export BUILD
tab=$(printf '\t')

# commands_of FILE - those of its indented lines, its tables and its running text, without the
# column of words or the comment behind them
# shellcheck disable=SC2016 # a grave accent is one
commands_of()
{
	sed -nE 's/^(    |\.Dl )(\$ )?((\.\/|lab\/[a-z]|make |git |sudo |dd |tmt |objdump |grep |gdb |kvm-errata ).*)$/\3/p' "$src/$1" |
		sed -E 's/ {2,}.*//; s/ +# .*//'
	grep -oE '`(make|\./|lab/[a-z]+|PARALLEL=|git|tmt|prove) [^`]*`|`\./[^`]*`' "$src/$1" | tr -d '`' | sed 's/\\|/|/g'
}

# how COMMAND - "run", "by TEST" or "not: WHY"
how()
{
	case $1 in
	*foo*)
		echo 'not: foo is the case that a reader writes' ;;
	*--uefi* | 'make -C build metal')
		echo 'by tests/uefi.sh' ;;
	*bisect* | './run-tests.sh compare RECORD RECORD...')
		echo 'by tests/lab-bisect.sh' ;;
	'./run-tests.sh --cpu'* | lab/matrix*)
		echo 'by make lab-records' ;;
	lab/enter*)
		echo 'by tests/front-door.sh' ;;
	*lab/fleet*)
		echo 'by make fleet-check' ;;
	'lab/kernels list')
		echo run ;;
	lab/kernels*)
		echo 'by tests/lab-emulators.sh' ;;
	'./bootstrap.sh check' | './bootstrap.sh uefi' | './bootstrap.sh deb')
		echo 'by make fresh' ;;
	'./run-tests.sh' | './run-tests.sh --require-kvm' | 'kvm-errata --require-kvm')
		echo 'by make fresh' ;;
	'make -C build install' | 'make -C build static-tarball')
		echo 'by tests/install.sh' ;;
	'make -C build page')
		echo target ;;
	*ktap* | *junit* | tmt*)
		echo 'by tests/export.sh' ;;
	'make fresh'* | 'make kernel-mutation'* | 'make page' | 'make bench' | 'make fuzz'* | 'make mutation' | \
		'make fault' | 'make golden' | 'make analyse' | 'make sanitize' | 'make coverage-report' | \
		'make soak' | 'make check' | 'make recheck' | 'make -C build traceability' | 'make traceability')
		echo 'target' ;;
	'make check TESTS='*)
		echo 'not: make check is running' ;;
	*'dd if='*)
		echo 'not: it writes a stick' ;;
	'git clone https://example.org'*)
		echo 'not: where this will live is not known yet' ;;
	sudo*)
		echo 'not: it is as root, of the system' ;;
	./run-tests.sh* | kvm-errata* | grep*)
		echo run ;;
	gdb*)
		echo 'not: a dialogue' ;;
	esac
}

# try COMMAND - with a record, a document and a directory where it names one
try()
{
	command=$(echo "$1" | sed "
		s,^./run-tests.sh,'$src/run-tests.sh',
		s,^lab/,'$src'/&,
		s,^kvm-errata,'$BUILD/kvm-errata' --cases '$BUILD/cases' --expected '$src/expected',
		s,errata.rst,'$src/tests/documents/errata-7.3.rst',
		s,DIR,page,
		s,FILE\.\.\.,FILE FILE,
		s,ORIGIN:ID,here:1,
		s,FILE.record,FILE,
		s,--evidence records,--evidence '$src/records',
		s,expected/\|cases/,$src/&,")
	run sh -c "cd '$tmp' && $command"
}

"$src/run-tests.sh" --record "$tmp/FILE" mtrr-type mtrr >"$tmp/out" 2>&1
for name in host.record intel.record amd.record kvm-errata.record; do
	cp "$tmp/FILE" "$tmp/$name"
done
for file in README.md HACKING.md lab/README.md doc/bisection.md doc/findings.md doc/first-contact.md \
		doc/trust.md doc/kvm-errata.1; do
	commands_of $file | sort -u | sed "s,^,$file$tab,"
done >"$tmp/commands"
while IFS=$tab read -r file command; do
	how=$(how "$command")
	case $how in
	run)
		try "$command"
		check "$file: $command" status_is 0 ;;
	'by tests/'*)
		check "$file: $command # SKIP $how" [ -e "$src/${how#by }" ] ;;
	'by make '*)
		check "$file: $command # SKIP $how" grep -q "^${how#by make }:" Makefile ;;
	target)
		target=$(echo "$command" | sed 's/make \(-C build \)\?//; s/ .*//')
		check "$file: $command # SKIP target" grep -q "^$target:" Makefile ;;
	not:*)
		check "$file: $command # SKIP ${how#not: }" true ;;
	*)
		check "$file: $command: who runs it?" false ;;
	esac
done <"$tmp/commands"
done_testing
