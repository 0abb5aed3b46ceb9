// SPDX-License-Identifier: GPL-2.0-only
#include "run/host.h"

#include <cpuid.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "record/facts.h"
#include "text.h"

#define MAX_CPUID_ENTRIES	512
#define MSR_IA32_VMX_BASIC	0x480
#define MSR_IA32_VMX_MISC	0x485
#define CPUID_1_ECX_HYPERVISOR	(1u << 31)
#define CPUID_7_ECX_SHSTK	(1 << 7)
#define CPUID_7_EDX_IBT		(1 << 20)
#define CPUID_ECX_VMX		(1 << 5)
#define CPUID_ECX_SVM		(1 << 2)

static const char *const vendors[] = { "intel", "amd", "pvm" };

static void set_number(struct facts *facts, const char *key, const char *format, unsigned int n)
{
	char value[16];

	snprintf(value, sizeof(value), format, n);
	facts_set(facts, key, value);
}

/*
 * Something that should work has failed: the facts may be wrong, so nothing can
 * be judged.  Keep the first failure.
 */
static void cannot_tell(struct host *h, const char *what)
{
	if (!h->broken)
		h->broken = text("cannot read this host's facts: %s: %s", what, strerror(errno));
}

static bool is_absent(int error)
{
	return error == ENOENT || error == ENODEV || error == ENXIO || error == ENOTDIR;
}

static bool is_forbidden(int error)
{
	return error == EACCES || error == EPERM;
}

/* Read the first line of a small file, without '\n'; return false if it is empty or unreadable. */
static bool read_line(struct host *h, const char *path, char *line, size_t size)
{
	int fd = TEMP_FAILURE_RETRY(open(path, O_RDONLY | O_CLOEXEC));
	ssize_t n = fd < 0 ? -1 : TEMP_FAILURE_RETRY(read(fd, line, size - 1));

	if (n < 0 && !is_absent(errno) && !is_forbidden(errno))
		cannot_tell(h, path);
	if (fd >= 0)
		close(fd);
	if (n <= 0)
		return false;
	line[n] = '\0';
	line[strcspn(line, "\n")] = '\0';
	return true;
}

static bool is_true(const char *parameter)
{
	return !strchr("Nn0", parameter[0]);
}

/* Each of /sys/module/@module/parameters is a fact, some also under a short name. */
static void read_parameters(struct host *h, const char *module)
{
	static const char *const short_names[][2] = {
		{ "npt", "npt" }, { "ept", "ept" }, { "nested", "nested" }, { "vgif", "vgif" },
		{ "avic", "avic" }, { "enable_apicv", "apicv" }, { "enable_ipiv", "enable_ipiv" },
	};
	char *path = text("/sys/module/%s/parameters", module);
	struct dirent **names;
	int n = scandir(path, &names, NULL, alphasort);

	if (n < 0 && !is_absent(errno))
		cannot_tell(h, path);
	for (int i = 0; i < n; i++) {
		char *file = text("%s/%s", path, names[i]->d_name);
		char *key = text("%s.%s", module, names[i]->d_name);
		char value[256];

		if (names[i]->d_name[0] != '.' && read_line(h, file, value, sizeof(value))) {
			facts_set(&h->facts, key, value);
			for (size_t s = 0; s < sizeof(short_names) / sizeof(*short_names); s++) {
				if (!strcmp(short_names[s][0], names[i]->d_name))
					set_number(&h->facts, short_names[s][1], "%u", is_true(value));
			}
		}
		free(key);
		free(file);
		free(names[i]);
	}
	if (n >= 0)
		free(names);
	free(path);
}

/* If kvm_intel and kvm_amd are built in, both exist, and one is idle: ask the CPU. */
static bool cpu_has(const char *vendor)
{
	unsigned int eax, ebx, ecx, edx;

	if (!strcmp(vendor, "intel"))
		return __get_cpuid(1, &eax, &ebx, &ecx, &edx) && ecx & CPUID_ECX_VMX;
	if (!strcmp(vendor, "amd"))
		return __get_cpuid(0x80000001, &eax, &ebx, &ecx, &edx) && ecx & CPUID_ECX_SVM;
	return true;
}

