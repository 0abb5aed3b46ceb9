#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Export formats: each matches its golden file, and its consumer accepts every kind of record.
. "$srcdir/tests/tap.sh"

export=$(cd "$srcdir/tests/export" && pwd)
python=/usr/bin/python3
judge() { ./kvm-errata judge --expected "$export/expected" "$@"; }
# same FILE - compare the output with golden/FILE; UPDATE=1 updates the file
same()
{
	[ -z "${UPDATE:-}" ] || cp "$tmp/out" "$export/golden/$1"
	diff "$export/golden/$1" "$tmp/out" >"$tmp/diff" || { cat "$tmp/diff" >>"$tmp/out"; false; }
}
# accepted FORMAT FILE... - read each FILE as the consumer of FORMAT would
accepted() { run $python -B "$export/accept.py" "$@"; }
# steps FILE KEY... - run the script at KEY as a CI would, with a fake run-tests.sh
steps()
{
	file=$srcdir/$1
	shift
	$python -B "$export/accept.py" script "$file" "$@" >"$tmp/steps"
	(cd "$tmp" && PATH="$tmp/bin:$PATH" sh -e steps)
}

# without_issues FILE - print a report without its issues and incidents
without_issues() { sed -e '/^ "issues"/,$d' -e 's/^ \],$/ ]/' -e '/^}$/d' "$1"; }

# hostile.record has each outcome once, with text that formats must escape; all.record has
# each verdict and class of skip; the others end with the exit statuses 0, 77 and 99.
records='hostile all good skip failed'
formats='junit ktap kcidb kcidb-issues lava tmt'
size=$(wc -c <"$export/good.record")
first=$(head -n 1 "$export/good.record" | wc -c)

