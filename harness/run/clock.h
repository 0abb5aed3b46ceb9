/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RUN_CLOCK_H
#define RUN_CLOCK_H

#include <time.h>

/* Return milliseconds of CLOCK_MONOTONIC. */
static inline unsigned long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

#endif
