// SPDX-License-Identifier: GPL-2.0-only

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
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
	int stream;			/* of a pipe, a device or an open file; -1: a file by name */
	char *lines;			/* of a file by name, until the record is complete */
	size_t size, room;
	int error;			/* the first errno of writing; 0 */
	bool is_torn;
};

/* Return the descriptor that @path names, "/dev/stdout" or "/dev/fd/N", or -1. */
static int inherited(const char *path)
{
	static const char *const directories[] = { "/dev/fd/", "/proc/self/fd/" };
	char *end;

	if (!strcmp(path, "/dev/stdout"))
		return STDOUT_FILENO;
	if (!strcmp(path, "/dev/stderr"))
		return STDERR_FILENO;
	for (size_t i = 0; i < sizeof(directories) / sizeof(*directories); i++) {
		size_t n = strlen(directories[i]);
		unsigned long fd;

		if (strncmp(path, directories[i], n))
			continue;
		fd = strtoul(path + n, &end, 10);
		return *end || end == path + n || fd > INT_MAX ? -1 : (int)fd;
	}
	return -1;
}

/* Open what cannot be replaced: an inherited descriptor, a pipe, a device. */
static bool open_stream(struct keep *f)
{
	int fd = inherited(f->path);
	struct stat st;

	if (fd >= 0)
		f->stream = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	else if (!stat(f->path, &st) && !S_ISREG(st.st_mode))
		f->stream = open(f->path, O_WRONLY | O_CLOEXEC);	/* a FIFO waits for its reader */
	else
		return false;
	f->error = f->stream < 0 ? errno : 0;
	return true;
}

/* Create a temporary file next to @f->path, and return its descriptor; *@name is to be freed. */
static int create_temporary(const struct keep *f, char **name)
{
	mode_t mask = umask(0);
	int fd;

	umask(mask);
	*name = text("%s.XXXXXX", f->path);
	fd = mkostemp(*name, O_CLOEXEC);
	if (fd >= 0)
		fchmod(fd, 0666 & ~mask);
	return fd;
}

/* Fail now if the file could not be written when the run is complete; follow a symlink. */
static void validate_path(struct keep *f)
{
	char *real = realpath(f->path, NULL), *name;
	struct stat st;
	int fd;

	if (real) {
		free(f->path);
		f->path = real;
	} else if (!*f->path || !lstat(f->path, &st)) {
		f->error = ENOENT;	/* rename() would replace a dangling symlink */
		return;
	}
	fd = create_temporary(f, &name);
	f->error = fd < 0 ? errno : 0;
	if (fd >= 0) {
		close(fd);
		unlink(name);
	}
	free(name);
}

static void write_all(struct keep *f, int fd, const char *bytes, size_t size)
{
	while (size && !f->error) {
		ssize_t n = TEMP_FAILURE_RETRY(write(fd, bytes, size));

		if (n < 0) {
			f->error = errno;
			return;
		}
		bytes += n;
		size -= n;
	}
}

void keep_put(struct keep *f, const char *bytes, size_t size)
{
	if (f->stream >= 0) {
		write_all(f, f->stream, bytes, size);
		return;
	}
	if (f->size + size > f->room) {
		f->room = 2 * (f->size + size);
		f->lines = xrealloc(f->lines, f->room);
	}
	memcpy(f->lines + f->size, bytes, size);
	f->size += size;
}

static void put(void *keep, const char *lines, size_t size)
{
	keep_put(keep, lines, size);
}

struct keep *keep_open(const char *path, char **error)
{
	struct keep *f = xrealloc(NULL, sizeof(*f));

	*f = (struct keep) { .writer = { put, f }, .path = text("%s", path), .stream = -1 };
	if (!open_stream(f))
		validate_path(f);
	if (!f->error)
		return f;
	*error = keep_close(f);
	return NULL;
}

static void write_file(struct keep *f)
{
	char *name;
	int fd = create_temporary(f, &name);

	if (fd < 0) {
		f->error = errno;
		free(name);
		return;
	}
	write_all(f, fd, f->lines, f->size);
	if (!f->error && fsync(fd))
		f->error = errno;
	if (close(fd) && !f->error)
		f->error = errno;
	if (!f->error && rename(name, f->path))
		f->error = errno;
	if (f->error)
		unlink(name);
	free(name);
}

void keep_finish(struct keep *f)
{
	if (f->stream < 0) {
		write_file(f);
		return;
	}
	if (close(f->stream) && !f->error)
		f->error = errno;
	f->stream = -1;
}

static void complete(void *context, struct completion *c)
{
	struct keep *f = context;

	/* A torn record does not replace a file. */
	if (c->torn && f->stream < 0 && !access(f->path, F_OK))
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
	if (f->stream >= 0)
		close(f->stream);
	free(f->lines);
	free(f->path);
	free(f);
	return error;
}
