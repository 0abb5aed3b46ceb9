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

END = b"\0"	# the session leader writes it after all that COMMAND has written

columns, command, pattern, act = int(sys.argv[1]), sys.argv[2:], None, None
if command[0] == "--when":
	pattern, act, command = command[1].encode(), command[2], command[3:]


def lead(result):
	"""Run COMMAND in the session of this process, and stay until the terminal has been read:
	when a session leader exits, the kernel drops what nobody has read from its terminal."""
	# The parent sends a line after it has set the size.
	sys.stdin.readline()
	child = os.fork()
	for number in signal.SIGPIPE, signal.SIGINT, signal.SIGHUP:
		# A run in the background of a shell has SIGINT ignored.
		signal.signal(number, signal.SIG_IGN if child else signal.SIG_DFL)
	if not child:
		os.close(result)
		os.execvp(command[0], command)
	# Only the leader gets it; a shell passes it on.
	signal.signal(signal.SIGHUP, lambda *_: os.kill(child, signal.SIGHUP))
	status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
	os.write(result, str(status).encode())
	try:
		os.write(1, END)
	except OSError:
		pass	# hung up
	signal.pause()


results, result = os.pipe()
leader, terminal = pty.fork()
if leader == 0:
	os.close(results)
	lead(result)
os.close(result)
fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 60, columns, 0, 0))
os.write(terminal, b"\n")
seen = b""
while not seen.endswith(END):
	seen += os.read(terminal, 65536)
	if pattern and re.search(pattern, seen):
		pattern = None
		if act == "hangup":
			os.close(terminal)
			break
		os.write(terminal, b"\x03")
status = int(os.read(results, 16))
os.kill(leader, signal.SIGKILL)
os.waitpid(leader, 0)
for line in seen.rstrip(END).decode().replace("\r\n", "\n").strip("\n").split("\n"):
	print(line.split("\r\033[K")[-1])
sys.exit(status if status >= 0 else 128 - status)
