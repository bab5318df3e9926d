/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * inject.h - fault injection, for testing kduel itself (kduel.inject=1 on the kernel's command
 * line): each workload of a boot is first made to fail twice, in the middle of a timed part and in
 * its set-up, and must leave nothing behind in the guest. Its limits are on the guest's clock, which
 * runs on while a busy host runs something else: kduel.inject=N makes them N times as long.
 */
#ifndef KDUEL_INJECT_H
#define KDUEL_INJECT_H

#include "runner/agent/agent.h"

/* Run the job twice without reporting it to the host. In the set-up the worker is killed; in the
 * timed part its programs are, or the worker when it runs none. The host gets heartbeats and, at
 * the end, the fact "inject/NAME", which says what was killed and how the job failed; "too short"
 * if a stage ended before it could be hit. 0, or -errno with `err` set: something was left behind,
 * or the job did not fail as it should. A workload that is not supported here is skipped. */
int inject__run(struct agent *a, const struct wire_msg *job, struct err *err);

#endif
