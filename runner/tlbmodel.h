/* SPDX-License-Identifier: GPL-2.0-only */
/* tlbmodel.h - the TLB model's plugin from outside: what QEMU is told, what comes back. */
#ifndef KDUEL_RUNNER_TLBMODEL_H
#define KDUEL_RUNNER_TLBMODEL_H

#include "runner/plan.h"
#include "runner/record.h"

#define TLBMODEL_FILE "tlb.jsonl" /* in the run directory; docs/TLB.md has its lines */

/* The word after QEMU's -plugin; caller frees. -ENOENT: the plugin is not where kduel is, or a
 * core that the plan names has no file; -EINVAL: its file is wrong. */
int tlbmodel__plugin_arg(const struct plan *plan, const char *run_dir, char **arg,
			 struct err *err);
/* Append what is simulated for a plan, one word a core: its name and its sizes. Errors as above. */
int tlbmodel__cores(const struct plan *plan, struct strvec *words, struct err *err);
/* After the boot: read what the plugin wrote and add its samples and facts to the record,
 * filed under `workload`. All or nothing: -EPROTO when the file is missing or truncated or a
 * marker was never reached, and says which. */
int tlbmodel__collect(struct record *rec, const char *run_dir, const char *workload,
		      struct err *err);

#endif
