/* SPDX-License-Identifier: GPL-2.0-only */
/* tlb.h - the counts of the TLB model's plugin in a boot. */
#ifndef KDUEL_BOOT_TLB_H
#define KDUEL_BOOT_TLB_H

#include "runner/boot/record.h"
#include "runner/plan/tlb_cores.h"
#include "runner/targets/target.h"

/* Read what the plugin wrote, and add its samples and facts to the record, under `workload`, whose
 * own `metrics` are those that its stages are counted for. `cores` are those that the plugin was
 * started with. Call after the boot. Nothing is added on error. -EPROTO: the file is missing, too
 * large or truncated, or a marker was never reached; `err` says which. */
int tlbmodel__collect(struct record *rec, const char *run_dir, const char *workload,
		      const struct metric *metrics, const struct tlb_cores *cores, struct err *err);

#endif
