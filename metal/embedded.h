/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The payloads, inside the application.  metal/embed.c reads them at build time,
 * as the harness does.
 */
#ifndef METAL_EMBEDDED_H
#define METAL_EMBEDDED_H

#include "run/case.h"

extern const struct case_file embedded[];	/* an entry without a name ends it */

#endif
