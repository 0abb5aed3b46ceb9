/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RECORD_VERSION_H
#define RECORD_VERSION_H

/* The version of the sources, from ci/version: the fact "suite" of a record. */
extern const char suite_version[];

#endif
