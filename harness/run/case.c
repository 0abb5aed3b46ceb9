// SPDX-License-Identifier: GPL-2.0-only
#include "run/case.h"

#include <gelf.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file.h"
#include "text.h"

#define MAX_SIZE	(16 << 20)
#define MAX_VARIANTS	64
#define MAX_SYMBOLS	4096
#define MAX_TIME_LIMIT_MS	60000
#define MAX_SYMBOL	64	/* size of a symbol's name, with '\0' */

/* Copy @size bytes into the image, and let it grow as far as needed: there are many cases. */
static void copy_to_image(struct case_file *c, uint64_t address, const uint8_t *from, size_t size)
{
	size_t start = address - IMAGE_BASE, end = start + size;

	if (end > c->image_size) {
		c->image = xrealloc(c->image, end);
		memset(c->image + c->image_size, 0, end - c->image_size);
		c->image_size = end;
	}
	memcpy(c->image + start, from, size);
}

static char *read_segments(struct case_file *c, Elf *elf, const uint8_t *file, size_t file_size)
{
	size_t n;

	if (elf_getphdrnum(elf, &n) || n == 0)
		return text("has no program headers");
	for (size_t i = 0; i < n; i++) {
		GElf_Phdr p;

		if (!gelf_getphdr(elf, i, &p))
			return text("program header %zu: %s", i, elf_errmsg(-1));
		if (p.p_type != PT_LOAD)
			continue;
		if (p.p_vaddr < IMAGE_BASE || p.p_memsz > PAGE_BASE - IMAGE_BASE ||
		    p.p_vaddr - IMAGE_BASE > PAGE_BASE - IMAGE_BASE - p.p_memsz)
			return text("segment %zu at 0x%lx, 0x%lx bytes: not within the "
				    "payload's memory, 0x%x to 0x%x", i, p.p_vaddr,
				    p.p_memsz, IMAGE_BASE, PAGE_BASE);
		if (p.p_filesz > p.p_memsz || p.p_offset > file_size ||
		    p.p_filesz > file_size - p.p_offset)
			return text("segment %zu reaches beyond the end of the file", i);
		if (p.p_filesz)
			copy_to_image(c, p.p_vaddr, file + p.p_offset, p.p_filesz);
	}
	if (c->entry < IMAGE_BASE || c->entry >= IMAGE_BASE + c->image_size)
		return text("entry 0x%lx is outside of its segments", c->entry);
	return NULL;
}

static Elf_Data *section(Elf *elf, const char *name, GElf_Shdr *header)
{
	size_t names;
	Elf_Scn *scn = NULL;

	if (elf_getshdrstrndx(elf, &names))
		return NULL;
	while ((scn = elf_nextscn(elf, scn))) {
		const char *this;

		if (!gelf_getshdr(scn, header))
			continue;
		this = elf_strptr(elf, names, header->sh_name);
		if (this && !strcmp(this, name))
			return elf_getdata(scn, NULL);
	}
	return NULL;
}

static bool name_is_plain(const char name[32])
{
	size_t n = strnlen(name, 32);

	return n > 0 && n < 32 &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") == n;
}

