#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The package of make deb installs, runs, and leaves nothing when purged.  Needs root, and changes
# the machine: make fresh runs it on one of its own.
. "$srcdir/tests/tap.sh"

export DEBIAN_FRONTEND=noninteractive
files() { find /etc /usr /var/lib -xdev -path /var/lib/apt -prune -o -path /var/lib/dpkg -prune -o -print | sort; }
"$srcdir/lab/probe" >"$tmp/out" && kvm_status=0 || kvm_status=77

set -- "$PWD"/kvm-errata_*_amd64.deb
check 'make deb has made one package' [ $# = 1 ]
apt-get -qq install -y --no-install-recommends man-db >"$tmp/out" 2>&1
files >"$tmp/before"
run apt-get -qq install -y --no-install-recommends "$1"
check 'the package installs' status_is 0
cd /
run kvm-errata --version
check 'the installed version is that of the package' prints "^kvm-errata $(dpkg-query -W -f '${Version}' kvm-errata | sed 's/+/[-+]/g')\$"
run kvm-errata x87
check 'it runs from any directory' status_is "$kvm_status"
run env MANWIDTH=120 man kvm-errata
check 'man kvm-errata' prints 'boots tiny freestanding guests'
run apt-get -qq purge -y kvm-errata
check 'the package purges' status_is 0
files >"$tmp/after"
run diff "$tmp/before" "$tmp/after"
check 'purging leaves no file' status_is 0
done_testing
