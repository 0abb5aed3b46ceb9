// SPDX-License-Identifier: GPL-2.0-only
/*
 * KVM_SET_VCPU_EVENTS and error codes - errata.rst, "KVM_SET_VCPU_EVENTS issue"
 *
 * Some exceptions push an error code, and for a CPU it is fixed which: #GP
 * always, #UD never.  A VMM that injects one says itself whether it has one,
 * and KVM_SET_VCPU_EVENTS takes its word for it.
 *
 * AMD CPUs inject whatever they are told.  Intel CPUs before CET check, and
 * fail the VM entry: KVM_EXIT_FAIL_ENTRY, reason 7.
 *
 * The handler's stack tells: the CPU aligns it to 16 bytes and pushes five
 * words, so with a sixth, the error code, it is aligned again.
 */
#include "case.h"

CASE("vcpu-events", .vcpus = 1, .time_limit_ms = 5000);
VARIANT("default");

#define VMX_ERROR_ENTRY_INVALID_CONTROL	7
#define ERROR_CODE			0x18
#define UD_VECTOR			6

static volatile u64 caught_rsp __attribute__((used)), caught_word __attribute__((used));
static volatile u32 undefined_opcode __attribute__((used));

/*
 * Rings the doorbell for the service in the mailbox; where that injects an
 * exception, its gate leads to "caught", and that of #UD to "caught_ud".
 */
void ring_and_catch(void);
asm(".text\n"
    "ring_and_catch:\n"
    "	push %rbx; push %rbp; push %r12; push %r13; push %r14; push %r15\n"
    "	mov %rsp, %rbx\n"
    "	movq $0, caught_rsp\n"
    "	mov $1, %eax\n"			/* RING_CALL */
    "	mov $0x500, %edx\n"		/* DOORBELL_PORT */
    "	out %eax, %dx\n"
    "	jmp 1f\n"
    "	.globl caught, caught_ud\n"
    "caught_ud:\n"
    "	movl $1, undefined_opcode\n"
    "caught:\n"
    "	mov %rsp, caught_rsp\n"
    "	mov (%rsp), %rax\n"
    "	mov %rax, caught_word\n"
    "	mov %rbx, %rsp\n"
    "1:	pop %r15; pop %r14; pop %r13; pop %r12; pop %rbp; pop %rbx\n"
    "	ret\n");

static const char *inject(u32 vector, bool has_error_code)
{
	struct call *call = &mailbox.call[0];
	extern const char caught[], caught_ud[];
	u64 undefined = set_gate(UD_VECTOR, (u64)caught_ud);	/* after a failed entry */
	u64 gate = set_gate(vector, (u64)caught);

	*call = (struct call) {
		SERVICE_INJECT_EXCEPTION, { vector, has_error_code, ERROR_CODE }, 0
	};
	undefined_opcode = 0;
	if (mailbox.host)
		ring_and_catch();
	else
		call->ret = -38;
	set_gate(vector, gate);
	set_gate(UD_VECTOR, undefined);
	if (call->ret == -38)
		return UNSEEN_GUEST "no host";
	if (call->ret == -5)
		return call->arg[0] == VMX_ERROR_ENTRY_INVALID_CONTROL ? "fail-entry-7" : "fail-entry";
	if (call->ret)
		return "rejected";
	if (!caught_rsp)
		return "lost";
	if (undefined_opcode)
		return "wrong-vector";
	if (caught_rsp & 8)
		return "no-error-code";
	return caught_word == ERROR_CODE ? "error-code" : "wrong-error-code";
}

void guest_main(void)
{
	for (u32 vector = 0; vector < 32; vector++) {
		observef("vector-%u.with = %s", vector, inject(vector, true));
		observef("vector-%u.without = %s", vector, inject(vector, false));
	}
}
