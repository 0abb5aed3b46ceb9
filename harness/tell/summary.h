/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TELL_SUMMARY_H
#define TELL_SUMMARY_H

#include "judge/evidence.h"

struct summary;

/*
 * summary_new() - count known and gone deviations by section, and skips by class with what
 * would show them; and if @evidence is not NULL, how many observations are new.
 */
struct summary *summary_new(const struct evidence *evidence);
void summary_free(struct summary *s);

/* summary_sink() - the sink that counts. */
struct result_sink summary_sink(struct summary *s);

/*
 * summary_again() - return the wrong checks, or their cases if there are many, each after a
 * blank; NULL: there are none.  The caller frees it.
 */
char *summary_again(const struct summary *s);

/* summary_print() - call @put with each of its lines. */
void summary_print(struct summary *s, void (*put)(const char *line));

#endif
