/* SPDX-License-Identifier: GPL-2.0-only */
/* facts.h - what a boot's figures depend on and only the host knows, as facts of the boot. */
#ifndef KDUEL_BOOT_FACTS_H
#define KDUEL_BOOT_FACTS_H

#include "runner/boot/record.h"
#include "runner/targets/target.h"

/* The event numbers that collector perf uses in a plan's boots, "none" when it uses none; NULL: the
 * plan does not have the collector. The string belongs to the plan. */
const char *env_host__events(const struct plan *plan);
/* The fact that tells the parameters of a workload: *key is its key, and its value is returned. The
 * caller frees both. */
char *env_host__params(const struct plan_workload *w, char **key);
/* Record the guest's size (target/memory, target/cpus, ...) and what configs/ had when the plan
 * was read. Where times are measured (not under emulation) also the machine's key, and under KVM
 * the host's settings (host/governor, ...). */
void env_host__record(const struct boot_spec *spec, const struct target_ops *ops,
		      struct record *rec);
/* Once it has started: of a running system, which boot of it this is, and what kduel may not see there
 * (counters, the kernel log, debugfs), which decides what metrics there are. */
void env_host__record_running(const struct boot_spec *spec, struct record *rec);

#endif
