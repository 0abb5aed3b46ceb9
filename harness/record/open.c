// SPDX-License-Identifier: GPL-2.0-only
#include "record/open.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>
#include <zlib.h>

static ssize_t read_gz(void *gz, char *buffer, size_t size)
{
	return gzread(gz, buffer, size);
}

static int close_gz(void *gz)
{
	return gzclose(gz) == Z_OK ? 0 : -1;
}

FILE *record_open(const char *path)
{
	static const cookie_io_functions_t functions = { .read = read_gz, .close = close_gz };
	int fd = strcmp(path, "-") ? open(path, O_RDONLY | O_CLOEXEC) : dup(STDIN_FILENO);
	gzFile gz = fd < 0 ? NULL : gzdopen(fd, "r");
	FILE *f = gz ? fopencookie(gz, "r", functions) : NULL;

	if (!f && gz)
		gzclose(gz);
	else if (!gz && fd >= 0)
		close(fd);
	return f;
}
