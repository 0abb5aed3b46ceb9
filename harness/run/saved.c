// SPDX-License-Identifier: GPL-2.0-only
#include "run/saved.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file.h"
#include "record/write.h"
#include "text.h"

#define PAGE			0x1000
#define PAGEMAP_PRESENT		(1ull << 63)
#define PAGEMAP_SWAPPED		(1ull << 62)

uint64_t saved_checksum(const void *bytes, size_t size)
{
	uint64_t sum = 0xcbf29ce484222325;

	for (const uint8_t *p = bytes; size--; p++)
		sum = (sum ^ *p) * 0x100000001b3;
	return sum;
}

static uint64_t image_of(const struct vm *vm)
{
	return saved_checksum(vm->c->image, vm->c->image_size);
}

static char *path_of(const struct vm *vm, const char *directory)
{
	return text("%s/%s.%s.state", directory, vm->c->name, vm->note->name);
}

/* A file that is being written. */
struct output {
	uint8_t *bytes;
	size_t size;
};

static void put(struct output *o, const void *bytes, size_t size)
{
	o->bytes = xrealloc(o->bytes, o->size + size + 1);
	memcpy(o->bytes + o->size, bytes, size);
	o->size += size;
}

static void put_item(struct output *o, struct saved_item item, const void *bytes)
{
	put(o, &item, sizeof(item));
	put(o, bytes, item.size);
}

static void put_calls(struct output *o, enum saved_kind kind, uint32_t vcpu, const struct state *s)
{
	for (size_t i = 0; i < s->nr; i++) {
		const struct call *c = &s->calls[i];

		put_item(o, (struct saved_item) {
			.kind = kind, .vcpu = vcpu, .request = c->request, .value = c->value,
			.size = c->size,
		}, c->structure);
	}
}

/* The bitmaps follow the filter; the memory of a slot has an offset instead of an address. */
static void put_config(struct output *o, const struct vm *vm, const struct state *s)
{
	for (size_t i = 0; i < s->nr; i++) {
		const struct call *c = &s->calls[i];
		struct output own = {};

		put(&own, c->structure, c->size);
		if (c->request == KVM_SET_USER_MEMORY_REGION) {
			struct kvm_userspace_memory_region *r = (void *)own.bytes;

			r->userspace_addr -= (uintptr_t)vm->memory;
		} else if (c->request == KVM_X86_SET_MSR_FILTER) {
			const struct kvm_msr_filter *f = c->structure;

			for (size_t k = 0; k < KVM_MSR_FILTER_MAX_RANGES; k++)
				put(&own, f->ranges[k].bitmap, state_bitmap_size(f->ranges[k].nmsrs));
		}
		put_item(o, (struct saved_item) {
			.kind = SAVED_CONFIG, .request = c->request, .size = own.size,
		}, own.bytes);
		free(own.bytes);
	}
}

/*
 * Put each page that is not as vm_create() makes it.  Don't touch one that has never been accessed,
 * because the guest may have taken it away.
 */
static void put_memory(struct output *o, struct vm *vm)
{
	int pagemap = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	static const uint8_t zero[PAGE];

	for (uint64_t gpa = 0; gpa < MEMORY_END; gpa += PAGE) {
		const uint8_t *page = vm->memory + gpa, *initial = zero;
		uint64_t entry;

		if (pread(pagemap, &entry, sizeof(entry), (uintptr_t)page / PAGE * sizeof(entry)) !=
		    sizeof(entry))
			vm_finish(vm, END_SETUP, "/proc/self/pagemap: %s", strerror(errno));
		if (!(entry & (PAGEMAP_PRESENT | PAGEMAP_SWAPPED)))
			continue;
		if (gpa >= IMAGE_BASE && gpa + PAGE <= IMAGE_BASE + vm->c->image_size)
			initial = vm->c->image + (gpa - IMAGE_BASE);
		if (memcmp(page, initial, PAGE))
			put_item(o, (struct saved_item) {
				.kind = SAVED_MEMORY, .value = gpa, .size = PAGE,
			}, page);
	}
	close(pagemap);
}

static void put_vcpu(struct output *o, struct vcpu *v)
{
	struct state s = state_of_vcpu(v);
	struct saved_vmm vmm = { .seen = v->seen, .answer = v->vmm_answer,
				 .injected = v->injected };

	put_calls(o, SAVED_VCPU, v->index, &s);
	put_item(o, (struct saved_item) { .kind = SAVED_VMM, .vcpu = v->index, .size = sizeof(vmm) },
		 &vmm);
	state_free(&s);
}