static void read_vendor(struct host *h)
{
	for (size_t i = 0; i < sizeof(vendors) / sizeof(*vendors); i++) {
		char *module = text("kvm_%s", vendors[i]);
		char *parameters = text("/sys/module/%s/parameters", module);

		if (facts_get(&h->facts, "vendor") || !cpu_has(vendors[i])) {
			/* found already, or idle */
		} else if (access(parameters, F_OK)) {
			if (!is_absent(errno))
				cannot_tell(h, parameters);
		} else {
			facts_set(&h->facts, "vendor", vendors[i]);
			read_parameters(h, module);
		}
		free(parameters);
		free(module);
	}
	if (!facts_get(&h->facts, "vendor"))
		facts_set(&h->facts, "vendor", "unknown");
	/* In kvm_pvm, KVM_RUN never returns after a guest's VMCALL. */
	set_number(&h->facts, "hypercalls", "%u", !facts_is(&h->facts, "vendor", "pvm"));
	read_parameters(h, "kvm");
}

/* CPUID does not tell Bochs from the CPU that it emulates, but its firmware does. */
static void read_hypervisor(struct host *h)
{
	unsigned int eax, ebx, ecx, edx;
	uint32_t signature[3];
	char vendor[64];

	if (read_line(h, "/sys/class/dmi/id/bios_vendor", vendor, sizeof(vendor)) &&
	    !strcmp(vendor, "The Bochs Project")) {
		facts_set(&h->facts, "hypervisor", "bochs");
	} else if (!__get_cpuid(1, &eax, &ebx, &ecx, &edx) || !(ecx & CPUID_1_ECX_HYPERVISOR)) {
		facts_set(&h->facts, "hypervisor", "none");
	} else {
		__cpuid(0x40000000, eax, signature[0], signature[1], signature[2]);
		facts_set(&h->facts, "hypervisor", hypervisor_of(signature));
	}
}

static void read_clocksource(struct host *h)
{
	char name[64];

	if (read_line(h, "/sys/devices/system/clocksource/clocksource0/current_clocksource", name,
		      sizeof(name)))
		facts_set(&h->facts, "clocksource", name);
}

/* CPUID in this process may show less than the host's kernel sees. */
static void read_cpu(struct host *h)
{
	unsigned int eax, ebx, ecx, edx;
	unsigned int brand[12] = {};
	char *name = (char *)brand;

	for (unsigned int i = 0; i < 3; i++)
		__get_cpuid(0x80000002 + i, &brand[4 * i], &brand[4 * i + 1], &brand[4 * i + 2],
			    &brand[4 * i + 3]);
	name[sizeof(brand) - 1] = '\0';
	facts_set(&h->facts, "cpu", name[0] ? name + strspn(name, " ") : "unknown");
	if (__get_cpuid(1, &eax, &ebx, &ecx, &edx))
		set_number(&h->facts, "selfsnoop", "%u", edx >> 27 & 1);
	if (!__get_cpuid(6, &eax, &ebx, &ecx, &edx))
		ecx = 0;
	set_number(&h->facts, "aperfmperf", "%u", ecx & 1);
	if (!__get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx))
		ebx = ecx = 0;
	set_number(&h->facts, "fdp_excptn_only", "%u", ebx >> 6 & 1);
	set_number(&h->facts, "zero_fcs_fds", "%u", ebx >> 13 & 1);
	set_number(&h->facts, "shstk", "%u", !!(ecx & CPUID_7_ECX_SHSTK));
	if (!__get_cpuid(0x8000000a, &eax, &ebx, &ecx, &edx))
		edx = 0;
	set_number(&h->facts, "x2avic", "%u", edx >> 18 & 1);
	if (!__get_cpuid(0x8000001f, &eax, &ebx, &ecx, &edx))
		eax = 0;
	set_number(&h->facts, "sev_es", "%u", eax >> 3 & 1);
	set_number(&h->facts, "sev_snp", "%u", eax >> 4 & 1);
}

/*
 * Read the CPU's MSR, which needs the msr driver and root.  KVM gives its guests
 * another value.
 */
static bool read_msr(uint32_t index, uint64_t *value)
{
	int fd = open("/dev/cpu/0/msr", O_RDONLY | O_CLOEXEC);
	bool done = fd >= 0 && pread(fd, value, sizeof(*value), index) == sizeof(*value);

	if (fd >= 0)
		close(fd);
	return done;
}

