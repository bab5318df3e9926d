/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * msg.h - the messages of the line protocol between kduel (host) and its agent.
 *
 * Each message is one JSON object on one line, at most WIRE_LINE_MAX bytes,
 * with a string member "t" that names its type. docs/WIRE.md describes every
 * type. Both sides check what they receive: a malformed, unknown or oversized
 * message is -EPROTO with the reason, and ends the connection.
 */
#ifndef KDUEL_WIRE_MSG_H
#define KDUEL_WIRE_MSG_H

#include "lib/err.h"
#include "lib/param.h"

#define WIRE_PROTO 1
#define WIRE_LINE_MAX (64 * 1024)
#define WIRE_TEXT_MAX (16 * 1024) /* bytes of text in one message, before escaping */
#define WIRE_NAME_MAX 64
#define WIRE_VALUE_MAX (16 * 1024) /* bytes of one parameter's value */
#define WIRE_LIST_MAX 128 /* parameters or collectors in one job */
#define WIRE_BOOT -1 /* iteration number of a sample that belongs to the boot */

enum wire_type {
	/* agent to host */
	WIRE_HELLO, /* proto, version, arch, release, uptime_ns: first message, ready for jobs */
	WIRE_BEAT, /* alive; every second outside timed parts */
	WIRE_LOG, /* text */
	WIRE_FACT, /* key, text */
	WIRE_TEXT, /* name, text, last: one chunk of a long text such as dmesg */
	WIRE_ITER_BEGIN, /* job, iter, max_ms: the agent is silent until WIRE_ITER_END */
	WIRE_ITER_END, /* job, iter, ns, tainted, ops (optional) */
	WIRE_SAMPLE, /* job, iter, source, metric, value, enabled_ns, running_ns */
	WIRE_DONE, /* job, status, text */
	WIRE_BYE, /* the agent is about to power off or exit */
	/* host to agent */
	WIRE_JOB, /* job, kind, name, params, iterations, phase, max_ms, setup_ms, seed, collectors */
	WIRE_QUIT,
	WIRE_TYPE_MAX,
};

enum wire_status {
	WIRE_OK,
	WIRE_FAILED,
	WIRE_UNSUPPORTED,
	WIRE_TIMEOUT,
	WIRE_CRASHED, /* the worker process was killed by a signal */
	WIRE_STATUS_MAX,
};

enum wire_kind {
	WIRE_WORKLOAD,
	WIRE_COLLECTOR, /* run one collector for a phase (member phase) */
};

struct wire_param {
	char *name, *value;
};

/* A decoded message; which members are set depends on the type. Strings are
 * owned by the message and never NULL for a type that carries them. */
struct wire_msg {
	enum wire_type type;
	int job, iter;
	int proto;
	enum wire_status status;
	enum wire_kind kind;
	bool tainted, last;
	unsigned int iterations, phase;
	uint64_t ns, enabled_ns, running_ns, seed, max_ms, setup_ms, uptime_ns;
	uint64_t ops; /* number of operations in the iteration; 0: unknown */
	double value;
	char *name; /* job: plug-in; text: name of the text; fact: key; hello: version */
	char *text; /* log, fact, text, done; hello: kernel release */
	char *source, *metric; /* sample; hello: source is the architecture */
	struct wire_param *params; /* job */
	size_t n_params;
	char **collectors; /* job: collectors to run before and after each iteration */
	size_t n_collectors;
};
#define WIRE_MSG(...) (&(const struct wire_msg){ __VA_ARGS__ })

/* Parse and check one line (without its newline). 0, and the caller releases `msg`; or -EPROTO with
 * `err` set and nothing to release. Safe on any input. */
int wire_msg__decode(const char *line, size_t len, struct wire_msg *msg, struct err *err);
/* Encode a message as one JSON line with its newline; the caller frees. Text is cut at
 * WIRE_TEXT_MAX, and bytes that are not valid UTF-8 are replaced. NULL if the message cannot be
 * encoded: a value is not finite, a parameter is longer than WIRE_VALUE_MAX, or the line would be
 * longer than WIRE_LINE_MAX. */
char *wire_msg__encode(const struct wire_msg *msg);
/* Free what the message owns and zero it. */
void wire_msg__release(struct wire_msg *msg);
/* The value of member "t" for a type: "hello", "sample", ... */
const char *wire_type__name(enum wire_type type);

#endif
