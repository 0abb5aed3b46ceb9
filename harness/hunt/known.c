// SPDX-License-Identifier: GPL-2.0-only
#include "hunt/known.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

static bool is_one_of(const char *words, const char *word)
{
	size_t n = strlen(word);

	for (const char *p = words; (p = strstr(p, word)); p += n) {
		if ((p == words || p[-1] == ' ') && (!p[n] || p[n] == ' '))
			return true;
	}
	return false;
}

static bool has_prefixes(const struct cause *c, const struct instruction *i)
{
	for (unsigned int n = 0; n < c->nr_prefixes; n++) {
		bool found = false;

		for (unsigned int k = 0; k < i->nr_prefixes; k++)
			found |= i->prefixes[k] == c->prefixes[n] ||
				 /* "48" stands for each REX with W. */
				 (c->prefixes[n] == 0x48 && (i->prefixes[k] & 0xf8) == 0x48);
		if (!found)
			return false;
	}
	return true;
}

static bool applies(const struct cause *c, const struct difference *d, const struct facts *facts)
{
	struct instruction i = instruction_of(&d->program);

	return (!c->arms || c->arms >> d->arm & 1) && condition_holds(&c->on, facts) &&
	       (!c->opcodes || instruction_is_one_of(&i, c->opcodes)) && has_prefixes(c, &i) &&
	       (!c->form || (i.has_modrm && (i.modrm < 0xc0) == !strcmp(c->form, "memory"))) &&
	       (!c->native || is_one_of(c->native, vector_words(d->native.vector))) &&
	       (!c->other || is_one_of(c->other, vector_words(d->other.vector)));
}

size_t known_explain(struct cause *causes, const struct difference *d,
		     const struct facts *facts, struct cause **explained, size_t room)
{
	uint64_t left = d->differs;
	size_t nr = 0;

	for (struct cause *c = causes; c && left && nr < room; c = c->next) {
		if (!(c->differs & left) || !applies(c, d, facts))
			continue;
		left &= ~c->differs;
		explained[nr++] = c;
	}
	return left ? 0 : nr;
}

static char *take_words(char **field, const char *value)
{
	if (*field)
		return text("the field is there twice");
	*field = text("%s", value);
	return NULL;
}

static char *take_arms(struct cause *c, const char *value)
{
	if (c->arms)
		return text("the field is there twice");
	for (; *value; value++) {
		const char *at = strchr(arm_letters, *value);

		if (*value != ' ' && (!at || at == arm_letters))
			return text("arms: expected F, M or H");
		if (*value != ' ')
			c->arms |= 1u << (at - arm_letters);
	}
	return NULL;
}

static char *take_opcodes(struct cause *c, const char *value)
{
	return instruction_is_list(value) ? take_words(&c->opcodes, value) :
	       text("opcodes: \"%s\": expected a list of bd, 0fbd, 0f38f0, ff/2 or 70-7f", value);
}

static char *take_prefixes(struct cause *c, const char *value)
{
	char *error = NULL, *word, *end;

	while (!error && (word = text_next(&value, " "))) {
		unsigned long n = strtoul(word, &end, 16);

		if (*end || end - word != 2 || c->nr_prefixes == sizeof(c->prefixes))
			error = text("prefix: \"%s\" is none, or there are too many", word);
		else
			c->prefixes[c->nr_prefixes++] = n;
		free(word);
	}
	return error;
}

static char *take_differs(struct cause *c, const char *value)
{
	char *error = c->differs ? text("the field is there twice") : NULL, *word;

	while (!error && (word = text_next(&value, " "))) {
		uint64_t bits = compare_bits(word);

		if (!bits)
			error = text("differs: \"%s\" is nothing that is compared", word);
		c->differs |= bits;
		free(word);
	}
	return error;
}

static char *take_field(struct cause *c, const char *field, const char *value)
{
	if (!strcmp(field, "by"))
		return take_words(&c->by, value);
	if (!strcmp(field, "manual"))
		return take_words(&c->manual, value);
	if (!strcmp(field, "on"))
		return condition_add(&c->on, value);
	if (!strcmp(field, "arms"))
		return take_arms(c, value);
	if (!strcmp(field, "opcodes"))
		return take_opcodes(c, value);
	if (!strcmp(field, "prefix"))
		return take_prefixes(c, value);
	if (!strcmp(field, "form"))
		return strcmp(value, "memory") && strcmp(value, "register") ?
			text("form: expected memory or register") : take_words(&c->form, value);
	if (!strcmp(field, "native"))
		return take_words(&c->native, value);
	if (!strcmp(field, "other"))
		return take_words(&c->other, value);
	if (!strcmp(field, "differs"))
		return take_differs(c, value);
	return text("\"%s\": no such field", field);
}

static char *check_whole(const struct cause *c)
{
	return !c->by || !c->manual || !c->differs ?
		text("cause %s (line %u) lacks by, manual or differs", c->name, c->line) : NULL;
}

static char *read_line(char *line, unsigned int n, struct cause ***end, struct cause **last)
{
	size_t length = strlen(line);
	struct cause *c;
	char *value;

	while (length && (line[length - 1] == '\n' || line[length - 1] == ' '))
		line[--length] = '\0';
	if (!*line || *line == '#' || !strncmp(line, "skip ", 5))
		return NULL;
	if (*line == '\t') {
		line++;
		value = line + strcspn(line, "\t");
		if (!*last || !*value)
			return text("expected a tab, a field, tabs and its value, below a cause");
		*value++ = '\0';
		return take_field(*last, line, value + strspn(value, "\t"));
	}
	value = strstr(line, ": ");
	if (strncmp(line, "cause ", 6) || !value)
		return text("expected \"cause NAME: SENTENCE\"");
	if (*last && (value = check_whole(*last)))
		return value;
	value = strstr(line, ": ");
	*value = '\0';
	c = xrealloc(NULL, sizeof(*c));
	*c = (struct cause) { .name = text("%s", line + 6), .sentence = text("%s", value + 2), .line = n };
	**end = *last = c;
	*end = &c->next;
	return NULL;
}

char *known_read(const char *path, struct cause **causes)
{
	struct cause **end = causes, *last = NULL;
	FILE *f = fopen(path, "re");
	char *line = NULL, *error = NULL;
	unsigned int n = 0;
	size_t room = 0;

	*causes = NULL;
	if (!f)
		return text("%s: %s", path, strerror(errno));
	while (!error && getline(&line, &room, f) > 0)
		error = read_line(line, ++n, &end, &last);
	if (!error && last)
		error = check_whole(last);
	if (error) {
		char *where = text("%s:%u: %s", path, n, error);

		free(error);
		error = where;
	}
	free(line);
	fclose(f);
	return error;
}

void known_free(struct cause *causes)
{
	while (causes) {
		struct cause *c = causes;

		causes = c->next;
		free(c->name);
		free(c->sentence);
		free(c->by);
		free(c->manual);
		free(c->opcodes);
		free(c->native);
		free(c->other);
		free(c->form);
		condition_free(&c->on);
		free(c);
	}
}
