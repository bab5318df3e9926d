/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * task.h - the main process's side of a job: it starts the worker, passes its
 * messages on, holds it to its bounds, and cleans up after it.
 */
#ifndef KDUEL_TASK_H
#define KDUEL_TASK_H

#include "lib/tmpdir.h"
#include "runner/agent/agent.h"

#include <sys/types.h>

struct task {
	struct wire_msg job; /* owned */
	struct tmpdir dir; /* the job's */
	pid_t worker; /* 0: none */
	int pidfd, go; /* go: one byte lets the worker enter the announced iteration */
	struct wire pipe; /* from the worker */
	uint64_t max_ms, setup_ms; /* bounds of the steps */
	uint64_t deadline; /* of the present step, clock__ns() */
	uint64_t look_at; /* when to see next whether the worker was killed, clock__ns() */
	uint64_t die_by; /* by when it must be dead then; 0: it was not */
	char step[64]; /* what that is, for people */
	bool silent; /* inside a timed part */
	bool cleaning; /* the worker is one that only tears down */
	bool has_outcome; /* status and text say how the job ended */
	bool reported; /* by the worker itself, so it has torn down */
	enum wire_status status;
	char text[2048];
};

/* Remove the directories of jobs whose agent was killed. */
void task__sweep(void);
/* Begin the job in `msg`, which is taken over (also on failure). A job that cannot be started is
 * reported to the host: 0, or -errno when the host is gone. */
int task__start(struct task *t, struct agent *a, struct wire_msg *msg);
/* To be called when the pipe is readable, the worker has ended, or the time is task__due().
 * 1 when the job has ended and WIRE_DONE was sent, 0 when it goes on, -errno when the
 * host is gone. */
int task__step(struct task *t, struct agent *a);
/* When task__step() has something to do at the latest, clock__ns(), if nothing happens before. */
uint64_t task__due(const struct task *t, const struct agent *a);
/* End the job in whatever state it is, without reporting it. Does nothing for a task that is not
 * running. */
void task__abort(struct task *t, struct agent *a);
bool task__running(const struct task *t);

#endif
