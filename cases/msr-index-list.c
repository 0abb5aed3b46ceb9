// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which MSRs KVM says that it has - api.rst 4.3, KVM_GET_MSR_INDEX_LIST
 *
 * A VMM that saves a VM has to read every MSR that its guest could have written.  It learns from
 * KVM_GET_MSR_INDEX_LIST which these are; an MSR that the list lacks is lost, unless the VMM
 * knows of it.  KVM_GET_MSR_FEATURE_INDEX_LIST is a list of other MSRs, which say what KVM can
 * give a vCPU.  Both lists are the same for all VMs.
 *
 * The case looks for MSRs that this vCPU can read, in groups, reads and writes what the list
 * names, and asks for the lists with more room and with less room than they need.
 */
#include "case.h"
#include "host.h"

CASE("msr-index-list", .vcpus = 1, .only_kvm = 1);
VARIANT("default");

#define MAX_MSRS	500
#define NO_MSR		0xffffffff

struct msr_list {
	struct kvm_msr_list head;
	u32 indices[MAX_MSRS + 1];
};

static struct msr_list list, again;

static const struct group {
	const char *name;
	struct {
		u32 first, last;
	} ranges[3];
} groups[] = {
	{ "sysenter", { { 0x174, 0x176 } } },
	{ "syscall", { { 0xc0000081, 0xc0000084 } } },
	{ "gs", { { 0xc0000102, 0xc0000102 } } },
	{ "pat", { { 0x277, 0x277 } } },
	{ "tsc", { { 0x10, 0x10 }, { 0x3b, 0x3b }, { 0x6e0, 0x6e0 } } },
	{ "kvm", { { 0x11, 0x12 }, { 0x4b564d00, 0x4b564d07 } } },
	{ "mce-banks", { { 0x400, 0x41f } } },
	{ "mtrr-variable", { { 0x200, 0x20f } } },
	{ "mtrr-fixed", { { 0x250, 0x250 }, { 0x258, 0x259 }, { 0x268, 0x26f } } },
	{ "mtrr-default", { { 0x2ff, 0x2ff } } },
};

/* Ask for a list with room for @room indices. */
static s64 get_list(u32 request, struct msr_list *l, u32 room)
{
	for (u32 i = 0; i < ARRAY_SIZE(l->indices); i++)
		l->indices[i] = NO_MSR;
	l->head.nmsrs = room;
	return HOST_CALL(TARGET_SYSTEM, 0, {
		request, sizeof(l->head) + room * sizeof(l->indices[0]), (u64)l, 0,
	});
}

/* Whether KVM has written as many indices as it says, and no more. */
static const char *filled(const struct msr_list *l)
{
	for (u32 i = 0; i < ARRAY_SIZE(l->indices); i++) {
		if ((l->indices[i] != NO_MSR) != (i < l->head.nmsrs))
			return "otherwise";
	}
	return "filled";
}

static const char *is_same(const struct msr_list *a, const struct msr_list *b)
{
	for (u32 i = 0; i < ARRAY_SIZE(a->indices); i++) {
		if (a->indices[i] != b->indices[i])
			return "another";
	}
	return "the-same";
}

/* Leave the list in @list. */
static void observe_room(const char *name, u32 request)
{
	u32 nr;

	SCOPE(name);
	observe("much", host_result(get_list(request, &list, MAX_MSRS)));
	observe("much.indices", filled(&list));
	nr = list.head.nmsrs;
	note("%s: %u MSRs", name, nr);
	observe("right", host_result(get_list(request, &again, nr)));
	observe("right.indices", is_same(&list, &again));
	observe("one-less", host_result(get_list(request, &again, nr - 1)));
	observe("one-less.nmsrs", again.head.nmsrs == nr ? "right" : "another");
	observe("none", host_result(get_list(request, &again, 0)));
	observe("none.nmsrs", again.head.nmsrs == nr ? "right" : "another");
}

static bool is_listed(u32 msr)
{
	for (u32 i = 0; i < list.head.nmsrs && i < MAX_MSRS; i++) {
		if (list.indices[i] == msr)
			return true;
	}
	return false;
}

static const char *how_many(u32 n, u32 all)
{
	return !n ? "none" : n == all ? "all" : "some";
}

static void observe_group(const struct group *g)
{
	u32 readable = 0, listed = 0;
	u64 value;

	for (u32 i = 0; i < ARRAY_SIZE(g->ranges) && g->ranges[i].first; i++) {
		for (u32 msr = g->ranges[i].first; msr <= g->ranges[i].last; msr++) {
			if (rdmsr_safe(msr, &value))
				continue;
			readable++;
			listed += is_listed(msr);
		}
	}
	note("%s: %u of %u MSRs that this vCPU has", g->name, listed, readable);
	observe(g->name, readable ? how_many(listed, readable) :
				    UNSEEN_HOST "this vCPU has none of these MSRs");
}

/* Read each MSR of the list, and write its value back. */
static void observe_access(void)
{
	u32 readable = 0, writable = 0;
	u64 value;

	for (u32 i = 0; i < list.head.nmsrs && i < MAX_MSRS; i++) {
		u32 msr = list.indices[i];
		bool read = !get_msr(0, msr, &value), written = read && !set_msr(0, msr, value);

		readable += read;
		writable += written;
		if (!written)
			note("MSR 0x%x: cannot be %s", msr, read ? "written" : "read");
	}
	observe("list.readable", how_many(readable, list.head.nmsrs));
	observe("list.writable", how_many(writable, list.head.nmsrs));
}

static void observe_features(void)
{
	u32 readable = 0;
	u64 value;

	for (u32 i = 0; i < list.head.nmsrs && i < MAX_MSRS; i++)
		readable += !get_feature_msr(list.indices[i], &value);
	observe("features.readable", how_many(readable, list.head.nmsrs));
}

void guest_main(void)
{
	observe_room("list", KVM_GET_MSR_INDEX_LIST);
	for (u32 i = 0; i < ARRAY_SIZE(groups); i++)
		observe_group(&groups[i]);
	observe_access();
	observe_room("features", KVM_GET_MSR_FEATURE_INDEX_LIST);
	observe_features();
}
