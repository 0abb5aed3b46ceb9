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
	*bisect*)
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
	*ktap* | tmt*)
		echo 'by tests/export.sh' ;;
	'make -C build check TESTS='*)
		echo 'not: it is running' ;;
	'make -C build '* | 'make kernel-mutation'* | 'make page' | 'make bench' | 'make fuzz'* | 'make mutation' | \
		'make fault' | 'make golden' | 'make analyse' | 'make sanitize' | 'make coverage-report' | \
		'make soak' | 'make check' | 'make recheck')
		echo 'target' ;;
	*'dd if='*)
		echo 'not: it writes a stick' ;;
	sudo*)
		echo 'not: it is as root, of the system' ;;
	./run-tests.sh* | kvm-errata* | grep*)
		echo run ;;
	gdb*)
		echo 'not: a dialogue' ;;
	esac
}

# The reader's folder, with a program that is installed, the record of a run, and one that a
# stick has brought home
reader=$tmp/kvm-errata
mkdir "$reader" "$tmp/bin"
(cd "$src" && find . -mindepth 1 -maxdepth 1 ! -name 'build*' ! -name .git -exec cp -r {} "$reader" \;)
ln -s "$BUILD" "$reader/build"
cat >"$tmp/bin/kvm-errata" <<END
#!/bin/sh
exec '$BUILD/kvm-errata' --cases '$BUILD/cases' --expected '$src/expected' "\$@"
END
chmod 755 "$tmp/bin/kvm-errata"

# try COMMAND - as it is written, where a reader stands
try()
{
	run env PATH="$tmp/bin:$PATH" sh -c "cd '$reader' && $1"
}

try './run-tests.sh --record host.record mtrr-type mtrr'
for name in intel.record amd.record kvm-errata.record; do
	cp "$reader/host.record" "$reader/$name"
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
		check "$file: $command" [ "$status" -le 1 ] ;;
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
