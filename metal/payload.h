/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A payload as the application reads it: the harness's struct case_file, from an
 * ELF file that is in memory and that our own build has made.
 */
#ifndef METAL_PAYLOAD_H
#define METAL_PAYLOAD_H

#include "run/case.h"
#include "embedded.h"

/* payload_read() - read @e into @c; returns NULL, or what is wrong with it. */
char *payload_read(struct case_file *c, const struct embedded *e);

/*
 * payload_needs_host() - what @v asks of its VM that a bare machine is not by
 * itself, or NULL; @buffer is for the words.
 */
const char *payload_needs_host(const struct vm_note *v, char *buffer, size_t size);

#endif
