// SPDX-License-Identifier: GPL-2.0-only
/*
 * wire.c - non-blocking reads and writes with deadlines. A line is decoded once its newline has
 * arrived.
 */
#include "runner/wire/wire.h"

#include "lib/clock.h"
#include "lib/utf8.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#define CHUNK (WIRE_TEXT_MAX / 4) /* replacing invalid UTF-8 may make a chunk longer */
#define FOREIGN_MAX 200 /* keep this many bytes of a line that is not from the agent */
#define FOLLOW_MS 10 /* polling interval for a growing file */

void wire__init(struct wire *w, int fd)
{
	int type;
	socklen_t len = sizeof(type);

	*w = (struct wire){ .fd = fd };
	/* O_NONBLOCK would affect everybody who shares the open file description. Sockets do not
	 * need it: they have MSG_DONTWAIT. */
	if (getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &len) < 0 && errno == ENOTSOCK)
		fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
}

void wire__follow(struct wire *w, int fd)
{
	*w = (struct wire){ .fd = fd, .follow = true };
}

void wire__await_greeting(struct wire *w, const char *greeting)
{
	w->greeting = greeting;
}

void wire__release(struct wire *w)
{
	free(w->buf);
	*w = (struct wire){ .fd = -1 };
}

/* Did send(2) or recv(2) fail because `fd` is not a socket? A kernel without CONFIG_NET lacks these
 * system calls (ENOSYS). */
static bool is_not_socket(ssize_t n)
{
	return n < 0 && (errno == ENOTSOCK || errno == ENOSYS);
}

/* Prefer send(2), which reports a closed socket without SIGPIPE; write(2) is for everything else. */
static ssize_t write_some(int fd, const char *p, size_t len)
{
	ssize_t n = send(fd, p, len, MSG_DONTWAIT | MSG_NOSIGNAL);

	return is_not_socket(n) ? write(fd, p, len) : n;
}

static ssize_t read_some(int fd, char *p, size_t len)
{
	ssize_t n = recv(fd, p, len, MSG_DONTWAIT);

	return is_not_socket(n) ? read(fd, p, len) : n;
}

/* Returns UINT64_MAX for no deadline. */
static uint64_t deadline_of(int timeout_ms)
{
	return timeout_ms < 0 ? UINT64_MAX : clock__ns() + (uint64_t)timeout_ms * NSEC_PER_MSEC;
}

/* Wait for `events` until the deadline. 0, -ETIMEDOUT or -errno. */
static int await(int fd, short events, uint64_t deadline)
{
	for (;;) {
		struct pollfd p = { .fd = fd, .events = events };
		uint64_t now = clock__ns();
		int ms = -1, n;

		if (deadline != UINT64_MAX)
			ms = now < deadline ?
				     (int)((deadline - now + NSEC_PER_MSEC - 1) / NSEC_PER_MSEC) :
				     0;
		n = poll(&p, 1, ms);
		if (n > 0)
			return 0;
		if (n < 0 && errno != EINTR)
			return -errno;
		if (n == 0 && ms == 0)
			return -ETIMEDOUT;
	}
}

/* poll(2) always reports a regular file as ready, so sleep instead. */
static int await_growth(uint64_t deadline)
{
	if (clock__ns() >= deadline)
		return -ETIMEDOUT;
	nanosleep(&(struct timespec){ .tv_nsec = FOLLOW_MS * (long)NSEC_PER_MSEC }, NULL);
	return 0;
}

/* Is it an error after which the call can be repeated? */
static bool may_retry(int e)
{
	return e == EAGAIN || e == EWOULDBLOCK || e == EINTR;
}

/* Write all bytes or fail. After a failure part of a line may have been written. */
static int write_all(struct wire *w, const char *p, size_t left, int timeout_ms)
{
	uint64_t deadline = deadline_of(timeout_ms);

	while (left) {
		ssize_t n = write_some(w->fd, p, left);

		if (n < 0 && !may_retry(errno))
			return -errno;
		if (n > 0) {
			p += n;
			left -= (size_t)n;
		} else {
			int ret = await(w->fd, POLLOUT, deadline);

			if (ret)
				return ret;
		}
	}
	return 0;
}