void saved_write(struct vm *vm, const char *directory)
{
	const char *kernel = facts_get(&vm->host->facts, "kernel");
	struct saved_head head = {
		.magic = SAVED_MAGIC, .version = SAVED_VERSION, .nr_vcpus = vm->nr_vcpus,
		.image = image_of(vm), .tsc = clock_tsc(),
	};
	char *path = path_of(vm, directory), *error = NULL;
	struct state of_vm = state_of_vm(vm);
	struct output o = {};
	struct keep *keep;
	uint64_t sum;

	snprintf(head.vendor, sizeof(head.vendor), "%s", facts_get(&vm->host->facts, "vendor"));
	snprintf(head.kernel, sizeof(head.kernel), "%s", kernel ? kernel : "");
	snprintf(head.variant, sizeof(head.variant), "%s.%s", vm->c->name, vm->note->name);
	put(&o, &head, sizeof(head));
	put_config(&o, vm, move_config(vm));
	put_memory(&o, vm);
	for (uint32_t i = 0; i < vm->nr_vcpus; i++)
		put_vcpu(&o, &vm->vcpus[i]);
	put_calls(&o, SAVED_VM, 0, &of_vm);
	((struct saved_head *)o.bytes)->size = o.size + sizeof(sum);
	sum = saved_checksum(o.bytes, o.size);
	put(&o, &sum, sizeof(sum));
	keep = keep_open(path, &error);
	if (keep) {
		keep_put(keep, (char *)o.bytes, o.size);
		keep_finish(keep);
		error = keep_close(keep);
	}
	if (error)
		vm_finish(vm, END_SETUP, "the state cannot be saved: %s", error);
	state_free(&of_vm);
	free(o.bytes);
	free(path);
}

/* Return whether an item has the size that its kind and ioctl need. */
static bool item_is_valid(const struct saved_item *i, const uint8_t *bytes, uint32_t nr_vcpus)
{
	switch (i->kind) {
	case SAVED_CONFIG:
		return state_fits(STATE_OF_CONFIG, i->request, bytes, i->size);
	case SAVED_VM:
		return state_fits(STATE_OF_VM, i->request, bytes, i->size);
	case SAVED_VCPU:
		return i->vcpu < nr_vcpus && state_fits(STATE_OF_VCPU, i->request, bytes, i->size);
	case SAVED_MEMORY:
		return i->size == PAGE && i->value < MEMORY_END && i->value % PAGE == 0;
	case SAVED_VMM:
		return i->vcpu < nr_vcpus && i->size == sizeof(struct saved_vmm);
	default:
		return false;
	}
}

static bool is_text(const char *s, size_t size)
{
	return memchr(s, '\0', size) != NULL;
}

static char *check_head(const struct saved_head *h, size_t size)
{
	if (size < sizeof(*h) + sizeof(uint64_t) || memcmp(h->magic, SAVED_MAGIC, sizeof(h->magic)))
		return text("not a saved VM");
	if (h->version != SAVED_VERSION)
		return text("version %u, expected %u", h->version, SAVED_VERSION);
	if (h->size != size)
		return text("torn: %zu bytes of %lu", size, h->size);
	if (!is_text(h->vendor, sizeof(h->vendor)) || !is_text(h->kernel, sizeof(h->kernel)) ||
	    !is_text(h->variant, sizeof(h->variant)) || !h->nr_vcpus || h->nr_vcpus > MAX_CPUS)
		return text("a head that no VM has");
	return NULL;
}

char *saved_parse(struct saved *s, const uint8_t *bytes, size_t size)
{
	char *error = check_head((const struct saved_head *)bytes, size);
	uint64_t sum;

	if (error)
		return error;
	s->head = (const struct saved_head *)bytes;
	s->items = bytes + sizeof(*s->head);
	s->end = bytes + size - sizeof(sum);
	memcpy(&sum, s->end, sizeof(sum));
	if (saved_checksum(bytes, size - sizeof(sum)) != sum)
		return text("its checksum is wrong");
	for (const uint8_t *p = s->items; p < s->end; ) {
		struct saved_item item;

		if ((size_t)(s->end - p) < sizeof(item))
			return text("an item at byte %zu is cut off", (size_t)(p - bytes));
		memcpy(&item, p, sizeof(item));
		p += sizeof(item);
		if (item.size > (size_t)(s->end - p) || !item_is_valid(&item, p, s->head->nr_vcpus))
			return text("an item before byte %zu, kind %u, ioctl 0x%lx, size %lu, is not valid",
				    (size_t)(p - bytes), item.kind, item.request, item.size);
		p += item.size;
	}
	return NULL;
}

static void restore_vmm(struct vcpu *v, const uint8_t *bytes)
{
	struct saved_vmm vmm;

	memcpy(&vmm, bytes, sizeof(vmm));
	v->seen = vmm.seen;
	v->vmm_answer = vmm.answer;
	v->injected = vmm.injected;
}

