/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a person reads of a hunt.
 */
#ifndef HUNT_TELL_H
#define HUNT_TELL_H

#include <stdbool.h>
#include <stdio.h>

#include "hunt/known.h"

/*
 * hunt_tell() - read the record @f, explain its differences by @causes, which it counts, and print
 * them: in full those that no cause explains.  Set *@is_new if there are any.  Return NULL, or an error that
 * the caller frees.
 */
char *hunt_tell(FILE *f, struct cause *causes, const char *command, bool *is_new);

#endif
