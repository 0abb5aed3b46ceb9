/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a payload and the harness say to each other: the one header that both
 * sides include.
 *
 * Guest physical memory of every VM:
 *
 *	0x00008000  TRAMPOLINE     where a SIPI starts a vCPU, in real mode
 *	0x04000000  IMAGE_BASE     the payload: exception stubs, text, data, bss
 *	0x04800000  PAGE_BASE      the page under test, 2 MiB
 *	0x04a00000  MEMORY_END     no memory from here on
 *	0xfee00000                 local APIC
 *
 * All of it is identity-mapped with 2 MiB pages that CPL3 may use.
 */
#ifndef GUEST_PROTOCOL_H
#define GUEST_PROTOCOL_H

#define TRAMPOLINE		0x8000
#define IMAGE_BASE		0x04000000
#define PAGE_BASE		0x04800000
#define MEMORY_END		0x04a00000

#define MAX_CPUS		512

/*
 * Selectors of the GDT that vCPUs are entered with and that payloads reload:
 * Linux's, because a KVM without hardware virtualization may run CPL3 with the
 * host's.
 */
#define KERNEL_CS		0x10
#define KERNEL_DS		0x18
#define USER_CS32		0x23
#define USER_DS			0x2b
#define USER_CS			0x33
#define TSS_SELECTOR		0x40

/*
 * The doorbell: a 32-bit OUT to this port, with one of enum ring in EAX, says
 * that something is in the mailbox.
 */
#define DOORBELL_PORT		0x500
#define VMM_ANSWERS		0xa5	/* each byte of a load or an IN: SERVICE_VMM_EXIT */

#define IOAPIC_PIN		20	/* the one that a host can raise */

/* Of all in here. */
#define NOTE_VERSION		7

#ifndef __ASSEMBLER__

#include <stdint.h>

enum ring {
	RING_DONE,			/* guest_main() has returned */
	RING_CALL,			/* mailbox.call[vCPU index] asks for a service */
	RING_CRASH,			/* mailbox.crash holds an unexpected exception */
	RING_NMI,			/* bare metal only: an NMI; returns if it means nothing */
	RING_YIELD,			/* sched_yield(): see cpu_relax() */
	RING_WAIT,			/* for a RING_WAKE since this vCPU's last one, but not for long */
	RING_WAKE,			/* what another vCPU may wait for has come */
};

/*
 * One line for the harness: a printf format and its arguments, both as guest
 * addresses and values.  The harness formats it, so that a payload whose every
 * instruction may be emulated does not.  Formats know %s %c %d %u %x %lx %lu %%.
 */
#define ENTRY_ARGS		6

enum entry_kind {
	ENTRY_OBSERVATION,		/* "KEY = VALUE" */
	ENTRY_NOTE,			/* a diagnostic, shown before the next check */
};

struct entry {
	uint64_t kind;			/* enum entry_kind */
	uint64_t format;
	uint64_t arg[ENTRY_ARGS];
};

#define MAX_ENTRIES		1024

/*
 * An observation whose value starts so could not be made; the rest of the value
 * says why.  One more class, "vendor" (not for this one), is known to expected/
 * only.
 */
#define UNSEEN			"?"
#define UNSEEN_HOST		UNSEEN "host: "		/* it lacks something */
#define UNSEEN_NOISE		UNSEEN "noise: "	/* it lacks peace: another run may see it */
#define UNSEEN_GUEST		UNSEEN "guest: "	/* this guest cannot express it */
#define UNSEEN_ENVIRONMENT	UNSEEN "environment: "	/* what it runs in hides it */

#define UNSEEN_SIZE		160

struct crash {
	uint32_t vector;
	uint32_t cpu;
	uint64_t error;
	uint64_t rip;
	uint64_t rsp;
	uint64_t cr2;
	uint64_t frame;			/* struct exception: for who runs on this memory */
};

/* A host call: the harness overwrites arg[] with results and sets ret. */
struct call {
	uint64_t service;		/* enum service */
	uint64_t arg[6];
	int64_t ret;			/* as the ioctl's: >= 0, or -errno */
};

/*
 * Services are KVM's ioctls and nothing more.  "vcpu" is an index in creation
 * order.
 */
