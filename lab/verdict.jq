# SPDX-License-Identifier: GPL-2.0-only
#
# Is a record good or bad, for a bisection?  In: a record, $check, and $good
# if $by_value.  Out: good, bad or skip, a tab, and what was observed.
include "record";

[named($check)] as $checks |
($checks | map(select(differs_from_document))) as $wrong |

# One check shows a value; of several, only the wrong ones are of interest.
(if $checks == [] then "not there"
 elif ($checks | length) == 1 then $checks[0] | seen
 elif $wrong == [] then "as documented"
 else $wrong | map("\(.id) = \(seen)") | join(", ") end) as $seen |

# What was not observed is neither: the guest may have ended before it, or there
# was too much noise.
def unclear: .verdict == "missing" or ((.observed // "") | startswith("?noise: "));
(if $checks | all(.verdict == "skip" or .verdict == "missing") then "skip"
 elif ($wrong == [] or $by_value == 1) and ($checks | any(unclear)) then "skip"
 elif $by_value == 1 then
	if $checks | all(seen == $good) then "good" else "bad" end
 elif $wrong == [] then "good"
 else "bad" end) as $verdict |

"\($verdict)\t\($seen)"
