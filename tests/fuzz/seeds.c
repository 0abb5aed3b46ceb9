// SPDX-License-Identifier: GPL-2.0-only
/*
 * Write the seeds that are not text: a small valid payload, a small valid mailbox, and host
 * calls.  They use the structs of protocol.h, so that they stay valid.
 *
 *	make-seeds DIRECTORY	write DIRECTORY/case/, DIRECTORY/mailbox/ and DIRECTORY/host_call/
 */
#include <elf.h>
#include <linux/kvm.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "protocol.h"

struct note {
	Elf64_Nhdr header;
	char owner[12];
};

static const char names[] = "\0.note.kvm_errata\0.symtab\0.strtab\0guest_main";

#define NOTE(kind, type) \
	{ { sizeof(NOTE_OWNER), sizeof(type), kind }, NOTE_OWNER }
#define SECTION(name, type, at, size, link, entry) \
	{ name, type, 0, 0, at, size, link, 0, 4, entry }

/* The notes must be adjacent, so they are a stream and not a struct. */
static size_t put(uint8_t *to, size_t at, const void *from, size_t size)
{
	memcpy(to + at, from, size);
	return at + size;
}

static size_t make_notes(uint8_t *to)
{
	const struct note boot = NOTE(NOTE_BOOT, struct boot_note);
	const struct note base = NOTE(NOTE_CASE, struct vm_note);
	const struct note variant = NOTE(NOTE_VARIANT, struct vm_note);
	const struct boot_note entry = {
		.version = NOTE_VERSION, .cr3 = IMAGE_BASE, .gdt = IMAGE_BASE,
		.gdt_size = 64, .mailbox = IMAGE_BASE + 4096,
	};
	const struct vm_note vms[] = {
		{ .name = "seed", .line = 1, .vcpus = 2 },
		{ .name = "first", .line = 2, .ids = { 0, 2, 1 } },
		{ .name = "second", .line = 3, .irqchip = IRQCHIP_SPLIT },
	};
	size_t n = 0;

	n = put(to, n, &boot, sizeof(boot));
	n = put(to, n, &entry, sizeof(entry));
	for (size_t i = 0; i < sizeof(vms) / sizeof(*vms); i++) {
		n = put(to, n, i ? &variant : &base, sizeof(base));
		n = put(to, n, &vms[i], sizeof(vms[i]));
	}
	return n;
}

static void write_file(const char *directory, const char *name, const void *data, size_t size)
{
	char path[4096];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	f = fopen(path, "wb");
	if (!f || fwrite(data, 1, size, f) != size || fclose(f))
		perror(path);
}

static void write_case(const char *directory)
{
	static uint8_t file[4096] __attribute__((aligned(8)));
	const size_t text = sizeof(Elf64_Ehdr) + sizeof(Elf64_Phdr) + 4 * sizeof(Elf64_Shdr);
	const size_t notes = text + 8, symbols = 2048, strings = symbols + 2 * sizeof(Elf64_Sym);
	const size_t notes_size = make_notes(file + notes);
	const Elf64_Ehdr header = {
		.e_ident = { 0x7f, 'E', 'L', 'F', ELFCLASS64, ELFDATA2LSB, EV_CURRENT },
		.e_type = ET_EXEC, .e_machine = EM_X86_64, .e_version = EV_CURRENT,
		.e_entry = IMAGE_BASE, .e_phoff = sizeof(Elf64_Ehdr),
		.e_shoff = sizeof(Elf64_Ehdr) + sizeof(Elf64_Phdr),
		.e_ehsize = sizeof(Elf64_Ehdr), .e_phentsize = sizeof(Elf64_Phdr), .e_phnum = 1,
		.e_shentsize = sizeof(Elf64_Shdr), .e_shnum = 4, .e_shstrndx = 3,
	};
	const Elf64_Phdr load = { PT_LOAD, PF_R | PF_X, text, IMAGE_BASE, IMAGE_BASE, 8, 4096, 8 };
	const Elf64_Shdr sections[4] = {
		{ 0 },
		SECTION(1, SHT_NOTE, notes, notes_size, 0, 0),
		SECTION(18, SHT_SYMTAB, symbols, 2 * sizeof(Elf64_Sym), 3, sizeof(Elf64_Sym)),
		SECTION(26, SHT_STRTAB, strings, sizeof(names), 0, 0),
	};
	const Elf64_Sym symbol = { 34, STT_FUNC, 0, 1, IMAGE_BASE, 4 };
	size_t n = put(file, 0, &header, sizeof(header));

	n = put(file, n, &load, sizeof(load));
	n = put(file, n, sections, sizeof(sections));
	put(file, n, "\x90\xeb\xfd", 3);
	put(file, symbols + sizeof(symbol), &symbol, sizeof(symbol));
	n = put(file, strings, names, sizeof(names));
	write_file(directory, "case/valid", file, n);
}