enum service {
	/* leaf, index -> arg[0..3] = eax, ebx, ecx, edx */
	SERVICE_GET_SUPPORTED_CPUID,
	/* address low, address high, data: KVM_SIGNAL_MSI */
	SERVICE_SIGNAL_MSI,
	/* the same through KVM_SET_GSI_ROUTING and KVM_IRQFD; has arrived on return */
	SERVICE_IRQFD_MSI,
	/* pin of the I/O APIC, level: KVM_IRQ_LINE */
	SERVICE_IRQ_LINE,
	/* vcpu, register offset -> arg[0] = value: KVM_GET_LAPIC */
	SERVICE_GET_LAPIC,
	/* vcpu, register offset, value: KVM_GET_LAPIC, KVM_SET_LAPIC */
	SERVICE_SET_LAPIC,
	/* vcpu -> arg[0] = CR0: KVM_GET_SREGS */
	SERVICE_GET_CR0,
	/* vcpu -> arg[0] = KVM_MP_STATE_*: KVM_GET_MP_STATE */
	SERVICE_GET_MP_STATE,
	/*
	 * vector, has_error_code, error_code, pending, has_payload, payload:
	 * KVM_SET_VCPU_EVENTS on the vCPU that calls, an exception injected as it is
	 * entered, or pending, with KVM_VCPUEVENT_VALID_PAYLOAD -> arg[1..3] = vector,
	 * has_error_code, error_code of KVM_GET_VCPU_EVENTS.  A VM entry that fails is
	 * taken back: -EIO and arg[0] = hardware_entry_failure_reason.
	 */
	SERVICE_INJECT_EXCEPTION,
	/*
	 * the same, but what is injected is not delivered: arg[0] = what KVM gives
	 * the CPU, EVENTINJ or the VM-entry interruption information
	 */
	SERVICE_INSPECT_EXCEPTION,
	/*
	 * guest-physical address -> what KVM gives the CPU for it, on the vCPU that
	 * calls: arg[0] = enum paging, arg[1] = CR0, arg[2] = the guest's PAT, arg[3] =
	 * the type in the entry that maps it - EPT: bits 2:0, and bit 3 is IPAT;
	 * otherwise a PAT entry's number -, arg[4] = the host's PAT
	 */
	SERVICE_INSPECT,
	/* vcpu, leaf, index -> arg[0..3] = eax, ebx, ecx, edx: KVM_GET_CPUID2 */
	SERVICE_GET_CPUID,
	/* vcpu, CR0: KVM_GET_SREGS, KVM_SET_SREGS */
	SERVICE_SET_CR0,
	/* vcpu, MSR -> arg[0] = value: KVM_GET_MSRS */
	SERVICE_GET_MSR,
	/* vcpu, MSR, value: KVM_SET_MSRS; -EINVAL if it is refused */
	SERVICE_SET_MSR,
	/* KVM_CREATE_VCPU: the next of those that are late, which begins as the others */
	SERVICE_CREATE_VCPU,
	/* MSR -> arg[0] = value: KVM_GET_MSRS of /dev/kvm, the most that KVM can give a vCPU */
	SERVICE_GET_FEATURE_MSR,
	/*
	 * whether the VMM refuses from now on what it is asked, an MSR that is not its
	 * own -> arg[] = struct vmm_exit, of this vCPU since it was last asked
	 */
	SERVICE_VMM_EXIT,
	/*
	 * capability, args[0], whether of the VM of SERVICE_CREATE_VM: KVM_ENABLE_CAP;
	 * -EINVAL or -ENXIO if it is refused
	 */
	SERVICE_ENABLE_CAP,
	/* capability: KVM_CHECK_EXTENSION of the VM */
	SERVICE_CHECK_EXTENSION,
	/* enum irqchip, or 0: KVM_CREATE_VM, one without vCPUs beside this one */
	SERVICE_CREATE_VM,
	/*
	 * MSR, KVM_MSR_FILTER_READ and _WRITE as they are denied, the filter's flags:
	 * KVM_X86_SET_MSR_FILTER; with nothing denied there is no range
	 */
	SERVICE_SET_MSR_FILTER,
	/*
	 * flags, bytes: KVM_SET_USER_MEMORY_REGION of a slot at MEMORY_END, the page under
	 * test once more; of no bytes: the slot goes
	 */
	SERVICE_SET_MEMORY,
	/* room -> arg[0] = nent: KVM_GET_SUPPORTED_CPUID; -E2BIG, or -ENOMEM */
	SERVICE_COUNT_CPUID,
	/* guest-physical address of 4 KiB of the page under test: from now on the host has to fetch it */
	SERVICE_TAKE_MEMORY,
	/* the same address: wait until somebody waits for it -> enum awaited; one vCPU at a time */
	SERVICE_AWAIT_FAULT,
	/* the same address, value: the host has fetched it, and that is its first quadword */
	SERVICE_GIVE_MEMORY,
	NR_SERVICES
};

