// SPDX-License-Identifier: GPL-2.0-only
#include "tell/record.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <libgen.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "text.h"

#define MAX_INHERITED	64		/* descriptors that are looked at */

struct record_file {
	char *path;
	int stream;			/* what nothing replaces: a pipe, a device, an open file; or -1 */
	bool incomplete;		/* out of memory on the way */
	json_t *root, *checks;
};

static json_t *string(const char *s)
{
	return s ? json_string(s) : json_null();
}

/* A link's target is what is replaced, and not the link. */
static void follow_links(struct record_file *f)
{
	char *real = realpath(f->path, NULL);

	if (real) {
		free(f->path);
		f->path = real;
	}
}

/* Whether @st is what a descriptor from outside is open for: /dev/stdout, /dev/fd/3. */
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

/* Whether a name of its own for the temporary file beside it is possible. */
static bool has_room(const char *path)
{
	const char *name = strrchr(path, '/');

	return strlen(name ? name + 1 : path) + strlen(".XXXXXX") <= NAME_MAX;
}

/* Whether the record can be written in the end; a file comes into being only then. */
static bool check_path(struct record_file *f)
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
		/* This waits for the reader of a FIFO, and a signal still ends it. */
		f->stream = open(f->path, O_WRONLY | O_CLOEXEC);
		return f->stream >= 0;
	}
	/* A link to nothing would be replaced itself; and a file needs a name. */
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

struct record_file *record_open(const char *path, const struct facts *facts, char **error)
{
	struct record_file *f = xrealloc(NULL, sizeof(*f));
	json_t *object;

	*f = (struct record_file) { .path = text("%s", path), .stream = -1 };
	if (!check_path(f)) {
		*error = text("%s: %s", path, strerror(errno));
		free(f->path);
		free(f);
		return NULL;
	}
	object = json_object();
	for (size_t i = 0; i < facts->nr; i++) {
		if (json_object_set_new(object, facts->list[i].key, string(facts->list[i].value)))
			f->incomplete = true;
	}
	f->checks = json_array();
	f->root = json_pack("{s:s, s:o, s:o}", "format", RECORD_FORMAT, "facts", object,
			    "checks", f->checks);
	return f;
}

void record_result(struct record_file *f, const struct result *r)
{
	json_t *notes = json_array(), *check;

	for (size_t i = 0; i < r->nr_notes; i++) {
		if (json_array_append_new(notes, string(r->notes[i])))
			f->incomplete = true;
	}
	check = json_pack("{s:s, s:s, s:o, s:o, s:o, s:o, s:b, s:o}", "id", r->id,
			  "verdict", verdict_name(r->verdict), "observed", string(r->observed),
			  "expected", string(r->row ? r->row->documented.value : NULL),
			  "known", string(r->known ? r->known->value : NULL),
			  "reason", string(r->known ? r->known->why : r->reason),
			  "unverified", r->unverified, "notes", notes);
	if (r->row && json_object_update_new(check, json_pack("{s:s, s:s, s:s, s:s, s:s}",
			"document", r->row->statement->document,
			"section", r->row->statement->section,
			"since", r->row->statement->since,
			"statement", r->row->statement->words,
			"decided_by", r->row->decided_by)))
		f->incomplete = true;
	if (json_array_append_new(f->checks, check))
		f->incomplete = true;
}

static bool write_json(const struct record_file *f, int fd)
{
	FILE *file = fdopen(fd, "w");
	int failed;

	if (!file) {
		close(fd);
		return false;
	}
	failed = json_dumpf(f->root, file, JSON_INDENT(1)) | (fputc('\n', file) == EOF) |
		 (fflush(file) == EOF) | (f->stream < 0 && fsync(fileno(file)));
	return !(failed | (fclose(file) == EOF));
}

/*
 * Beside the path under a name of its own; renamed when it is whole.
 * Only SIGKILL can leave it behind.
 */
static bool write_beside(const struct record_file *f)
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
	done = write_json(f, fd) && done && !rename(temporary, f->path);
	error = errno;
	if (!done)
		unlink(temporary);
	free(temporary);
	errno = error;
	return done;
}

/* Without a name until it is whole, where file systems can and nothing is there yet. */
static bool write_nameless(const struct record_file *f, int fd)
{
	char *name = text("/proc/self/fd/%d", fd);
	int again = dup(fd);
	bool done = again >= 0 && write_json(f, again) &&
		    !linkat(AT_FDCWD, name, AT_FDCWD, f->path, AT_SYMLINK_FOLLOW);

	free(name);
	close(fd);
	return done;
}

static bool write_file(const struct record_file *f)
{
	char *copy = text("%s", f->path);
	int fd = access(f->path, F_OK) ? open(dirname(copy), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0666)
				       : -1;

	free(copy);
	return (fd >= 0 && write_nameless(f, fd)) || write_beside(f);
}

char *record_close(struct record_file *f, int status)
{
	char *error = NULL;
	sigset_t all, old;

	if (json_object_set_new(f->root, "status", json_integer(status)))
		f->incomplete = true;
	/* A signal must not leave the temporary behind. */
	sigfillset(&all);
	if (f->stream < 0)
		sigprocmask(SIG_BLOCK, &all, &old);
	if (f->incomplete)
		error = text("%s: out of memory", f->path);
	else if (!(f->stream >= 0 ? write_json(f, f->stream) : write_file(f)))
		error = text("%s: %s", f->path, strerror(errno));
	if (f->stream < 0)
		sigprocmask(SIG_SETMASK, &old, NULL);
	json_decref(f->root);
	free(f->path);
	free(f);
	return error;
}
