/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * agent.h - the program that runs on the booted kernel: a main process that
 * talks to the host, and one worker process per job.
 *
 * The main process never runs a workload, and the worker never talks to the
 * host. So the host learns of a worker that hangs or crashes, and during a timed
 * part only the workload runs: the main process sleeps in poll().
 */
#ifndef KDUEL_AGENT_H
#define KDUEL_AGENT_H

#include "lib/strvec.h"
#include "runner/agent/modules.h"
#include "runner/agent/watchdog.h"
#include "runner/wire/wire.h"
#include "workloads/support/job.h"

#define AGENT_BEAT_MS 1000
#define AGENT_SETTLE_S 3 /* by then, deferred work of the boot is done (docs/EXACT.md) */
/* Enough time for a killed process to free its memory, even a lot of it on a slow machine. */
#define AGENT_DIE_MS 120000
#define AGENT_SEND_MS 30000 /* a host that reads nothing for this long is gone */

struct agent {
	struct wire in, out; /* from and to the host; may be the same descriptor */
	struct job_env env;
	bool init; /* we are process 1, so we may kill every other process */
	/* `in` is a file with all jobs, ending with quit, and the host only reads. There are no
	 * heartbeats, and before the first job the agent waits `settle_s` seconds for the system to
	 * settle. */
	bool one_way;
	unsigned int settle_s;
	unsigned int die_ms; /* how long a killed worker may take to die; 0: AGENT_DIE_MS */
	unsigned int inject; /* fault injection (inject.h); 0: off */
	struct watchdog watchdog;
	struct modules modules;
	struct strvec inject_base; /* guest_state__list() before the first injected fault */
};

/* Send a message to the host, waiting at most AGENT_SEND_MS. 0, or -errno if the host is gone. */
int agent__send(struct agent *a, const struct wire_msg *msg);
/* Forward the message that `from` received last, byte for byte. Returns as agent__send(). */
int agent__forward(struct agent *a, const struct wire *from);
/* Send a WIRE_LOG message, cut to 1 KiB. Returns as agent__send(). */
int agent__log(struct agent *a, const char *fmt, ...) __printf(2, 3);

#endif
