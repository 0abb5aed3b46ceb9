// SPDX-License-Identifier: GPL-2.0-only
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "text.h"

int file_open(const char *path, size_t limit, char **error)
{
	/* Without O_NONBLOCK, opening a FIFO would wait for its writer. */
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	struct stat st;

	if (fd < 0 || fstat(fd, &st))
		*error = text("cannot be opened: %s", strerror(errno));
	else if (!S_ISREG(st.st_mode))
		*error = text("is not a regular file");
	else if ((size_t)st.st_size > limit)
		*error = text("has %lld bytes, expected at most %zu", (long long)st.st_size, limit);
	else
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}
