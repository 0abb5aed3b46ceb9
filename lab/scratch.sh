# SPDX-License-Identifier: GPL-2.0-only
#
# A directory that cannot outlive its run, not even one killed by SIGKILL.
# shellcheck shell=bash disable=SC2034,SC2154

# scratch__make PARENT: set $scratch to a new directory in it.
#
# The janitor waits for the other end of a pipe to close.  Every process of
# the run that still uses the directory holds that end, so it is removed after
# the last of them has gone, however it went.  It has a session of its own, out
# of the way of signals to the whole process group.
scratch__make() {
	scratch=$(mktemp -d "$1/kvm-errata-lab.XXXXXX") || exit 99
	exec {scratch_held}> >(
		exec setsid sh -c 'cat >/dev/null; rm -rf -- "$1"' janitor "$scratch"
	)
	trap 'rm -rf -- "$scratch"' EXIT
	trap 'exit 129' HUP
	trap 'exit 130' INT
	trap 'exit 143' TERM
}
