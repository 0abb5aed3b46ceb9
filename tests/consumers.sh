#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# One run, read by prove and tappy; automake's driver reads all of make check.
. "$srcdir/tests/tap.sh"

harness >"$tmp/run.tap"
planned=$(sed -n 's/^1\.\.//p' "$tmp/run.tap")
printf '#!/bin/sh\nexec cat "%s"\n' "$tmp/run.tap" >"$tmp/replay"
chmod +x "$tmp/replay"

run cat "$tmp/run.tap"
check 'the run has as many results as planned' prints_lines "$planned" '^\(not \)\{0,1\}ok '
run prove "$tmp/replay"
check 'prove: pass' prints '^Result: PASS'
check 'prove: all of them' prints "Tests=$planned,"
run /usr/bin/python3 -c 'from tap.main import main; main()' "$tmp/run.tap"
check 'tappy: pass' status_is 0
check 'tappy: all of them' prints "^Ran $planned tests"
check 'tappy: no error' prints '^OK'

sed '$d' "$tmp/run.tap" | sed '$d' >"$tmp/short.tap"
mv "$tmp/short.tap" "$tmp/run.tap"
run prove "$tmp/replay"
check 'prove: a truncated run fails' prints '^Result: FAIL'
done_testing
