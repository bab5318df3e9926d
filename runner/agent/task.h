/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * task.h - the main process's side of a job: it starts the worker, passes its
 * messages on, holds it to its bounds, and cleans up after it.
 */
#ifndef KDUEL_TASK_H
#define KDUEL_TASK_H

#include "runner/agent/agent.h"

#include <sys/types.h>

struct task {
	struct wire_msg job; /* owned */
	char dir[128]; /* the job's directory, "" if none */
	pid_t worker; /* 0: none */
	int pidfd, go; /* go: one byte lets the worker enter the announced iteration */
	struct wire pipe; /* from the worker */
	uint64_t max_ms, setup_ms; /* bounds of the steps */
	uint64_t deadline; /* of the present step, clock__ns() */
	char step[64]; /* what that is, for people */
	bool silent; /* inside a timed part */
	bool cleaning; /* the worker is one that only tears down */
	bool has_outcome; /* status and text say how the job ended */
	bool reported; /* by the worker itself, so it has torn down */
	enum wire_status status;
	char text[2048];
};

/* Begin the job in `msg`, which is taken over (also on failure). A job that cannot be started is
 * reported to the host: 0, or -errno when the host is gone. */
int task__start(struct task *t, struct agent *a, struct wire_msg *msg);
/* To be called when the pipe is readable, the worker has ended or the deadline has passed.
 * 1 when the job has ended and WIRE_DONE was sent, 0 when it goes on, -errno when the
 * host is gone. */
int task__step(struct task *t, struct agent *a);
/* End the job in whatever state it is, without reporting it. Does nothing for a task that is not
 * running. */
void task__abort(struct task *t, struct agent *a);
bool task__running(const struct task *t);

#endif
