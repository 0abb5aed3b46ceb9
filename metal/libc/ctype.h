/* SPDX-License-Identifier: GPL-2.0-only */
/* As much of a C library as the harness's own logic needs, for ASCII. */
#ifndef METAL_CTYPE_H
#define METAL_CTYPE_H

static inline int isdigit(int c)
{
	return c >= '0' && c <= '9';
}

static inline int isspace(int c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static inline int isalnum(int c)
{
	return isdigit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

#endif
