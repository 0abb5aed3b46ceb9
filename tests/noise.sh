#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
exec /usr/bin/python3 "$srcdir/tests/noise.py" cases/x2apic.elf "$srcdir/expected"
