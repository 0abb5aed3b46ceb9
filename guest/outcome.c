// SPDX-License-Identifier: GPL-2.0-only
#include "case.h"

bool outcome_add(struct outcome *o, const char *what)
{
	bool differs = o->what && o->what != what && !o->mixed;

	if (!o->what)
		o->what = what;
	o->mixed |= differs;
	return differs;
}

const char *outcome_name(const struct outcome *o)
{
	return o->mixed ? "mixed" : o->what ? o->what : "none";
}
