// SPDX-License-Identifier: GPL-2.0-only
/*
 * The guest's page tables, and CR3 - mmu.rst
 *
 * With nested paging, the CPU walks the guest's page tables.  With shadow paging, KVM does: it
 * has to find each reserved bit that is set, and to ignore the bits that the CPU ignores.  The
 * error code of a #PF tells a reserved bit from a missing right (SDM 3A, 4.7).
 *
 * A page's rights are those that the entries of all levels grant (SDM 3A, 4.6).  Two entries may
 * refer to one table and grant different rights to it.  KVM needs a shadow page for each of
 * them: a shadow page has a role, of which the rights are a part.
 *
 * MOV to CR3 faults if it sets a reserved bit, and so does KVM_SET_SREGS.  In 64-bit mode, it
 * reads no entry.  With PAE paging, the first four are loaded into registers and must be valid:
 * see pae.c.  Here, entries 1 to 3 of a PML4 have all bits set; nothing uses them.
 *
 * The tables are below an entry of the PML4 that nothing else uses.  Bits of protection keys
 * (62:59) and of linear-address masking (of CR3: 62:61) are left out, and so are two on which CPUs
 * differ: PDPTE.PS and bit 8 of a PML4E.
 */
#include "case.h"
#include "host.h"
#include "memory_type.h"

CASE("page-tables", .vcpus = 2);
VARIANT("default");

#define LINEAR		BIT(39)		/* the first address below entry 1 of the PML4 */
#define TABLE_ENTRY	(PTE_P | PTE_W | PTE_U | PTE_A)
#define PAGE_ENTRY	(TABLE_ENTRY | PTE_D)
#define BITS(high, low)	((2ul << (high)) - (1ul << (low)))
#define RET		0xc3

extern u64 pml4[512];

static u64 other_pml4[512] __attribute__((aligned(4096)));
static u64 pdpt[512] __attribute__((aligned(4096)));
static u64 directory[512] __attribute__((aligned(4096)));
static u64 table[512] __attribute__((aligned(4096)));

static void flush(void)
{
	write_cr3(read_cr3());
}

static int faults;
static u64 fault_error;

static void count_fault(struct exception *e)
{
	faults++;
	fault_error = e->error;
	e->rip = *(u64 *)e->rsp;	/* return from access_page() */
	e->rsp += sizeof(u64);
}

/* What the entries grant, a load, a store or a call. */
enum access { LOAD, STORE, EXECUTE };
u64 access_page(u64 address, enum access access);
asm(".text\n"
    "access_page:\n"
    "	cmp $1, %esi\n"
    "	ja 1f\n"
    "	je 2f\n"
    "	mov (%rdi), %rax\n"
    "	ret\n"
    "1:	jmp *%rdi\n"
    "2:	orb $0, 8(%rdi)\n"
    "	ret\n");

static const char *accessed(u64 address, enum access access)
{
	faults = 0;
	access_page(address, access);
	return !faults ? "allowed" : fault_error & X86_PF_RSVD ? "reserved" : "#PF";
}

/*
 * Cause an exit between an access and the next write to a page table.  If KVM has injected #PF, and
 * the CPU keeps its type in EXITINTINFO until the next exit, svm_check_emulate_instruction() takes
 * it for an event in flight, because it does not look at V: KVM does not emulate the write then.
 */
static void settle(void)
{
	flush();
}

/* The bits of physical addresses that this CPU does not have, up to bit 51. */
static u64 high_bits(void)
{
	u32 width = cpuid(0x80000000, 0).eax >= 0x80000008 ? cpuid(0x80000008, 0).eax & 0xff : 36;

	return width < 52 ? BITS(51, width) : 0;
}

/* Set one bit of @bits after another in @entry. */
static const char *with_bits(u64 *entry, u64 bits)
{
	u64 before = *entry;
	struct outcome o = {};

	for (u32 bit = 0; bit < 64; bit++) {
		if (!(bits >> bit & 1))
			continue;
		*entry = before | 1ul << bit;
		flush();
		if (outcome_add(&o, accessed(LINEAR, LOAD)))
			note("bit %u differs from the first", bit);
		settle();
	}
	*entry = before;
	flush();
	return bits ? outcome_name(&o) : UNSEEN_HOST "physical addresses have 52 bits";
}

static void observe_level(const char *name, u64 *entry, bool refers, bool large)
{
	u64 efer = rdmsr(MSR_EFER);

	SCOPE(name);
	observe("address-bits", with_bits(entry, high_bits()));
	if (large)
		observe("offset-bits", with_bits(entry, BITS(20, 13)));
	observe("ignored-bits", with_bits(entry, BITS(11, 9) | BITS(58, 52) | (refers ? BIT(6) : 0)));
	wrmsr(MSR_EFER, efer & ~EFER_NX);
	observe("nx-disabled", with_bits(entry, BIT(63)));
	wrmsr(MSR_EFER, efer | EFER_NX);
	observe("nx-enabled", with_bits(entry, BIT(63)));
	wrmsr(MSR_EFER, efer);
}

