# SPDX-License-Identifier: GPL-2.0-only
"""Seed defects in payloads by changing instructions of their ELF files.  A defect is a
description and a list of (address, size, new bytes)."""
import re
import subprocess

FUNCTION = re.compile(r"^([0-9a-f]+) <([^>]+)>:$")
NOP, XOR_EAX = b"\x90", b"\x31\xc0"

# Description: (pattern of the instructions, what replaces each; NOPs fill the rest)
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
	"MFENCE is lost": (r"^mfence", b""),
	"STI is lost": (r"^sti", b""),
	"HLT is lost": (r"^hlt", b""),
	"hypercalls are lost": (r"^vmm?call", XOR_EAX),
	"CLGI is lost": (r"^clgi", b""),
}
# Not mutated by kind, because no guest starts without them
BRING_UP = {"cpu_start", "_start", "load_tables", "trampoline", "user_call"}
# Functions of the runtime; all others are the case's own.
RUNTIME = re.compile(r"^(apic_|cpu_|exception|handle_|host_call|ring|put_entry|"
		     r"memory_type|measure|sort|user_|set_|fix_up|report_crash|wait_for|call_on|"
		     r"receivers|take_pending|vectors|stubs|common|_start|map_page|entry|boot|idt|load_tables|"
		     r"serve|fault_name|latency_|note_latencies|image)")


def disassemble(elf):
	"""Return (function, address, size, text) for each instruction."""
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


def always_uc(elf, code):
	"""Return the change that lets memory_type() return "uc" for every page: mov $"uc", %eax; ret."""
	data = open(elf, "rb").read()
	start = next((c[1] for c in code if c[0] == "memory_type"), None)
	out = subprocess.run(["readelf", "-lW", elf], capture_output=True, text=True).stdout
	for match in re.finditer(r"LOAD +(0x\S+) (0x\S+) 0x\S+ (0x\S+)", out):
		offset, vaddr, size = (int(m, 16) for m in match.groups())
		# The linker may have merged it into the end of another string
		at = data.find(b"uc\0", offset, offset + size)
		if start and at >= 0:
			return [(start, 6, b"\xb8" + (vaddr + at - offset).to_bytes(4, "little") + b"\xc3")]
	return []


def by_kind(elf, code):
	"""Yield defects that change every instruction of a kind at once."""
	for description, (pattern, new) in KINDS.items():
		changes = [(a, size, new) for f, a, size, text in code
			   if re.search(pattern, text) and f not in BRING_UP]
		if changes:
			yield description, changes
	changes = always_uc(elf, code)
	if changes:
		yield "memory_type() returns uc", changes


def one_by_one(code, tries):
	"""Yield defects that each lose one of the case's own instructions; at most tries of them."""
	own = [c for c in code if not RUNTIME.match(c[0])]
	for function, address, size, text in own[::max(1, -(-len(own) // tries))]:
		name = re.sub(r"\s+", " ", text.split("#")[0].strip())
		yield '%s loses "%s"' % (function, name), [(address, size, b"")]
