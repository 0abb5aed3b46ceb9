# SPDX-License-Identifier: GPL-2.0-only
"""usage: history.py titles CHANGELOG...
       history.py check
       history.py table
       history.py sample K [START]

The file "history" has one line for each fix of KVM on x86 that a guest or a VMM could have seen; the
head of that file explains its columns.  It is not selected by what this suite finds.

"titles" prints the titles of all changes of KVM on x86 in CHANGELOGs, plain or .gz: year and version
of the first entry that has the title, "-" or "missing" if "history" does not have it, and the title,
with tabs between.  Most of the missing ones are no fixes.  A CHANGELOG is

	Debian's, of the package linux: /usr/share/doc/linux-libc-dev/changelog.Debian.gz of
	"apt-get download linux-libc-dev=VERSION", for one version of each suite.  It has the titles
	of the stable releases of that suite and, without those, of its ancestors.  The source
	package has the older ones in debian/changelog.old.
	Red Hat's: redhat/kernel.changelog-* of a source tree, or the part of kernel.spec after
	"%changelog".  It has nearly all changes of KVM, because Red Hat backports all of them.

Two titles are the same if they differ only in "KVM: x86:" at the beginning, in case or in
punctuation, because both distributions change prefixes.

"check" prints a line "history:LINE: WHY" for each mistake in the file.  "table" prints for each
class how many lines it has, and how many of them are "lab".  "sample" prints every K-th "lab" line,
in the order of the file, beginning with the START-th (by default the first).  The file is sorted by
class, so a sample has its share of each class.

Status 0, or 99 after an error.
"""
import collections
import gzip
import itertools
import os
import re
import sys

HISTORY = os.path.join(os.path.dirname(os.path.abspath(__file__)), "history")
COLUMNS = "year", "class", "where", "seen by", "document", "shown", "title"
CLASSES = ("lapic injection msr cpuid pv state emulation slots segments fpu nested timers pmu smm"
	   " hyperv").split()
REASONS = ("lab race crash host linux speculation sev tdx performance build config gone").split()
WHERE = r"(\S+\.[chS]:|old:)(\w+|FNAME\(\w+\))"
SEEN = r"(guest|vmm (KVM_[A-Z0-9_]+|close)) (amd|intel|both)"
DOCUMENT = r"none|(api|msr|cpuid|hypercalls|errata)\.rst( \S.*)?|(SDM \d[A-D]?|APM \d|TLFS|Xen|82093AA) \S.*"

# A title of KVM, unless its first words are about another architecture or about tests
OURS = re.compile(r"\bkvm\b|kvmclock|pvclock", re.I)
OTHER = re.compile(r"arm|ppc|powerpc|s390|mips|risc-?v|loongarch|book3s|vgic|selftest|vsie|nvhe|e500"
		   r"|booke|ia64|vfio|^perf|^docs?\b|documentation|^tools|^torture|^rhel|^redhat", re.I)
TAGS = re.compile(r"((?:\[[^]]*\]\s*)*)(.*)")
TAG_OURS = re.compile(r"x86|amd64|i386|virt|kvm")
TAIL = re.compile(r"( \([^()]*\) \[[^]]*\]| \(([A-Z][\w.'-]* ?){2,}\)| \{[^}]*\}| https?:\S+"
		  r"| ?\((CVE|[Cc]loses|regression|fixes regression)[^)]*\)|, included in stable .*)+$")
PREFIX = re.compile(r"^(revert\W+)?((kvm|x86)\W+)+")


class Error(Exception):
	pass


def key(title):
	"""Return what identifies TITLE: its letters and digits, without "KVM: x86:"."""
	return re.sub(r"\W", "", PREFIX.sub(r"\1", title.lower()))


def entries(path):
	"""Return [(year, version, item)] of a changelog of Debian or Red Hat."""
	found, pending, item, year, version = [], [], None, "?", "?"

	def flush():
		nonlocal item
		if item:
			pending.append(item)
		item = None

	def close(when):
		flush()
		found.extend((when, version, text) for text in pending)
		pending.clear()

	with gzip.open(path, "rt", errors="replace") if path.endswith(".gz") else \
	     open(path, errors="replace") as file:
		for line in file:
			line = line.rstrip("\n")
			if start := re.match(r"\* \w+ \w+ +\d+ (\d{4}) .*?(?:\[?([\w.-]+)\]?)?$", line):
				close(year)
				year, version = start[1], start[2]
			elif start := re.match(r"linux\S* \(([^)]*)\)", line):
				flush()
				version = start[1]
			elif end := re.match(r" -- .*, +\d+ \w+ (\d{4})", line):
				close(end[1])
			elif start := re.match(r"\s*[-*+] (.*)", line):
				flush()
				item = start[1]
			elif item and re.match(r"\s+\S", line):
				item += " " + line.strip()
			else:
				flush()
	close(year)
	return found