run judge "$export/hostile.record"
check 'TAP: as in golden/' same hostile.tap
run judge --as tap "$export/hostile.record"
check '--as tap is TAP' same hostile.tap
mkdir "$tmp/cut"
for format in $formats; do
	statuses=
	for record in $records; do
		judge --as "$format" "$export/$record.record" >"$tmp/$record.$format"
		statuses="$statuses $record $?"
	done
	echo "$statuses" >"$tmp/out"
	check "$format: the exit statuses of judge" prints '^ hostile 1 all 1 good 0 skip 77 failed 99$'
	accepted "$format" "$tmp"/*."$format"
	check "$format: accepted" status_is 0
	sed "s/^/$format: /" "$tmp/out" >>"$tmp/seen"
	cp "$tmp/hostile.$format" "$tmp/out"
	[ "$format" = kcidb ] || check "$format: as in golden/" same "hostile.$format"

	for cut in $(seq "$first" 97 "$((size - 1))"; echo $((size - 1))); do
		head -c "$cut" "$export/good.record" | judge --as "$format" - >"$tmp/cut/$cut.$format"
		echo $?
	done >"$tmp/out"
	check "$format: torn anywhere: status 99" prints_not '^[^9]'
	accepted "$format" "$tmp"/cut/*."$format"
	check "$format: torn anywhere: accepted, and red" prints_not ': not accepted\|: green\|: nothing'
	accepted "$format" "$tmp/cut/$first.$format"
	check "$format: torn at its first variant: each check is red" \
		prints ': red: [0-9]* \(fail\|error\|ERROR\)\(, [0-9]* MISS\)\{0,1\}$'
done
cp "$tmp/seen" "$tmp/out"
check 'each consumer reads the same results as in golden/' same seen
without_issues "$tmp/hostile.kcidb" >"$tmp/out"
without_issues "$tmp/hostile.kcidb-issues" >"$tmp/without"
check 'kcidb: the same as kcidb-issues without issues' cmp "$tmp/out" "$tmp/without"
if command -v xmllint >/dev/null; then
	run xmllint --noout --relaxng "$export/junit.rng" "$tmp"/*.junit "$tmp"/cut/*.junit
	check 'junit: valid' status_is 0
else
	check 'junit: valid # SKIP host: no xmllint' true
fi
if [ -n "${KUNIT:-}" ]; then
	for record in $records; do
		$python -B "$srcdir/tests/export/kunit.py" "$tmp/$record.ktap"
	done 2>&1 | grep -v '^\[' >"$tmp/out"
	check "ktap: the kernel's parser" same seen.kunit
else
	check "ktap: the kernel's parser # SKIP host: KUNIT names no tools/testing/kunit" true
fi

# The suite's own records, of KVM and of bare metal
for record in "$srcdir"/records/7*.amd.gz "$srcdir/records/metal.ovmf.gz"; do
	for format in $formats; do
		harness judge --as "$format" "$record" >"$tmp/real-$(basename "$record").$format"
	done
done
for format in $formats; do
	accepted "$format" "$tmp"/real-*."$format"
	check "$format: records/ are accepted" prints_lines 2 ': red: \|: green: '
done

run judge --as kcidb --build ci:1 "$export/good.record"
check 'kcidb --build: its origin' prints '"origin": "ci"'
check 'kcidb --build: no build of ours' prints_not '"builds"\|kvm_errata'
cp "$tmp/out" "$tmp/given.kcidb"
accepted kcidb "$tmp/given.kcidb"
check 'kcidb --build: accepted' status_is 0
run judge --as kcidb --build "ci:$(printf '\377"\033')" "$export/good.record"
check 'kcidb --build: a hostile id is escaped' prints '"build_id": "ci:?\\"?"'
judge --as kcidb "$export/good.record" >"$tmp/again"
check 'kcidb: the same run has the same ids' cmp "$tmp/again" "$tmp/good.kcidb"
sed 's/"ms": 12,/"ms": 13,/' "$export/good.record" | judge --as kcidb - >"$tmp/out"
check 'kcidb: another run has other ids' sh -c "! grep '\"id\": .*errata-' '$tmp/again' | grep -qFf - '$tmp/out'"

# refused NAME WORDS ARGUMENT... - expect judge to refuse its arguments with WORDS
refused()
{
	name=$1 words=$2
	shift 2
	run judge "$@"
	check "$name: status 99" status_is 99
	check "$name: reported" prints "$words"
}
good=$export/good.record
refused 'no such format' '--as xml: no such format, expected one of tap|junit|' --as xml "$good"
refused 'two roots' '--as junit: one RECORD' --as junit "$good" "$good"
refused 'a baseline elsewhere' 'print TAP: not with --as lava' --as lava --baseline "$good" "$good"
refused 'a build elsewhere' '--build is only for --as kcidb' --as tmt --build ci:1 "$good"
refused 'a build without its origin' '--build 1: not an id, expected ORIGIN' --as kcidb --build 1 "$good"
run judge --as tmt "$good" "$good"
check 'tmt of two records: one list' prints_lines 10 '^- {"name": "/'
run env BUILD="$PWD" "$srcdir/run-tests.sh" judge --as lava "$srcdir/records/metal.ovmf.gz"
check 'run-tests.sh judge --as lava' prints '^kvm-errata.complete pass$'
check 'run-tests.sh judge --as lava: nothing else' prints_not '#\|evidence'

# The scripts of ci/ for LAVA and tmt, with a fake run-tests.sh
mkdir "$tmp/bin"
cat >"$tmp/run-tests.sh" <<-EOT
	#!/bin/sh
	case "\$*" in
	*--record*)	[ ! -e "$export/\$RECORD.record" ] || cp "$export/\$RECORD.record" suite.record; exit 1 ;;
	judge*)		exec "$PWD/kvm-errata" "\$@" --expected "$export/expected" ;;
	*)		exec "$PWD/kvm-errata" judge --as "\${3:-}" "$good" --expected "$export/expected" ;;
	esac
EOT
for tool in case set; do
	printf '#!/bin/sh\necho "lava-test-%s $*"\n' "$tool" >"$tmp/bin/lava-test-$tool"
done
chmod +x "$tmp/run-tests.sh" "$tmp"/bin/*
RECORD=hostile run steps ci/lava.yaml run steps
check "ci/lava.yaml: a test set per case, a test case per result" same lava-steps
rm "$tmp/suite.record"
RECORD=none run steps ci/lava.yaml run steps
check 'ci/lava.yaml: no record is a failure' prints '^lava-test-case kvm-errata.complete --result fail'
TMT_TEST_DATA=$tmp run steps ci/tmt.fmf /test test
cp "$tmp/results.yaml" "$tmp/steps.tmt"
accepted tmt "$tmp/steps.tmt"
check 'ci/tmt.fmf: its results are where tmt reads them' prints '^steps: green'
if command -v tmt >/dev/null; then
	run tmt --root "$srcdir" lint
	check 'ci/tmt.fmf: tmt lint' status_is 0
else
	check 'ci/tmt.fmf: tmt lint # SKIP host: no tmt' true
fi
done_testing
