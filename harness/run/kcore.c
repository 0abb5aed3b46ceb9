// SPDX-License-Identifier: GPL-2.0-only
#include "run/dump.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "text.h"

#define KCORE	"/proc/kcore"

/* Each segment is a mapping of the kernel's; if it maps memory, p_paddr says which. */
static int kcore = -1;
static Elf64_Phdr *segments;
static size_t nr_segments;

static bool read_segments(int fd)
{
	Elf64_Ehdr head;
	size_t size;

	if (pread(fd, &head, sizeof(head), 0) != sizeof(head) ||
	    memcmp(head.e_ident, ELFMAG, SELFMAG) || head.e_phentsize != sizeof(*segments))
		return false;
	size = head.e_phnum * sizeof(*segments);
	segments = xrealloc(segments, size);
	nr_segments = head.e_phnum;
	return pread(fd, segments, size, head.e_phoff) == (ssize_t)size;
}

static char *kcore_open(void)
{
	int fd;

	if (kcore >= 0)
		return NULL;
	fd = open(KCORE, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return text(KCORE ": %s (root may read it, unless the kernel is locked down or "
			    "without CONFIG_PROC_KCORE)", strerror(errno));
	if (!read_segments(fd)) {
		close(fd);
		return text(KCORE " is not the ELF file that it should be");
	}
	kcore = fd;
	return NULL;
}

char *kcore_read(uint64_t address, uint64_t *word)
{
	char *error = kcore_open();

	if (error)
		return error;
	for (size_t i = 0; i < nr_segments; i++) {
		const Elf64_Phdr *s = &segments[i];
		uint64_t offset = address - s->p_paddr;

		if (s->p_type != PT_LOAD || s->p_paddr == (Elf64_Addr)-1 ||
		    address < s->p_paddr || offset >= s->p_memsz)
			continue;
		if (pread(kcore, word, sizeof(*word), s->p_offset + offset) != sizeof(*word))
			return text(KCORE ": physical address 0x%lx: %s", address, strerror(errno));
		return NULL;
	}
	return text(KCORE " has no physical address 0x%lx", address);
}
