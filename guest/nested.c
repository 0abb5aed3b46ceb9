// SPDX-License-Identifier: GPL-2.0-only
#include "nested.h"

#include "case.h"
#include "svm.h"
#include "vmx.h"

#define INTR_INFO_VECTOR(info)	((info) & 0xff)

static bool has_vmx(void)
{
	return cpuid(1, 0).ecx & CPUID_1_ECX_VMX;
}

const char *nested_begin(void)
{
	return has_vmx() ? vmx_begin() : svm_enable();
}

void nested_end(void)
{
	if (has_vmx())
		vmx_end();
}

static const char *why(bool returned, bool shutdown, int vector)
{
	return returned ? "returned" : shutdown ? "shutdown" :
	       vector ? fault_name(vector) : "other-exit";
}

static struct nested_exit run_by_vmx(void (*function)(void), u32 exceptions)
{
	u32 reason;
	int vector;

	vmx_prepare();
	vmwrite(EXCEPTION_BITMAP, exceptions);
	reason = vmx_run(function);
	vector = reason == VMX_EXIT_EXCEPTION ? INTR_INFO_VECTOR(vmread(VM_EXIT_INTR_INFO)) : 0;
	note("exit reason 0x%x", reason);
	return (struct nested_exit) {
		.why = why(reason == VMX_EXIT_VMCALL, reason == VMX_EXIT_TRIPLE_FAULT, vector), .vector = vector,
		.detail = vmread(EXIT_QUALIFICATION), .cr2 = read_cr2(), .dr6 = read_dr6(),
	};
}

static struct nested_exit run_by_svm(void (*function)(void), u32 exceptions)
{
	static struct vmcb vmcb __attribute__((aligned(0x1000)));
	u64 code;
	int vector;

	svm_prepare(&vmcb, false);
	vmcb.intercept_exception = exceptions;
	vmcb.intercept[0] = INTERCEPT_SHUTDOWN;
	code = svm_run(&vmcb, function);
	vector = code - SVM_EXIT_EXCEPTION < NR_EXCEPTIONS ? code - SVM_EXIT_EXCEPTION : 0;
	note("exit code 0x%lx", code);
	return (struct nested_exit) {
		.why = why(code == SVM_EXIT_VMMCALL, code == SVM_EXIT_SHUTDOWN, vector), .vector = vector,
		.detail = vmcb.exit_info[1], .cr2 = vmcb.cr2, .dr6 = vmcb.dr6,
	};
}

struct nested_exit nested_run(void (*function)(void), u32 exceptions)
{
	return (has_vmx() ? run_by_vmx : run_by_svm)(function, exceptions);
}
