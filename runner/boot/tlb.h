/* SPDX-License-Identifier: GPL-2.0-only */
/* tlb.h - the TLB model's plugin from outside: what QEMU is told, what comes back. */
#ifndef KDUEL_BOOT_TLB_H
#define KDUEL_BOOT_TLB_H

#include "runner/boot/record.h"
#include "runner/plan/tlb_cores.h"

#define TLBMODEL_FILE "tlb.jsonl" /* in the run directory; docs/TLB.md has its lines */

/* The word after QEMU's -plugin; caller frees. -ENOENT: the plugin is not where kduel is. */
int tlbmodel__plugin_arg(const struct tlb_cores *cores, const char *run_dir, char **arg,
			 struct err *err);
/* After the boot: read what the plugin wrote and add its samples and facts to the record,
 * filed under `workload`. `cores`: what the plugin was told. All or nothing: -EPROTO when the file
 * is missing, too large or truncated or a marker was never reached, and says which. */
int tlbmodel__collect(struct record *rec, const char *run_dir, const char *workload,
		      const struct tlb_cores *cores, struct err *err);

#endif
