/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RECORD_VERSION_H
#define RECORD_VERSION_H

/* Of the sources, as ci/version says it; the fact "suite" of a record. */
extern const char suite_version[];

#endif
