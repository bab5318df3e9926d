/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * protocol.h - which message of the agent may come next.
 *
 * The guest is not trusted: a message that decodes may still come twice, too early, for another
 * job or without end. Each is held against the state of the boot before anything of it is kept.
 */
#ifndef KDUEL_BOOT_PROTOCOL_H
#define KDUEL_BOOT_PROTOCOL_H

#include "runner/wire/msg.h"

enum protocol_state {
	PROTOCOL_BOOTING, /* until hello */
	PROTOCOL_IDLE, /* between two jobs */
	PROTOCOL_JOB, /* a job runs, outside its timed parts */
	PROTOCOL_TIMED, /* between iter-begin and iter-end */
	PROTOCOL_FAILING, /* a timed part ended without iter-end: the job can only fail now */
	PROTOCOL_QUITTING, /* all jobs are done */
	PROTOCOL_OVER, /* nothing may come any more */
	PROTOCOL_STATE_MAX,
};

struct protocol {
	enum protocol_state state;
	const struct wire_msg *order; /* the job that runs; in PROTOCOL_JOB, TIMED and FAILING */
	int begun; /* iterations of it that began */
	size_t facts, texts, bytes; /* messages of this boot, and what is in them */
};

/* The agent was given `order`, or (one way) reaches it in its list. */
void protocol__begin_job(struct protocol *p, const struct wire_msg *order);
/* The agent was told to quit, or has reached the end of its list. */
void protocol__quit(struct protocol *p);
/* Check a message and step to the state after it. 0; -EPROTO with the reason in `err`, after which
 * the boot is over. */
int protocol__take(struct protocol *p, const struct wire_msg *m, struct err *err);

#endif
