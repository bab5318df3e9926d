/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * session.h - the conversation with the agent of a booted kernel, and the watch over it:
 * deadlines, heartbeat, console, the end of the target.
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
	bool timed; /* inside a timed iteration: the agent is silent by design */
	/* CLOCK_MONOTONIC_RAW. The deadline is that of the rule; the bound is that of the whole job,
	 * which no message postpones (0: none). */
	uint64_t deadline, bound;
	uint64_t starved; /* ns that the target had waited for a CPU by then */
	uint64_t looked; /* when the console, the target and the user were looked at last */
	enum { WAIT_HELLO, WAIT_TALK, WAIT_ITERATION, WAIT_BYE } rule;
	bool one_way; /* nothing can be sent: the agent has its list of jobs */
	uint64_t talk_ns; /* how long it may be silent outside timed parts */
	bool ended; /* the target has, with this outcome of wait() */
	int end, end_status;
	const char *doing; /* what is going on, for messages */
};

/* Wait for the next message that the protocol allows. 0; or -1 when the boot is over, with the
 * record's status set. */
int session__next(struct session *s, struct wire_msg *msg);
/* Set the rule that the next wait obeys. */
void session__expect(struct session *s, int rule, uint64_t within_ns);
/* Send a message. 0, or -1 with the record's status set. */
int session__send(struct session *s, const struct wire_msg *msg);
/* As the target's wait(), which may be called only until it has reported the end; remembers it. */
int session__wait(struct session *s, unsigned int ms, int *status);
/* If the console shows a dying kernel, make that the record's status and return true. */
bool session__blame_kernel(struct session *s);

#endif
