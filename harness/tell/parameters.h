/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TELL_PARAMETERS_H
#define TELL_PARAMETERS_H

#include "record/facts.h"

/* parameter_is_told() - a fact that is a module's parameter, and not at its default. */
bool parameter_is_told(const struct fact *fact);
bool fact_is_parameter(const struct fact *fact);

#endif
