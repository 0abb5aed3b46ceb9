/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A record said again, line by line as it comes: from a file, a pipe, a serial
 * port.
 */
#ifndef RECORD_READ_H
#define RECORD_READ_H

#include <stdio.h>

#include "record/record.h"

/*
 * record_read() - say what @f holds to each of the @nr @listeners.
 *
 * A record that ends before the run did is torn: what was begun ends with
 * END_TORN, and the completion says so.  Nothing in it is trusted.  Returns
 * NULL, or "LINE: what is wrong" that the caller frees.
 */
char *record_read(FILE *f, const struct listener *listeners, size_t nr);

#endif
