/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * expected/on/NAME: what is neither the document nor KVM, and still shows: an
 * emulator, a firmware, a hypervisor below, a KVM out of tree.
 *
 *	# a comment
 *	environment CONDITION...
 *	CASE.VARIANT.KEY VALUE [on CONDITION...]: WHY, or the name of a reason
 *	reason NAME: WHY
 *
 * An observation of VALUE there is a SKIP of class environment, unless VALUE is
 * what is documented; with "*" it is one whatever it shows.  In CASE.VARIANT.KEY
 * "*" stands for anything, and "{a,b}" for a and for b.
 */
#ifndef JUDGE_ENVIRONMENT_H
#define JUDGE_ENVIRONMENT_H

#include "judge/reason.h"

struct bent {
	char **patterns;		/* of ids of observations */
	size_t nr_patterns;
	struct value value;
};

struct environment {
	struct condition on;
	struct bent *list;
	size_t nr;
	struct reasons reasons;
};

/*
 * environment_parse() - from @size bytes at @words; @path is for messages.
 * Returns NULL, or "FILE:LINE: what is wrong" that the caller frees.
 */
char *environment_parse(struct environment *e, const char *path, const char *words, size_t size);
void environment_free(struct environment *e);

/*
 * environment_why() - why observation @id is @observed (NULL: nothing) here, or NULL
 * if it is not this environment's doing.
 */
const char *environment_why(const struct environment *e, const char *id, const char *observed,
			    const struct facts *facts);

#endif