static void build(void)
{
	set_handler(X86_TRAP_PF, count_fault);
	*(volatile u8 *)PAGE_BASE = RET;
	table[0] = PAGE_BASE | PAGE_ENTRY;
	directory[0] = directory[1] = (u64)table | TABLE_ENTRY;
	pdpt[0] = pdpt[1] = (u64)directory | TABLE_ENTRY;
	pml4[1] = (u64)pdpt | TABLE_ENTRY;
	flush();
}

static void observe_entries(void)
{
	SCOPE("entry");
	observe_level("pml4e", &pml4[1], true, false);
	observe("pml4e.ps", with_bits(&pml4[1], PTE_PS));
	observe_level("pdpte", &pdpt[0], true, false);
	observe("pdpte.bit-8", with_bits(&pdpt[0], BIT(8)));
	observe_level("pde", &directory[0], true, false);
	observe("pde.bit-8", with_bits(&directory[0], BIT(8)));
	observe_level("pte", &table[0], false, false);
	directory[0] = PAGE_BASE | PAGE_ENTRY | PTE_PS;
	observe_level("large-pde", &directory[0], false, true);
	directory[0] = (u64)table | TABLE_ENTRY;
	flush();
}

static void access_as_user(void *result)
{
	*(const char **)result = accessed(*(u64 *)result, LOAD);
}

/*
 * Restrict PDE 0 and PDPTE 1 by clearing and setting bits.  Path "low" has the PDE only, "high" the
 * PDPTE, and all paths end in the same page table.
 */
static void observe_paths(const char *right, u64 clear, u64 set, enum access access, bool user)
{
	static const struct {
		const char *name;
		u64 address;
	} paths[] = {
		{ "low", LINEAR }, { "both", LINEAR + BIT(30) }, { "neither", LINEAR + BIT(21) },
		{ "high", LINEAR + BIT(30) + BIT(21) },
	};
	u64 pde = directory[0], pdpte = pdpt[1];

	SCOPE(right);
	directory[0] = (pde & ~clear) | set;
	pdpt[1] = (pdpte & ~clear) | set;
	flush();
	for (u32 i = 0; i < 2 * ARRAY_SIZE(paths); i++) {
		u32 n = i % ARRAY_SIZE(paths);
		union {
			u64 address;
			const char *what;
		} a = { .address = paths[n].address };

		if (user)
			user_call(access_as_user, &a);
		else
			a.what = accessed(paths[n].address, access);
		observef("%s%s = %s", i == n ? "" : "again.", paths[n].name, a.what);
	}
	settle();
	directory[0] = pde;
	pdpt[1] = pdpte;
	flush();
}

static void observe_rights(void)
{
	u64 efer = rdmsr(MSR_EFER);

	SCOPE("rights");
	observe_paths("write", PTE_W, 0, STORE, false);
	observe_paths("user", PTE_U, 0, LOAD, true);
	wrmsr(MSR_EFER, efer | EFER_NX);
	observe_paths("execute", 0, PTE_NX, EXECUTE, false);
	wrmsr(MSR_EFER, efer);
}

/* If MOV to CR3 takes @value, write the old value in the next instruction. */
static int write_cr3_safe(u64 value)
{
	register u64 vector asm(FAULT_REGISTER) = 0;

	asm volatile("1: mov %1, %%cr3; mov %2, %%cr3\n2:\n" FIXUP
		     : "+r"(vector) : "r"(value), "r"(read_cr3()) : "memory");
	return vector;
}

/* Return what KVM_SET_SREGS returns for CR3 with one bit more; then set the registers back. */
static const char *set_cr3(u32 bit)
{
	struct kvm_sregs good, bad;
	s64 ret = vcpu_ioctl(this_cpu()->index, KVM_GET_SREGS, &good);

	if (!ret) {
		bad = good;
		bad.cr3 |= 1ul << bit;
		ret = HOST_CALL(TARGET_VCPU, this_cpu()->index, STEP(KVM_SET_SREGS, &bad),
				STEP(KVM_SET_SREGS, &good));
	}
	return host_result(ret);
}

static void observe_cr3(void)
{
	u64 bits = BIT(63) | BITS(60, 52) | high_bits(), cr3 = read_cr3();
	struct outcome mov = {}, sregs = {};

	SCOPE("cr3");
	for (u32 bit = 0; bit < 64; bit++) {
		if (!(bits >> bit & 1))
			continue;
		if (outcome_add(&sregs, set_cr3(bit)))
			note("KVM_SET_SREGS: bit %u of CR3 differs from the first", bit);
		if (!mailbox.emulated && outcome_add(&mov, fault_name(write_cr3_safe(cr3 | 1ul << bit))))
			note("MOV to CR3: bit %u differs from the first", bit);
	}
	observe("mov", mailbox.emulated ?
		UNSEEN_ENVIRONMENT "an emulated CPU may take any CR3, and then find no page tables" :
		outcome_name(&mov));
	observe("set-sregs", outcome_name(&sregs));
	other_pml4[0] = pml4[0];
	other_pml4[1] = other_pml4[2] = other_pml4[3] = -1ul;
	observe("entries", fault_name(write_cr3_safe((u64)other_pml4)));
}

static void observe_all(void)
{
	build();
	observe_entries();
	observe_rights();
	observe_cr3();
	set_handler(X86_TRAP_PF, NULL);
}

void guest_main(void)
{
	wait_for_cpus(2);
	on_each_vcpu(observe_all);
}
