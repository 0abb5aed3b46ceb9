/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The protocol between a payload and the harness: the one header that both
 * sides include.
 *
 * Guest physical memory of every VM:
 *
 *	0x00008000  TRAMPOLINE     where a SIPI starts a vCPU, in real mode
 *	0x04000000  IMAGE_BASE     the payload: exception stubs, text, data, bss
 *	0x04800000  PAGE_BASE      the page under test, 2 MiB
 *	0x04a00000  PAGE_END, and MEMORY_END: no memory from here on
 *	0xfee00000                 local APIC
 *
 * All of it is identity-mapped with 2 MiB pages that CPL3 may access.
 */
#ifndef GUEST_PROTOCOL_H
#define GUEST_PROTOCOL_H

#define TRAMPOLINE		0x8000
#define IMAGE_BASE		0x04000000
#define PAGE_BASE		0x04800000
#define PAGE_END		0x04a00000
#define MEMORY_END		PAGE_END

#define MAX_CPUS		512

/* Bytes of the bitmap of KVM_GET_DIRTY_LOG and KVM_CLEAR_DIRTY_LOG: a bit per page of memory. */
#define DIRTY_BITMAP_SIZE	(MEMORY_END / 0x1000 / 8)

/*
 * Selectors of the GDT at entry, which payloads copy and reload: the same as
 * Linux's, because a KVM without hardware virtualization may run CPL3 with the
 * host's GDT.
 */
#define KERNEL_CS32		0x08
#define KERNEL_CS		0x10
#define KERNEL_DS		0x18
#define USER_CS32		0x23
#define USER_DS			0x2b
#define USER_CS			0x33
#define TSS_SELECTOR		0x40

/*
 * The doorbell: a 32-bit OUT to this port, with enum ring in EAX.
 */
#define DOORBELL_PORT		0x500
#define VMM_ANSWERS		0xa5	/* with .vmm_exits: each byte that a load or an IN returns */

#define IOAPIC_PIN		20	/* the pin that payloads raise by KVM_IRQ_LINE */

/* The version of everything in this header. */
#define NOTE_VERSION		11

#ifndef __ASSEMBLER__

#include <stdint.h>

enum ring {
	RING_DONE,			/* guest_main() has returned */
	RING_CALL,			/* mailbox.call[vCPU index] holds a host call */
	RING_CRASH,			/* mailbox.crash holds an unexpected exception */
	RING_NMI,			/* bare metal only: an NMI, which may end the payload */
	RING_YIELD,			/* sched_yield(): see cpu_relax() */
	RING_WAIT,			/* wait for a RING_WAKE since the last wait, at most 5 ms */
	RING_WAKE,			/* end the RING_WAIT of other vCPUs */
};

/*
 * One line for the harness: a printf format and its arguments, as guest addresses and
 * values.  The harness formats it, because each instruction of the payload may be emulated.
 * The format may have %s %c %d %u %x %lx %lu %%.
 */
#define ENTRY_ARGS		6
#define ENTRY_SCOPES		3

enum entry_kind {
	ENTRY_OBSERVATION,		/* the format is "KEY = VALUE", and is split there */
	ENTRY_NOTE,			/* a diagnostic, shown before the next check */
};

struct entry {
	uint64_t kind;			/* enum entry_kind */
	uint64_t format;
	uint64_t scope[ENTRY_SCOPES];	/* strings before the key, each with a dot; 0: none */
	uint64_t arg[ENTRY_ARGS];
};

#define MAX_ENTRIES		1024

/*
 * The class of a SKIP: why an observation could not be made.  If a payload could not make
 * one, the first byte of its value is the class, and the rest of the string says why.
 */
enum skip_class {
	SKIP_NONE,
	SKIP_HOST,			/* the host lacks something */
	SKIP_NOISE,			/* too noisy to measure; another run may succeed */
	SKIP_GUEST,			/* this guest cannot express it */
	SKIP_ENVIRONMENT,		/* the emulator or hypervisor below KVM hides it */
	SKIP_VENDOR,			/* not for this vendor: in expected/ only */
	NR_SKIP_CLASSES
};

#define UNSEEN_HOST		"\x01"
#define UNSEEN_NOISE		"\x02"
#define UNSEEN_GUEST		"\x03"
#define UNSEEN_ENVIRONMENT	"\x04"

#define UNSEEN_SIZE		160

struct crash {
	uint32_t vector;
	uint32_t cpu;
	uint64_t error;
	uint64_t rip;
	uint64_t rsp;
	uint64_t cr2;
};

/*
 * A host call: up to MAX_STEPS ioctls on one target, in order.  A vCPU that is the target
 * does not run meanwhile.  The first step that fails ends the call.
 */
enum target {
	TARGET_SYSTEM,			/* /dev/kvm */
	TARGET_VM,
	TARGET_OTHER_VM,		/* created by HOST_CREATE_VM */
	TARGET_VCPU,
	NR_TARGETS
};