/* @tsc: how much less the host's TSC is here */
static void restore_item(struct vm *vm, const struct saved_item *i, const uint8_t *bytes, uint64_t tsc)
{
	struct vcpu *v = &vm->vcpus[i->vcpu];
	struct state s = {};
	char who[32];

	if (i->kind == SAVED_MEMORY) {
		memcpy(vm->memory + i->value, bytes, i->size);
		return;
	}
	if (i->kind == SAVED_VMM) {
		restore_vmm(v, bytes);
		return;
	}
	snprintf(who, sizeof(who), "vCPU %u", i->vcpu);
	state_add_saved(vm, &s, i->request, bytes, i->size, i->value, tsc);
	state_set(vm, i->kind == SAVED_VCPU ? v->fd : vm->fd, i->kind == SAVED_VCPU ? who : "the VM", &s);
	if (i->kind == SAVED_CONFIG)
		move_configured(vm, &s.calls[0], 0);
	state_free(&s);
}

void saved_skip_older(const struct vm *vm, struct report *r)
{
	for (uint32_t i = 0; i < vm->restored_lines && i < r->nr_lines; i++) {
		struct line *l = &r->lines[i];

		if (l->kind != ENTRY_OBSERVATION)
			continue;
		l->skip = SKIP_HOST;
		snprintf(l->value, sizeof(l->value), "?%s: observed before the VM was saved",
			 skip_name(SKIP_HOST));
	}
}

/* Return all of the file, or NULL with *@error. */
static uint8_t *read_file(const char *path, size_t *size, char **error)
{
	int fd = file_open(path, SAVED_LIMIT, error);
	uint8_t *bytes = xrealloc(NULL, SAVED_LIMIT);
	ssize_t n = 0;

	*size = 0;
	while (fd >= 0 && (n = read(fd, bytes + *size, SAVED_LIMIT - *size)) > 0)
		*size += n;
	if (n < 0)
		*error = text("%s", strerror(errno));
	if (fd >= 0)
		close(fd);
	return bytes;
}

static int is_state(const struct dirent *d)
{
	const char *suffix = strrchr(d->d_name, '.');

	return suffix && !strcmp(suffix, ".state");
}

char *saved_kernel(const char *directory, char **error)
{
	struct dirent **names;
	int n = scandir(directory, &names, is_state, alphasort);
	char *kernel = NULL;

	if (n < 0)
		*error = text("%s: %s", directory, strerror(errno));
	for (int i = 0; i < n; i++) {
		char *path = text("%s/%s", directory, names[i]->d_name), *ignored = NULL;
		struct saved_head head = {};
		int fd = kernel ? -1 : file_open(path, SAVED_LIMIT, &ignored);

		/* A file that is broken is told when its variant is run. */
		if (fd >= 0 && read(fd, &head, sizeof(head)) == sizeof(head) &&
		    !check_head(&head, head.size) && *head.kernel)
			kernel = text("%s", head.kernel);
		if (fd >= 0)
			close(fd);
		free(ignored);
		free(path);
		free(names[i]);
	}
	if (n >= 0)
		free(names);
	if (!n)
		*error = text("%s: no VM is saved there", directory);
	return kernel;
}

static char *check_for(const struct vm *vm, const struct saved_head *h)
{
	char *variant = text("%s.%s", vm->c->name, vm->note->name), *error = NULL;

	if (strcmp(h->variant, variant))
		error = text("of %s", h->variant);
	else if (!facts_is(&vm->host->facts, "vendor", h->vendor))
		error = text("of a KVM of vendor %s", h->vendor);
	else if (h->image != image_of(vm))
		error = text("of another payload: build the same version on both machines");
	else if (h->nr_vcpus > vm->note->vcpus || h->nr_vcpus < vm->nr_vcpus)
		error = text("of a VM with %u vCPUs", h->nr_vcpus);
	free(variant);
	return error;
}

void saved_restore(struct vm *vm, const char *directory)
{
	char *path = path_of(vm, directory), *error = NULL;
	struct saved_item item;
	struct saved s = {};
	uint64_t tsc;
	uint8_t *bytes;
	size_t size;

	if (access(path, F_OK))
		vm_finish(vm, END_LACKS, "it was not saved: there is no %s", path);
	bytes = read_file(path, &size, &error);
	if (!error)
		error = saved_parse(&s, bytes, size);
	if (!error)
		error = check_for(vm, s.head);
	if (error)
		vm_finish(vm, END_SETUP, "%s: %s", path, error);
	tsc = s.head->tsc - clock_tsc();
	while (vm->nr_vcpus < s.head->nr_vcpus)
		vcpu_create(vm);
	for (const uint8_t *p = s.items; p < s.end; p += item.size) {
		memcpy(&item, p, sizeof(item));
		p += sizeof(item);
		restore_item(vm, &item, p, tsc);
	}
	vm->report->moves++;
	vm->restored_lines = vm_mailbox(vm)->entries;
	vm_trace(vm, "restored from kernel %s", s.head->kernel);
	free(bytes);
	free(path);
}
