/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BENCH_FLOOR_H
#define BENCH_FLOOR_H

#define FLOOR_VCPUS	1024	/* at most */

/*
 * floor_vm() - do the least that KVM needs: create a VM with this many vCPUs, enter
 * its first vCPU once, and close it.  Any error ends the program.
 */
void floor_vm(int kvm, unsigned int vcpus);
int floor_open(void);

#endif
