/* SPDX-License-Identifier: GPL-2.0-only */
/* wire.h - a connection that carries messages, one a line, over any stream descriptor. */
#ifndef KDUEL_WIRE_WIRE_H
#define KDUEL_WIRE_WIRE_H

#include "runner/wire/msg.h"

/* A connection: a stream descriptor and what was read ahead from it. */
struct wire {
	int fd;
	char *buf;
	size_t len, scanned;
	size_t line; /* how much of `buf` is the line of the message received last */
	bool follow; /* a file that grows: its end is not that of the connection */
	const char *greeting; /* the line to wait for; NULL: it was there, or there is none */
};

/* Does not take over fd; one that is no socket is made non-blocking. With anything but a
 * socket the caller has to ignore SIGPIPE. */
void wire__init(struct wire *w, int fd);
/* Read from a file that another process is writing. */
void wire__follow(struct wire *w, int fd);
/* Until a line ends with `greeting`, take each for a note of somebody else's: wire__recv() yields it as
 * WIRE_LOG. A login shell may print before the agent does. NULL: there is none to wait for. The text
 * must live until then. */
void wire__await_greeting(struct wire *w, const char *greeting);
/* Encode and write one message; blocks until written, at most `timeout_ms` (-1: for ever).
 * 0, -EPIPE, -ETIMEDOUT, -EINVAL when it cannot be encoded, or another -errno. After a time-out
 * a part of the line may have been written: the connection is of no more use. */
int wire__send(struct wire *w, const struct wire_msg *msg, int timeout_ms);
/* Send the message that `in` received last as it came, byte for byte; it was checked then. Once
 * per message, and before the next wire__recv(). As wire__send(). */
int wire__forward(struct wire *w, const struct wire *in, int timeout_ms);
/* Send a text of any length in as many WIRE_TEXT messages as it takes, of whole lines where
 * possible; an empty text takes one. As wire__send(). */
int wire__send_text(struct wire *w, const char *name, const char *text, size_t len, int timeout_ms);
/* Wait for one message. 0; -ETIMEDOUT; -ECONNRESET at end of stream; -EPROTO with `err` set. */
int wire__recv(struct wire *w, struct wire_msg *msg, int timeout_ms, struct err *err);
void wire__release(struct wire *w);

#endif