/* Who waits for memory, or nobody within three seconds. */
enum awaited {
	AWAITED_BY_NOBODY,
	AWAITED_BY_VCPU,		/* in the host, where no interrupt reaches the guest */
	AWAITED_FOR_VCPU,		/* a kworker: the vCPU has been told, or halts */
};

/* The last exit that a VMM has seen, where vm_note.vmm_exits is set. */
struct vmm_exit {
	uint64_t count;			/* how many there were */
	uint64_t reason;		/* KVM_EXIT_... */
	uint64_t where;			/* port, guest-physical address, MSR or vector */
	uint64_t stored;		/* what the guest has stored */
	uint64_t rip;			/* as the VMM sees it: KVM_GET_REGS */
	uint64_t detail;		/* KVM_MSR_EXIT_REASON_..., or bytes of an instruction */
};

/* Which tables lead to host-physical addresses. */
enum paging {
	PAGING_EPT = 1,			/* from guest-physical ones: SDM 3C, "EPT" */
	PAGING_NPT,			/* likewise: APM 2, 15.25 */
	PAGING_SHADOW,			/* from linear ones, instead of the guest's */
};

#define MAILBOX_MAGIC		0x6b766d65	/* "kvme" */

struct mailbox {
	uint32_t magic;
	uint32_t host;			/* set by the harness: someone answers calls */
	uint32_t entries;		/* number of valid ones in entry[] */
	uint32_t crashed;		/* crash is valid */
	struct crash crash;
	uint64_t doorbell;		/* bare metal: the function that is called instead */
	uint32_t emulated;		/* set by who runs it: the CPU has no caches to measure */
	char unseen[UNSEEN_SIZE];	/* why SERVICE_INSPECT cannot: UNSEEN_HOST "..." */
	struct call call[MAX_CPUS];
	struct entry entry[MAX_ENTRIES];
};

/*
 * The description of a case, as ELF notes in a section that is not loaded.
 * Fields that are zero take the case's value, then the default in brackets.
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
};

enum ap_start {
	AP_RUNNING = 1,			/* [entered in 64-bit mode like vCPU 0] */
	AP_WAIT_FOR_SIPI,		/* as after RESET, for an INIT-SIPI */
};

/* A register of a CPUID leaf whose bits the guest shall see changed. */
struct cpuid_edit {
	uint32_t vcpus;			/* bit N: of vCPU N, in creation order [all] */
	uint32_t leaf;
	uint32_t index;
	uint32_t reg;			/* 0..3: eax, ebx, ecx, edx */
	uint32_t set;
	uint32_t clear;
};

/* KVM_ENABLE_CAP: cap and args[0]. */
struct capability {
	uint32_t cap;			/* 0: none */
	uint32_t arg;
};

#define MAX_IDS			8
#define MAX_CPUID_EDITS		2

struct vm_note {
	char name[32];
	uint32_t line;			/* of the source: the order of variants */
	uint32_t vcpus;			/* [1] */
	uint32_t ids[MAX_IDS];		/* vCPU ids in creation order [0, 1, 2, ...] */
	uint32_t irqchip;		/* enum irqchip */
	uint32_t ap_start;		/* enum ap_start */
	uint32_t x2apic_api;		/* flags of KVM_CAP_X2APIC_API */
	uint32_t disable_quirks;	/* bits of KVM_CAP_DISABLE_QUIRKS2 */
	uint32_t hypercalls;		/* 1: needs VMCALL */
	uint32_t time_limit_ms;		/* [5000] */
	uint32_t alone;			/* 1: it measures time, and nothing runs beside it */
	uint32_t exception_payload;	/* 1: KVM_CAP_EXCEPTION_PAYLOAD */
	uint32_t late;			/* so many of the last vCPUs the guest itself adds */
	uint32_t only_kvm;		/* 1: a real machine might be lost in it: not on bare metal */
	uint32_t enforce_pv;		/* 1: KVM_CAP_ENFORCE_PV_FEATURE_CPUID, of each vCPU */
	uint32_t vmm_exits;		/* 1: MMIO, other ports, ... do not end it: SERVICE_VMM_EXIT */
	struct capability enable;	/* before there is a vCPU */
	struct cpuid_edit cpuid[MAX_CPUID_EDITS];
};

#endif /* __ASSEMBLER__ */
#endif
