# SPDX-License-Identifier: GPL-2.0-only
#
# For a machine in QEMU: share this host's files by virtiofs, and connect the
# command's output or terminal.
# shellcheck shell=bash disable=SC2034,SC2154

files_daemons='/usr/libexec/virtiofsd /usr/lib/qemu/virtiofsd /usr/lib/virtiofsd'
files_memory=2048M
files_readers=()

# files__need: find virtiofsd.  It creates lock files below /run and needs root: give
# it a private /run and, for an ordinary user, a user namespace.  In a user namespace,
# the older virtiofsd, in C, cannot open other users' files: exit with NOTHING_RAN.
files__need() {
	local file

	for file in $files_daemons; do
		[ ! -x "$file" ] || files_daemon=$file
	done
	[ -n "${files_daemon-}" ] ||
		fail "$BROKEN" "virtiofsd is not installed: apt-get install virtiofsd (Debian 12: qemu-system-common)"
	[ "$(id -u)" = 0 ] || files__is_in_rust ||
		fail "$NOTHING_RAN" "$files_daemon, as of Debian 12, shares this host's files only for root: run as root, or install Debian 13's virtiofsd"
	files_namespace=(unshare --mount)
	[ "$(id -u)" = 0 ] || files_namespace+=(--map-root-user)
	"${files_namespace[@]}" true ||
		fail "$BROKEN" "virtiofsd needs root or user namespaces: sysctl kernel.unprivileged_userns_clone=1"
}

# files__begin: give the machine shared memory and the virtio-serial bus, which the rest needs
files__begin() {
	emulator+=(
		-object "memory-backend-memfd,id=memory,size=$files_memory,share=on"
		-machine memory-backend=memory -m "$files_memory"
		-device virtio-serial-pci
	)
}

files__is_in_rust() {
	"$files_daemon" --help 2>&1 | grep -q -e --shared-dir
}

# files__daemon_options DIRECTORY CACHE: set $options for the virtiofsd in Rust, or for
# QEMU's older one in C.  An overlay does not work with announced submounts.
files__daemon_options() {
	if files__is_in_rust; then
		options=(--shared-dir="$1" --cache="$2" --sandbox=chroot --no-announce-submounts)
	else
		options=(-o source="$1" -o cache="$2" -o sandbox=chroot)
	fi
}

# files__share TAG DIRECTORY CACHE
files__share() {
	local socket=$scratch/$1.socket options

	files__daemon_options "$2" "$3"
	# shellcheck disable=SC2016 # for the inner shell
	setpriv --pdeathsig KILL "${files_namespace[@]}" sh -c \
		'mount -t tmpfs run /run 2>/dev/null; exec setpriv --pdeathsig KILL "$@"' sh \
		"$files_daemon" --socket-path="$socket" "${options[@]}" </dev/null >"$scratch/$1.log" 2>&1 &
	until [ -S "$socket" ]; do
		kill -0 $! 2>/dev/null ||
			fail "$BROKEN" "virtiofsd for $2 exited: $(tail -n 1 "$scratch/$1.log")"
		sleep 0.01
	done
	emulator+=(
		-chardev "socket,id=$1,path=$socket"
		-device "vhost-user-fs-pci,chardev=$1,tag=$1"
	)
}

# files__output NAME FD: copy what the machine writes to its port NAME to FD
files__output() {
	mkfifo "$scratch/$1"
	cat "$scratch/$1" >&"$2" &
	files_readers+=($!)
	emulator+=(
		-chardev "file,id=$1,path=$scratch/$1"
		-device "virtserialport,chardev=$1,name=$1"
	)
}

# files__terminal: connect the machine's virtio console to this terminal
files__terminal() {
	local was

	was=$(stty -g)
	# shellcheck disable=SC2064 # expand now
	trap "stty $was; $(trap -p EXIT | sed "s/^trap -- '\(.*\)' EXIT\$/\1/")" EXIT
	emulator_terminal=/dev/tty
	emulator+=(-chardev stdio,id=terminal,signal=off -device virtconsole,chardev=terminal)
}