def titles(paths):
	"""Return {key: (year, version, title)} of the changes of KVM on x86."""
	first = {}
	for path in paths:
		for year, version, item in entries(path):
			tags, title = TAGS.match(item).groups()
			title = TAIL.sub("", title).replace("%%", "%")
			area = title.split(": ")
			if tags and not TAG_OURS.search(tags) or not OURS.search(title) or \
			   OTHER.search(":".join(area[:max(1, min(3, len(area) - 1))])):
				continue
			first[key(title)] = min(first.get(key(title), (year, version, title)),
						(year, version, title))
	return first


def read():
	"""Return (line number, values by column, list of mistakes) for each line of "history"."""
	lines, seen, before = [], {}, (0, "", "")
	with open(HISTORY) as file:
		for number, line in enumerate(file, 1):
			if line.startswith("#") or not line.strip():
				continue
			values = line.rstrip("\n").split("\t")
			fix = dict(itertools.zip_longest(COLUMNS, values[:len(COLUMNS)], fillvalue=""))
			if len(values) != len(COLUMNS):
				lines.append((number, fix, [f"{len(values)} columns instead of {len(COLUMNS)}"]))
				continue
			wrong = []
			if not re.fullmatch(r"20\d\d", fix["year"]):
				wrong.append(f'"{fix["year"]}" is not a year')
			if fix["class"] not in CLASSES:
				wrong.append(f'class "{fix["class"]}": not one of {", ".join(CLASSES)}')
			for column, form in ("where", WHERE), ("seen by", SEEN), ("document", DOCUMENT):
				if fix[column] != "?" and not re.fullmatch(form, fix[column]):
					wrong.append(f'"{fix[column]}" is not the form of "{column}"')
			if fix["shown"] not in REASONS and not re.fullmatch(r"hardware:[\w-]+", fix["shown"]):
				wrong.append(f'"{fix["shown"]}": not one of {", ".join(REASONS)}, hardware:WHAT')
			if not fix["title"].strip():
				wrong.append("the title is missing")
			elif key(fix["title"]) in seen:
				wrong.append(f'line {seen[key(fix["title"])]} has the same title')
			seen.setdefault(key(fix["title"]), number)
			if fix["class"] in CLASSES:
				order = CLASSES.index(fix["class"]), fix["year"], fix["title"]
				if order < before:
					wrong.append("not sorted by class, year and title")
				before = order
			lines.append((number, fix, wrong))
	return lines


def main(arguments):
	command, *rest = arguments or [""]
	if command == "titles" and rest:
		known = {key(fix["title"]) for _, fix, _ in read()}
		for name, entry in sorted(titles(rest).items(), key=lambda item: item[1]):
			print(*entry[:2], "-" if name in known else "missing", entry[2], sep="\t")
	elif command == "check" and not rest:
		wrong = [f"history:{number}: {what}" for number, _, mistakes in read() for what in mistakes]
		print("\n".join(wrong), end="\n" if wrong else "")
		return 99 if wrong else 0
	elif command == "table" and not rest:
		fixes = [fix for _, fix, _ in read()]
		every = collections.Counter(fix["class"] for fix in fixes)
		lab = collections.Counter(fix["class"] for fix in fixes if fix["shown"] == "lab")
		print(f'{"class":10}{"all":>6}{"lab":>6}')
		for name in CLASSES:
			print(f"{name:10}{every[name]:6}{lab[name]:6}")
		print(f'{"total":10}{every.total():6}{lab.total():6}')
	elif command == "sample" and re.fullmatch(r"[1-9]\d*( [1-9]\d*)?", " ".join(rest)):
		lab = [fix for _, fix, _ in read() if fix["shown"] == "lab"]
		step, start = map(int, [*rest, 1][:2])
		for fix in lab[start - 1::step]:
			print(*(fix[column] for column in COLUMNS), sep="\t")
	else:
		raise Error(__doc__.split("\n\n", maxsplit=1)[0])
	return 0


if __name__ == "__main__":
	try:
		sys.exit(main(sys.argv[1:]))
	except (Error, OSError) as error:
		print(error, file=sys.stderr)
		sys.exit(99)
