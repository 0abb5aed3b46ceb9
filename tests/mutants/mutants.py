# SPDX-License-Identifier: GPL-2.0-only
"""usage: mutants.py list [FIELD...]
       mutants.py field FIELD MUTANT...
       mutants.py files
       mutants.py apply|revert MUTANT TREE

A mutant is KVM's source with one bug.  "list" prints the mutants that have every FIELD, with the
values after tabs.  "field" prints FIELD of each MUTANT, or an empty line.  "sentence" is a FIELD,
too.  "files" prints all files that mutants change.  "apply" changes the files of one mutant in the
kernel source TREE, and "revert" changes them back.  Status 99 after an error.

The mutants are in tests/mutants/kvm/, one file per area, and in tests/regressions/kvm/, one file
per class.  Each mutant in tests/regressions/kvm/ undoes a fix that tests/regressions/history lists.
A file begins with the kernel that its mutants are made for, and each mutant is a paragraph:

	kernel 7.3.4

	mutant sipi-to-the-first-only: a SIPI to an ID that vCPUs share reaches only the first of them
		cpu		amd
		breaks		errata.rst "x2APIC"
		function	__kvm_irq_delivery_to_apic(), once kvm_irq_delivery_to_apic()
		caught by	x2apic-sipi.*
		in arch/x86/kvm/lapic.c
		 		if (!kvm_lowest_prio_delivery(irq)) {
		+			if (r > 0 && irq->delivery_mode == APIC_DM_STARTUP)
		+				break;
		 			if (r < 0)

The sentence after the name says what is wrong.  The fields are

	cpu		a CPU of the lab, and options of lab/boot
	fix		in tests/regressions/kvm/: the title of the fix
	breaks		the document, and its section; or "none"
	function	the function that is changed; "once NAME()" is its name in older kernels
			and in expected/
	caught by	patterns of observations or checks, of which one must be wrong; or "hunt", and
			options of the hunt that finds a difference; or
	unseen		why no guest can see it, or
	missed		why no case sees it so far

"in FILE" begins a change, whose lines are those of a diff after a tab: "-" is removed, "+" is
added, " " is context, and an empty line is an empty line of FILE.  The rest of a line is as in
FILE, with its tabs.  A change has no line numbers, but enough context that its lines are in FILE
only once, before and after the change.  Another change, in the same FILE or another one, begins
with its own "in FILE".  A line that begins with "#" is a comment.

To write one, change the source, run "git diff -U1 | sed 's/^/\\t/'", and put "in FILE" instead of
the lines before the change.
"""
import os
import re
import sys

FIELDS = "cpu", "fix", "breaks", "function", "caught by", "unseen", "missed"
# Each kind of line: its form, how to call it, and what may follow it
LINES = {
	"start": (None, None, ["kernel"]),
	"kernel": (r"kernel ([\d.]+)", '"kernel VERSION"', ["mutant"]),
	"mutant": (r"mutant ([a-z\d-]+): (\S.*)", '"mutant NAME: SENTENCE"', ["field"]),
	"field": (rf"\t({'|'.join(FIELDS)})\s+(\S.*)", f"a tab, one of {', '.join(FIELDS)}, and its value",
		  ["field", "in"]),
	"in": (r"\tin (\S+)", 'a tab and "in FILE"', ["change"]),
	"change": (r"\t([-+ ])(.*)", 'a tab, one of "-", "+", " ", and a line of FILE',
		   ["change", "in", "mutant"]),
}


class Error(Exception):
	pass


class Mutant:
	def __init__(self, where, kernel, name, sentence):
		self.where, self.kernel, self.name = where, kernel, name
		self.fields = {"sentence": sentence}
		self.changes = []

	def check(self):
		needed = [f for f in ("cpu", "breaks", "function") if f not in self.fields]
		if len({"caught by", "unseen", "missed"} & self.fields.keys()) != 1:
			needed.append('one of "caught by", "unseen" and "missed"')
		if "()" not in self.fields.get("function", "()"):
			needed.append("NAME() as the function")
		if needed:
			raise Error(f"{self.where}: {self.name}: expected {', '.join(needed)}")
		for change in self.changes:
			change.check()


class Change:
	def __init__(self, where, file):
		self.where, self.file, self.lines = where, file, []

	def side(self, mark):
		"""Return the lines before the change ("-") or after it ("+")."""
		return [text for m, text in self.lines if m in (" ", mark)]

	def check(self):
		while self.lines[-1] == (" ", ""):	# empty lines between two paragraphs
			self.lines.pop()
		marks = {m for m, _ in self.lines}
		if " " not in marks or len(marks) == 1:
			raise Error(f'{self.where}: expected lines with "-" or "+", and context')


def load(path):
	"""Return the text of a file, byte for byte."""
	with open(path, encoding="utf-8", errors="surrogateescape", newline="\n") as file:
		return file.read()


def expected(state):
	"""Return what to call the lines that may follow a line."""
	return ", or ".join(LINES[kind][1] for kind in LINES[state][2])


