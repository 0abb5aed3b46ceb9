// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fuzz the files of saved VMs: each item that saved_parse() accepts must have all bytes that KVM
 * reads.
 *
 * Input: the file.  Its size and checksum are set right, so that what is between them counts.
 */
#include "kvm.h"
#include "run/saved.h"

static void set(struct vm *vm, const struct saved *s)
{
	struct saved_item item;

	for (const uint8_t *p = s->items; p < s->end; p += item.size) {
		struct state state = {};

		memcpy(&item, p, sizeof(item));
		p += sizeof(item);
		if (item.kind == SAVED_MEMORY || item.kind == SAVED_VMM)
			continue;
		state_add_saved(vm, &state, item.request, p, item.size, item.value, 0);
		track(true);
		if (!setjmp(finished))
			state_set(vm, 0, "it", &state);
		track(false);
		state_free(&state);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct report report;
	static struct vm vm = { .report = &report };
	struct saved_head *head;
	struct saved s = {};
	uint8_t *bytes;
	uint64_t sum;
	char *error;

	vm.memory = guest();
	attr_is_own = true;
	bytes = malloc(size + 1);
	memcpy(bytes, data, size);
	head = (struct saved_head *)bytes;
	if (size >= sizeof(*head) + sizeof(uint64_t)) {
		memcpy(head->magic, SAVED_MAGIC, sizeof(head->magic));
		head->version = SAVED_VERSION;
		head->size = size;
		sum = saved_checksum(bytes, size - sizeof(sum));
		memcpy(bytes + size - sizeof(sum), &sum, sizeof(sum));
	}
	error = saved_parse(&s, bytes, size);
	if (!error)
		set(&vm, &s);
	free(error);
	free(bytes);
	return 0;
}
