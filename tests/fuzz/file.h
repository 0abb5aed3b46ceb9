/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A file in memory with a path, for readers that take a path.
 */
#ifndef FUZZ_FILE_H
#define FUZZ_FILE_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static char fuzz_directory[] = "/tmp/kvm-errata-fuzz.XXXXXX";
static char fuzz_path[64];

static void fuzz_clean(void)
{
	unlink(fuzz_path);
	rmdir(fuzz_directory);
}

/* Return the path of a file called @name that holds @data; valid until the next call. */
static const char *fuzz_file(const char *name, const uint8_t *data, size_t size)
{
	static int fd = -1;
	char target[32];

	if (fd < 0) {
		fd = memfd_create(name, 0);
		snprintf(target, sizeof(target), "/proc/self/fd/%d", fd);
		if (fd < 0 || !mkdtemp(fuzz_directory))
			abort();
		snprintf(fuzz_path, sizeof(fuzz_path), "%s/%s", fuzz_directory, name);
		if (symlink(target, fuzz_path))
			abort();
		atexit(fuzz_clean);
	}
	if (ftruncate(fd, 0) || pwrite(fd, data, size, 0) != (ssize_t)size)
		abort();
	return fuzz_path;
}

#endif
