# SPDX-License-Identifier: GPL-2.0-only
#
# For a machine in QEMU: this host's files by virtiofs, and ways out for what a
# command says.
# shellcheck shell=bash disable=SC2034,SC2154

files_daemons='/usr/libexec/virtiofsd /usr/lib/qemu/virtiofsd /usr/lib/virtiofsd'
files_memory=2048M
files_readers=()

# files__need: virtiofsd, which locks below /run and wants to be root: so it
# gets a /run of its own, and an ordinary user a user namespace.  The one in C
# opens no file of anybody else there, which is NOTHING_RAN.
files__need() {
	local file

	for file in $files_daemons; do
		[ ! -x "$file" ] || files_daemon=$file
	done
	[ -n "${files_daemon-}" ] ||
		fail "$BROKEN" "virtiofsd is not installed: apt-get install virtiofsd (Debian 12: qemu-system-common)"
	[ "$(id -u)" = 0 ] || files__is_in_rust ||
		fail "$NOTHING_RAN" "$files_daemon, Debian 12's, has this host's files only for root: Debian 13's has them for all"
	files_namespace=(unshare --mount)
	[ "$(id -u)" = 0 ] || files_namespace+=(--map-root-user)
	"${files_namespace[@]}" true ||
		fail "$BROKEN" "virtiofsd needs to be root, or user namespaces: sysctl kernel.unprivileged_userns_clone=1"
}

# files__begin: what the others here want of the machine
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

# files__daemon_options DIRECTORY CACHE: set $options as the one in Rust has them,
# or the older one, QEMU's in C.  An overlay wants no announced submounts.
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
			fail "$BROKEN" "virtiofsd of $2 ended: $(tail -n 1 "$scratch/$1.log")"
		sleep 0.01
	done
	emulator+=(
		-chardev "socket,id=$1,path=$socket"
		-device "vhost-user-fs-pci,chardev=$1,tag=$1"
	)
}

# files__output NAME FD: what the machine writes to its port comes out here
files__output() {
	mkfifo "$scratch/$1"
	cat "$scratch/$1" >&"$2" &
	files_readers+=($!)
	emulator+=(
		-chardev "file,id=$1,path=$scratch/$1"
		-device "virtserialport,chardev=$1,name=$1"
	)
}

# files__terminal: the machine's first console is ours
files__terminal() {
	local was

	was=$(stty -g)
	# shellcheck disable=SC2064 # as it is now
	trap "stty $was; $(trap -p EXIT | sed "s/^trap -- '\(.*\)' EXIT\$/\1/")" EXIT
	emulator_terminal=/dev/tty
	emulator+=(-chardev stdio,id=terminal,signal=off -device virtconsole,chardev=terminal)
}
