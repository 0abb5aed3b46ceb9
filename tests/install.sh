#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What is installed, and what a test machine gets, work from anywhere.
. "$srcdir/tests/tap.sh"

srcdir=$(cd "$srcdir" && pwd)
record=$(find "$srcdir/records" -name '*.gz' | sort | head -n 1)

# works KVM-ERRATA NAME - it finds its cases and expectations, and says what this build says
works()
{
	./kvm-errata judge --cases cases --expected "$srcdir/expected" "$record" >"$tmp/here" 2>/dev/null
	(cd / && "$1" judge "$record") >"$tmp/there" 2>/dev/null
	check "$2: judges as this build does" cmp -s "$tmp/here" "$tmp/there"
	run sh -c "cd / && '$1' list mtrr"
	check "$2: finds its cases" prints '^mtrr.default'
}

# The directories are those of configure, which the program knows: they go below $tmp.
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
check 'it is static' [ -z "$(find "$1/lib" -type f -exec sh -c 'LC_ALL=C grep -l /ld-linux "$1"' sh {} \;)" ]
works "$1/kvm-errata" 'the static tarball'
ln -s "$1/kvm-errata" "$tmp/link"
works "$tmp/link" 'by a link'
cp kvm-errata-*-x86_64.tar.gz "$tmp/first"
rm kvm-errata-*-x86_64.tar.gz
run make -s static-tarball
check 'the same sources give the same file' cmp -s "$tmp/first" kvm-errata-*-x86_64.tar.gz
done_testing
