#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""usage: mutation.py [CASE...]     in the build directory, with $srcdir set

Runs every case against every seeded defect, and prints which check caught what:
  - a KVM that misbehaves: tests/defect.c between the harness and the kernel
  - payloads in which every instruction of one kind is lost or lies
  - for checks that none of these changed, payloads that lose one instruction of
    the case's own code, one after the other
A defect is caught by a check that was ok, or a known deviation, and is "not ok"
(or no longer deviates).  Becoming a SKIP does not count.  A check is killed by
value if its guest still came to its end, and by absence if it did not.
Checks that nothing kills are listed with the reason.

MUTATION_TRIES: instructions that a case may lose, one a run [150]."""
import collections
import os
import re
import subprocess
import sys
import tempfile

SRC = os.environ.get("srcdir", "..")
TRIES = int(os.environ.get("MUTATION_TRIES", "150"))
RESULT = re.compile(r"^(ok|not ok) \d+ - (\S+)(?: # (TODO the world|TODO|SKIP) ?(.*))?")
FUNCTION = re.compile(r"^([0-9a-f]+) <([^>]+)>:$")
NOP, XOR_EAX = b"\x90", b"\x31\xc0"

# Of every instruction that matches: what replaces it; the rest becomes NOPs.
KINDS = {
	"every WRMSR is lost": (r"^wrmsr", b""),
	"RDMSR leaves EAX at 0": (r"^rdmsr", XOR_EAX),
	"every write to CR0 is lost": (r"^mov +%r..?,%cr0", b""),
	"CR0 reads as 0": (r"^mov +%cr0,%rax", XOR_EAX),
	"every write to CR4 is lost": (r"^mov +%r..?,%cr4", b""),
	"CLFLUSH does nothing": (r"^clflush", b""),
	"CPUID leaves EAX at 0": (r"^cpuid", XOR_EAX),
	"FNSTENV stores nothing": (r"^fnstenv", b""),
	"x87 loads nothing": (r"^fld", b""),
	"MFENCE is all that is slow": (r"^mfence", b""),
	"STI is lost": (r"^sti", b""),
	"HLT is lost": (r"^hlt", b""),
}
# Not mutated by kind: without them no guest comes up at all.
BRING_UP = {"cpu_start", "_start", "load_tables", "trampoline", "user_call"}
# The runtime; what is not here is the case's own.
RUNTIME = re.compile(r"^(apic_|cpu_|exception|handle_|host_call|ring|note|observef|put_record|"
		     r"memory_type|measure|summarize|user_|set_|fix_up|report_crash|wait_for|call_on|"
		     r"receivers|vectors|stubs|common|_start|map_page|entry|boot|idt|load_tables|"
		     r"serve|fault_name|speed|shows_cache|note_latencies|image)")


def run(case, cases, defect=None):
	env = dict(os.environ)
	if defect:
		env.update(DEFECT=defect, LD_PRELOAD=os.path.abspath("tests/defect.so"))
	try:
		out = subprocess.run(["./kvm-errata", "--cases", cases, "--expected",
				      SRC + "/expected", case], env=env, capture_output=True,
				     timeout=120).stdout.decode("ascii", "replace")
	except subprocess.TimeoutExpired:
		return {}
	results = {}
	for line in out.splitlines():
		match = RESULT.match(line)
		if match:
			results[match[2]] = (match[1], match[3] or "", match[4] or "")
	return results


def is_bad(result):
	return result[1] == "TODO the world" or result[:2] == ("not ok", "")


def caught(before, after):
	"""The checks that caught something, and how: by value or by absence."""
	how = {}
	for check, result in after.items():
		if check not in before or not is_bad(result) or is_bad(before[check]):
			continue
		complete = ".".join(check.split(".")[:2]) + ".complete"
		ended = check != complete and not is_bad(after.get(complete, ("not ok", "", "")))
		how[check] = "value" if ended else "absence"
	return how


def disassemble(elf):
	"""(function, address, size, text) of each instruction; each on one line."""
	listing = subprocess.run(["objdump", "-d", "-w", "--no-show-raw-insn", elf],
				 capture_output=True, text=True, check=True).stdout
	found, function = [], None
	for line in listing.splitlines():
		match = FUNCTION.match(line)
		if match:
			function = match[2]
			continue
		match = re.match(r"^ *([0-9a-f]+):\s+(\S.*)$", line)
		if match:
			address = int(match[1], 16)
			if found and found[-1][2] is None:
				found[-1][2] = address - found[-1][1]
			found.append([function, address, None, match[2]])
	return [f for f in found if f[2]]


def file_offset(elf, address):
	out = subprocess.run(["readelf", "-lW", elf], capture_output=True, text=True).stdout
	for match in re.finditer(r"LOAD +(0x\S+) (0x\S+) 0x\S+ (0x\S+)", out):
		offset, start, size = (int(m, 16) for m in match.groups())
		if start <= address < start + size:
			return address - start + offset
	return None


def mutate(elf, to, changes):
	data = bytearray(open(elf, "rb").read())
	for address, size, new in changes:
		at = file_offset(elf, address)
		if at is not None and len(new) <= size:
			data[at:at + size] = new + NOP * (size - len(new))
	open(to, "wb").write(data)


def type_lies(elf, code):
	"""memory_type() that says "uc" of every page: mov $"uc", %eax; ret."""
	data = open(elf, "rb").read()
	start = next((c[1] for c in code if c[0] == "memory_type"), None)
	out = subprocess.run(["readelf", "-lW", elf], capture_output=True, text=True).stdout
	for match in re.finditer(r"LOAD +(0x\S+) (0x\S+) 0x\S+ (0x\S+)", out):
		offset, vaddr, size = (int(m, 16) for m in match.groups())
		at = data.find(b"\0uc\0", offset, offset + size)
		if start and at >= 0:
			return [(start, 6, b"\xb8" + (vaddr + at + 1 - offset).to_bytes(4, "little") + b"\xc3")]
	return []


def kernel_defects():
	names = re.findall(r'^\t\{ "([a-z0-9-]+)", KVM_', open(SRC + "/tests/defect.c").read(), re.M)
	return [n for n in names if n != "stuck"]


class Case:
	def __init__(self, name, tmp):
		self.name, self.tmp, self.elf = name, tmp, "cases/%s.elf" % name
		self.before = run(name, "cases")
		again = run(name, "cases")
		self.noisy = {c for c in self.before if self.before[c][:2] != again.get(c, ("",) * 3)[:2]}
		self.kills = {}		# check: (how, defect)
		self.table = []		# (defect, checks)

	def note(self, defect, after):
		how = {c: h for c, h in caught(self.before, after).items() if c not in self.noisy}
		if how:
			self.table.append((defect, how))
		for check, h in how.items():
			if check not in self.kills or (h, self.kills[check][0]) == ("value", "absence"):
				self.kills[check] = (h, defect)

	def mutant(self, defect, changes):
		mutate(self.elf, "%s/%s.elf" % (self.tmp, self.name), changes)
		self.note(defect, run(self.name, self.tmp))

	def open_checks(self):
		return {c for c, r in self.before.items()
			if r[1] != "SKIP" and not is_bad(r) and c not in self.noisy and
			(c not in self.kills or (self.kills[c][0] == "absence" and
						 not c.endswith(".complete")))}

	def attack(self):
		for defect in kernel_defects():
			self.note("KVM: " + defect, run(self.name, "cases", defect))
		code = disassemble(self.elf)
		for defect, (pattern, new) in KINDS.items():
			changes = [(a, size, new) for f, a, size, text in code
				   if re.search(pattern, text) and f not in BRING_UP]
			if changes:
				self.mutant("guest: " + defect, changes)
		changes = type_lies(self.elf, code)
		if changes:
			self.mutant("guest: memory_type() says uc", changes)
		own = [c for c in code if not RUNTIME.match(c[0])]
		step = max(1, len(own) // TRIES)
		for function, address, size, text in own[::step]:
			if not self.open_checks():
				break
			name = re.sub(r"\s+", " ", text.split("#")[0].strip())
			self.mutant("guest: %s loses \"%s\"" % (function, name), [(address, size, b"")])


def report(cases):
	print("\n| defect | checks that caught it | of them |\n| --- | --- | --- |")
	rows = {}
	for case in cases:
		for defect, how in case.table:
			rows.setdefault(defect, []).extend(how)
	for defect, checks in rows.items():
		print("| %s | %d | %s |" % (defect, len(checks), ", ".join(checks[:2])))
	survivors = value = absence = noisy = 0
	skips = collections.Counter()
	print("\n| check that no defect kills | why |\n| --- | --- |")
	for case in cases:
		for check, result in case.before.items():
			if result[1] == "SKIP":
				skips[".".join(check.split(".")[:2]), result[2][:90]] += 1
			elif check in case.kills:
				value += case.kills[check][0] == "value"
				absence += case.kills[check][0] == "absence"
			else:
				survivors += 1
				noisy += check in case.noisy
				print("| %s | %s |" % (check, "differs from run to run"
						       if check in case.noisy else "SURVIVES"))
	for (variant, reason), n in skips.items():
		print("| %d of %s | not seen here: %s |" % (n, variant, reason))
	print("\nmutation: %d defects caught; checks: %d killed by value, %d by absence, "
	      "%d not seen here, %d survive" % (len(rows), value, absence, sum(skips.values()), survivors))
	return survivors - noisy


def main():
	names = sys.argv[1:] or sorted(n[:-4] for n in os.listdir("cases") if n.endswith(".elf"))
	cases = []
	with tempfile.TemporaryDirectory() as tmp:
		for name in names:
			directory = os.path.join(tmp, name)
			os.mkdir(directory)
			case = Case(name, directory)
			case.attack()
			cases.append(case)
			print("mutation: %s: %d checks, %d killed, %d open" % (
				name, len(case.before), len(case.kills), len(case.open_checks())),
			      flush=True)
	sys.exit(1 if report(cases) else 0)


main()
