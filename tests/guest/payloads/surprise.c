// SPDX-License-Identifier: GPL-2.0-only
/* Observes an unexpected key, one key twice, wrong values, and not every expected key. */
#include "case.h"

CASE("surprise");
VARIANT("default");
VARIANT("lacks-quirk", DISABLE_QUIRKS(1u << 31));
VARIANT("lacks-flag", X2APIC_API(1u << 30));

void guest_main(void)
{
	observe("wanted", "seen");
	observe("wanted", "seen");
	observe("wanted-too", "seen");
	observe("hidden", UNSEEN_GUEST "it cannot look there");
	observe("unwanted", "seen");
	observe("different", "else");
	observe("known", "other");
	observe("fixed", "right");
	observe("no-host", UNSEEN_HOST "there is none");
	observe("no-guest", UNSEEN_GUEST "it has no words");
	observe("skipped", "whatever");
	observe("uncovered", "whatever");
	note("the last words,\n\x1b[31m with colour");
}
