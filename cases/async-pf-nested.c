// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory of L2 that the host has to fetch - msr.rst, MSR_KVM_ASYNC_PF_EN bit 2
 *
 * L1's memory is L2's, too.  If L2 touches a page that the host has to fetch, KVM cannot inject
 * 'page not present' into L2, which knows nothing of L1's MSR: L2 waits.  With bit 2 L1 has
 * asked for a #PF VM exit instead, whose address is the token; L1 can run something else until
 * the 'page ready' interrupt with this token.
 *
 * Cases async-pf and pv-msrs have the other bits, and how the other vCPU watches.
 */
#include "async_pf.h"
#include "case.h"
#include "host.h"
#include "nested.h"

CASE("async-pf-nested", .vcpus = 2, .only_kvm = 1);
VARIANT("default");

#define ALWAYS	(KVM_ASYNC_PF_ENABLED | KVM_ASYNC_PF_DELIVERY_AS_INT | KVM_ASYNC_PF_SEND_ALWAYS)

static const char *unseen;

static void see(const char *key, const char *value)
{
	observe(key, unseen ? unseen : value);
}

static void begin_nested(void *unused)
{
	(void)unused;
	unseen = nested_begin();
}

static void end_nested(void *unused)
{
	(void)unused;
	if (!unseen)
		nested_end();
}

static void observe_l2(const char *scope, u32 index)
{
	struct touch t = { .index = index, .nested = true };
	const char *ready = NULL;

	SCOPE(scope);
	apf_data[index].flags = 0;
	see("touch", unseen ? NULL : touch_absent(&t));
	see("address", !t.vector ? "none" : t.cr2 == (u64)t.page ? "page" : "token");
	see("flags", apf_data[index].flags == 1 ? "set" : "clear");
	apf_data[index].flags = 0;
	if (!unseen) {
		if (t.vector)
			give_memory(t.page, MEMORY_VALUE);
		ready = apf_ready(t.vector ? LONG : BRIEFLY, &t);
		apf_acknowledge(index);
	}
	see("ready", ready);
	see("then", unseen || *t.page == MEMORY_VALUE ? "memory" : "wrong");
}

/* Enable APF, and take the 'page ready' event that KVM then sends for no page in particular. */
static void enable(u32 index, u64 bits)
{
	const struct touch none = { .index = index };

	apf_enable(index, bits);
	apf_ready(BRIEFLY, &none);
	apf_acknowledge(index);
}

static void observe_vcpu(const char *scope, u32 index)
{
	SCOPE(scope);
	call_on(index, begin_nested, NULL);
	observe_l2("off", index);
	enable(index, ALWAYS);
	observe_l2("always", index);
	enable(index, ALWAYS | KVM_ASYNC_PF_DELIVERY_AS_PF_VMEXIT);
	observe_l2("vmexit", index);
	enable(index, (ALWAYS | KVM_ASYNC_PF_DELIVERY_AS_PF_VMEXIT) & ~KVM_ASYNC_PF_SEND_ALWAYS);
	observe_l2("vmexit-at-cpl3", index);
	apf_disable(index);
	call_on(index, end_nested, NULL);
}

void guest_main(void)
{
	wait_for_cpus(2);
	observe_vcpu("here", 0);
	observe_vcpu("there", 1);
}
