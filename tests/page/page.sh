#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck source-path=SCRIPTDIR
#
# The page: its content, that it loads nothing, bad input, and how a browser shows it.
. "$srcdir/tests/tap.sh"

python=/usr/bin/python3

# page DIRECTORY RECORD... - make a page with this tree's expected/
page() {
	to=$1
	shift
	run harness page --sources "$srcdir/cases" -o "$to" "$@"
}

# refused NAME WORDS - expect status 99, one line that says why, and no file
refused() {
	check "$1: status 99" status_is 99
	check "$1: one line with the reason" sh -c "grep -q -e '$2' '$tmp/out' && [ \$(wc -l <'$tmp/out') = 1 ]"
	check "$1: no file is left" sh -c "[ ! -e '$tmp/refused' ] || [ -z \"\$(ls -A '$tmp/refused')\" ]"
	rm -rf "$tmp/refused"
}

page "$tmp/page" "$srcdir"/records/*.gz
html=$tmp/page/index.html
check 'of records/: status 0' status_is 0
check 'of records/: no other file in its directory' [ "$(ls -A "$tmp/page")" = index.html ]
check 'less than 0.5 MB' [ "$(wc -c <"$html")" -lt 500000 ]
# A record may contain a URL; an element or a style must not refer to one.
tr '<' '\n' <"$html" >"$tmp/out"
check 'no element refers to another file' prints_not '^[a-z][^>]* \(src\|href\|action\|data\|poster\)="[^#d]'
check 'no style loads anything' prints_not '@import\|url('
check 'a content security policy forbids loading' prints "^meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none';"
check 'without JavaScript: a message' prints '^noscript'
page "$tmp/again" "$srcdir"/records/*.gz
check 'the same records give the same page' cmp -s "$html" "$tmp/again/index.html"
page "$tmp/page" "$srcdir/records/metal.ovmf.gz"
check 'an existing page is replaced' [ "$(wc -c <"$html")" -lt "$(wc -c <"$tmp/again/index.html")" ]

# Text with markup, wherever a record or expected/ can have text.
mkdir "$tmp/expected" "$tmp/sources"
u2028=$(printf '\342\200\250')
latin1=$(printf '\377')
cat >"$tmp/expected/hostile" <<EOT
statement errata.rst "<b onclick=hacked=1>" since 6.1
	</script><script>hacked=1</script> $u2028 <!--<script>
decided by <i>nobody</i>

check shown: a sentence </script><script>hacked=1</script>
	default.key	<img/src=x/onerror=hacked=1>
		known <i>other</i>: odd

check hidden: <u>another</u>
	default.hidden	skip host: <s>no reason</s>

reason odd: <s>because</s>
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
run data_of "$tmp/hostile"
check 'a hostile record: its data is base64, in which nothing is markup' status_is 0
check 'a hostile record: its name and comment are there' sh -c \
	"grep -q '\"file\":\"[^\"]*img src=x onerror=hacked=1' '$tmp/out' && grep -q '\"hostile\":\"? ' '$tmp/out'"
check 'a hostile record: no second script' [ "$(grep -c '^<script' "$tmp/hostile/index.html")" = 2 ]

# A record that cannot be read makes no page.
run harness page -o "$tmp/refused"
refused 'no record' 'expected RECORD... and -o DIR'
run harness page "$odd"
refused 'no directory' 'expected RECORD... and -o DIR'
page "$tmp/refused" "$tmp/absent"
refused 'a missing record' "$tmp/absent: No such file"
{ head -n 2 "$odd"; printf '{"key": "key", "value": "\377"}\n'; } >"$tmp/bad"
page "$tmp/refused" "$tmp/bad"
refused 'bytes that are not UTF-8' "$tmp/bad:3: "
{ head -n 2 "$odd"; head -c 10000000 /dev/zero | tr '\0' x; } >"$tmp/bad"
page "$tmp/refused" "$tmp/bad"
refused 'a value of 10 MB' "$tmp/bad:3: .* bytes in a line"
page "$tmp/absent/refused" "$srcdir/records/metal.ovmf.gz"
refused 'a directory that cannot be made' "$tmp/absent/refused: .* cannot be made: No such file"
page /dev/null "$srcdir/records/metal.ovmf.gz"
refused 'a file in place of the directory' '/dev/null/index.html: Not a directory'
mkdir "$tmp/refused"
run sh -c "ulimit -f 100; trap '' XFSZ; exec ./kvm-errata page --expected '$srcdir/expected' -o '$tmp/refused' '$srcdir'/records/*.gz"
refused 'a full disk' "$tmp/refused/index.html: File too large"
echo 'nonsense' >"$tmp/expected/bad"
run ./kvm-errata page --expected "$tmp/expected" -o "$tmp/refused" "$odd"
refused 'an expectation that cannot be read' "$tmp/expected/bad:1: "
gzip -dc "$srcdir/records/metal.ovmf.gz" | head -n 200 >"$tmp/short.record"
page "$tmp/torn" "$srcdir/records/7.3.4-debian.amd.gz" "$tmp/short.record"
check 'a torn record: status 99' status_is 99
check 'a torn record: reported' prints "^kvm-errata: $tmp/short.record: the record is torn: .*shows this, too"
run data_of "$tmp/torn"
check 'a torn record: on the page' prints '"failed":"the record is torn'

for command in chromium chromedriver; do
	if ! command -v $command >/dev/null; then
		check "in a browser # SKIP host: no $command: apt-get install chromium chromium-driver" true
		done_testing
		exit
	fi
done
# The same records under other names, in three folders, and one of them twice.
mkdir -p "$tmp/moved/one" "$tmp/moved/two" "$tmp/moved/three"
n=0
for record in "$srcdir"/records/*.gz; do
	n=$((n + 1))
	set -- one two three
	shift $((n % 3))
	cp "$record" "$tmp/moved/$1/host-$n.gz"
done
page "$tmp/moved" "$tmp/moved/one" "$tmp/moved/two" "$tmp/moved/three" "$tmp/moved/two/host-1.gz"
check 'of three folders: status 0' status_is 0

# Every verdict, and observations that change from one kernel to the next.
mkdir "$tmp/expected.mixed"
cat >"$tmp/expected.mixed/mixed" <<'EOT'
statement errata.rst "Mixed" since 6.1
	whatever it says
decided by nobody

check some: some observations change
	default.{same,changes,hidden,lost}	right

check known: KVM is known to differ
	default.{mended,stays}	right
		known wrong: it has always been so

check unseen: this is not in any record
	default.unseen	right on kernel<6.2
	default.unseen	left
EOT
# mixed KERNEL KEY=VALUE... - write a record of that kernel
mixed() {
	cat <<-EOT
	{"format": "kvm-errata record 3", "facts": {"vendor": "amd", "kernel": "$1", "cpu": "AMD Test"}, "plan": ["mixed.default"], "unreadable": {}}
	{"variant": "mixed.default"}
	EOT
	shift
	for said; do
		printf '{"key": "%s", "value": "%s"}\n' "${said%%=*}" "${said#*=}"
	done
	cat <<-EOT
	{"end": "done", "why": "done", "lines": $#, "ms": 1}
	{"complete": true, "ms": 1, "stuck": 0, "failed": null}
	EOT
}
mixed 6.1.0 same=right changes=right 'hidden=?host: no such device' lost=right mended=wrong stays=wrong \
	'unseen=?host: no such device' >"$tmp/old.record"
mixed 6.2.0 same=right changes=other 'hidden=?host: no such device' mended=right stays=wrong \
	'unseen=?host: no such device' >"$tmp/new.record"
run ./kvm-errata page --expected "$tmp/expected.mixed" -o "$tmp/mixed" "$tmp/old.record" "$tmp/new.record"
check 'of every verdict: status 0' status_is 0

run $python -B "$srcdir/tests/page/page.py" "$tmp/again/index.html" "$tmp/moved/index.html" \
	"$tmp/mixed/index.html" "$tmp/hostile/index.html" "$tmp/torn/index.html"
check 'in a browser: the test comes to its end' status_is 0
cp "$tmp/out" "$tmp/verdicts"
while read -r verdict description; do
	case $verdict in
	pass)	check "in a browser: $description" true ;;
	fail)	echo "$verdict $description" >"$tmp/out"
		check "in a browser: ${description%% : *}" false ;;
	esac
done <"$tmp/verdicts"
done_testing