struct step {
	uint32_t request;		/* KVM_..., or enum host_request */
	uint32_t size;			/* of the structure, in bytes; 0: @data is the argument */
	uint64_t data;			/* guest address of the structure of linux/kvm.h */
	uint64_t value;			/* argument of a HOST_... */
};

#define MAX_STEPS		4

struct host_call {
	uint32_t target;		/* enum target */
	uint32_t vcpu;			/* TARGET_VCPU: its index in creation order */
	uint32_t nr;
	uint32_t at_exit;		/* 1: do it at the next exit that .vmm_exits answers */
	struct step step[MAX_STEPS];
	int64_t ret;			/* what the last step returned: >= 0, or -errno */
	/*
	 * If the VM entry of a vCPU fails after KVM_SET_VCPU_EVENTS, the harness replaces the
	 * exception, sets .ret of that vCPU's own call[] to -EIO, and this to
	 * hardware_entry_failure_reason.
	 */
	uint64_t failure_reason;
};

/* Pointers in a structure are guest addresses: bitmap, dirty_bitmap, userspace_addr. */

/* Requests that are not an ioctl.  The target that each needs is in brackets. */
enum host_request {
	HOST_STORE,			/* store @value, @size bytes, at @data */
	HOST_TIME,			/* [system] return clock_gettime(@value), in nanoseconds */
	HOST_TSC,			/* [system] return the TSC, as the harness reads it */
	HOST_SHARE_CPU,			/* [system] keep this vCPU's thread on the process' first CPU */
	HOST_RUN_DELAY,			/* [system] return how long this vCPU's thread has waited for a
					   CPU, in nanoseconds: /proc/thread-self/schedstat */
	HOST_CREATE_VM,			/* [system] create another VM, without memory and vCPUs;
					   @value: enum irqchip, or 0 */
	HOST_ADD_VCPU,			/* [VM] create and start the next of the .late vCPUs */
	HOST_IRQFD,			/* [VM] assign an eventfd to GSI @value, write, deassign */
	HOST_TAKE_MEMORY,		/* [VM] make 4 KiB at @data of the page under test absent */
	HOST_AWAIT_FAULT,		/* [VM] wait for a fault at @data; return enum awaited */
	HOST_GIVE_MEMORY,		/* [VM] make @data present; its first quadword is @value */
	HOST_VMM_EXIT,			/* [this vCPU] store struct vmm_exit at @data, and forget it;
					   @value: enum vmm_policy from now on; or what the next
					   hypercall returns, if not 0 */
	HOST_READY,			/* [this vCPU] store at @data whether the VMM may inject an interrupt
					   now: kvm_run's ready_for_interrupt_injection */
	HOST_INSPECT_EVENT,		/* [this vCPU] store at @data which event KVM gives the CPU
					   (EVENTINJ or VM-entry interruption information), and
					   replace that event with #UD */
	HOST_INSPECT_PAGE,		/* [this vCPU] fill in the struct inspection at @data */
	HOST_INSPECT_APIC,		/* [this vCPU] store at @data what of its APIC the CPU
					   virtualizes: VIRTUAL_... */
	HOST_SYNC_REGS,			/* [this vCPU] KVM_RUN that returns at once, with @value in
					   kvm_valid_regs and @data in kvm_dirty_regs */
	HOST_EVENTS,			/* [VM] return how often KVM_IOEVENTFD's eventfd, which is the
					   same for each address, was signaled since the last call */
	NR_HOST_REQUESTS
};

/* Which parts of a vCPU's APIC the CPU virtualizes. */
#define VIRTUAL_INTERRUPTS	(1 << 0)	/* deliver interrupts: APICv or AVIC is active */
#define VIRTUAL_MMIO		(1 << 1)	/* MMIO accesses */
#define VIRTUAL_MSRS		(1 << 2)	/* MSR accesses of x2APIC mode */
#define VIRTUAL_IPIS		(1 << 3)	/* fixed IPIs; a VMCB does not tell */

/* What KVM gives the CPU for a page. */
struct inspection {
	uint64_t gpa;			/* in: its guest-physical address */
	uint64_t paging;		/* enum paging */
	uint64_t cr0;
	uint64_t pat;			/* the guest's */
	uint64_t type;			/* EPT: bits 2:0 are the type, bit 3 IPAT; else PAT index */
	uint64_t host_pat;
};

/* The thread that waits for absent memory. */
enum awaited {
	AWAITED_BY_NOBODY,		/* none, within three seconds */
	AWAITED_BY_VCPU,		/* the vCPU, in the host, where it takes no interrupt */
	AWAITED_FOR_VCPU,		/* a kworker: KVM has told the vCPU, or halts it */
};

/* What the VMM does at the next exits of a vCPU, if vm_note.vmm_exits is set. */
enum vmm_policy {
	VMM_ACCEPTS,			/* accept MSR accesses; KVM_EXIT_SHUTDOWN ends the VM */
	VMM_REFUSES,			/* refuse MSR accesses */
	VMM_CONTINUES,			/* enter the vCPU again after one KVM_EXIT_SHUTDOWN */
	VMM_AWAITS_WINDOW,		/* ask for one KVM_EXIT_IRQ_WINDOW_OPEN */
};

