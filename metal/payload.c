// SPDX-License-Identifier: GPL-2.0-only
#include "payload.h"

#include <elf.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"
#include "x86.h"

#define MAX_SYMBOLS	4096

static const Elf64_Shdr *section(const char *file, const char *name)
{
	const Elf64_Ehdr *h = (const Elf64_Ehdr *)file;
	const Elf64_Shdr *s = (const Elf64_Shdr *)(file + h->e_shoff);
	const char *names = file + s[h->e_shstrndx].sh_offset;

	for (unsigned int i = 0; i < h->e_shnum; i++) {
		if (!strcmp(names + s[i].sh_name, name))
			return &s[i];
	}
	return NULL;
}

static char *read_segments(struct case_file *c, const char *file)
{
	const Elf64_Ehdr *h = (const Elf64_Ehdr *)file;
	const Elf64_Phdr *p = (const Elf64_Phdr *)(file + h->e_phoff);

	for (unsigned int i = 0; i < h->e_phnum; i++, p++) {
		if (p->p_type != PT_LOAD || !p->p_filesz)
			continue;
		if (p->p_vaddr < IMAGE_BASE || p->p_vaddr + p->p_memsz > PAGE_BASE)
			return text("segment %u is not within the payload's memory", i);
		if (p->p_vaddr - IMAGE_BASE + p->p_filesz > c->image_size)
			c->image_size = p->p_vaddr - IMAGE_BASE + p->p_filesz;
	}
	c->image = xrealloc(NULL, c->image_size);
	memset(c->image, 0, c->image_size);
	p = (const Elf64_Phdr *)(file + h->e_phoff);
	for (unsigned int i = 0; i < h->e_phnum; i++, p++) {
		if (p->p_type == PT_LOAD)
			memcpy(c->image + (p->p_vaddr - IMAGE_BASE), file + p->p_offset,
			       p->p_filesz);
	}
	return NULL;
}

/* Fields that are zero take the case's value. */
static void inherit(struct vm_note *v, const struct vm_note *base)
{
	uint32_t *to = (uint32_t *)((char *)v + sizeof(v->name));
	const uint32_t *from = (const uint32_t *)((const char *)base + sizeof(base->name));

	_Static_assert(sizeof(*v) % sizeof(*to) == 0, "all fields are words");
	for (size_t i = 0; i < (sizeof(*v) - sizeof(v->name)) / sizeof(*to); i++) {
		if (!to[i])
			to[i] = from[i];
	}
}

static void add_variant(struct case_file *c, const struct vm_note *v)
{
	size_t i = c->nr_variants++;

	c->variants = xrealloc(c->variants, c->nr_variants * sizeof(*c->variants));
	for (; i > 0 && c->variants[i - 1].line > v->line; i--)
		c->variants[i] = c->variants[i - 1];
	c->variants[i] = *v;
}

static char *read_notes(struct case_file *c, const char *file)
{
	const Elf64_Shdr *s = section(file, ".note.kvm_errata");
	struct vm_note base = {};

	if (!s)
		return text("has no description");
	for (size_t at = 0; at < s->sh_size; ) {
		const Elf64_Nhdr *h = (const Elf64_Nhdr *)(file + s->sh_offset + at);
		const char *desc = (const char *)(h + 1) + (h->n_namesz + 3) / 4 * 4;

		if (h->n_descsz != (h->n_type == NOTE_BOOT ? sizeof(c->boot) : sizeof(base)))
			return text("has a note of type %u and %u bytes", h->n_type, h->n_descsz);
		if (h->n_type == NOTE_BOOT)
			memcpy(&c->boot, desc, sizeof(c->boot));
		else if (h->n_type == NOTE_CASE)
			memcpy(&base, desc, sizeof(base));
		else
			add_variant(c, (const struct vm_note *)desc);
		at += sizeof(*h) + (h->n_namesz + 3) / 4 * 4 + (h->n_descsz + 3) / 4 * 4;
	}
	for (size_t i = 0; i < c->nr_variants; i++) {
		struct vm_note *v = &c->variants[i];

		inherit(v, &base);
		v->vcpus = v->vcpus ? v->vcpus : 1;
		v->time_limit_ms = v->time_limit_ms ? v->time_limit_ms : 2000;
	}
	return NULL;
}

static void read_symbols(struct case_file *c, const char *file)
{
	const Elf64_Shdr *s = section(file, ".symtab"), *strings = section(file, ".strtab");
	const Elf64_Sym *symbol;
	size_t n;

	if (!s || !strings)
		return;
	symbol = (const Elf64_Sym *)(file + s->sh_offset);
	n = s->sh_size / sizeof(*symbol);
	c->symbols = xrealloc(NULL, n * sizeof(*c->symbols));
	for (size_t i = 0; i < n; i++, symbol++) {
		char *name = (char *)file + strings->sh_offset + symbol->st_name;

		if (ELF64_ST_TYPE(symbol->st_info) <= STT_FUNC && *name &&
		    symbol->st_shndx != SHN_UNDEF && symbol->st_shndx < SHN_LORESERVE)
			c->symbols[c->nr_symbols++] = (struct case_symbol) {
				symbol->st_value, name
			};
	}
}

char *payload_read(struct case_file *c, const struct embedded *e)
{
	const Elf64_Ehdr *h = (const Elf64_Ehdr *)e->elf;
	char *error;

	*c = (struct case_file) { .name = (char *)e->name, .entry = h->e_entry };
	error = read_notes(c, e->elf);
	if (!error)
		error = read_segments(c, e->elf);
	if (!error)
		read_symbols(c, e->elf);
	return error;
}

/* A CPUID edit that changes nothing on this CPU is no edit. */
static bool changes_cpuid(const struct cpuid_edit *edit)
{
	struct cpuid r = cpuid(edit->leaf, edit->index);
	const u32 values[] = { r.eax, r.ebx, r.ecx, r.edx };
	u32 value = values[edit->reg & 3];

	return (edit->set | edit->clear) && ((value | edit->set) & ~edit->clear) != value;
}

const char *payload_needs_host(const struct vm_note *v, char *buffer, size_t size)
{
	static const struct vm_note bare;
	struct vm_note rest = *v;

	for (size_t i = 0; i < MAX_CPUID_EDITS; i++) {
		const struct cpuid_edit *e = &v->cpuid[i];

		if (!changes_cpuid(e))
			continue;
		snprintf(buffer, size, "bare metal has the CPUID that it has, and this variant is "
			 "for a leaf 0x%x with 0x%x set and 0x%x clear", e->leaf, e->set, e->clear);
		return buffer;
	}
	/* What a machine has anyway; all else that is not zero is KVM's to give. */
	memset(rest.name, 0, sizeof(rest.name));
	memset(rest.ids, 0, sizeof(rest.ids));
	memset(rest.cpuid, 0, sizeof(rest.cpuid));
	rest.line = rest.vcpus = rest.time_limit_ms = rest.ap_start = 0;
	if (rest.irqchip == IRQCHIP_KERNEL)
		rest.irqchip = 0;
	if (!memcmp(&rest, &bare, sizeof(rest)))
		return NULL;
	snprintf(buffer, size, "bare metal has no KVM to configure, and this variant needs %s",
		 rest.x2apic_api ? "KVM_CAP_X2APIC_API" :
		 rest.disable_quirks ? "KVM_CAP_DISABLE_QUIRKS2" : "a VM made for it");
	return buffer;
}
