// SPDX-License-Identifier: GPL-2.0-only
/*
 * Writes that signal an eventfd - api.rst 4.59, KVM_IOEVENTFD
 *
 * A guest rings the doorbell of a virtual device by a write to its address.  With an ioeventfd at
 * this address, KVM signals a file of the VMM, and the vCPU runs on; without, it exits to the VMM.
 * The write has to have the address and the length of the ioeventfd, and, if it has a datamatch,
 * also the value.  An ioeventfd of length 0 matches writes of any length.
 *
 * So each write does exactly one of the two: it signals the eventfd, or it exits.
 */
#include "case.h"
#include "host.h"

CASE("ioeventfd", .vcpus = 2, .vmm_exits = 1, .only_kvm = 1);
VARIANT("default");

#define MMIO		(MEMORY_END + 0x100)
#define PORT		0x600
#define VALUE		0x1122334455667788

/* Do a write of @size bytes. */
static void write_mmio(u64 at, u32 size, u64 value)
{
	if (size == 1)
		*(volatile u8 *)at = value;
	else if (size == 2)
		*(volatile u16 *)at = value;
	else if (size == 4)
		*(volatile u32 *)at = value;
	else
		*(volatile u64 *)at = value;
}

static void write_port(u64 at, u32 size, u64 value)
{
	if (size == 1)
		asm volatile("outb %b0, %w1" :: "a"(value), "d"(at) : "memory");
	else if (size == 2)
		asm volatile("outw %w0, %w1" :: "a"(value), "d"(at) : "memory");
	else
		asm volatile("outl %k0, %w1" :: "a"(value), "d"(at) : "memory");
}

static const struct bus {
	const char *name;
	void (*write)(u64 at, u32 size, u64 value);
	u64 at;
	u32 flags, longest;
} mmio = { "mmio", write_mmio, MMIO, 0, 8 },
  pio = { "pio", write_port, PORT, KVM_IOEVENTFD_FLAG_PIO, 4 };

static const char *ioeventfd(const struct bus *bus, u32 len, u32 flags)
{
	struct kvm_ioeventfd io = {
		.addr = bus->at, .len = len, .flags = bus->flags | flags,
		.datamatch = len == 8 ? VALUE : VALUE & (BIT(8 * len) - 1),
	};

	return host_result(vm_ioctl(KVM_IOEVENTFD, &io));
}

static const char *written(const struct bus *bus, u64 at, u32 size, u64 value)
{
	s64 events;
	bool exit;

	bus->write(at, size, value);
	exit = vmm_exit().count;
	events = HOST_CALL(TARGET_VM, 0, { HOST_EVENTS, 0, 0, 0 });
	return events == 1 ? (exit ? "both" : "event") : events ? "events" : exit ? "vmm" : "lost";
}

static void observe_writes(const struct bus *bus)
{
	static const char *const keys[] = { [1] = "1", [2] = "2", [4] = "4", [8] = "8" };

	for (u32 size = 1; size <= bus->longest; size *= 2)
		observe(keys[size], written(bus, bus->at, size, VALUE));
}

static void observe_mmio(void) { observe_writes(&mmio); }
static void observe_pio(void) { observe_writes(&pio); }

static void observe_length(const struct bus *bus, const char *key, u32 len)
{
	SCOPE(key);
	observe("assign", ioeventfd(bus, len, 0));
	on_each_vcpu(bus == &mmio ? observe_mmio : observe_pio);
	observe("next-byte", written(bus, bus->at + 1, 1, VALUE));
	observe("deassign", ioeventfd(bus, len, KVM_IOEVENTFD_FLAG_DEASSIGN));
	observe("deassigned", written(bus, bus->at, len ? len : 1, VALUE));
}

static void observe_match(const struct bus *bus, const char *key, u32 len)
{
	SCOPE(key);
	observe("assign", ioeventfd(bus, len, KVM_IOEVENTFD_FLAG_DATAMATCH));
	observe("same", written(bus, bus->at, len, VALUE));
	observe("first-bit", written(bus, bus->at, len, VALUE ^ 1));
	observe("last-bit", written(bus, bus->at, len, VALUE ^ BIT(8 * len - 1)));
	observe("deassign", ioeventfd(bus, len, KVM_IOEVENTFD_FLAG_DATAMATCH |
				      KVM_IOEVENTFD_FLAG_DEASSIGN));
}

static void observe_bus(const struct bus *bus)
{
	SCOPE(bus->name);
	observe_length(bus, "any", 0);
	observe_length(bus, "1", 1);
	observe_length(bus, "2", 2);
	observe_length(bus, "4", 4);
	observe_match(bus, "match-1", 1);
	observe_match(bus, "match-4", 4);
	if (bus->longest == 8) {
		observe_length(bus, "8", 8);
		observe_match(bus, "match-8", 8);
	}
}

void guest_main(void)
{
	wait_for_cpus(2);
	observe_bus(&mmio);
	observe_bus(&pio);
}
