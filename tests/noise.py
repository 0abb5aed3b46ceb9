# SPDX-License-Identifier: GPL-2.0-only
"""usage: noise.py PAYLOAD EXPECTED     in the build directory

Change each word of PAYLOAD's ELF header, program headers and description to zero, to
all ones, or to its value plus 1.  Each file must be read, or refused with status 99."""
import os
import struct
import subprocess
import sys
import tempfile

elf, expected = sys.argv[1:]
data = open(elf, "rb").read()
phoff, shoff = struct.unpack_from("<QQ", data, 32)
phnum, shentsize, shnum, shstrndx = (struct.unpack_from("<H", data, at)[0] for at in (56, 58, 60, 62))
words = list(range(0, 64, 4)) + list(range(phoff, phoff + 56 * phnum, 4))
names = struct.unpack_from("<Q", data, shoff + shstrndx * shentsize + 24)[0]
for i in range(shnum):
	at = shoff + i * shentsize
	name, = struct.unpack_from("<I", data, at)
	if data[names + name:].startswith(b".note.kvm_errata\0"):
		start, size = struct.unpack_from("<QQ", data, at + 24)
		words += list(range(start, start + size, 4)) + list(range(at, at + shentsize, 4))



def list_it(cases, expected):
	try:
		return subprocess.run(["./kvm-errata", "--cases", cases, "--expected", expected,
				       "list"], capture_output=True, timeout=10).returncode
	except subprocess.TimeoutExpired:
		return "none, it hangs"


read, wrong = 0, []
with tempfile.TemporaryDirectory() as tmp:
	path = os.path.join(tmp, os.path.basename(elf))
	for at in words:
		old, = struct.unpack_from("<I", data, at)
		for new in {(0, 0xffffffff, (old + 1) & 0xffffffff)[at // 4 % 3]} - {old}:
			noise = bytearray(data)
			struct.pack_into("<I", noise, at, new)
			open(path, "wb").write(noise)
			status = list_it(tmp, expected)
			if status not in (0, 99):
				wrong.append("%#x: %#x to %#x: status %s" % (at, old, new, status))
			read += 1
for line in wrong[:10]:
	print("#", line)
print("ok" if not wrong else "not ok", "1 -", "%d changed words of a payload are read or refused" % read)
print("1..1")
