/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * agent.h - the program that runs on the booted kernel: one process that talks
 * to the host, and one worker process per job.
 *
 * The main process never works and the worker never talks to the host. So the
 * host learns of a worker that hangs or crashes, and inside a timed part
 * nothing but the workload runs: the main process sleeps in one poll().
 */
#ifndef KDUEL_AGENT_H
#define KDUEL_AGENT_H

#include "lib/strvec.h"
#include "runner/agent/modules.h"
#include "runner/agent/watchdog.h"
#include "runner/wire/wire.h"
#include "workloads/support/job.h"

#define AGENT_BEAT_MS 1000
#define AGENT_SETTLE_S 3 /* deferred boot work is done by then (docs/EXACT.md) */
/* Memory is freed in that time, however much there is and however slow the machine. */
#define AGENT_DIE_MS 120000
#define AGENT_SEND_MS 30000 /* a host that reads nothing for this long is gone */

struct agent {
	struct wire in, out; /* from and to the host; may be the same descriptor */
	struct job_env env;
	bool init; /* we are process 1: every other process is ours to kill */
	/* `in` is a list of jobs that ends with quit, and the host only reads: no heartbeat, and the
	 * system settles for `settle_s` seconds before the first job. */
	bool one_way;
	unsigned int settle_s;
	unsigned int die_ms; /* how long a killed worker may take to die; 0: AGENT_DIE_MS */
	unsigned int inject; /* make workloads fail before they run: inject.h; 0: do not */
	struct watchdog watchdog;
	struct modules modules;
	struct strvec inject_base; /* guest_state__list() before the first injected fault */
};

/* Send to the host, waiting at most AGENT_SEND_MS. 0, or -errno when the host is gone. */
int agent__send(struct agent *a, const struct wire_msg *msg);
/* Pass on the message that `from` received last, byte for byte. As agent__send(). */
int agent__forward(struct agent *a, const struct wire *from);
/* Send WIRE_LOG; text beyond 1 KiB is cut. As agent__send(). */
int agent__log(struct agent *a, const char *fmt, ...) __printf(2, 3);

#endif
