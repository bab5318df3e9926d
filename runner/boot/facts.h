/* SPDX-License-Identifier: GPL-2.0-only */
/* facts.h - what a boot depends on that only the host knows, as facts of the boot. */
#ifndef KDUEL_BOOT_FACTS_H
#define KDUEL_BOOT_FACTS_H

#include "runner/boot/record.h"
#include "runner/targets/target.h"

/* The numbers of the events that collector perf counts in a plan's boots, "none" when it has none
 * by number; NULL: the plan does not have it. The plan's. */
const char *env_host__events(const struct plan *plan);
/* Record target/memory, target/cpus, ...: what the plan made the system of, and what configs/
 * said when the campaign began. Where the guest's speed
 * is the host's (KVM), the host's settings as host/governor and so on; and the machine's key
 * wherever times depend on it, which under emulation they do in no way that counts. */
void env_host__record(const struct boot_spec *spec, const struct target_ops *ops,
		      struct record *rec);

#endif
