#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Run every command that README.md, HACKING.md, lab/README.md, doc/ and the manual show, or print
# which test runs it, or why none does.  A command that how() does not know is a failure.
. "$srcdir/tests/tap.sh"

src=$(cd "$srcdir" && pwd)
BUILD=$PWD
export BUILD
tab=$(printf '\t')

# commands_of FILE - print the commands in its indented lines, tables and text, without the
# description or comment after them
# shellcheck disable=SC2016 # backquotes are literal
commands_of()
{
	sed -nE 's/^(    |\.Dl )(\$ )?((\.\/|lab\/[a-z]|make |git |sudo |dd |tmt |objdump |grep |gdb |kvm-errata ).*)$/\3/p' "$src/$1" |
		sed -E 's/ {2,}.*//; s/ +# .*//'
	grep -oE '`(make|\./|lab/[a-z]+|PARALLEL=|git|tmt|prove) [^`]*`|`\./[^`]*`' "$src/$1" | tr -d '`' | sed 's/\\|/|/g'
}

# how COMMAND - print "run", "target", "by TEST" or "not: WHY"
how()
{
	case $1 in
	*foo*)
		echo 'not: a reader writes the case foo' ;;
	*--uefi* | 'make -C build metal')
		echo 'by tests/metal/uefi.sh' ;;
	*bisect*)
		echo 'by tests/lab/bisect.sh' ;;
	'./run-tests.sh --cpu'* | lab/matrix*)
		echo 'by make lab-records' ;;
	lab/enter*)
		echo 'by tests/command/front-door.sh' ;;
	'lab/bochs build')
		echo 'not: .ci/run does' ;;
	*lab/fleet*)
		echo 'by make fleet-check' ;;
	'lab/kernels list')
		echo run ;;
	lab/kernels*)
		echo 'by tests/lab/emulators.sh' ;;
	'./bootstrap.sh check' | './bootstrap.sh uefi' | './bootstrap.sh deb')
		echo 'by make fresh' ;;
	'./run-tests.sh' | './run-tests.sh --require-kvm' | 'kvm-errata --require-kvm')
		echo 'by make fresh' ;;
	'make -C build install' | 'make -C build static-tarball')
		echo 'by tests/command/install.sh' ;;
	*ktap* | tmt*)
		echo 'by tests/export/export.sh' ;;
	'make -C build check TESTS='*)
		echo 'not: make check is running' ;;
	'make -C build '* | 'make kernel-mutation'* | 'make page' | 'make bench' | 'make fuzz'* | 'make mutation' | \
		'make fault' | 'make analyse' | 'make sanitize' | \
		'make soak' | 'make check' | 'make recheck')
		echo 'target' ;;
	*'dd if='*)
		echo 'not: it overwrites a USB stick' ;;
	sudo*)
		echo 'not: it changes the system as root' ;;
	./run-tests.sh* | kvm-errata* | grep* | objdump*)
		echo run ;;
	gdb*)
		echo 'not: interactive' ;;
	esac
}

# A reader's directory, with an installed program, the record of a run, and a record from a USB
# stick
reader=$tmp/kvm-errata
mkdir "$reader" "$tmp/bin"
(cd "$src" && find . -mindepth 1 -maxdepth 1 ! -name 'build*' ! -name .git -exec cp -r {} "$reader" \;)
ln -s "$BUILD" "$reader/build"
cat >"$tmp/bin/kvm-errata" <<END
#!/bin/sh
exec '$BUILD/kvm-errata' --cases '$BUILD/cases' --expected '$src/expected' "\$@"
END
chmod 755 "$tmp/bin/kvm-errata"

# try COMMAND - run COMMAND as written, in the reader's directory
try()
{
	run env PATH="$tmp/bin:$PATH" sh -c "cd '$reader' && $1"
}

try './run-tests.sh --record host.record mtrr-type mtrr'
for name in intel.record amd.record kvm-errata.record; do
	cp "$reader/host.record" "$reader/$name"
done
for file in README.md HACKING.md lab/README.md doc/bisection.md doc/findings.md doc/first-contact.md \
		doc/moves.md doc/trust.md doc/kvm-errata.1; do
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
		check "$file: $command: no test runs it" false ;;
	esac
done <"$tmp/commands"
done_testing
