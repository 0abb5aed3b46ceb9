// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a VMM asks of KVM, and what it sees of a guest.
 */
#include "case.h"

const char *host_result(s64 ret)
{
	switch (ret) {
	case -EINVAL:
		return "EINVAL";
	case -ENXIO:
		return "ENXIO";
	case -E2BIG:
		return "E2BIG";
	case -ENOMEM:
		return "ENOMEM";
	case -ENOSYS:
		return UNSEEN_GUEST "no host";
	default:
		return ret < 0 ? "refused" : "accepted";
	}
}

static const char *enable(u32 cap, u64 value, bool other)
{
	u64 arg[6] = { cap, value, other };

	return host_result(host_call(SERVICE_ENABLE_CAP, arg));
}

const char *enable_cap(u32 cap, u64 value)
{
	return enable(cap, value, false);
}

const char *enable_cap_of_other(u32 cap, u64 value)
{
	return enable(cap, value, true);
}

s64 check_extension(u32 cap)
{
	u64 arg[6] = { cap };

	return host_call(SERVICE_CHECK_EXTENSION, arg);
}

s64 mp_state(u32 index)
{
	u64 arg[6] = { index };
	s64 ret = host_call(SERVICE_GET_MP_STATE, arg);

	return ret ? ret : (s64)arg[0];
}

s64 get_lapic(u32 index, u32 reg)
{
	u64 arg[6] = { index, reg };
	s64 ret = host_call(SERVICE_GET_LAPIC, arg);

	return ret ? ret : (s64)(u32)arg[0];
}

static struct vmm_exit exit_and(bool refuse)
{
	u64 arg[6] = { refuse };

	if (host_call(SERVICE_VMM_EXIT, arg))
		return (struct vmm_exit) {};
	return (struct vmm_exit) {
		.count = arg[0], .reason = arg[1], .where = arg[2], .stored = arg[3],
		.rip = arg[4], .detail = arg[5],
	};
}

struct vmm_exit vmm_exit(void)
{
	return exit_and(false);
}

void vmm_refuses(void)
{
	exit_and(true);
}

void enter_again(void)
{
	ring(RING_YIELD);
}

void take_memory(volatile void *page)
{
	u64 arg[6] = { (u64)page };

	host_call(SERVICE_TAKE_MEMORY, arg);
}

enum awaited await_fault(volatile void *page)
{
	u64 arg[6] = { (u64)page };

	s64 ret = host_call(SERVICE_AWAIT_FAULT, arg);

	return ret < 0 ? AWAITED_BY_NOBODY : (enum awaited)ret;
}

void give_memory(volatile void *page, u64 value)
{
	u64 arg[6] = { (u64)page, value };

	host_call(SERVICE_GIVE_MEMORY, arg);
}
