/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A run on this host, with the options of the command line.
 */
#ifndef HARNESS_OBSERVE_H
#define HARNESS_OBSERVE_H

#include "record/record.h"
#include "run/suite.h"

/*
 * observe() - run what is selected of @suite, for @judge if it is not NULL, and keep the
 * record if --record names a file; without a judge, the default is standard output.
 *
 * Return NULL, or an error that the caller frees.
 */
char *observe(struct suite *suite, const struct listener *judge);

#endif
