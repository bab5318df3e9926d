/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * session.h - the conversation with the agent of a booted kernel, watched over by deadlines,
 * heartbeats, the console, and the state of the target.
 */
#ifndef KDUEL_BOOT_SESSION_H
#define KDUEL_BOOT_SESSION_H

#include "runner/boot/boot.h"
#include "runner/boot/console.h"
#include "runner/boot/protocol.h"
#include "runner/wire/wire.h"

struct session {
	const struct boot_opts *opts;
	struct record *rec;
	struct target_run run;
	struct wire wire;
	struct console console;
	struct protocol protocol;
	bool timed; /* in a timed iteration: the agent is silent by design */
	/* In CLOCK_MONOTONIC_RAW ns. `deadline` is that of the rule; `bound` is that of the whole
	 * job, which no message extends (0: none). */
	uint64_t deadline, bound;
	uint64_t starved; /* ns that the target had waited for a CPU at the last check */
	uint64_t looked; /* time of the last check of console, target and user */
	/* ns that were lost on the host: since `lost_since`, and in the window before that. */
	uint64_t lost, lost_before, lost_since;
	enum { WAIT_HELLO, WAIT_TALK, WAIT_ITERATION, WAIT_BYE } rule;
	bool one_way; /* one-way mode: nothing can be sent, the agent has a list of jobs */
	uint64_t talk_ns; /* how long the agent may be silent outside of timed parts */
	bool ended; /* the target has ended, and wait() returned this */
	int end, end_status;
	const char *doing; /* current step, for messages */
};

/* Wait for the next message that the protocol allows. 0, or -1 if the boot is over, with the status
 * set in the record. */
int session__next(struct session *s, struct wire_msg *msg);
/* Set rule and deadline for the next wait. */
void session__expect(struct session *s, int rule, uint64_t within_ns);
/* Send a message. 0, or -1 with the status set in the record. */
int session__send(struct session *s, const struct wire_msg *msg);
/* wait() of the target, which must not be called again after it has reported the end: its result is
 * kept. */
int session__wait(struct session *s, unsigned int ms, int *status);
/* If the console shows that the kernel died, set that as status in the record, and return true. */
bool session__blame_kernel(struct session *s);

#endif
