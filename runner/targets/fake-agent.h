/* SPDX-License-Identifier: GPL-2.0-only */
/* fake-agent.h - what runs in the fake target's child; see fake.c. */
#ifndef KDUEL_FAKE_AGENT_H
#define KDUEL_FAKE_AGENT_H

#include "runner/target.h"

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

/* Speak the agent's side of the wire on `fd` until the host says quit or hangs up, or fail
 * as asked. The console's text goes to `console`. */
void fake_agent__run(const struct boot_spec *spec, enum fake_failure failure, int fd, int console)
	__attribute__((noreturn));

#endif