static bool is_capability(const struct capability *c)
{
	size_t n = strnlen(c->name, sizeof(c->name));

	return n > 0 && n < sizeof(c->name) &&
	       strspn(c->name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == n;
}

static char *validate_vm(const struct vm_note *v)
{
	if (!name_is_plain(v->name))
		return text("has a variant with an invalid name, want a-z, 0-9 and -");
	if (v->vcpus < 1 || v->vcpus > MAX_CPUS)
		return text("variant %s: %u vCPUs, want 1 to %u", v->name, v->vcpus, MAX_CPUS);
	if (v->late >= v->vcpus)
		return text("variant %s: of %u vCPUs %u are late, want fewer", v->name, v->vcpus,
			    v->late);
	if (v->irqchip > IRQCHIP_NONE)
		return text("variant %s: unknown irqchip %u", v->name, v->irqchip);
	if (v->ap_start > AP_WAIT_FOR_SIPI)
		return text("variant %s: unknown ap_start %u", v->name, v->ap_start);
	if (v->time_limit_ms > MAX_TIME_LIMIT_MS)
		return text("variant %s: time limit of %u ms, at most %u", v->name,
			    v->time_limit_ms, MAX_TIME_LIMIT_MS);
	for (size_t i = 0; i < MAX_CAPABILITIES; i++) {
		const struct capability *c = &v->enable[i];

		if (c->cap && !is_capability(c))
			return text("variant %s: capability %u has no name", v->name, c->cap);
	}
	for (size_t i = 0; i < MAX_CPUID_EDITS; i++) {
		if (v->cpuid[i].reg > 3)
			return text("variant %s: unknown CPUID register %u", v->name,
				    v->cpuid[i].reg);
	}
	return NULL;
}

static char *validate_boot(const struct case_file *c)
{
	const struct boot_note *b = &c->boot;

	if (b->version != NOTE_VERSION)
		return text("is described in version %u, want %u: rebuild it",
			    b->version, NOTE_VERSION);
	if (b->mailbox % 8 || b->mailbox < IMAGE_BASE ||
	    b->mailbox > PAGE_BASE - sizeof(struct mailbox))
		return text("has its mailbox at 0x%lx, outside of its memory", b->mailbox);
	return NULL;
}

static char *take_note(struct case_file *c, struct vm_note *base, const GElf_Nhdr *h,
		       const void *desc)
{
	struct vm_note v;
	char *error;

	if (h->n_descsz != (h->n_type == NOTE_BOOT ? sizeof(c->boot) : sizeof(v)))
		return text("has a note of type %u and %u bytes: rebuild it", h->n_type,
			    h->n_descsz);
	if (h->n_type == NOTE_BOOT) {
		memcpy(&c->boot, desc, sizeof(c->boot));
		return validate_boot(c);
	}
	memcpy(&v, desc, sizeof(v));
	if (h->n_type == NOTE_CASE) {
		if (!memchr(v.name, '\0', sizeof(v.name)) || strcmp(v.name, c->name))
			return text("says that it is case \"%.32s\"", v.name);
		*base = v;
		return NULL;
	}
	error = variant_inherit(&v, base) ? validate_vm(&v) :
		text("variant %.32s: more than %d capabilities", v.name, MAX_CAPABILITIES);
	if (error)
		return error;
	if (c->nr_variants == MAX_VARIANTS)
		return text("has more than %d variants", MAX_VARIANTS);
	for (size_t i = 0; i < c->nr_variants; i++) {
		if (!strcmp(c->variants[i].name, v.name))
			return text("has two variants called %s", v.name);
	}
	c->variants[c->nr_variants++] = v;
	return NULL;
}

/* Compilers emit notes in any order. */
static int by_line(const void *a, const void *b)
{
	const struct vm_note *x = a, *y = b;

	return (x->line > y->line) - (x->line < y->line);
}

/* Read in two passes, because the case's note may come after those of its variants. */
static char *read_notes(struct case_file *c, Elf *elf)
{
	static const uint32_t passes[][2] = { { NOTE_BOOT, NOTE_CASE }, { NOTE_VARIANT } };
	struct vm_note base = {};
	unsigned int seen[NOTE_VARIANT + 1] = {};
	GElf_Shdr header;
	Elf_Data *data = NULL;

	if (section(elf, ".note.kvm_errata", &header))
		data = elf_getdata_rawchunk(elf, header.sh_offset, header.sh_size, ELF_T_NHDR);
	if (!data)
		return text("has no description (section .note.kvm_errata)");
	c->variants = calloc(MAX_VARIANTS, sizeof(*c->variants));
	if (!c->variants)
		return text("out of memory");
	for (size_t pass = 0; pass < 2; pass++) {
		size_t offset = 0, name, desc;
		GElf_Nhdr h;

		while (offset < data->d_size) {
			size_t next = gelf_getnote(data, offset, &h, &name, &desc);
			char *error;

			if (!next)
				return text("has a malformed note at offset %zu of "
					    ".note.kvm_errata", offset);
			offset = next;
			if (h.n_namesz != sizeof(NOTE_OWNER) ||
			    memcmp((char *)data->d_buf + name, NOTE_OWNER, sizeof(NOTE_OWNER)) ||
			    h.n_type < NOTE_BOOT || h.n_type > NOTE_VARIANT)
				return text("has an unknown note of type %u", h.n_type);
			if (h.n_type != passes[pass][0] && h.n_type != passes[pass][1])
				continue;
			seen[h.n_type]++;
			error = take_note(c, &base, &h, (char *)data->d_buf + desc);
			if (error)
				return error;
		}
	}
	if (seen[NOTE_BOOT] != 1 || seen[NOTE_CASE] != 1 || !seen[NOTE_VARIANT])
		return text("describes %u entries, %u cases, %u variants, want 1, 1, at least 1",
			    seen[NOTE_BOOT], seen[NOTE_CASE], seen[NOTE_VARIANT]);
	qsort(c->variants, c->nr_variants, sizeof(*c->variants), by_line);
	return NULL;
}

/* Symbols only improve messages: the case runs without them, too. */
static void read_symbols(struct case_file *c, Elf *elf)
{
	GElf_Shdr header;
	Elf_Data *data = section(elf, ".symtab", &header);
	size_t n;

	if (!data || header.sh_type != SHT_SYMTAB || !header.sh_entsize)
		return;
	n = header.sh_size / header.sh_entsize;
	c->symbols = calloc(n < MAX_SYMBOLS ? n : MAX_SYMBOLS, sizeof(*c->symbols));
	if (!c->symbols)
		return;
	for (size_t i = 0; i < n && c->nr_symbols < MAX_SYMBOLS; i++) {
		GElf_Sym s;
		const char *name;

		if (!gelf_getsym(data, i, &s) || GELF_ST_TYPE(s.st_info) > STT_FUNC ||
		    s.st_shndx == SHN_UNDEF || s.st_shndx >= SHN_LORESERVE)
			continue;
		name = elf_strptr(elf, header.sh_link, s.st_name);
		if (name && *name && strlen(name) < MAX_SYMBOL)
			c->symbols[c->nr_symbols++] = (struct case_symbol) {
				s.st_value, text_printable(name)
			};
	}
}

static char *read_elf(struct case_file *c, Elf *elf)
{
	GElf_Ehdr header;
	size_t size;
	const uint8_t *file = (const uint8_t *)elf_rawfile(elf, &size);
	char *error;

	if (elf_kind(elf) != ELF_K_ELF || !gelf_getehdr(elf, &header) || !file)
		return text("is not an ELF file");
	if (header.e_machine != EM_X86_64 || gelf_getclass(elf) != ELFCLASS64 ||
	    header.e_ident[EI_DATA] != ELFDATA2LSB)
		return text("is for another machine (e_machine %u), want x86-64", header.e_machine);
	if (header.e_type != ET_EXEC)
		return text("is not a static executable (e_type %u)", header.e_type);
	c->entry = header.e_entry;
	error = read_notes(c, elf);
	if (!error)
		error = read_segments(c, elf, file, size);
	if (!error)
		read_symbols(c, elf);
	return error;
}

static char *name_of(const char *path)
{
	const char *base = strrchr(path, '/');

	base = base ? base + 1 : path;
	return text("%.*s", (int)strcspn(base, "."), base);
}

char *case_read(struct case_file *c, const char *path)
{
	char *error;
	Elf *elf;
	int fd;

	*c = (struct case_file) { .path = text("%s", path), .name = name_of(path) };
	fd = file_open(path, MAX_SIZE, &error);
	if (fd < 0)
		return error;
	elf_version(EV_CURRENT);
	elf = elf_begin(fd, ELF_C_READ, NULL);
	error = elf ? read_elf(c, elf) : text("is not an ELF file: %s", elf_errmsg(-1));
	elf_end(elf);
	close(fd);
	return error;
}

const struct vm_note *case_variant(const struct case_file *c, const char *id)
{
	size_t n = strcspn(id, ".");

	for (size_t v = 0; v < c->nr_variants; v++) {
		if (!strncmp(c->variants[v].name, id, n) && !c->variants[v].name[n])
			return &c->variants[v];
	}
	return NULL;
}

void case_free(struct case_file *c)
{
	for (size_t i = 0; i < c->nr_symbols; i++)
		free(c->symbols[i].name);
	free(c->symbols);
	free(c->image);
	free(c->variants);
	free(c->name);
	free(c->path);
}
