/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The record of a hunt, as lines of JSON: facts and plan, which programs run next, the differences
 * in the order in which they were found, and at last the counts.
 */
#ifndef HUNT_RECORD_H
#define HUNT_RECORD_H

#include <stdio.h>

#include "hunt/hunt.h"

#define HUNT_FORMAT	"kvm-errata hunt 1"

/* hunt_write() - return the listener that writes the record to @f. */
struct hunt_listener hunt_write(FILE *f);

/*
 * hunt_read() - read a record, and tell @listener; ended() is not called for one that is torn.
 * Nothing in @f is trusted.  Return NULL, or an error that the caller frees.
 */
char *hunt_read(FILE *f, const struct hunt_listener *listener);

#endif
