/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A run as the command line asks for it: the cases, the host, the record.
 */
#ifndef HARNESS_OBSERVE_H
#define HARNESS_OBSERVE_H

#include "record/record.h"
#include "run/suite.h"

/*
 * Who judges wants the cases to match its expectations.  Called again when one has been
 * added; returns NULL, or an error that the caller frees.
 */
typedef char *(*matcher)(struct suite *s);

/*
 * observe_read() - read the payloads.
 * observe_select() - and select those that the command line names, or all.
 * @match: NULL where nobody judges
 *
 * Return NULL, or an error that the caller frees.
 */
char *observe_read(struct suite *s, matcher match);
char *observe_select(struct suite *s, matcher match);

/*
 * observe() - run what is selected, for @judge if there is one, and keep the record, which
 * goes to standard output where nobody judges and no file is named.
 * Returns NULL, or an error that the caller frees.
 */
char *observe(matcher match, const struct listener *judge);

#endif
