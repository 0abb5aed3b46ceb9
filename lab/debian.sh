# SPDX-License-Identifier: GPL-2.0-only
#
# Fetch Debian's kernels and kernel sources of all suites.  apt uses its own
# configuration, package lists and directories, and does not touch the system's.
# shellcheck shell=bash disable=SC2016,SC2154

# The suites that have kernels: 6.1, 6.12, and later ones up to the newest.
debian_suites="bookworm bookworm-updates bookworm-backports trixie \
	trixie-updates trixie-backports sid experimental"
debian_security_suites="bookworm-security trixie-security"

# debian__uri NAME: print the system's mirror for the archive NAME, debian or
# debian-security
debian__uri() {
	apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' |
		sed -n "s|/*\$||; \|/$1\$|p" | head -n 1
}

# The suite whose source of Bochs lab/bochs builds.
debian_bochs_suite=trixie

# debian__begin [sources]: prepare apt, and lock it for this run until debian__end; with
# "sources", for source packages of $debian_bochs_suite, too
debian__begin() {
	local main security keys=/usr/share/keyrings/debian-archive-keyring.gpg
	local home=$cache/apt

	need apt-get apt
	need dpkg-deb dpkg
	need "$keys" debian-archive-keyring
	main=$(debian__uri debian)
	security=$(debian__uri debian-security)
	: "${main:=http://deb.debian.org/debian}"	# on another distribution

	mkdir -p "$home/lists/partial" "$home/archives/partial"
	debian__room "$home"
	exec {debian_lock}>"$home/lock"
	flock -n "$debian_lock" || {
		say "waiting for another run that uses $home, at most 600 seconds"
		flock -w 600 "$debian_lock" || fail "$BROKEN" "$home: another run still uses it"
	}
	: >"$home/status"
	debian__sources "$keys" "$main" "$debian_suites" >"$home/sources.list"
	[ -z "$security" ] ||
		debian__sources "$keys" "$security" "$debian_security_suites" >>"$home/sources.list"
	[ "${1-}" != sources ] ||
		debian__sources "$keys" "$main" "$debian_bochs_suite" deb-src >>"$home/sources.list"
	debian__configuration "$home" >"$home/apt.conf"
	export APT_CONFIG=$home/apt.conf
	apt-get -qq update || say "some suites could not be read: continuing with the others"
}

# debian__room HOME: fail if the disk is nearly full: apt would try all suites for minutes
debian__room() {
	local left takes=150

	[ -n "$(find "$1/lists" -maxdepth 1 -name '*_Packages*' -print -quit)" ] || takes=400
	left=$(df --output=avail --block-size=1M "$1" | tail -n 1)
	[ "$left" -ge "$takes" ] ||
		fail "$BROKEN" "$cache: only $((left)) MB are free, and a fetch takes $takes MB: make room, or set KVM_ERRATA_CACHE"
}

debian__end() {
	exec {debian_lock}>&-
}

# debian__sources KEYS URI SUITES [TYPE]: TYPE is deb or deb-src
debian__sources() {
	local suite

	for suite in $3; do
		echo "${4:-deb} [signed-by=$1] $2 $suite main"
	done
}

# debian__configuration HOME: print apt's configuration.  It takes from the system's
# only how to reach the mirror, and above all no hooks.
debian__configuration() {
	apt-config dump | grep '^Acquire::'
	cat <<-EOF
	Dir::Etc::main "/dev/null";
	Dir::Etc::parts "/dev/null";
	Dir::Etc::sourcelist "$1/sources.list";
	Dir::Etc::sourceparts "/dev/null";
	Dir::State "$1";
	Dir::State::lists "$1/lists";
	Dir::State::status "$1/status";
	Dir::Cache "$1";
	APT::Sandbox::User "root";
	APT::Get::AllowUnauthenticated "false";
	EOF
}

# debian__kernels: print "VERSION PACKAGE..." for each kernel whose packages are all
# available, oldest first.  From 6.19 on, linux-image is empty; the files are in
# linux-binary and linux-modules, and the archive drops an old kernel's linux-modules
# before its linux-binary.
debian__kernels() {
	apt-cache dumpavail | awk '
		/^Package:/ { name = $2 }
		/^Version:/ && name ~ /^linux-(image|binary|modules)-[0-9].*-cloud-amd64$/ {
			kind = name
			sub(/^linux-/, "", kind)
			sub(/-.*/, "", kind)
			flavour = substr(name, length("linux-" kind "-") + 1)
			version[flavour] = $2
			has[kind, flavour] = 1
		}
		END {
			for (f in version)
				if (has["binary", f] && has["modules", f])
					print version[f], "linux-binary-" f, "linux-modules-" f
				else if (has["image", f] && !has["binary", f])
					print version[f], "linux-image-" f
		}' | sort -V
}

# debian__kernel WANTED: print the newest kernel that matches WANTED: the first part of
# a version (6, 6.12, 6.12.57), or "newest".
debian__kernel() {
	local prefix=${1//./\\.}

	[ "$1" != newest ] || prefix='[0-9]+'
	debian__kernels | grep -E "^${prefix}[.~-]" | tail -n 1
}

# debian__unpack DIRECTORY PACKAGE...
debian__unpack() {
	local to=$1 file

	shift
	mkdir -p "$to/deb" || return
	(cd "$to/deb" && apt-get -qq download "$@") ||
		fail "$BROKEN" "$*: could not be downloaded"
	for file in "$to"/deb/*.deb; do
		dpkg-deb --extract "$file" "$to" ||
			fail "$BROKEN" "${file##*/}: could not be unpacked"
	done
	rm -r "$to/deb"
}

# debian__exists PACKAGE: tell whether PACKAGE is a real package, not a virtual one
debian__exists() {
	[ -n "$(apt-cache madison "$1")" ]
}
