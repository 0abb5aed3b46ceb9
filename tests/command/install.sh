#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# An installed suite and the static tarball work from any directory.
. "$srcdir/tests/tap.sh"

srcdir=$(cd "$srcdir" && pwd)
record=$(find "$srcdir/records" -name '*.gz' | sort | head -n 1)

# works KVM-ERRATA NAME - expect it to find its cases and expectations, and to judge as this build
works()
{
	./kvm-errata judge --cases cases --expected "$srcdir/expected" "$record" >"$tmp/here" 2>/dev/null
	(cd / && "$1" judge "$record") >"$tmp/there" 2>/dev/null
	check "$2: judges as this build does" cmp -s "$tmp/here" "$tmp/there"
	run sh -c "cd / && '$1' list mtrr"
	check "$2: finds its cases" prints '^mtrr.default'
}

# Install below $tmp; the program has the directories of configure.
run make -s install prefix="$tmp/prefix" DESTDIR=
check 'make install' status_is 0
for file in bin/kvm-errata share/man/man1/kvm-errata.1 share/man/man5/kvm-errata-record.5 \
	share/man/man5/kvm-errata-expected.5 share/bash-completion/completions/kvm-errata.bash \
	lib/kvm-errata/cases/mtrr.elf share/kvm-errata/expected/mtrr \
	share/kvm-errata/expected/background share/kvm-errata/expected/on/tcg; do
	check "installed: $file" [ -e "$tmp/prefix/$file" ]
done
run make -s uninstall prefix="$tmp/prefix" DESTDIR=
find "$tmp/prefix" -type f >"$tmp/left"
check 'make uninstall leaves nothing' cmp -s /dev/null "$tmp/left"

run make -s static-tarball
if prints '^no static tarball: this libelf.a cannot be linked'; then
	check 'the static tarball # SKIP host: a libelf.a that can be linked' true
	done_testing
	exit
fi
check 'make static-tarball' status_is 0
tar -C "$tmp" -xzf kvm-errata-*-x86_64.tar.gz
set -- "$tmp"/kvm-errata-*-x86_64
check 'the static tarball: no dynamic loader' [ -z "$(find "$1/lib" -type f -exec sh -c 'LC_ALL=C grep -l /ld-linux "$1"' sh {} \;)" ]
works "$1/kvm-errata" 'the static tarball'
ln -s "$1/kvm-errata" "$tmp/link"
works "$tmp/link" 'the static tarball by a symlink'
cp kvm-errata-*-x86_64.tar.gz "$tmp/first"
rm kvm-errata-*-x86_64.tar.gz
run make -s static-tarball
check 'the same sources give the same file' cmp -s "$tmp/first" kvm-errata-*-x86_64.tar.gz
done_testing
