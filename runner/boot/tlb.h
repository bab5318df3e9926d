/* SPDX-License-Identifier: GPL-2.0-only */
/* tlb.h - what the TLB model's plugin counted in a boot. */
#ifndef KDUEL_BOOT_TLB_H
#define KDUEL_BOOT_TLB_H

#include "runner/boot/record.h"
#include "runner/plan/tlb_cores.h"
#include "runner/targets/target.h"

/* After the boot: read what the plugin wrote and add its samples and facts to the record, filed
 * under `workload`, whose own `metrics` are what its stages are counted for. `cores`: what the plugin was started with. All or nothing: -EPROTO when the
 * file is missing, too large or truncated or a marker was never reached, and says which. */
int tlbmodel__collect(struct record *rec, const char *run_dir, const char *workload,
		      const struct metric *metrics, const struct tlb_cores *cores, struct err *err);

#endif
