// SPDX-License-Identifier: GPL-2.0-only
#include "record/keep.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "record/write.h"
#include "text.h"

#define MAX_INHERITED	64		/* how many descriptors inherited() tries */

struct keep {
	struct writer writer;		/* the first member: its listener gets us */
	char *path;
	int stream;			/* not replaced: a pipe, a device, an open file; or -1 */
	int error;			/* the first errno of writing to it */
	bool is_torn;
	char *lines;			/* what the file will hold */
	size_t size, room;
};

/* Replace the target of a link, and not the link. */
static void follow_links(struct keep *f)
{
	char *real = realpath(f->path, NULL);

	if (real) {
		free(f->path);
		f->path = real;
	}
}

/* Return the inherited descriptor that has @st open, for /dev/stdout or /dev/fd/3; or -1. */
static int inherited(const struct stat *st)
{
	struct stat open_file;

	for (int fd = STDOUT_FILENO; fd < MAX_INHERITED; fd++) {
		if (!fstat(fd, &open_file) && open_file.st_dev == st->st_dev &&
		    open_file.st_ino == st->st_ino)
			return fd;
	}
	return -1;
}

/* Return whether the name of the temporary file is not too long. */
static bool has_room(const char *path)
{
	const char *name = strrchr(path, '/');

	return strlen(name ? name + 1 : path) + strlen(".XXXXXX") <= NAME_MAX;
}

/* Return whether the record can be written when the run ends; a file is only created then. */
static bool validate_path(struct keep *f)
{
	struct stat st;
	char *copy;
	bool exists = !stat(f->path, &st), can;
	size_t length = strlen(f->path);
	int fd;

	if (!exists && errno != ENOENT)
		return false;
	fd = exists ? inherited(&st) : -1;
	if (fd >= 0) {
		f->stream = dup(fd);
		return f->stream >= 0;
	}
	if (exists && !S_ISREG(st.st_mode)) {
		/* For a FIFO, this waits for a reader, and a signal can still interrupt it. */
		f->stream = open(f->path, O_WRONLY | O_CLOEXEC);
		return f->stream >= 0;
	}
	/* Refuse a dangling link, which would be replaced, and a path without a file name. */
	if ((!exists && !lstat(f->path, &st)) || !length || f->path[length - 1] == '/') {
		errno = ENOENT;
		return false;
	}
	follow_links(f);
	if (!has_room(f->path)) {
		errno = ENAMETOOLONG;
		return false;
	}
	copy = text("%s", f->path);
	can = !access(dirname(copy), W_OK);
	free(copy);
	return can;
}

static bool write_all(int fd, const char *s, size_t size)
{
	while (size) {
		ssize_t n = TEMP_FAILURE_RETRY(write(fd, s, size));

		if (n < 0)
			return false;
		s += n;
		size -= n;
	}
	return true;
}

void keep_put(struct keep *f, const char *lines, size_t size)
{
	if (f->stream >= 0) {
		if (!f->error && !write_all(f->stream, lines, size))
			f->error = errno;
		return;
	}
	if (f->size + size > f->room) {
		f->room = 2 * (f->size + size);
		f->lines = xrealloc(f->lines, f->room);
	}
	memcpy(f->lines + f->size, lines, size);
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
	if (validate_path(f))
		return f;
	*error = text("%s: %s", path, strerror(errno));
	free(f->path);
	free(f);
	return NULL;
}

static bool write_whole(const struct keep *f, int fd)
{
	bool done = write_all(fd, f->lines, f->size) && !fsync(fd);
	int error = errno;

	done = !close(fd) && done;
	if (!done && error)
		errno = error;
	return done;
}

/*
 * Write a temporary file next to the path, and rename it when it is whole.
 * Only SIGKILL can leave it behind.
 */
static bool write_beside(const struct keep *f)
{
	char *temporary = text("%s.XXXXXX", f->path);
	mode_t mask = umask(0);
	int fd = mkstemp(temporary), error;
	bool done;

	umask(mask);
	if (fd < 0) {
		free(temporary);
		return false;
	}
	done = !fchmod(fd, 0666 & ~mask);
	done = write_whole(f, fd) && done && !rename(temporary, f->path);
	error = errno;
	if (!done)
		unlink(temporary);
	free(temporary);
	errno = error;
	return done;
}

/* Write a file without a name, and link it when it is whole.  Not all file systems can. */
static bool write_nameless(const struct keep *f, int fd)
{
	char *name = text("/proc/self/fd/%d", fd);
	int again = dup(fd);
	bool done = again >= 0 && write_whole(f, again) &&
		    !linkat(AT_FDCWD, name, AT_FDCWD, f->path, AT_SYMLINK_FOLLOW);

	free(name);
	close(fd);
	return done;
}

static bool write_file(const struct keep *f)
{
	char *copy = text("%s", f->path);
	int fd = access(f->path, F_OK) ? open(dirname(copy), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0666)
				       : -1;

	free(copy);
	return (fd >= 0 && write_nameless(f, fd)) || write_beside(f);
}

/* A signal must not leave the temporary file behind. */
void keep_finish(struct keep *f)
{
	sigset_t all, old;

	if (f->stream >= 0) {
		if (close(f->stream) && !f->error)
			f->error = errno;
		return;
	}
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &old);
	f->error = write_file(f) ? 0 : errno;
	sigprocmask(SIG_SETMASK, &old, NULL);
}

static void complete(void *context, struct completion *c)
{
	struct keep *f = context;

	/* A torn record must not replace a file. */
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
	free(f->lines);
	free(f->path);
	free(f);
	return error;
}
