// SPDX-License-Identifier: GPL-2.0-only
#include "tell/tell.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "record/write.h"
#include "tell/page/data.h"
#include "text.h"

/* Each of these strings is made of one or more files: C has no #embed before C23. */
#define BEGIN(name)	".pushsection .rodata\n.globl " #name "\n" #name ":\n"
#define FILE(name)	".incbin \"tell/page/" name "\"\n"
#define END		".byte 0\n.popsection\n"

asm(BEGIN(page_html) FILE("page.html") END);
asm(BEGIN(page_css) FILE("page.css") END);
asm(BEGIN(page_js) FILE("model.js") FILE("state.js") FILE("dom.js") FILE("fold.js")
    FILE("matrix.js") FILE("latency.js") FILE("erratum.js") FILE("detail.js") FILE("main.js") END);
#undef FILE

extern const char page_html[];		/* "@NAME@" stands for the text of that name */
extern const char page_css[];
extern const char page_js[];		/* all scripts, in order */

/* Put page_html, with each "@NAME@" replaced by the text of that name. */
static void put_page(struct keep *keep, const char *data)
{
	const struct {
		const char *mark, *text;
	} parts[] = { { "@css@", page_css }, { "@data@", data }, { "@js@", page_js } };
	const char *from = page_html;

	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
		const char *mark = strstr(from, parts[i].mark);

		keep_put(keep, from, mark - from);
		keep_put(keep, parts[i].text, strlen(parts[i].text));
		from = mark + strlen(parts[i].mark);
	}
	keep_put(keep, from, strlen(from));
	keep_finish(keep);
}

static char *write_page(const char *directory, const char *data)
{
	char *path = text("%s/index.html", directory), *error = NULL;
	struct keep *keep = NULL;

	if (mkdir(directory, 0777) && errno != EEXIST)
		error = text("%s: the page's directory cannot be made: %s", directory,
			     strerror(errno));
	else
		keep = keep_open(path, &error);
	if (keep) {
		put_page(keep, data);
		error = keep_close(keep);
	}
	free(path);
	return error;
}

/* Return which runs failed, NULL: none.  The page shows what they have seen all the same. */
static char *name_failed(const struct judged *records, char **paths, size_t nr)
{
	char *error = NULL;

	for (size_t i = 0; i < nr; i++) {
		if (records[i].failed)
			error = text_append(error, "%s%s: %s", error ? "; " : "", paths[i],
					    records[i].failed);
	}
	return error ? text_append(error, " (the page has been made, and shows this, too)") : NULL;
}

static char *read_all(struct expectations *e)
{
	char *error = expectations_read_all(e);

	for (size_t i = 0; i < e->nr && !error; i++)
		error = e->list[i]->error ? text("%s", e->list[i]->error) : NULL;
	return error;
}

char *page(char **paths, size_t nr, struct expectations *e, const char *sources,
	   const char *directory)
{
	struct judged *records = xrealloc(NULL, nr * sizeof(*records));
	char *error = read_all(e), *data;
	size_t read = 0;

	while (read < nr && !error) {
		error = judged_read(&records[read], paths[read], e);
		read++;
	}
	if (!error) {
		data = page_data(records, paths, nr, e, sources);
		error = write_page(directory, data);
		free(data);
	}
	if (!error)
		error = name_failed(records, paths, nr);
	while (read)
		judged_free(&records[--read]);
	free(records);
	return error;
}
