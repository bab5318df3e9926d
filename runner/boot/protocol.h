/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * protocol.h - which message of the agent may come next.
 *
 * The guest is not trusted: a well-formed message may still be repeated, come too early or
 * endlessly, or belong to another job. Each one is checked against the state of the boot before
 * anything of it is used.
 */
#ifndef KDUEL_BOOT_PROTOCOL_H
#define KDUEL_BOOT_PROTOCOL_H

#include "runner/wire/msg.h"

enum protocol_state {
	PROTOCOL_BOOTING, /* until hello */
	PROTOCOL_IDLE, /* between two jobs */
	PROTOCOL_JOB, /* a job is running, outside of its timed parts */
	PROTOCOL_TIMED, /* between iter-begin and iter-end */
	PROTOCOL_FAILING, /* a timed part ended without iter-end: the job can only fail now */
	PROTOCOL_QUITTING, /* all jobs are done */
	PROTOCOL_OVER, /* no more messages are allowed */
	PROTOCOL_STATE_MAX,
};

struct protocol {
	enum protocol_state state;
	const struct wire_msg *order; /* running job; set in PROTOCOL_JOB, TIMED and FAILING */
	int begun; /* number of its iterations that have begun */
	size_t facts, texts, bytes; /* messages of this boot, and their total size */
};

/* The agent was sent `order` or, in one-way mode, reaches it in its list. */
void protocol__begin_job(struct protocol *p, const struct wire_msg *order);
/* The agent was told to quit, or has reached the end of its list. */
void protocol__quit(struct protocol *p);
/* Check a message, and change to the state after it. 0; or -EPROTO with the reason in `err`: the
 * boot is over. */
int protocol__take(struct protocol *p, const struct wire_msg *m, struct err *err);

#endif
