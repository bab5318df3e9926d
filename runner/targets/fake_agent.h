/* SPDX-License-Identifier: GPL-2.0-only */
/* fake_agent.h - the thread that plays the agent of the fake target; see fake.c for its numbers. */
#ifndef KDUEL_TARGETS_FAKE_AGENT_H
#define KDUEL_TARGETS_FAKE_AGENT_H

#include "runner/targets/target.h"

enum fake_failure {
	FAIL_NONE,
	FAIL_PANIC,
	FAIL_BUG,
	FAIL_BOOT_TIMEOUT,
	FAIL_AGENT_LOST,
	FAIL_AGENT_DIED,
	FAIL_WORKLOAD,
	FAIL_WORKLOAD_TIMEOUT,
	FAIL_UNSUPPORTED,
	FAIL_PROTOCOL,
	FAIL_TARGET_MISSING,
	FAIL_TARGET_KILLED,
};

struct fake;

struct fake_agent_opts {
	double scale; /* factor of all values */
	enum fake_failure failure; /* how the boot ends */
};

/*
 * Start a thread that speaks the agent's side of the protocol on `fd` until the host says quit or
 * hangs up, or until it fails as requested. Console output goes to `console`. Both descriptors are
 * taken over, even on failure; `spec` must live until fake_agent__stop(). 0 with *fp, or -errno.
 */
int fake_agent__start(const struct boot_spec *spec, const struct fake_agent_opts *o, int fd,
		      int console, struct fake **fp);

/* Wait at most `ms` for the thread to end. 0, with the exit status as of a supervised program
 * (128 + signal if killed) in *status; -ETIMEDOUT; -ECHILD if it was waited for before. */
int fake_agent__wait(struct fake *f, unsigned int ms, int *status);

/* End the thread, whatever it is doing, and free everything. NULL is allowed. */
void fake_agent__stop(struct fake *f);

#endif
