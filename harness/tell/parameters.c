// SPDX-License-Identifier: GPL-2.0-only
#include "tell/parameters.h"

#include <stdlib.h>
#include <string.h>

#include "text.h"

/*
 * As module_param() has them from 6.1 to 7.3, before KVM turns off what the CPU has
 * not.  One that is not here is told whatever it is.
 */
static const char *const defaults[] = {
	"kvm.allow_unsafe_mappings=N", "kvm.eager_page_split=Y", "kvm.enable_pmu=Y",
	"kvm.enable_virt_at_load=Y", "kvm.enable_vmware_backdoor=N", "kvm.flush_on_reuse=N",
	"kvm.force_emulation_prefix=0", "kvm.halt_poll_ns=200000", "kvm.halt_poll_ns_grow=2",
	"kvm.halt_poll_ns_grow_start=10000", "kvm.halt_poll_ns_shrink=0",
	"kvm.halt_poll_ns_shrink=2", "kvm.ignore_msrs=N", "kvm.kvmclock_periodic_sync=Y",
	"kvm.lapic_timer_advance=Y", "kvm.lapic_timer_advance_ns=-1",
	"kvm.min_timer_period_us=200", "kvm.mitigate_smt_rsb=N", "kvm.mmio_caching=Y",
	"kvm.nx_huge_pages=N", "kvm.nx_huge_pages_recovery_period_ms=0",
	"kvm.nx_huge_pages_recovery_ratio=60", "kvm.pi_inject_timer=0",
	"kvm.report_ignored_msrs=Y", "kvm.tdp_mmu=Y", "kvm.tsc_tolerance_ppm=250",
	"kvm.vector_hashing=Y", "kvm_amd.avic=N", "kvm_amd.ciphertext_hiding_asids=0",
	"kvm_amd.debug_swap=Y", "kvm_amd.dump_invalid_vmcb=N",
	"kvm_amd.enable_device_posted_irqs=Y", "kvm_amd.enable_ipiv=Y",
	"kvm_amd.enable_mediated_pmu=N", "kvm_amd.force_avic=N", "kvm_amd.gmet=Y",
	"kvm_amd.intercept_smi=Y", "kvm_amd.lbrv=1", "kvm_amd.nested=1", "kvm_amd.npt=Y",
	"kvm_amd.nrips=1", "kvm_amd.pause_filter_count=3000", "kvm_amd.pause_filter_count_grow=2",
	"kvm_amd.pause_filter_count_max=65535", "kvm_amd.pause_filter_count_shrink=0",
	"kvm_amd.pause_filter_thresh=128", "kvm_amd.sev=Y", "kvm_amd.sev_es=Y",
	"kvm_amd.sev_snp=Y", "kvm_amd.tsc_scaling=1", "kvm_amd.vgif=1", "kvm_amd.vls=1",
	"kvm_amd.vnmi=Y", "kvm_intel.allow_smaller_maxphyaddr=N", "kvm_intel.cet=Y",
	"kvm_intel.dump_invalid_vmcs=N", "kvm_intel.emulate_invalid_guest_state=Y",
	"kvm_intel.enable_apicv=Y", "kvm_intel.enable_device_posted_irqs=Y",
	"kvm_intel.enable_ipiv=Y", "kvm_intel.enable_mediated_pmu=N",
	"kvm_intel.enable_shadow_vmcs=Y", "kvm_intel.enlightened_vmcs=Y",
	"kvm_intel.enlightened_vmcs=N", "kvm_intel.ept=Y", "kvm_intel.eptad=Y",
	"kvm_intel.error_on_inconsistent_vmcs_config=Y", "kvm_intel.fasteoi=Y",
	"kvm_intel.flexpriority=Y", "kvm_intel.mbec=Y", "kvm_intel.nested=Y",
	"kvm_intel.nested_early_check=N", "kvm_intel.ple_gap=128", "kvm_intel.ple_window=4096",
	"kvm_intel.ple_window_grow=2", "kvm_intel.ple_window_max=4294967295",
	"kvm_intel.ple_window_shrink=0", "kvm_intel.pml=Y", "kvm_intel.preemption_timer=Y",
	"kvm_intel.pt_mode=0", "kvm_intel.sgx=Y", "kvm_intel.tdx=N",
	"kvm_intel.unrestricted_guest=Y", "kvm_intel.vmentry_l1d_flush=never",
	"kvm_intel.vmentry_l1d_flush=cond", "kvm_intel.vnmi=Y", "kvm_intel.vpid=Y",
	"kvm_intel.warn_on_missed_cc=N",
};

bool fact_is_parameter(const struct fact *fact)
{
	return strchr(fact->key, '.') != NULL;
}

bool parameter_is_told(const struct fact *fact)
{
	char *setting = text("%s=%s", fact->key, fact->value);
	bool is_default = false;

	for (size_t i = 0; i < sizeof(defaults) / sizeof(*defaults); i++)
		is_default |= !strcmp(setting, defaults[i]);
	free(setting);
	return fact_is_parameter(fact) && !is_default;
}
