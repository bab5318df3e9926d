// SPDX-License-Identifier: GPL-2.0-only
/* connection.c - builds requests, and checks that each reply matches its request. */
#include "workloads/memcached/connection.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#define RECEIVE_BYTES 65536

/* All values are equal except for the tag, so that none has to be built for a request. */
void mc_shape__init(struct mc_shape *s, unsigned int key_size, size_t value_size)
{
	size_t rest = value_size - MC_TAG_LEN;

	*s = (struct mc_shape){ .key_size = key_size, .value_size = value_size };
	s->filler = xcalloc(rest + 2, 1);
	for (size_t i = 0; i < rest; i++)
		s->filler[i] = (char)('a' + i % 26);
	memcpy(s->filler + rest, "\r\n", 2);
}

void mc_shape__release(struct mc_shape *s)
{
	free(s->filler);
	s->filler = NULL;
}

/* Not with printf(), which would cost more than the rest of a request. */
static char *put_number(char *out, uint64_t v, unsigned int width, unsigned int base)
{
	for (unsigned int i = width; i-- > 0; v /= base)
		out[i] = "0123456789abcdef"[v % base];
	return out + width;
}

static char *put_key(const struct mc_shape *s, char *out, uint64_t key)
{
	*out++ = 'k';
	return put_number(out, key, s->key_size - 1, 10);
}

static char *put_text(char *out, const char *text, size_t len)
{
	memcpy(out, text, len);
	return out + len;
}

size_t mc_shape__head(const struct mc_shape *s, enum mc_op op, uint64_t key, char *out, size_t size)
{
	char *p = put_text(out, op == MC_GET ? "get " : "set ", 4);

	p = put_key(s, p, key);
	if (op == MC_GET)
		return (size_t)(put_text(p, "\r\n", 2) - out);
	p += snprintf(p, size - (size_t)(p - out), " 0 0 %zu%s\r\n", s->value_size,
		      op == MC_SET_QUIET ? " noreply" : "");
	return (size_t)(put_number(p, key, MC_TAG_LEN, 16) - out);
}

int mc_connect(uint16_t port)
{
	struct sockaddr_in sa = { .sin_family = AF_INET,
				  .sin_port = htons(port),
				  .sin_addr = { htonl(INADDR_LOOPBACK) } };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1, ret;

	if (fd < 0)
		return -errno;
	if (connect(fd, (struct sockaddr *)&sa, sizeof(sa)) < 0 ||
	    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one)) < 0) {
		ret = -errno;
		close(fd);
		return ret;
	}
	return fd;
}

/* The head is built here; the rest of a value is the shared filler. */
void mc_conn__begin(struct mc_conn *c, const struct mc_shape *s, enum mc_op op, uint64_t key)
{
	c->op = op;
	c->key = key;
	c->head_len = mc_shape__head(s, op, key, c->head, sizeof(c->head));
	c->len = c->head_len;
	if (op == MC_SET)
		c->len += s->value_size - MC_TAG_LEN + 2;
	c->sent = 0;
	mc_parser__reset(&c->parser);
}

/* Continue where the last call stopped. Head and filler go out in one system call, as one
 * segment. */
int mc_conn__send(struct mc_conn *c, const struct mc_shape *s)
{
	while (c->sent < c->len) {
		struct iovec iov[2];
		struct msghdr msg = { .msg_iov = iov };
		ssize_t n;

		if (c->sent < c->head_len)
			iov[msg.msg_iovlen++] = (struct iovec){ c->head + c->sent,
								c->head_len - c->sent };
		if (c->len > c->head_len) {
			size_t off = c->sent > c->head_len ? c->sent - c->head_len : 0;

			iov[msg.msg_iovlen++] = (struct iovec){ s->filler + off,
								c->len - c->head_len - off };
		}
		n = sendmsg(c->fd, &msg, MSG_NOSIGNAL);
		if (n < 0 && errno != EINTR)
			return errno == EWOULDBLOCK ? -EAGAIN : -errno;
		if (n > 0)
			c->sent += (size_t)n;
	}
	return 0;
}

/* Check key, length and the tag at the start of the value: that detects a reply to another
 * request. */
static int check_hit(const struct mc_conn *c, const struct mc_shape *s, struct err *err)
{
	const struct mc_parser *p = &c->parser;
	char key[MC_KEY_MAX + 1], tag[MC_TAG_LEN];

	*put_key(s, key, c->key) = '\0';
	put_number(tag, c->key, MC_TAG_LEN, 16);
	if (!streq(p->key, key))
		return err__set(err, -EPROTO, "asked for key '%s', got key '%s'", key, p->key);
	if (p->bytes != s->value_size)
		return err__set(err, -EPROTO, "value of '%s' has %llu bytes, %zu were stored", key,
				(unsigned long long)p->bytes, s->value_size);
	if (memcmp(p->head, tag, MC_TAG_LEN))
		return err__set(err, -EPROTO, "value of '%s' is not what was stored", key);
	return 0;
}

/* Is it a possible answer to the request? */
static int check_reply(const struct mc_conn *c, const struct mc_shape *s, enum mc_reply reply,
		       struct err *err)
{
	switch (reply) {
	case MC_MORE:
		return 0;
	case MC_HIT:
		if (c->op == MC_GET)
			return check_hit(c, s, err);
		break;
	case MC_MISS:
		if (c->op == MC_GET)
			return 0;
		break;
	case MC_STORED:
		if (c->op == MC_SET)
			return 0;
		break;
	default:
		return err__set(err, -EPROTO, "the server answered '%.200s' to a %s",
				c->parser.line, c->op == MC_GET ? "get" : "set");
	}
	return err__set(err, -EPROTO, "the server answered a %s as if it were a %s",
			c->op == MC_GET ? "get" : "set", c->op == MC_GET ? "set" : "get");
}

/* There is one request in flight, so bytes after its reply are an error. */
int mc_conn__receive(struct mc_conn *c, const struct mc_shape *s, enum mc_reply *reply,
		     struct err *err)
{
	char buf[RECEIVE_BYTES];
	size_t used;
	ssize_t n = recv(c->fd, buf, sizeof(buf), 0);

	*reply = MC_MORE;
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (n < 0)
		return err__set(err, -errno, "receiving from the server: %s", strerror(errno));
	if (n == 0)
		return err__set(err, -ECONNRESET, "the server closed a connection");
	*reply = mc_parser__feed(&c->parser, buf, (size_t)n, &used);
	if (used < (size_t)n)
		return err__set(err, -EPROTO, "%zu bytes more than the reply to one request",
				(size_t)n - used);
	return check_reply(c, s, *reply, err);
}
