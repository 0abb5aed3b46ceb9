# SPDX-License-Identifier: GPL-2.0-only
"""usage: on-terminal.py COLUMNS [--when PATTERN interrupt|hangup] COMMAND...

Run COMMAND on a terminal of COLUMNS; print its output, with progress lines erased as a
terminal would, and end with its status.  After COMMAND has printed PATTERN, type ^C, or
hang up the terminal."""
import fcntl
import os
import pty
import re
import signal
import struct
import sys
import termios

columns, command, pattern, act = int(sys.argv[1]), sys.argv[2:], None, None
if command[0] == "--when":
	pattern, act, command = command[1].encode(), command[2], command[3:]
pid, terminal = pty.fork()
if pid == 0:
	# A run in the background of a shell has SIGINT ignored.
	for number in signal.SIGPIPE, signal.SIGINT, signal.SIGHUP:
		signal.signal(number, signal.SIG_DFL)
	# The parent sends a line after it has set the size.
	sys.stdin.readline()
	os.execvp(command[0], command)
fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 60, columns, 0, 0))
os.write(terminal, b"\n")
seen = b""
while True:
	try:
		new = os.read(terminal, 65536)
	except OSError:
		break
	if not new:
		break
	seen += new
	if pattern and re.search(pattern, seen):
		pattern = None
		if act == "hangup":
			os.close(terminal)
			break
		os.write(terminal, b"\x03")
status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
for line in seen.decode().replace("\r\n", "\n").strip("\n").split("\n"):
	print(line.split("\r\033[K")[-1])
sys.exit(status if status >= 0 else 128 - status)
