/* SPDX-License-Identifier: GPL-2.0-only */
/* The volume that the application was loaded from. */
#ifndef METAL_VOLUME_H
#define METAL_VOLUME_H

#include <stddef.h>

/*
 * volume_write() - replace file @name, whole or not at all.  Return NULL, or an error.
 */
const char *volume_write(const char *name, const char *data, size_t size);

#endif