static void write_mailbox(const char *directory)
{
	const uint64_t strings = IMAGE_BASE + 3 * sizeof(struct entry);
	struct {
		uint8_t header[offsetof(struct mailbox, call)];
		struct entry entry[3];
		char strings[64];
	} seed = {
		.entry = {
			{ ENTRY_NOTE, strings, { 0 }, { 300, 7, 1ul << 40, strings + 32, 'c', 0 } },
			{ ENTRY_OBSERVATION, strings + 32, { strings + 52, strings + 52 }, { 0 } },
			{ ENTRY_OBSERVATION, strings + 40, { 0 }, { strings + 48 } },
		},
		.strings = "load %u, %d, %lx, %%: %s %c",
	};
	const struct crash crash = { 14, 0, 2, IMAGE_BASE, IMAGE_BASE, 0x1234 };
	const uint32_t start[] = { MAILBOX_MAGIC, 1, 3, 1 };

	memcpy(seed.header, start, sizeof(start));
	memcpy(seed.header + offsetof(struct mailbox, crash), &crash, sizeof(crash));
	strcpy(seed.strings + 32, "a = wb");
	strcpy(seed.strings + 40, "b = %s");
	strcpy(seed.strings + 48, "\1y");
	strcpy(seed.strings + 52, "here");
	write_file(directory, "mailbox/valid", &seed, sizeof(seed));
}

/* One host call per seed: its structure is where tests/fuzz/host_call.c puts the rest. */
static void write_host_calls(const char *directory)
{
	static const struct {
		const char *name;
		unsigned long request;
		uint32_t target;
	} calls[] = {
		{ "check", KVM_CHECK_EXTENSION, TARGET_VM }, { "cap", KVM_ENABLE_CAP, TARGET_VM },
		{ "cpuid", KVM_GET_CPUID2, TARGET_VCPU }, { "lapic", KVM_SET_LAPIC, TARGET_VCPU },
		{ "msrs", KVM_GET_MSRS, TARGET_VCPU }, { "routing", KVM_SET_GSI_ROUTING, TARGET_VM },
		{ "region", KVM_SET_USER_MEMORY_REGION, TARGET_VM },
		{ "filter", KVM_X86_SET_MSR_FILTER, TARGET_VM },
		{ "dirty", KVM_GET_DIRTY_LOG, TARGET_VM }, { "clear", KVM_CLEAR_DIRTY_LOG, TARGET_VM },
		{ "attribute", KVM_SET_DEVICE_ATTR, TARGET_VCPU },
		{ "pmu", KVM_SET_PMU_EVENT_FILTER, TARGET_VM },
		{ "supported", KVM_GET_SUPPORTED_CPUID, TARGET_SYSTEM },
		{ "events", KVM_SET_VCPU_EVENTS, TARGET_VCPU }, { "store", HOST_STORE, TARGET_VM },
		{ "exit", HOST_VMM_EXIT, TARGET_VCPU }, { "take", HOST_TAKE_MEMORY, TARGET_VM },
	};

	for (size_t i = 0; i < sizeof(calls) / sizeof(*calls); i++) {
		struct {
			struct host_call call;
			uint8_t structure[2048];
		} seed = {
			.call = {
				.target = calls[i].target, .nr = 1,
				.step[0] = { calls[i].request, 2048, PAGE_BASE - (64 << 10), 8 },
			},
			.structure = { 1 },
		};
		char name[64];

		snprintf(name, sizeof(name), "host_call/%s", calls[i].name);
		write_file(directory, name, &seed, sizeof(seed));
	}
}

int main(int argc, char **argv)
{
	if (argc != 2) {
		fputs("usage: make-seeds DIRECTORY\n", stderr);
		return 1;
	}
	write_case(argv[1]);
	write_mailbox(argv[1]);
	write_host_calls(argv[1]);
	return 0;
}
