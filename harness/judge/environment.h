/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * expected/on/NAME: the observations that an environment changes, which is neither
 * the document nor KVM: an emulator, a firmware, an L0 hypervisor, an out-of-tree KVM.
 *
 *	# a comment
 *	environment CONDITION...
 *	CASE.VARIANT.KEY VALUE [on CONDITION...]: WHY, or the name of a reason
 *	reason NAME: WHY
 *
 * An observation of VALUE there is a SKIP of class environment, unless VALUE is the
 * documented one; with "*", any value is, even the documented one.  In
 * CASE.VARIANT.KEY, "*" matches anything, and "{a,b}" matches a and b.
 */
#ifndef JUDGE_ENVIRONMENT_H
#define JUDGE_ENVIRONMENT_H

#include "judge/reason.h"

/* A line of expected/on/NAME: observations whose value the environment changes. */
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
 * environment_parse() - parse @size bytes at @words; @path is for messages.
 * Return NULL, or "FILE:LINE: what is wrong" that the caller frees.
 */
char *environment_parse(struct environment *e, const char *path, const char *words, size_t size);
void environment_free(struct environment *e);

/*
 * environment_why() - return why observation @id has the value @observed (NULL: not observed)
 * in this environment, or NULL if the environment does not change it so.
 */
const char *environment_why(const struct environment *e, const char *id, const char *observed,
			    const struct facts *facts);

#endif
