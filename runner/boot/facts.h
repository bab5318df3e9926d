/* SPDX-License-Identifier: GPL-2.0-only */
/* facts.h - facts of a boot that its figures depend on and that only the host knows. */
#ifndef KDUEL_BOOT_FACTS_H
#define KDUEL_BOOT_FACTS_H

#include "runner/boot/record.h"
#include "runner/targets/target.h"

/* The table of event numbers that collector perf uses in a plan, "none" if it uses none. NULL: the
 * plan does not have that collector. The string belongs to the plan. */
const char *env_host__events(const struct plan *plan);
/* The fact with the parameters of a workload: returns its value, and its key in *key. The caller
 * frees both. */
char *env_host__params(const struct plan_workload *w, char **key);
/* Record the size of the guest (target/memory, target/cpus, ...) and what configs/ had when the
 * plan was read. If times are measured (not under emulation) also the machine's key, and under KVM
 * the host's settings (host/governor, ...). */
void env_host__record(const struct boot_spec *spec, const struct target_ops *ops,
		      struct record *rec);
/* Call after the start. For a running system record its boot id, and what kduel has no access to
 * there (counters, the kernel log, debugfs), which decides which metrics there are. */
void env_host__record_running(const struct boot_spec *spec, struct record *rec);

#endif
