# SPDX-License-Identifier: GPL-2.0-only
#
# A temporary directory that is removed when its run ends, even by SIGKILL.
# shellcheck shell=bash disable=SC2034,SC2154

# scratch__make PARENT: create a directory in PARENT and set $scratch to it.
#
# The janitor waits until the other end of a pipe is closed.  Every process of the
# run that uses the directory holds that end open, so the janitor removes the
# directory after the last of them has ended, for whatever reason.  The janitor has
# its own session, so that signals to the process group do not reach it.
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
