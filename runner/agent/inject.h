/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * inject.h - fault injection, to test kduel itself (kduel.inject=1 on the kernel's command line). Each
 * workload of a boot is first made to fail twice, in the middle of a timed part and in its set-up, and
 * must leave nothing behind in the guest. The time limits are by the guest's clock, which goes on even
 * if a busy host does not run the guest: kduel.inject=N multiplies them by N.
 */
#ifndef KDUEL_INJECT_H
#define KDUEL_INJECT_H

#include "runner/agent/agent.h"

/*
 * Run the job twice without reporting it to the host. In the set-up the worker is killed; in the timed
 * part its programs are, or the worker if it runs none. The host gets heartbeats and, at the end, the
 * fact "inject/NAME", which says for each stage what was killed and how the job failed, or "too short"
 * if the stage ended too early. 0, or -errno with `err` set if something was left behind, or if the job
 * did not fail as it should. A workload that is not supported on this system is skipped.
 */
int inject__run(struct agent *a, const struct wire_msg *job, struct err *err);

#endif
