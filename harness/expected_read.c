// SPDX-License-Identifier: GPL-2.0-only
/*
 * The half of expected.c that needs files: bare metal has none to read.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "expected.h"
#include "text.h"

char *expected_read(struct expected *e, const char *path)
{
	char *words = NULL, *error;
	size_t size = 0, n;
	FILE *f = fopen(path, "re");

	*e = (struct expected) {};
	if (!f)
		return text("%s: %s", path, strerror(errno));
	do {
		words = xrealloc(words, size + BUFSIZ);
		n = fread(words + size, 1, BUFSIZ, f);
		size += n;
	} while (n);
	if (ferror(f))
		error = text("%s: %s", path, strerror(errno));
	else
		error = expected_parse(e, path, words, size);
	free(words);
	fclose(f);
	return error;
}
