/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What KVM gives the CPU for a vCPU, for the guest in it: what decides a page's
 * memory type, and the event to inject.
 */
#ifndef RUN_INSPECT_H
#define RUN_INSPECT_H

#include "run/vcpu.h"

/* inspect_is_asked_for() - by --inspect, of a KVM that shows it; if not, mailbox.unseen says so. */
bool inspect_is_asked_for(struct vcpu *v);

/*
 * inspect_page() - for the page at arg[0], as SERVICE_INSPECT describes.
 * @v: out of the guest, its last exit completed
 *
 * Returns 0; -EAGAIN for a page that is not mapped, or what another VM has come
 * between; or -EPERM, and why it cannot be seen here in mailbox.unseen.
 */
int64_t inspect_page(struct vcpu *v, uint64_t arg[6]);

/* inspect_event() - the same for what is injected at the next entry. */
int64_t inspect_event(struct vcpu *v, uint64_t *event);

#endif
