/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * task.h - the main process's side of a job: start the worker, forward its
 * messages, enforce its time limits, and clean up after it.
 */
#ifndef KDUEL_TASK_H
#define KDUEL_TASK_H

#include "lib/tmpdir.h"
#include "runner/agent/agent.h"

#include <sys/types.h>

struct task {
	struct wire_msg job; /* owned */
	struct tmpdir dir; /* directory of the job */
	pid_t worker; /* 0: none */
	int pidfd;
	int go; /* pipe: a byte tells the worker to start the announced iteration */
	struct wire pipe; /* messages from the worker */
	uint64_t max_ms, setup_ms; /* time limits of an iteration, and of other steps */
	uint64_t deadline; /* of the current step, clock__ns() */
	uint64_t look_at; /* when to check next whether the worker was killed, clock__ns() */
	uint64_t die_by; /* when a killed worker must be dead, clock__ns(); 0: it was not killed */
	char step[64]; /* name of the current step, for messages */
	bool silent; /* in a timed part */
	bool cleaning; /* the worker only does the tear-down */
	bool has_outcome; /* status and text are set */
	bool reported; /* the worker has reported the outcome itself, after its tear-down */
	enum wire_status status;
	char text[2048];
};

/* Remove the job directories of agents that were killed. */
void task__sweep(void);
/* Start the job in `msg`, which is taken over, even on failure. If the job cannot be started, that is
 * reported to the host. 0, or -errno if the host is gone. */
int task__start(struct task *t, struct agent *a, struct wire_msg *msg);
/* Call it when the pipe is readable, when the worker has ended, and at task__due(). 1: the job has ended
 * and WIRE_DONE was sent; 0: the job goes on; -errno: the host is gone. */
int task__step(struct task *t, struct agent *a);
/* When to call task__step() at the latest, by clock__ns(). */
uint64_t task__due(const struct task *t, const struct agent *a);
/* End the job, whatever its state, without reporting it. Does nothing if the task is not running. */
void task__abort(struct task *t, struct agent *a);
bool task__running(const struct task *t);

#endif
