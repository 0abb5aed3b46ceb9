// SPDX-License-Identifier: GPL-2.0-only
#include "record/open.h"

#include <errno.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>
#include <zlib.h>

static ssize_t read_gz(void *gz, char *buffer, size_t size)
{
	int n = gzread(gz, buffer, size), error;

	if (n < 0) {
		gzerror(gz, &error);
		if (error != Z_ERRNO)
			errno = EIO;
	}
	return n;
}

static int close_gz(void *gz)
{
	return gzclose(gz) == Z_OK ? 0 : -1;
}

/* Don't decompress: zlib would wait for more input than the run has written so far. */
static FILE *open_stdin(void)
{
	int fd = dup(STDIN_FILENO);
	FILE *f = fd < 0 ? NULL : fdopen(fd, "r");

	if (!f && fd >= 0)
		close(fd);
	return f;
}

FILE *record_open(const char *path)
{
	static const cookie_io_functions_t functions = { .read = read_gz, .close = close_gz };
	gzFile gz;
	FILE *f;

	if (!strcmp(path, "-"))
		return open_stdin();
	gz = gzopen(path, "re");
	if (!gz)
		return NULL;
	f = fopencookie(gz, "r", functions);
	if (!f)
		gzclose(gz);
	return f;
}
