// SPDX-License-Identifier: GPL-2.0-only
#include "record.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "text.h"

#define RECORD_FORMAT	"kvm-errata record 1"

struct record_file {
	char *path;
	char *temporary;		/* beside it, renamed in the end */
	FILE *file;
	json_t *root, *checks;
};

static json_t *string(const char *s)
{
	return s ? json_string(s) : json_null();
}

struct record_file *record_open(const char *path, const struct platform *p, char **error)
{
	struct record_file *f = xrealloc(NULL, sizeof(*f));
	json_t *facts = json_object();
	mode_t mask = umask(0);
	int fd;

	umask(mask);
	*f = (struct record_file) { .path = text("%s", path), .temporary = text("%s.XXXXXX", path) };
	fd = mkstemp(f->temporary);
	if (fd < 0 || fchmod(fd, 0666 & ~mask) || !(f->file = fdopen(fd, "w"))) {
		*error = text("%s: %s", path, strerror(errno));
		free(f->temporary);
		free(f->path);
		free(f);
		json_decref(facts);
		return NULL;
	}
	for (size_t i = 0; i < p->nr_facts; i++)
		json_object_set_new(facts, p->facts[i].key, string(p->facts[i].value));
	f->checks = json_array();
	f->root = json_pack("{s:s, s:o, s:o}", "format", RECORD_FORMAT, "facts", facts,
			    "checks", f->checks);
	return f;
}

void record_result(struct record_file *f, const struct result *r)
{
	json_t *notes = json_array(), *check;

	for (size_t i = 0; i < r->nr_notes; i++)
		json_array_append_new(notes, string(r->notes[i]));
	check = json_pack("{s:s, s:s, s:o, s:o, s:o, s:o, s:b, s:o}", "id", r->id,
			  "verdict", verdict_name(r->verdict), "observed", string(r->observed),
			  "expected", string(r->row ? r->row->documented.value : NULL),
			  "known", string(r->known ? r->known->value : NULL),
			  "reason", string(r->known ? r->known->why : r->reason),
			  "unverified", r->unverified, "notes", notes);
	if (r->row)
		json_object_update_new(check, json_pack("{s:s, s:s, s:s, s:s, s:s}",
			"document", r->row->statement->document,
			"section", r->row->statement->section,
			"since", r->row->statement->since,
			"statement", r->row->statement->words,
			"decided_by", r->row->decided_by));
	json_array_append_new(f->checks, check);
}

char *record_close(struct record_file *f, int status)
{
	char *error = NULL;

	json_object_set_new(f->root, "status", json_integer(status));
	if (json_dumpf(f->root, f->file, JSON_INDENT(1)) | (fputc('\n', f->file) == EOF) |
	    (fflush(f->file) == EOF) | fsync(fileno(f->file)) | fclose(f->file) ||
	    rename(f->temporary, f->path)) {
		error = text("%s: %s", f->path, strerror(errno));
		unlink(f->temporary);
	}
	json_decref(f->root);
	free(f->temporary);
	free(f->path);
	free(f);
	return error;
}
