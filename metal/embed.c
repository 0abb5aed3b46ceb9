// SPDX-License-Identifier: GPL-2.0-only
/*
 *	metal/embed PAYLOAD...
 *
 * Runs at build time: reads each payload as the harness does, and writes
 * embedded[] (metal.h) as assembly.
 */
#include <stdio.h>
#include <stdlib.h>

#include "run/case.h"

static void put_bytes(const char *label, size_t n, const void *data, size_t size)
{
	const uint8_t *bytes = data;

	printf("\t.balign 16\n%s_%zu:", label, n);
	for (size_t i = 0; i < size; i++)
		printf("%s%u", i % 32 ? "," : "\n\t.byte ", bytes[i]);
	putchar('\n');
}

static void put_case(const struct case_file *c, size_t n)
{
	printf("name_%zu:\t.asciz \"%s\"\n", n, c->name);
	put_bytes("image", n, c->image, c->image_size);
	put_bytes("variants", n, c->variants, c->nr_variants * sizeof(*c->variants));
	printf("\t.balign 16\nsymbols_%zu:\n", n);
	for (size_t i = 0; i < c->nr_symbols; i++)
		printf("\t.quad 0x%lx, symbol_%zu_%zu\n", c->symbols[i].address, n, i);
	for (size_t i = 0; i < c->nr_symbols; i++)
		printf("symbol_%zu_%zu:\t.asciz \"%s\"\n", n, i, c->symbols[i].name);
}

/* Write a struct case_file, field by field: all of it is 64-bit words. */
static void put_table(const struct case_file *c, size_t n)
{
	const uint64_t *boot = (const uint64_t *)&c->boot;

	printf("\t.quad 0, name_%zu, 0x%lx\n", n, c->entry);
	for (size_t i = 0; i < sizeof(c->boot) / sizeof(*boot); i++)
		printf("\t.quad 0x%lx\n", boot[i]);
	printf("\t.quad variants_%zu, %zu, image_%zu, %zu, symbols_%zu, %zu\n", n, c->nr_variants,
	       n, c->image_size, n, c->nr_symbols);
}

int main(int argc, char **argv)
{
	struct case_file *cases = calloc(argc, sizeof(*cases));

	_Static_assert(sizeof(*cases) == 9 * sizeof(uint64_t) + sizeof(cases->boot) &&
		       sizeof(cases->boot) % sizeof(uint64_t) == 0, "put_table() has all of it");
	puts("\t.data");
	for (int i = 1; i < argc && cases; i++) {
		char *error = case_read(&cases[i], argv[i]);

		if (error) {
			fprintf(stderr, "metal/embed: payload %s %s\n", argv[i], error);
			return 1;
		}
		put_case(&cases[i], i);
	}
	puts("\t.balign 16\n\t.globl embedded\nembedded:");
	for (int i = 1; i < argc && cases; i++)
		put_table(&cases[i], i);
	printf("\t.fill %zu\n\t.section .note.GNU-stack, \"\", @progbits\n", sizeof(*cases));
	return !cases || ferror(stdout) || fflush(stdout);
}
