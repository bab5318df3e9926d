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
#include "runner/wire/wire.h"
#include "workloads/support/job.h"

#define AGENT_BEAT_MS 1000
#define AGENT_SETTLE_S 3 /* what the boot has put off is done by then (docs/EXACT.md) */
#define AGENT_SEND_MS 30000 /* a host that takes nothing for so long is gone */

struct agent {
	struct wire in, out; /* from and to the host; may be the same descriptor */
	struct job_env env;
	bool init; /* we are process 1: every other process is ours to kill */
	/* `in` is a list of jobs that ends with quit, and the host only reads: no heartbeat, and the
	 * system settles before the first job. */
	bool one_way;
	unsigned int settle_s; /* how long that takes */
	bool drill; /* make workloads fail first: see drill.h */
	struct strvec drill_base; /* what leftover__list() said before the first drill */
};

/* Say hello and serve jobs until the host says quit or the connection ends. Sends the kernel
 * log and WIRE_BYE at quit. 0 after a quit, else -errno with `err` set. */
int agent__serve(struct agent *a, struct err *err);

/* Send to the host; -errno when it is gone. */
int agent__send(struct agent *a, const struct wire_msg *msg);
/* Pass on to the host what `from` received last, unchanged. */
int agent__forward(struct agent *a, const struct wire *from);
int agent__log(struct agent *a, const char *fmt, ...) __printf(2, 3);

/* klog.c: the whole kernel log as WIRE_TEXT messages named "dmesg". A log that we may not
 * read is said in a WIRE_LOG and is no failure. */
int klog__send(struct agent *a);

#endif
