/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The view of a run on a terminal, instead of TAP.
 */
#ifndef TELL_TERMINAL_H
#define TELL_TERMINAL_H

#include "judge/session.h"
#include "tell/summary.h"

/*
 * terminal_sink() - return the sink that prints on standard output: one line of progress,
 * which is overwritten; a line per case when it ends; checks that deviate, or no longer do,
 * in full; @summary; and last PASS, DEVIATES, NOTHING SEEN or FAILED.
 * @strictness: what makes the last line DEVIATES
 * @command: the command that runs the suite, to print how to run it again; NULL: none
 *
 * NO_COLOR and TERM=dumb are honoured; the width is the terminal's.
 */
struct result_sink terminal_sink(struct summary *summary, enum strictness strictness,
				 const char *command);

/* terminal_stop() - erase the line of progress, if the run did not complete. */
void terminal_stop(void);

#endif
