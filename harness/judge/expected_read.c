// SPDX-License-Identifier: GPL-2.0-only
/*
 * The half of expected.c that needs files: bare metal has none to read.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "judge/expected.h"
#include "file.h"
#include "text.h"

#define MAX_SIZE	(1 << 20)

char *expected_read(struct expected *e, const char *path)
{
	char *words = NULL, *error;
	size_t size = 0, n;
	int fd = file_open(path, MAX_SIZE, &words);
	FILE *f = fd < 0 ? NULL : fdopen(fd, "r");

	*e = (struct expected) {};
	if (!f) {
		error = text("%s %s", path, words ? words : strerror(errno));
		free(words);
		if (fd >= 0)
			close(fd);
		return error;
	}
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
