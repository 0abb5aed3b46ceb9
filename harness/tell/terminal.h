/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a person sees on a terminal while a run goes on, in place of TAP.
 */
#ifndef TELL_TERMINAL_H
#define TELL_TERMINAL_H

#include "judge/session.h"
#include "tell/summary.h"

/*
 * terminal_sink() - what prints on standard output: one line of progress, which is
 * overwritten; a line per case as it ends; checks that deviate, or no longer do, in full;
 * @summary; and at last PASS, DEVIATES, NOTHING SEEN or FAILED.
 * @strictness: what makes the last line DEVIATES
 * @command: what runs the suite, for the line that runs it again; NULL: there is none
 *
 * NO_COLOR and TERM=dumb are honoured; the width is the terminal's.
 */
struct result_sink terminal_sink(struct summary *summary, enum strictness strictness,
				 const char *command);

/* terminal_stop() - erase the line of progress, if a run has not come to its end. */
void terminal_stop(void);

#endif
