// SPDX-License-Identifier: GPL-2.0-only
#include "judge/value.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

static const char *const operators[] = {
	[EQUAL] = "=", [NOT_EQUAL] = "!=", [AT_LEAST] = ">=", [BELOW] = "<",
};

/* Return the number at *@s, or 0 if there is none, and move *@s past it and its dot. */
static unsigned long next_number(const char **s)
{
	unsigned long number = 0;
	char *end = (char *)*s;

	if (isdigit((unsigned char)*end))
		number = strtoul(*s, &end, 10);
	*s = *end == '.' ? end + 1 : "";
	return number;
}

int version_compare(const char *a, const char *b)
{
	while (*a || *b) {
		unsigned long number_a = next_number(&a), number_b = next_number(&b);

		if (number_a != number_b)
			return number_a < number_b ? -1 : 1;
	}
	return 0;
}

/* Return NULL if @operator can compare a fact called @key with @value, else an error. */
static char *validate_value(const char *key, enum operator operator, const char *value)
{
	char *error = NULL, *one;

	if (value[strcspn(value, "=!<>")])
		return text("\"%s\" is not a value", value);
	if (operator == AT_LEAST || operator == BELOW) {
		if (strcmp(key, "kernel"))
			return text("only a kernel has versions, not %s", key);
		return isdigit((unsigned char)*value) &&
		       !value[strspn(value, "0123456789.")] ? NULL :
		       text("\"%s\" is not a version, expected a number", value);
	}
	if (!strcmp(key, "kernel"))
		return text("kernel needs \">=\" or \"<\" and a version");
	while (!error && (one = text_next(&value, "|"))) {
		error = fact_validate(key, one);
		free(one);
	}
	return error;
}

char *condition_add(struct condition *c, const char *term)
{
	size_t key = strcspn(term, "=!<>");
	const char *value = term + key;
	struct term new;
	char *error;

	for (new.operator = EQUAL; new.operator <= BELOW; new.operator++) {
		size_t length = strlen(operators[new.operator]);

		if (!strncmp(value, operators[new.operator], length)) {
			value += length;
			break;
		}
	}
	if (!key || new.operator > BELOW || !*value)
		return text("\"%s\" is not a condition, expected KEY=VALUE, KEY!=VALUE, "
			    "KEY>=VERSION or KEY<VERSION", term);
	new.key = text("%.*s", (int)key, term);
	error = fact_is_known(new.key) ? validate_value(new.key, new.operator, value) :
		text("\"%s\" is not a fact of any platform", new.key);
	if (error) {
		free(new.key);
		return error;
	}
	new.value = text("%s", value);
	APPEND(c->terms, c->nr_terms, new);
	return NULL;
}

/* Return whether @b holds wherever @a does, as far as their text tells. */
static bool term_implies(const struct term *a, const struct term *b)
{
	const char *rest = a->value;
	bool in = true;
	char *one;

	if (strcmp(a->key, b->key) || a->operator != b->operator)
		return false;
	if (a->operator != EQUAL)
		return !strcmp(a->value, b->value);
	while (in && (one = text_next(&rest, "|"))) {
		in = text_is_one_of(one, b->value);
		free(one);
	}
	return in;
}

bool condition_implies(const struct condition *a, const struct condition *b)
{
	for (size_t i = 0; i < b->nr_terms; i++) {
		size_t j = 0;

		while (j < a->nr_terms && !term_implies(&a->terms[j], &b->terms[i]))
			j++;
		if (j == a->nr_terms)
			return false;
	}
	return true;
}

char *condition_text(const struct condition *c)
{
	char *words = NULL;

	for (size_t i = 0; i < c->nr_terms; i++) {
		const struct term *t = &c->terms[i];

		words = text_append(words, "%s%s%s%s", i ? " " : "", t->key, operators[t->operator],
				    t->value);
	}
	return words;
}

void condition_free(struct condition *c)
{
	for (size_t i = 0; i < c->nr_terms; i++) {
		free(c->terms[i].key);
		free(c->terms[i].value);
	}
	free(c->terms);
}

static bool term_holds(const struct term *t, const struct facts *facts)
{
	const char *fact = facts_get(facts, t->key);

	switch (t->operator) {
	case EQUAL:
		return fact && text_is_one_of(fact, t->value);
	case NOT_EQUAL:
		return !fact || !text_is_one_of(fact, t->value);
	case AT_LEAST:
		return fact && version_compare(fact, t->value) >= 0;
	default:
		return fact && version_compare(fact, t->value) < 0;
	}
}

bool condition_holds(const struct condition *c, const struct facts *facts)
{
	for (size_t i = 0; i < c->nr_terms; i++) {
		if (!term_holds(&c->terms[i], facts))
			return false;
	}
	return true;
}
