// SPDX-License-Identifier: GPL-2.0-only
#include "record/keep.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "record/write.h"
#include "text.h"

struct keep {
	struct writer writer;		/* the first member: its listener is ours */
	char *path;
	char *temporary;		/* until it is renamed to @path; NULL: @path is a stream */
	int fd;
	int error;			/* the first errno of writing; 0 */
	bool is_torn;
};

/* Return the descriptor that @path names, "/dev/stdout" or "/dev/fd/N", or -1. */
static int inherited(const char *path)
{
	char *end;
	long fd;

	if (!strcmp(path, "/dev/stdout"))
		return STDOUT_FILENO;
	if (!strcmp(path, "/dev/stderr"))
		return STDERR_FILENO;
	if (strncmp(path, "/dev/fd/", 8))
		return -1;
	fd = strtol(path + 8, &end, 10);
	return *end || end == path + 8 ? -1 : fd;
}

/* Open what cannot be replaced: an inherited descriptor, a pipe, a device. */
static bool open_stream(struct keep *f)
{
	int fd = inherited(f->path);
	struct stat st;

	if (fd >= 0)
		f->fd = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	else if (!stat(f->path, &st) && !S_ISREG(st.st_mode))
		f->fd = open(f->path, O_WRONLY | O_CLOEXEC);	/* a FIFO waits for its reader */
	else
		return false;
	f->error = f->fd < 0 ? errno : 0;
	return true;
}

/* Create the temporary file next to the file that @path is, or that its symlink leads to. */
static void open_temporary(struct keep *f)
{
	char *real = realpath(f->path, NULL);
	mode_t mask = umask(0);
	struct stat st;

	umask(mask);
	if (real) {
		free(f->path);
		f->path = real;
	} else if (!*f->path || !lstat(f->path, &st)) {
		f->error = ENOENT;	/* rename() would replace a dangling symlink */
		return;
	}
	f->temporary = text("%s.XXXXXX", f->path);
	f->fd = mkostemp(f->temporary, O_CLOEXEC);
	f->error = f->fd < 0 || fchmod(f->fd, 0666 & ~mask) ? errno : 0;
}

void keep_put(struct keep *f, const char *bytes, size_t size)
{
	while (size && !f->error) {
		ssize_t n = TEMP_FAILURE_RETRY(write(f->fd, bytes, size));

		if (n < 0) {
			f->error = errno;
			return;
		}
		bytes += n;
		size -= n;
	}
}

static void put(void *keep, const char *lines, size_t size)
{
	keep_put(keep, lines, size);
}

struct keep *keep_open(const char *path, char **error)
{
	struct keep *f = xrealloc(NULL, sizeof(*f));

	*f = (struct keep) { .writer = { put, f }, .path = text("%s", path), .fd = -1 };
	if (!open_stream(f))
		open_temporary(f);
	if (!f->error)
		return f;
	*error = keep_close(f);
	return NULL;
}

void keep_finish(struct keep *f)
{
	if (f->temporary && !f->error && fsync(f->fd))
		f->error = errno;
	if (close(f->fd) && !f->error)
		f->error = errno;
	f->fd = -1;
	if (!f->temporary || f->error)
		return;
	if (rename(f->temporary, f->path)) {
		f->error = errno;
		return;
	}
	free(f->temporary);
	f->temporary = NULL;
}

static void complete(void *context, struct completion *c)
{
	struct keep *f = context;

	/* A torn record does not replace a file. */
	if (c->torn && f->temporary && !access(f->path, F_OK))
		f->path = text_append(f->path, ".torn");
	f->is_torn = c->torn;
	writer_listener(&f->writer).complete(context, c);
	keep_finish(f);
	if (f->error)
		c->failed = "the record could not be written";
}

struct listener keep_listener(struct keep *f)
{
	struct listener l = writer_listener(&f->writer);

	l.complete = complete;
	return l;
}

char *keep_close(struct keep *f)
{
	char *error = f->error ? text("%s: %s", f->path, strerror(f->error)) : NULL;

	if (f->is_torn && !error)
		fprintf(stderr, "kvm-errata: the torn record is %s\n", f->path);
	if (f->fd >= 0)
		close(f->fd);
	if (f->temporary)
		unlink(f->temporary);
	free(f->temporary);
	free(f->path);
	free(f);
	return error;
}
