/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * drill.h - for testing kduel itself (kduel.drill=1 on the kernel's command line): before each
 * workload of a boot, the same workload is made to fail twice, in its set-up and in the middle of a
 * timed part, and nothing of it may be left in the guest.
 */
#ifndef KDUEL_DRILL_H
#define KDUEL_DRILL_H

#include "runner/agent/agent.h"

/* Run the job twice without a word to the host, and strike: in the set-up the worker is killed, in
 * the timed part its programs are (or the worker, when there are none). The host gets heartbeats
 * and, at the end, the fact "drill/NAME", which says what happened; "too short" of a timed part
 * that could not be struck. 0, or -errno with `err`: something was left behind, or did not fail as
 * it should. A workload that is not supported here is not drilled. */
int drill__run(struct agent *a, const struct wire_msg *job, struct err *err);

#endif
