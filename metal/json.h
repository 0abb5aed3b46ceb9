/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The record of a run, in the form of harness/record.c, into memory.
 */
#ifndef METAL_JSON_H
#define METAL_JSON_H

#include "judge/judge.h"

void json_begin(const struct facts *facts);
void json_result(const struct result *r);

/* json_end() - complete it; returns it, and its size in *@size. */
const char *json_end(int status, size_t *size);

#endif