int wire__send(struct wire *w, const struct wire_msg *msg, int timeout_ms)
{
	_free_ char *line = wire_msg__encode(msg);

	return line ? write_all(w, line, strlen(line), timeout_ms) : -EINVAL;
}

int wire__forward(struct wire *w, const struct wire *in, int timeout_ms)
{
	return in->line ? write_all(w, in->buf, in->line, timeout_ms) : -EINVAL;
}

/* Chunks end at the end of a line if possible, so that an incomplete text is still readable. */
int wire__send_text(struct wire *w, const char *name, const char *text, size_t len, int timeout_ms)
{
	size_t at = 0;
	int ret;

	do {
		size_t n = len - at;
		_free_ char *part = NULL;

		if (n > CHUNK) { /* cut after the last newline, if there is one */
			const char *nl = memrchr(text + at, '\n', CHUNK);

			n = nl ? (size_t)(nl - text) + 1 - at : CHUNK;
		}
		part = xstrndup(text + at, n);
		at += n;
		ret = wire__send(w,
				 WIRE_MSG(.type = WIRE_TEXT, .name = (char *)name, .text = part,
					  .last = at >= len),
				 timeout_ms);
	} while (!ret && at < len);
	return ret;
}

/* Wrap a line from before the greeting in a WIRE_LOG message: made printable, and shortened. */
static int foreign_line(char *line, size_t len, struct wire_msg *msg)
{
	len = len < FOREIGN_MAX ? len : FOREIGN_MAX;
	utf8__clean(line, len, false);
	*msg = (struct wire_msg){ .type = WIRE_LOG,
				  .text = xasprintf("not from the agent: %.*s", (int)len, line) };
	return 0;
}

/* Decode the next complete line in the buffer. 0; -EAGAIN: there is none yet; or -EPROTO. The line
 * stays at the start of the buffer until the next call, for wire__forward(). */
static int decode_line(struct wire *w, struct wire_msg *msg, struct err *err)
{
	char *nl;

	if (w->line) {
		w->len -= w->line;
		memmove(w->buf, w->buf + w->line, w->len);
		w->line = w->scanned = 0;
	}
	/* Bytes before `scanned` are known to have no newline. */
	nl = w->len ? memchr(w->buf + w->scanned, '\n', w->len - w->scanned) : NULL;
	w->scanned = w->len;
	if (!nl && w->len >= WIRE_LINE_MAX)
		return err__set(err, -EPROTO, "a line of more than %d bytes", WIRE_LINE_MAX);
	if (!nl)
		return -EAGAIN;
	w->line = (size_t)(nl - w->buf) + 1;
	if (w->greeting) {
		*nl = '\0';
		if (!str_ends(w->buf, w->greeting))
			return foreign_line(w->buf, w->line - 1, msg);
		w->greeting = NULL;
		return decode_line(w, msg, err);
	}
	return wire_msg__decode(w->buf, w->line - 1, msg, err);
}

/* Returns a line that is already in the buffer even if the deadline has passed. */
int wire__recv(struct wire *w, struct wire_msg *msg, int timeout_ms, struct err *err)
{
	uint64_t deadline = deadline_of(timeout_ms);

	if (!w->buf)
		w->buf = xcalloc(1, WIRE_LINE_MAX);
	for (;;) {
		int ret = decode_line(w, msg, err);
		ssize_t n;

		if (ret != -EAGAIN)
			return ret;
		n = read_some(w->fd, w->buf + w->len, WIRE_LINE_MAX - w->len);
		if (n > 0) {
			w->len += (size_t)n;
			continue;
		}
		if (!n && w->follow) {
			ret = await_growth(deadline);
		} else if (n == 0 || errno == ECONNRESET) {
			return err__set(err, -ECONNRESET, "the connection ended%s",
					w->len ? " in the middle of a message" : "");
		} else if (!may_retry(errno)) {
			return err__set(err, -errno, "cannot read: %s", strerror(errno));
		} else {
			ret = await(w->fd, POLLIN, deadline);
		}
		if (ret)
			return ret;
	}
}
