/* SPDX-License-Identifier: GPL-2.0-only */
/* fake_agent.h - the thread that plays the agent of the fake target; fake.c has what it answers. */
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
	double scale; /* every value is multiplied by it */
	enum fake_failure failure; /* how the boot ends */
};

/*
 * Start a thread that speaks the agent's side of the wire on `fd` until the host says quit or
 * hangs up, or fails as asked; the console's text goes to `console`. Both descriptors are taken
 * over in any case; `spec` stays the caller's and must live until fake_agent__stop().
 * 0 and *fp, or -errno.
 */
int fake_agent__start(const struct boot_spec *spec, const struct fake_agent_opts *o, int fd,
		      int console, struct fake **fp);

/* Wait at most `ms` for its end: 0 and what a supervised program would return (128 + signal
 * when killed) in *status, or -ETIMEDOUT; -ECHILD when it was waited for before. */
int fake_agent__wait(struct fake *f, unsigned int ms, int *status);

/* End it in whatever state it is, and release it. NULL is fine. */
void fake_agent__stop(struct fake *f);

#endif
