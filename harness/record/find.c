// SPDX-License-Identifier: GPL-2.0-only
#include "record/read.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "text.h"

static int is_record(const struct dirent *d)
{
	const char *suffix = strrchr(d->d_name, '.');

	return d->d_name[0] != '.' && suffix && (!strcmp(suffix, ".gz") || !strcmp(suffix, ".record"));
}

static char *add_in(struct found *found, const char *directory)
{
	struct dirent **names;
	int n = scandir(directory, &names, is_record, alphasort);

	if (n < 0)
		return text("%s: %s", directory, strerror(errno));
	for (int i = 0; i < n; i++) {
		APPEND(found->paths, found->nr, text("%s/%s", directory, names[i]->d_name));
		free(names[i]);
	}
	free(names);
	return n ? NULL : text("%s: no records in it, *.gz or *.record", directory);
}

/* Return whether @path is a file that explains the records of a directory. */
static bool is_readme(const char *path)
{
	const char *suffix = strrchr(path, '.');

	return suffix && !strcmp(suffix, ".md");
}

char *record_find_in(struct found *found, const char *directory)
{
	*found = (struct found) {};
	return add_in(found, directory);
}

char *record_find(struct found *found, char **paths, size_t nr)
{
	*found = (struct found) {};
	for (size_t i = 0; i < nr; i++) {
		struct stat st;

		if (!stat(paths[i], &st) && S_ISDIR(st.st_mode)) {
			char *error = add_in(found, paths[i]);

			if (error)
				return error;
		} else if (nr > 1 && is_readme(paths[i])) {
			fprintf(stderr, "kvm-errata: %s: not a record, skipped\n", paths[i]);
		} else {
			APPEND(found->paths, found->nr, text("%s", paths[i]));
		}
	}
	return found->nr ? NULL : text("none of these is a record");
}

void found_free(struct found *found)
{
	for (size_t i = 0; i < found->nr; i++)
		free(found->paths[i]);
	free(found->paths);
}