/* CPUs without CET check error codes at VM entry; but a hypervisor may hide CET. */
static bool has_neither_cet_nor_hypervisor(void)
{
	unsigned int eax, ebx, ecx = 0, edx = 0;

	__get_cpuid(1, &eax, &ebx, &ecx, &edx);
	if (ecx & CPUID_1_ECX_HYPERVISOR)
		return false;
	ecx = edx = 0;
	__get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx);
	return !(ecx & CPUID_7_ECX_SHSTK || edx & CPUID_7_EDX_IBT);
}

/*
 * Read what VM entry checks when it injects an event (SDM 3D, A.1 and A.6).  Set
 * no fact for a check that cannot be read.
 */
static void read_vmx(struct host *h)
{
	uint64_t value;

	if (!facts_is(&h->facts, "vendor", "intel"))
		return;
	if (read_msr(MSR_IA32_VMX_BASIC, &value))
		set_number(&h->facts, "no_hw_error_code", "%u", value >> 56 & 1);
	else if (has_neither_cet_nor_hypervisor())
		facts_set(&h->facts, "no_hw_error_code", "0");
	if (read_msr(MSR_IA32_VMX_MISC, &value))
		set_number(&h->facts, "zero_length", "%u", value >> 30 & 1);
}

/* Do an ioctl that never fails on a working KVM. */
static int ask(struct host *h, unsigned long request, unsigned long argument,
	       const char *name)
{
	int r = TEMP_FAILURE_RETRY(ioctl(h->kvm, request, argument));

	if (r < 0 && errno != ENOTTY)
		cannot_tell(h, name);
	return r;
}

static void open_kvm(struct host *h)
{
	int version;

	h->kvm = TEMP_FAILURE_RETRY(open("/dev/kvm", O_RDWR | O_CLOEXEC));
	if (h->kvm < 0) {
		if (is_forbidden(errno))
			h->broken = text("no permission for /dev/kvm: sudo usermod -aG kvm $USER, "
					 "and log in again");
		else if (is_absent(errno))
			h->no_kvm = text("no /dev/kvm: %s", strerror(errno));
		else
			cannot_tell(h, "/dev/kvm");
		return;
	}
	version = ask(h, KVM_GET_API_VERSION, 0, "KVM_GET_API_VERSION");
	if (version != KVM_API_VERSION)
		h->no_kvm = text("/dev/kvm is not KVM: KVM_GET_API_VERSION is %d, expected %d",
				 version, KVM_API_VERSION);
	if (h->no_kvm && h->kvm >= 0) {
		close(h->kvm);
		h->kvm = -1;
	}
}

static void read_kvm(struct host *h)
{
	int quirks = ask(h, KVM_CHECK_EXTENSION, KVM_CAP_DISABLE_QUIRKS2, "KVM_CHECK_EXTENSION");
	int x2apic_api = ask(h, KVM_CHECK_EXTENSION, KVM_CAP_X2APIC_API, "KVM_CHECK_EXTENSION");

	set_number(&h->facts, "quirks", "0x%x", quirks > 0 ? quirks : 0);
	set_number(&h->facts, "x2apic_api", "0x%x", x2apic_api > 0 ? x2apic_api : 0);
	read_vmx(h);
	h->cpuid = xrealloc(NULL, sizeof(*h->cpuid) +
			    MAX_CPUID_ENTRIES * sizeof(h->cpuid->entries[0]));
	h->cpuid->nent = MAX_CPUID_ENTRIES;
	ask(h, KVM_GET_SUPPORTED_CPUID, (uintptr_t)h->cpuid, "KVM_GET_SUPPORTED_CPUID");
}

void host_read(struct host *h)
{
	struct utsname host;

	*h = (struct host) { .kvm = -1 };
	facts_set(&h->facts, "suite", suite_version);
	read_vendor(h);
	if (!uname(&host))
		facts_set(&h->facts, "kernel", host.release);
	read_cpu(h);
	read_hypervisor(h);
	read_clocksource(h);
	open_kvm(h);
	if (h->kvm >= 0)
		read_kvm(h);
}

void host_free(struct host *h)
{
	facts_free(&h->facts);
	free(h->no_kvm);
	free(h->broken);
	free(h->cpuid);
	if (h->kvm >= 0)
		close(h->kvm);
}
