#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""usage: page.py PAGE MOVED MIXED HOSTILE TORN, or page.py PAGE DIRECTORY

Test pages in a real browser: PAGE has records/; MOVED the same records under other names,
one of them twice; MIXED two kernels with every verdict; HOSTILE a record with markup in
its text; and TORN a torn record.  Print "pass" or "fail" and a description for each test.
$AXE is the path of axe.js, which then tests PAGE, too.  With DIRECTORY, only take
screenshots of PAGE.
"""
import base64
import json
import os
import pathlib
import re
import sys
import urllib.parse

from browser import Browser

TAB, ENTER, ESCAPE = '\ue004', '\ue007', '\ue00c'
WIDE, PHONE = (1400, 1000), (400, 860)

# What a reader of the page sees.
SEEN = '''
const all = (s) => [...document.querySelectorAll(s)];
return {
	count: document.getElementById("count").textContent, hash: location.hash,
	heads: all("#overview th.kernel").length, cpus: all("#overview th.cpu").map((e) => e.textContent),
	open: all("details.erratum[open]").length, rows: all("#errata tbody tr:not(.statement)").length,
	verdicts: all("#errata .body > .scroll tbody tr:not(.statement)").map((r) => [...r.cells].map((c) => c.className)),
	checked: all("#filters :checked:not(option)").map((e) => e.value), q: document.forms.filters.q.value,
	ids: all("#errata small.id").map((e) => e.textContent),
	sentences: all("#errata .body > .scroll th[scope=row] button").map((e) => e.textContent),
	cells: all("#errata .body > .scroll tbody tr:not(.statement)").map((r) => [...r.cells].slice(1)
		.map((c) => c.innerText.trim().split(/\s+/).join(" "))),
	history: all("#errata .sub").map((e) => e.textContent).filter((t) => t.startsWith("History")),
	titles: all("#overview th.kernel").map((e) => e.title),
	dialog: document.getElementById("detail").open ? document.getElementById("detail").innerText : null,
	spans: all("#errata .body > .scroll tbody tr:not(.statement)").map((r) => [...r.cells].slice(2)
		.reduce((n, c) => n + c.colSpan, 0)),
	folded: all("#errata td[colspan]").length,
};'''

# Problems with names, roles, headings and ids.
WRONG = r'''
const all = (s) => [...document.querySelectorAll(s)], wrong = [], ids = new Set();
const name = (e) => (e.getAttribute("aria-label") || e.textContent.trim() ||
	[...(e.labels || [])].map((l) => l.textContent).join("")).trim();
for (const e of all("a, button, input, select, summary"))
	name(e) || wrong.push("no name: " + e.outerHTML.slice(0, 80));
for (const e of all("th"))
	e.scope || wrong.push("no scope: " + e.outerHTML.slice(0, 80));
for (const e of all("table"))
	e.caption || wrong.push("no caption: " + e.outerHTML.slice(0, 80));
for (const e of all("[id]"))
	ids.has(e.id) ? wrong.push("twice: " + e.id) : ids.add(e.id);
for (const e of all("[aria-labelledby]"))
	ids.has(e.getAttribute("aria-labelledby")) || e.matches("dialog:not([open])") ||
		wrong.push("labelled by nothing: " + e.outerHTML.slice(0, 80));
for (const e of all(".scroll"))
	e.tabIndex === 0 && e.getAttribute("aria-label") || wrong.push("no keyboard: " + e.outerHTML.slice(0, 80));
let level = 0;
for (const e of all("h1, h2, h3, h4").filter((e) => !e.closest("dialog"))) {
	const n = Number(e.tagName[1]);
	n > level + 1 && wrong.push("heading: " + e.textContent);
	level = n;
}
all("h1").length === 1 || wrong.push("h1");
document.documentElement.lang || wrong.push("lang");
all("main").length === 1 || wrong.push("main");
return wrong;'''

# The lowest contrast of text to its background, and the element: WCAG 2, 1.4.3.
CONTRAST = r'''
const parse = (c) => c.match(/[\d.]+/g).map(Number);
const luminance = ([r, g, b]) => [r, g, b].map((c) => c / 255).map((c) =>
	c <= .03928 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4).reduce((l, c, i) => l + c * [.2126, .7152, .0722][i], 0);
const grounds = new Map([[null, [255, 255, 255]]]);
const ground = (e) => {
	if (!grounds.has(e)) {
		const c = parse(getComputedStyle(e).backgroundColor);
		grounds.set(e, c.length === 3 || c[3] > .99 ? c : ground(e.parentElement));
	}
	return grounds.get(e);
};
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), seen = new Set();
let least = [99, ""];
for (let t; (t = walker.nextNode());) {
	const e = t.parentElement;
	if (!t.data.trim() || e.closest("script, style, noscript, .vh, option") || !e.getClientRects().length)
		continue;
	const color = getComputedStyle(e).color, on = ground(e), key = color + on;
	if (seen.has(key))
		continue;
	seen.add(key);
	const [a, b] = [luminance(parse(color)), luminance(on)].sort((x, y) => y - x);
	const ratio = (a + .05) / (b + .05);
	if (ratio < least[0])
		least = [ratio, e.outerHTML.slice(0, 80) + " " + color + " on " + on];
}
return least;'''

# Elements that are wider than the screen and not in a box that scrolls.
WIDER = '''
const [width] = arguments, dialog = document.querySelector("dialog[open]");
return [document.documentElement, ...(dialog || document.body).querySelectorAll("*")].filter((e) => {
	const { left, right } = e.getBoundingClientRect();
	return (left < 0 || right > width) && right > left && !e.parentElement?.closest(".scroll, pre, .skip") &&
		!e.closest(".vh, .skip, dialog:not([open])");
}).map((e) => e.outerHTML.slice(0, 80));'''

AXE = '''
return axe.run(document, { resultTypes: ["violations"] }).then((r) =>
	r.violations.map((v) => v.id + ": " + v.nodes[0].html.slice(0, 100)));'''


def check(description, is_so, got=''):
    print('pass' if is_so else 'fail', description, '' if is_so else f': {got}')


class Page:
    def __init__(self, browser, path):
        self.browser = browser
        self.url = pathlib.Path(path).resolve().as_uri()

    def open(self, state=''):
        """Load the page again, with state in its URL."""
        self.browser.go('about:blank')
        self.browser.go(self.url + state)
        return self.seen()

    def seen(self):
        return self.browser.run(SEEN)

    def click(self, selector):
        """Click, and wait longer than the page does before it searches."""
        self.browser.run('document.querySelector(arguments[0]).click();'
                         'return new Promise((r) => setTimeout(r, 150));', selector)
        return self.seen()


def filters(page):
    everything = page.open()
    check('a column for each platform', everything['heads'] > 10, everything['heads'])
    check('a section for each erratum, closed', everything['open'] == 0, everything['open'])

    seen = page.click('[name=vendor][value=amd]')
    check('filter by vendor: its platforms', 0 < seen['heads'] < everything['heads'] and
          all(cpu.startswith('amd') for cpu in seen['cpus']), seen['cpus'])
    check('filter by vendor: in the URL', 'vendor=amd' in seen['hash'], seen['hash'])
    by_vendor = seen['heads']
    seen = page.click('[name=kernel][value="6.12"]')
    check('and by kernel', 0 < seen['heads'] < by_vendor, seen['heads'])
    seen = page.click('[name=verdict][value=known]')
    check('filter by verdict: errata are open', seen['open'] > 0, seen['open'])
    check('filter by verdict: each row has it', seen['verdicts'] and
          all('v-known' in row for row in seen['verdicts']), seen['verdicts'])
    page.browser.run('const q = document.forms.filters.q; q.value = "cr0-cd  nw_cleare"; q.focus()')
    page.browser.press('d')
    page.browser.run('return new Promise((r) => setTimeout(r, 200))')
    seen = page.seen()
    check('filter by text: each row has each word', seen['ids'] and
          all(i.startswith('cr0-cd.') for i in seen['ids']), seen['ids'])

    again = page.open(seen['hash'])
    check('the URL restores what is shown', again == seen, again['count'])
    check('the URL restores the filters', again['q'] == 'cr0-cd  nw_cleared' and
          sorted(again['checked']) == ['6.12', 'amd', 'known'], again['checked'])
    seen = page.click('#clear')
    check('everything is shown again', seen['count'] == everything['count'] and
          seen['hash'] == '', seen['count'] + seen['hash'])
    seen = page.open('#q=nosuchword')
    check('no row is left: the page says so', seen['rows'] == 0 and 'No check matches' in
          page.browser.run('return document.getElementById("overview").innerText'), seen['rows'])


def sections(page):
    page.browser.run('location.hash = "#open=errata-rst-mtrrs"')
    page.browser.run('return new Promise((r) => setTimeout(r, 150))')
    seen = page.seen()
    check('a link opens its section', seen['open'] == 1, seen['open'])
    check('each row has all platforms', set(seen['spans']) == {seen['heads']}, set(seen['spans']))
    check('neighbours that agree are one cell', seen['folded'] > 10, seen['folded'])
    check('each row is a check: a sentence and an id', 'mtrr.reserved-bits' in seen['ids'] and
          len(seen['ids']) == len(seen['sentences']) == len(seen['cells']) and
          all(' ' in s for s in seen['sentences']), seen['ids'])
    text = page.browser.run('return document.querySelector("details.erratum[open]").innerText')
    for what in 'does not virtualize guest MTRR memory types', 'History across kernels', 'decided', \
            'mtrr-type.variable-ranges', 'since 6.11':
        check(f'its section has "{what}"', what in text, text[:200])
    tracks = page.browser.run('return [...document.querySelectorAll(".track")].map((t) => t.textContent)')
    check('latencies: warm and flushed, of loads and stores', len(tracks) > 10 and
          all('warm ' in t and 'flushed ' in t for t in tracks), tracks[:2])
    places = page.browser.run('return [...document.querySelectorAll(".track .warm")].map((w) =>'
                              'parseFloat(w.style.left))')
    bands = page.browser.run('return [...document.querySelectorAll(".track .fast")].map((w) =>'
                             'parseFloat(w.style.width))')
    check('latencies: where it says wb, warm is in the band of cached memory',
          places and all(p <= b for p, b in zip(places, bands)), (places[:3], bands[:3]))

    pair = page.open('#a=6.1.192-debian.intel&b=7.3.4-debian.intel')
    check('two platforms: two columns', pair['heads'] == 2, pair['heads'])
    check('two platforms: only checks that differ', 0 < len(pair['ids']) and pair['folded'] == 0,
          pair['folded'])
    pair = page.click('[name=all]')
    check('two platforms: on request, also checks that agree', pair['folded'] > 0, pair['folded'])


def searches(page):
    """Find a check by its sentence and id, and by its observations."""
    sentence = page.open('#q=mtrr.reserved-bits')['sentences'][0]
    for what, words, found in (
            ('a sentence', sentence, 'mtrr.reserved-bits'),
            ('the id of a check', 'mtrr.reserved-bits', 'mtrr.reserved-bits'),
            ('the id of an observation', 'mtrr.default.base3.reserved-bits', 'mtrr.reserved-bits'),
            ('a value', '1+257', 'x2apic-far.shared-id-all'),
            ('a reason', 'keeps only the first vCPU of an APIC ID', 'x2apic.shared-id-all'),
            ('the reason of a SKIP', 'firmware has locked the MTRRs', 'mtrr.reserved-bits')):
        seen = page.open('#q=' + urllib.parse.quote(words))
        check(f'a search finds {what}', found in seen['ids'] and len(seen['ids']) < 100,
              seen['ids'][:10])


def dialog(page):
    """Follow a cell to its check, and from there to an observation."""
    sentence = page.open('#q=mtrr-type.default.uc.effective')['sentences'][0]
    page.browser.run('document.querySelector("#errata td:last-child button").focus()')
    page.browser.press(ENTER)
    seen = page.seen()
    for what in re.escape(sentence), r'\d+ of \d+ observations were seen', r'and \d+ more', \
            r'mtrr-type\.default\.uc\.effective', r'\./run-tests\.sh mtrr-type\.default', \
            'KVM does not virtualize guest MTRR memory types', r'vmx_get_mt_mask\(\)', \
            'Shown by', r'pvm: AMD EPYC on kvm · 6\.18', 'no record yet':
        check(f"a cell leads to '{what}'", re.search(what, seen['dialog'] or ''), seen['dialog'])
    check('a cell has its URL', 'cell=mtrr-type.variable-ranges%40' in seen['hash'], seen['hash'])
    check('the URL restores the cell', page.open(seen['hash'])['dialog'] == seen['dialog'])
    seen = page.click('dialog .outcome [data-cell^="mtrr-type.default.uc.effective"]')
    for what in '"numbers": [', '{"key": "uc.effective", "value": "wb"}', 'zgrep -n', \
            './run-tests.sh mtrr-type.default', 'cases/mtrr-type.c', 'as documented', \
            'KVM does not virtualize guest MTRR memory types', 'vmx_get_mt_mask()':
        check(f"an observation leads to '{what}'", what in (seen['dialog'] or ''), seen['dialog'])
    check('an observation has its URL', 'cell=mtrr-type.default.uc.effective%40' in seen['hash'],
          seen['hash'])
    check('the URL restores the observation', page.open(seen['hash'])['dialog'] == seen['dialog'])
    comment = page.browser.run('return document.querySelector("#detail .comment").textContent')
    check("an observation leads to its case's comment",
          comment.startswith('MTRRs and the effective'), comment)
    page.browser.press(ESCAPE)
    page.browser.run('return new Promise((r) => setTimeout(r, 100))')
    check('Escape closes it', page.seen()['dialog'] is None and 'cell=' not in page.seen()['hash'])
    seen = page.open('#cell=x2apic.shared-id-all')
    check('a check has its URL, too, without a platform', 'Shown by' in seen['dialog'] and
          'intel: Intel Core i7-4770 on bochs · 6.12, 7.3' in seen['dialog'] and
          'To run it again' not in seen['dialog'], seen['dialog'])
    page.open('#cell=x2apic.flag-off.shared.ipi.fixed.receivers%406.1.192-debian.intel-ept%3D0')
    seen = page.seen()
    check('how to run it again in the lab', './run-tests.sh --cpu intel --ept 0 --kernel 6.1 '
          'x2apic.flag-off' in (seen['dialog'] or ''), seen['dialog'])


def all_histories(page):
    page.open()
    page.browser.run('document.querySelectorAll(".erratum > summary").forEach((s) => s.click());'
                     'return new Promise((r) => setTimeout(r, 150))')
    return page.seen()


def moved(page, moved_page):
    """Platforms come from facts: names and directories of records do not matter."""
    here, there = all_histories(page), all_histories(moved_page)
    check('there is history', sum('→' in h or '6.12' in h for h in here['history']) > 5 and
          len(here['history']) == here['open'], here['history'][:2])
    check('other names, three folders, one record twice: the same history',
          here['history'] == there['history'],
          [pair for pair in zip(here['history'], there['history']) if pair[0] != pair[1]][:1])
    check('other names: the same machines', here['cpus'] == there['cpus'], there['cpus'])
    check('other names: no platform is lost', there['heads'] == here['heads'] + 1 and
          len(set(there['titles'])) == there['heads'], there['titles'])


def mixed(page):
    seen = page.open('#open=errata-rst-mixed')
    rows = dict(zip(seen['ids'], seen['cells']))
    check('a cell: the value, and how many of its observations were seen',
          rows['mixed.some'][:2] == ['right', '✓ as documented right 3 of 4 seen'], rows)
    check('a cell: the number of observations for each verdict', rows['mixed.some'][2] == '✗ deviates other 2 of 4 seen '
          '✗1 deviates; ?1 never observed; ✓1 as documented; –1 cannot be seen here;', rows)
    check('a cell: known to differ, and partly gone', rows['mixed.known'] == [
        'right', '~ known to differ wrong', '~ known to differ wrong ~1 known to differ; '
        '!1 gone: KVM does what the document says now;'], rows)
    check('documented: the number of values, if more than one', rows['mixed.unseen'][0] == '2 values', rows)
    history, = seen['history']
    check('history: which observations changed, and how', all(words in history for words in (
        'some observations change', 'KVM is known to differ',
        'mixed.default.changes6.1: ✓ as documented: right6.2: ✗ deviates: other',
        'mixed.default.lost6.1: ✓ as documented: right6.2: ? never observed',
        'mixed.default.mended6.1: ~ known to differ: wrong6.2: ! gone')), history)
    check('history: no observations that did not change', not any(words in history for words in (
        'default.same', 'default.hidden', 'default.stays', 'the same on every kernel')), history)
    seen = page.open('#q=not in any record')
    check('history: nothing changed', seen['ids'] == ['mixed.unseen'] and
          'What was seen is the same on every kernel here.' in seen['history'][0], seen['history'])
    seen = page.open('#open=errata-rst-mixed&kernel=6.1')
    check('history: one kernel has none', 'No machine here has several kernels' in
          seen['history'][0], seen['history'])
    seen = page.open('#a=old&b=new')
    check('two platforms: checks with an observation that differs', '2 of 4 checks differ' in
          seen['count'] and seen['ids'] == ['mixed.some', 'mixed.known'], seen['count'])
    text = page.open('#cell=mixed.some@new')['dialog'] or ''
    places = [text.find(words) for words in ('deviates other', 'never observed',
                                             'as documented right', 'cannot be seen here')]
    check('a cell: the wrong observations first', -1 not in places and
          places == sorted(places) and 'host: no such device' in text, text)
    text = page.open('#cell=mixed.known@new')['dialog'] or ''
    check('a cell: the known value and its reason, and what is gone', all(words in text for words in (
        'it has always been so', 'Known instead', 'gone: KVM does what the document says now')), text)
    shown = page.browser.run('return [...document.querySelectorAll("dialog tbody tr")].map((r) =>'
                             '[...r.cells].map((c) => c.innerText))')
    check('who has shown it', shown == [
        ['right\ndocumented', 'amd: AMD Test · 6.2'],
        ['wrong\nknown: it has always been so', 'amd: AMD Test · 6.1, 6.2']], shown)
    text = page.open('#cell=mixed.unseen')['dialog'] or ''
    check('who has shown it: no record', text.count('no record yet') == 2 and
          'No record has shown:' in text and 'mixed.default.unseen' in text, text)


def keyboard(page):
    page.open()
    page.browser.press(TAB)
    skip = page.browser.run('return document.activeElement.className + '
                            'getComputedStyle(document.activeElement).outlineStyle')
    check('Tab: the link past the filters is first, and visible', skip == 'skipsolid', skip)
    page.browser.press(ENTER, TAB, ENTER)
    check('Tab and Enter open the first erratum', page.seen()['open'] == 1,
          page.browser.run('return document.activeElement.outerHTML.slice(0, 100)'))


def accessibility(page):
    """Test some errata and dialogs at each screen size and in each colour scheme."""
    axe = os.environ.get('AXE')
    some = '#open=errata-rst-mtrrs,errata-rst-x2apic,how-the-runs-ended'
    pvm = next(title for title in page.open()['titles'] if title.endswith('pvm'))

    for what, state in ('all', some), ('a check', f'#cell=mtrr-type.variable-ranges@{pvm}'), \
            ('an observation', f'#cell=mtrr-type.default.uc.effective@{pvm}'):
        page.browser.screen(*WIDE)
        seen = page.open(state)
        if state == some:  # opening all details takes seconds
            page.browser.run('document.querySelectorAll(arguments[0]).forEach((d) => { d.open = true; });'
                             'return new Promise((r) => setTimeout(r, 0))',
                             'details' if axe else 'details:not(.erratum)')
        else:
            check(f'{what}: there is a dialog', seen['dialog'], seen['hash'])
        if axe:
            page.browser.run(pathlib.Path(axe).read_text() + ';window.axe = axe')
        wrong = page.browser.run(WRONG)
        check(f'{what}: names, roles, headings', not wrong, wrong)
        for name, size, dark in ('wide', WIDE, False), ('dark', WIDE, True), ('phone', PHONE, False):
            page.browser.screen(*size, dark)
            least, where = page.browser.run(CONTRAST)
            check(f'{what}, {name}: contrast of all text is 4.5 or more', least >= 4.5, (least, where))
            wide = page.browser.run(WIDER, size[0])
            check(f'{what}, {name}: nothing is wider than the screen', not wide, wide)
            if axe:
                wrong = page.browser.run(AXE)
                check(f'{what}, {name}: axe-core finds nothing', not wrong, wrong)
    page.browser.screen(*WIDE)


def quiet(page):
    """Nothing was logged to the console, and no request left the page, in all tests so far."""
    said = [m['message'] for m in page.browser.log('browser')]
    check('the console is empty', not said, said)
    messages = [json.loads(m['message'])['message'] for m in page.browser.log('performance')]
    urls = {m['params']['request']['url'].split('#')[0] for m in messages
            if m['method'] == 'Network.requestWillBeSent'}
    check('no request leaves the page', urls and all(u.endswith('/index.html') and
          u.startswith('file:') or u in ('data:,', 'about:blank') for u in urls), urls)


def hostile(page):
    page.open('#q=hostile')
    page.browser.run('document.querySelectorAll("details").forEach((d) => { d.open = true; });'
                     'document.querySelector("#errata td button").click();'
                     'document.querySelectorAll("details").forEach((d) => { d.open = true; })')
    hacked = page.browser.run('return [window.hacked, document.scripts.length, '
                              'document.querySelectorAll("img, b, i, u, s, iframe").length]')
    check('text of a record is no markup', hacked == [None, 2, 0], hacked)
    text = page.browser.run('return document.body.innerText')
    for what in '</script><script>hacked=1</script>', '<img/src=x/onerror=hacked=1>', '<u>another</u>', \
            '<i>other</i>', '<s>because</s>', '<!--<script>', '"><b>':
        check(f'shown as text: {what}', what in text, text[:2000])


def torn(page):
    page.open()
    text = page.browser.run('return document.body.innerText')
    check('a torn record is shown as torn', 'the record is torn' in text and
          page.browser.run('return document.querySelectorAll("#overview .torn").length') == 1, text[:500])


def pictures(page, directory):
    pvm = next(title for title in page.open()['titles'] if title.endswith('pvm'))
    for name, state, size, dark in (
            ('page', '#vendor=intel,amd&kernel=6.1,6.12,7.3', (1500, 1100), False),
            ('phone', '', PHONE, False), ('dark', '', WIDE, True),
            ('erratum', '#open=errata-rst-x2apic', WIDE, False),
            ('erratum-phone', '#open=errata-rst-x2apic', PHONE, False),
            ('check', '#cell=x2apic.shared-id-all', WIDE, False),
            ('cell', f'#cell=mtrr-type.variable-ranges@{pvm}', WIDE, False),
            ('observation', f'#cell=mtrr-type.default.uc.effective@{pvm}', WIDE, False),
            ('observation-phone', f'#cell=mtrr-type.default.uc.effective@{pvm}', PHONE, True),
            ('pair', '#a=6.1.192-debian.intel&b=7.3.4-debian.intel', WIDE, False)):
        page.browser.screen(*size, dark)
        page.open(state)
        picture = page.browser.cdp('Page.captureScreenshot', format='png')['data']
        pathlib.Path(directory, f'{name}.png').write_bytes(base64.b64decode(picture))


def test(path, moved_path, mixed_path, hostile_path, torn_path):
    with Browser() as browser:
        browser.screen(*WIDE)
        browser.go('about:blank')
        browser.log('performance')
        page = Page(browser, path)
        for part in filters, sections, searches, dialog, keyboard, accessibility:
            part(page)
        moved(page, Page(browser, moved_path))
        mixed(Page(browser, mixed_path))
        hostile(Page(browser, hostile_path))
        torn(Page(browser, torn_path))
        quiet(page)


def main(path, *others):
    if len(others) > 1:
        test(path, *others)
        return
    with Browser() as browser:
        pictures(Page(browser, path), *others)


main(*sys.argv[1:])
