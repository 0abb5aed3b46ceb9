// SPDX-License-Identifier: GPL-2.0-only

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <x86intrin.h>

#include "run/vcpu.h"

#define NS_A_SECOND	1000000000l

int64_t clock_time(struct vcpu *v, clockid_t id)
{
	struct timespec t;

	if (clock_gettime(id, &t))
		vm_finish(v->vm, END_GARBAGE, "host call of vCPU %u: there is no clock %d",
			  v->index, id);
	return t.tv_sec * NS_A_SECOND + t.tv_nsec;
}

int64_t clock_tsc(void)
{
	return __rdtsc();
}

int64_t clock_share_cpu(struct vcpu *v)
{
	cpu_set_t all, first;
	int cpu = 0;

	/* The main thread keeps the affinity with which the process has begun. */
	if (sched_getaffinity(getpid(), sizeof(all), &all))
		vm_finish(v->vm, END_SETUP, "sched_getaffinity: %s", strerror(errno));
	while (!CPU_ISSET(cpu, &all))
		cpu++;
	CPU_ZERO(&first);
	CPU_SET(cpu, &first);
	if (sched_setaffinity(0, sizeof(first), &first))
		vm_finish(v->vm, END_SETUP, "sched_setaffinity: %s", strerror(errno));
	return 0;
}

int64_t clock_run_delay(struct vcpu *v)
{
	FILE *f = fopen("/proc/thread-self/schedstat", "re");
	char line[128] = "", *waiting;

	if (f && !fgets(line, sizeof(line), f))
		line[0] = '\0';
	if (f)
		fclose(f);
	strtoll(line, &waiting, 10);		/* how long it has run */
	if (waiting == line)
		vm_finish(v->vm, END_LACKS, "this host has no /proc/thread-self/schedstat");
	return strtoll(waiting, NULL, 10);
}
