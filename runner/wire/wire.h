/* SPDX-License-Identifier: GPL-2.0-only */
/* wire.h - a connection over any stream descriptor that carries messages, one per line. */
#ifndef KDUEL_WIRE_WIRE_H
#define KDUEL_WIRE_WIRE_H

#include "runner/wire/msg.h"

/* A connection: a stream descriptor and what was read ahead from it. */
struct wire {
	int fd;
	char *buf;
	size_t len, scanned;
	size_t line; /* length of the line in `buf` that was received last, with its newline */
	bool follow; /* the descriptor is a growing file: wait at its end */
	const char *greeting; /* the line to wait for; NULL: it has arrived, or there is none */
};

/* The caller keeps `fd` and closes it. A descriptor that is not a socket is made non-blocking, and
 * the caller must ignore SIGPIPE for it. */
void wire__init(struct wire *w, int fd);
/* Read messages from a file that another process is still writing. */
void wire__follow(struct wire *w, int fd);
/* Wait for a line that ends with `greeting`: until then wire__recv() returns each line as WIRE_LOG,
 * since a login shell may print something before the agent does. NULL: do not wait. The string must
 * stay valid until the line arrives. */
void wire__await_greeting(struct wire *w, const char *greeting);
/* Encode and write one message; blocks for at most `timeout_ms` (-1: for ever). 0, -EPIPE,
 * -ETIMEDOUT, -EINVAL if it cannot be encoded, or another -errno. After a failure part of the line
 * may have been written, so the connection cannot be used any more. */
int wire__send(struct wire *w, const struct wire_msg *msg, int timeout_ms);
/* Send the message that `in` received last, byte for byte. Call it once per message, before the
 * next wire__recv(). Returns as wire__send(). */
int wire__forward(struct wire *w, const struct wire *in, int timeout_ms);
/* Send a text of any length as one or more WIRE_TEXT messages, of whole lines if possible. Returns
 * as wire__send(). */
int wire__send_text(struct wire *w, const char *name, const char *text, size_t len, int timeout_ms);
/* Wait for one message, for at most `timeout_ms` (-1: for ever); the caller releases `msg`. 0;
 * -ETIMEDOUT; -ECONNRESET at the end of the stream; -EPROTO; or another -errno. `err` is not set
 * for -ETIMEDOUT. */
int wire__recv(struct wire *w, struct wire_msg *msg, int timeout_ms, struct err *err);
/* Free the buffer; does not close the descriptor. */
void wire__release(struct wire *w);

#endif