def parse(path):
	"""Return the mutants of one file."""
	mutants, state, kernel = [], "start", None
	for number, line in enumerate(load(path).rstrip("\n").split("\n"), 1):
		where = f"{path}:{number}"
		if line.startswith("#"):
			continue
		if line == "":
			if state == "change":
				mutants[-1].changes[-1].lines.append((" ", ""))
			continue
		found = [(kind, match) for kind in LINES[state][2]
			 if (match := re.fullmatch(LINES[kind][0], line))]
		if not found:
			raise Error(f"{where}: expected {expected(state)}")
		state, match = found[0]
		if state == "kernel":
			kernel = match[1]
		elif state == "mutant":
			mutants.append(Mutant(where, kernel, match[1], match[2]))
		elif state == "field":
			if match[1] in mutants[-1].fields:
				raise Error(f"{where}: expected {match[1]} only once")
			mutants[-1].fields[match[1]] = match[2]
		elif state == "in":
			mutants[-1].changes.append(Change(where, match[1]))
		else:
			mutants[-1].changes[-1].lines.append((match[1], match[2]))
	if state != "change":
		raise Error(f"{where}: expected {expected(state)} after this line")
	for mutant in mutants:
		mutant.check()
	return mutants


def parse_all(directories):
	"""Return the mutants of all files of directories, by name."""
	mutants = {}
	for path in (os.path.join(d, name) for d in directories for name in sorted(os.listdir(d))):
		for mutant in parse(path):
			if mutant.name in mutants:
				raise Error(f"{mutant.where}: {mutant.name} is also at {mutants[mutant.name].where}")
			mutants[mutant.name] = mutant
	return mutants


def version(tree):
	"""Return the version of a kernel's source."""
	makefile = os.path.join(tree, "Makefile")
	text = load(makefile) if os.path.exists(makefile) else ""
	return ".".join(re.findall(r"^(?:VERSION|PATCHLEVEL|SUBLEVEL) = (\d+)$", text, re.M)) or "unknown"


def changed(mutant, tree, sources, old, new):
	"""Return sources, which are lists of lines by file, with side new instead of old of each change."""
	sources = {file: list(lines) for file, lines in sources.items()}
	for change in mutant.changes if old == "-" else reversed(mutant.changes):
		lines, before = sources[change.file], change.side(old)
		at = [i for i in range(len(lines)) if lines[i:i + len(before)] == before]
		if len(at) != 1:
			problem = "are not there" if not at else \
				f"are there {len(at)} times, at {', '.join(str(i + 1) for i in at)}: add context"
			side = "before" if old == "-" else "after"
			raise Error(f"{change.where}: {mutant.name}: the lines {side} the change {problem}: "
				    f"{os.path.join(tree, change.file)} (kernel {version(tree)}; "
				    f"the mutant is made for {mutant.kernel})")
		lines[at[0]:at[0] + len(before)] = change.side(new)
	return sources


def change_tree(mutant, tree, old, new):
	"""Write the files of a mutant, if each change is possible and can be reverted."""
	files = {change.file for change in mutant.changes}
	sources = {file: load(os.path.join(tree, file)).split("\n") for file in files}
	result = changed(mutant, tree, sources, old, new)
	changed(mutant, tree, result, new, old)
	for file, lines in result.items():
		path = os.path.join(tree, file)
		os.unlink(path)		# it may be a hard link to the file of another tree
		with open(path, "w", encoding="utf-8", errors="surrogateescape", newline="\n") as out:
			out.write("\n".join(lines))


def main(arguments):
	here = os.path.dirname(__file__)
	directories = os.path.join(here, "kvm"), os.path.join(here, "..", "regressions", "kvm")
	command, operands = arguments[0] if arguments else None, arguments[1:]

	def mutant(name):
		if name not in mutants:
			raise Error(f"{name}: no such mutant in {' or '.join(directories)}")
		return mutants[name]

	def known(fields):
		for field in fields:
			if field not in ("sentence", *FIELDS):
				raise Error(f"{field}: no such field")

	mutants = parse_all(directories)
	if command == "list":
		known(operands)
		for m in mutants.values():
			if all(field in m.fields for field in operands):
				print("\t".join([m.name] + [m.fields[field] for field in operands]))
	elif command == "field" and len(operands) >= 2:
		known(operands[:1])
		for name in operands[1:]:
			print(mutant(name).fields.get(operands[0], ""))
	elif command == "files" and not operands:
		print("\n".join(sorted({change.file for m in mutants.values() for change in m.changes})))
	elif command in ("apply", "revert") and len(operands) == 2:
		change_tree(mutant(operands[0]), operands[1], *("-+" if command == "apply" else "+-"))
	else:
		raise Error(__doc__.split("\n\n")[0])


try:
	main(sys.argv[1:])
except Error as error:
	sys.stderr.write(f"{error}\n")
	sys.exit(99)
except OSError as error:
	sys.stderr.write(f"{error.filename}: {error.strerror}\n")
	sys.exit(99)
