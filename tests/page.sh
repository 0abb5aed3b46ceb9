#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck source-path=SCRIPTDIR
#
# The page: what stands in it, what must not, and what a browser makes of it.
. "$srcdir/tests/tap.sh"

python=/usr/bin/python3

# page DIRECTORY RECORD... - make it, of this tree's expectations
page() {
	to=$1
	shift
	run harness page --sources "$srcdir/cases" -o "$to" "$@"
}

# refused NAME WORDS - status 99, one line that names it, and no file
refused() {
	check "$1: status 99" status_is 99
	check "$1: one line, that names it" sh -c "grep -q -e '$2' '$tmp/out' && [ \$(wc -l <'$tmp/out') = 1 ]"
	check "$1: nothing is left" sh -c "[ ! -e '$tmp/refused' ] || [ -z \"\$(ls -A '$tmp/refused')\" ]"
	rm -rf "$tmp/refused"
}

page "$tmp/page" "$srcdir"/records/*.gz
html=$tmp/page/index.html
check 'of records/: status 0' status_is 0
check 'of records/: nothing else is in its directory' [ "$(ls -A "$tmp/page")" = index.html ]
check 'less than 2 MB' [ "$(wc -c <"$html")" -lt 2000000 ]
# A record may name an address; an element and a style must not.
tr '<' '\n' <"$html" >"$tmp/out"
check 'no element has an address elsewhere' prints_not '^[a-z][^>]* \(src\|href\|action\|data\|poster\)="[^#d]'
check 'no style asks for anything' prints_not '@import\|url('
check 'nor may they: a policy' prints "^meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none';"
check 'without JavaScript: a word' prints '^noscript'
page "$tmp/again" "$srcdir"/records/*.gz
check 'byte for byte the same again' cmp -s "$html" "$tmp/again/index.html"
page "$tmp/page" "$srcdir/records/metal.ovmf.gz"
check 'a page that is there is replaced' [ "$(wc -c <"$html")" -lt "$(wc -c <"$tmp/again/index.html")" ]

# What would be markup, wherever it can stand.
mkdir "$tmp/expected" "$tmp/sources"
u2028=$(printf '\342\200\250')
latin1=$(printf '\377')
cat >"$tmp/expected/hostile" <<EOT
statement errata.rst "<b onclick=hacked=1>" since 6.1
	</script><script>hacked=1</script> $u2028 <!--<script>
decided by <i>nobody</i>

default.key	<img/src=x/onerror=hacked=1>
EOT
printf '/*\n * %s </script><script>hacked=1</script>\n */\n' "$latin1" >"$tmp/sources/hostile.c"
odd="$tmp/<img src=x onerror=hacked=1>$latin1$u2028.record"
cat >"$odd" <<'EOT'
{"format": "kvm-errata record 3", "facts": {"vendor": "pvm", "kernel": "6.1", "cpu": "</script><script>hacked=1</script><!--<script>"}, "plan": ["hostile.default"], "unreadable": {}}
{"variant": "hostile.default"}
{"note": "\"><img src=x onerror=hacked=1> '\\ <!--<script>", "numbers": [1, "0xffffffffffffffff"]}
{"key": "key", "value": "\"><b>"}
{"key": "<b>", "value": "<b>"}
{"end": "done", "why": "done", "lines": 3, "ms": 1}
{"complete": true, "ms": 1, "stuck": 0, "failed": null}
EOT
run ./kvm-errata page --expected "$tmp/expected" --sources "$tmp/sources" -o "$tmp/hostile" "$odd"
check 'a hostile record: status 0' status_is 0
sed -n 's|.*id="data">\(.*\)</script>$|\1|p' "$tmp/hostile/index.html" >"$tmp/out"
check 'a hostile record: one line of data, and no "<" in it' sh -c "[ -s '$tmp/out' ] && ! grep -q '<' '$tmp/out'"
check 'a hostile record: ASCII only' sh -c "! LC_ALL=C grep -q '[^ -~]' '$tmp/out'"
check 'a hostile record: its name and comment are there' sh -c \
	"grep -q '\"file\":\"[^\"]*img src=x onerror=hacked=1' '$tmp/out' && grep -q '\"hostile\":\"? ' '$tmp/out'"
check 'a hostile record: no second script' [ "$(grep -c '^<script' "$tmp/hostile/index.html")" = 2 ]

# Not a page of something else.
run harness page -o "$tmp/refused"
refused 'no record' 'which RECORDs, and where to'
run harness page "$odd"
refused 'no directory' 'which RECORDs, and where to'
page "$tmp/refused" "$tmp/absent"
refused 'a record that is not there' "$tmp/absent: No such file"
{ head -n 2 "$odd"; printf '{"key": "key", "value": "\377"}\n'; } >"$tmp/bad"
page "$tmp/refused" "$tmp/bad"
refused 'bytes that are no text' "$tmp/bad:3: "
{ head -n 2 "$odd"; head -c 10000000 /dev/zero | tr '\0' x; } >"$tmp/bad"
page "$tmp/refused" "$tmp/bad"
refused 'a value of 10 MB' "$tmp/bad:3: .* bytes in a line"
page "$tmp/absent/refused" "$srcdir/records/metal.ovmf.gz"
refused 'a directory that cannot be made' "$tmp/absent/refused: .* cannot be made: No such file"
page /dev/null "$srcdir/records/metal.ovmf.gz"
refused 'a directory that is none' '/dev/null/index.html: Not a directory'
mkdir "$tmp/refused"
run sh -c "ulimit -f 100; trap '' XFSZ; exec ./kvm-errata page --expected '$srcdir/expected' -o '$tmp/refused' '$srcdir'/records/*.gz"
refused 'a full disk' "$tmp/refused/index.html: File too large"
echo 'nonsense' >"$tmp/expected/bad"
run ./kvm-errata page --expected "$tmp/expected" -o "$tmp/refused" "$odd"
refused 'an expectation that cannot be read' "$tmp/expected/bad:1: "
gzip -dc "$srcdir/records/metal.ovmf.gz" | head -n 200 >"$tmp/short.record"
page "$tmp/torn" "$srcdir/records/7.3.4-debian.amd.gz" "$tmp/short.record"
check 'a torn record: status 99' status_is 99
check 'a torn record: named' prints "^kvm-errata: $tmp/short.record: the record is torn: .*says so, too"
check 'a torn record: on the page' grep -q '"failed":"the record is torn' "$tmp/torn/index.html"

for command in chromium chromedriver; do
	if ! command -v $command >/dev/null; then
		check "in a browser # SKIP host: no $command: apt-get install chromium chromium-driver" true
		done_testing
		exit
	fi
done
run $python -B "$srcdir/tests/page.py" "$tmp/again/index.html" "$tmp/hostile/index.html" \
	"$tmp/torn/index.html"
check 'in a browser: all of it' status_is 0
cp "$tmp/out" "$tmp/verdicts"
while read -r verdict description; do
	case $verdict in
	pass)	check "in a browser: $description" true ;;
	fail)	echo "$verdict $description" >"$tmp/out"
		check "in a browser: ${description%% : *}" false ;;
	esac
done <"$tmp/verdicts"
done_testing