/* The last exit to the VMM, if vm_note.vmm_exits is set. */
struct vmm_exit {
	uint64_t count;			/* how many exits there were */
	uint64_t reason;		/* KVM_EXIT_... */
	uint64_t where;			/* port, guest-physical address, MSR, vector, hypercall */
	uint64_t stored;		/* what the guest stored, or bytes of an instruction */
	uint64_t rip;			/* as the VMM sees it: KVM_GET_REGS */
	uint64_t detail;		/* KVM_MSR_EXIT_REASON_..., or size of an instruction */
	uint64_t args[3];		/* of a hypercall */
};

/* The tables that translate to host-physical addresses. */
enum paging {
	PAGING_EPT = 1,			/* guest-physical addresses: SDM 3C, "EPT" */
	PAGING_NPT,			/* likewise: APM 2, 15.25 */
	PAGING_SHADOW,			/* linear addresses, in place of the guest's tables */
};

#define MAILBOX_MAGIC		0x6b766d65	/* "kvme" */

struct mailbox {
	uint32_t magic;			/* set by the loader of the payload */
	uint32_t host;			/* set by the harness: it answers host calls */
	uint32_t entries;		/* number of valid elements of entry[] */
	uint32_t crashed;		/* crash is valid */
	struct crash crash;
	uint64_t doorbell;		/* bare metal: a function to call instead of the OUT */
	uint32_t inspects;		/* set by the harness: it can do HOST_INSPECT_... */
	uint32_t emulated;		/* set by the loader: the CPU has no caches to measure */
	char unseen[UNSEEN_SIZE];	/* why HOST_INSPECT_... fails: UNSEEN_HOST "..." */
	struct host_call call[MAX_CPUS];
	struct entry entry[MAX_ENTRIES];
};

/*
 * The description of a case, as ELF notes in a section that is not loaded.
 * A field that is zero takes the case's value, or else the default in brackets.
 */
#define NOTE_OWNER		"kvm-errata"

enum note_type {
	NOTE_BOOT = 1,			/* one per payload */
	NOTE_CASE,			/* one per payload */
	NOTE_VARIANT,			/* one or more */
};

struct boot_note {
	uint32_t version;		/* NOTE_VERSION */
	uint32_t reserved;
	uint64_t cr3;
	uint64_t gdt;
	uint64_t gdt_size;
	uint64_t mailbox;
};

enum irqchip {
	IRQCHIP_KERNEL = 1,		/* [KVM_CREATE_IRQCHIP] */
	IRQCHIP_SPLIT,			/* KVM_CAP_SPLIT_IRQCHIP: only the LAPICs */
	IRQCHIP_NONE,			/* no interrupts, and MMIO of the LAPIC exits to the VMM */
};

enum ap_start {
	AP_RUNNING = 1,			/* [entered in 64-bit mode like vCPU 0] */
	AP_WAIT_FOR_SIPI,		/* as after RESET: waits for an INIT-SIPI */
};

/* Bits of a CPUID register to change for the guest. */
struct cpuid_edit {
	uint32_t vcpus;			/* bit N: for vCPU N, in creation order [all] */
	uint32_t leaf;
	uint32_t index;
	uint32_t reg;			/* 0..3: eax, ebx, ecx, edx */
	uint32_t set;
	uint32_t clear;
};

/* A capability that is enabled after the irqchip and before the first vCPU. */
struct capability {
	char name[40];
	uint32_t cap;			/* 0: none */
	uint32_t arg;			/* args[0] */
	uint32_t is_mask;		/* 1: @arg is flags, which KVM_CHECK_EXTENSION returns */
	uint32_t of_vcpus;		/* 1: KVM_ENABLE_CAP of each vCPU, not of the VM */
};

#define MAX_IDS			8
#define MAX_CAPABILITIES	2
#define MAX_CPUID_EDITS		2

/* harness/run/variant.c has the table of these fields. */
struct vm_note {
	char name[32];
	uint32_t line;			/* in the source: orders the variants */
	uint32_t vcpus;			/* [1] */
	uint32_t ids[MAX_IDS];		/* vCPU ids in creation order [0, 1, 2, ...] */
	uint32_t irqchip;		/* enum irqchip */
	uint32_t ap_start;		/* enum ap_start */
	uint32_t late;			/* how many of the last vCPUs HOST_ADD_VCPU adds */
	uint32_t hypercalls;		/* 1: needs VMCALL */
	uint32_t time_limit_ms;		/* [5000] */
	uint32_t alone;			/* 1: measures time; no other variant runs in parallel */
	uint32_t only_kvm;		/* 1: not on bare metal, where it might hang the machine */
	uint32_t vmm_exits;		/* 1: MMIO, other ports, ... don't end it: HOST_VMM_EXIT */
	struct capability enable[MAX_CAPABILITIES];
	struct cpuid_edit cpuid[MAX_CPUID_EDITS];
};

#endif /* __ASSEMBLER__ */
#endif
