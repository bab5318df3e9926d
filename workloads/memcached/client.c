// SPDX-License-Identifier: GPL-2.0-only
/* client.c - a single blocking connection that stores all keys and reads the server's
 * statistics. */
#include "workloads/memcached/client.h"

#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#define BATCH_BYTES (64 * 1024) /* per send */
#define STATS_MAX (64 * 1024)
#define REPLY_TIMEOUT_S 30

/* Blocking, with a timeout: a hung server must not hang the worker. */
static int open_client(uint16_t port, struct err *err)
{
	struct timeval tv = { .tv_sec = REPLY_TIMEOUT_S };
	int fd = mc_connect(port);

	if (fd < 0)
		return err__set(err, fd, "connecting to the server: %s", strerror(-fd));
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &tv, sizeof(tv));
	return fd;
}

static int send_all(int fd, const char *data, size_t len, struct err *err)
{
	while (len) {
		ssize_t n = send(fd, data, len, MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err__set(err, -errno, "sending to the server: %s", strerror(errno));
		data += n;
		len -= (size_t)n;
	}
	return 0;
}

static ssize_t receive(int fd, char *buf, size_t size, struct err *err)
{
	ssize_t n;

	do
		n = recv(fd, buf, size, 0);
	while (n < 0 && errno == EINTR);
	if (n < 0 && errno == EAGAIN)
		return err__set(err, -ETIMEDOUT, "no reply from the server for %d s",
				REPLY_TIMEOUT_S);
	if (n < 0)
		return err__set(err, -errno, "receiving from the server: %s", strerror(errno));
	if (n == 0)
		return err__set(err, -ECONNRESET, "the server closed a connection");
	return n;
}

/* Wait for the single reply, "STORED". */
static int await_stored(int fd, struct err *err)
{
	enum mc_reply r = MC_MORE;
	struct mc_parser p;
	char buf[4096];
	size_t used;

	mc_parser__reset(&p);
	while (r == MC_MORE) {
		ssize_t got = receive(fd, buf, sizeof(buf), err);

		if (got < 0)
			return (int)got;
		r = mc_parser__feed(&p, buf, (size_t)got, &used);
	}
	if (r == MC_STORED)
		return 0;
	return err__set(err, -EPROTO,
			"the server answered '%.200s' to a set while it was being filled", p.line);
}

/* Only the last set is answered: by then the server has processed all others, or has sent an error
 * for one. Replying to each would be most of the work under emulation. */
int mc_client__populate(uint16_t port, const struct mc_shape *shape, uint64_t n, struct err *err)
{
	size_t tail = shape->value_size - MC_TAG_LEN + 2, one = MC_KEY_MAX + 64 + tail;
	_free_ char *buf = xcalloc(BATCH_BYTES + one, 1);
	_close_ int fd = open_client(port, err);
	uint64_t key = 0;

	if (fd < 0)
		return fd;
	while (key < n) {
		size_t len = 0;
		int ret;

		for (; key < n && len < BATCH_BYTES; key++) {
			enum mc_op op = key + 1 < n ? MC_SET_QUIET : MC_SET;

			len += mc_shape__head(shape, op, key, buf + len, one);
			memcpy(buf + len, shape->filler, tail);
			len += tail;
		}
		ret = send_all(fd, buf, len, err);
		if (ret)
			return ret;
	}
	return n ? await_stored(fd, err) : 0;
}

int mc_stats__parse(const char *text, struct mc_stats *out, struct err *err)
{
	const struct {
		const char *name;
		uint64_t *value;
	} want[] = {
		{ "pid", &out->pid },
		{ "curr_connections", &out->curr_connections },
		{ "cmd_get", &out->cmd_get },
		{ "cmd_set", &out->cmd_set },
		{ "get_hits", &out->get_hits },
		{ "get_misses", &out->get_misses },
		{ "curr_items", &out->curr_items },
		{ "evictions", &out->evictions },
	};
	static const char head[] = "STAT version ";
	const char *version = strstr(text, head);
	int ret = 0;

	*out = (struct mc_stats){ 0 };
	for (size_t i = 0; i < ARRAY_SIZE(want) && !ret; i++)
		if (mc_stats__u64(text, want[i].name, want[i].value))
			ret = err__set(err, -EPROTO, "the server's statistics have no number '%s'",
				       want[i].name);
	if (version) {
		version += strlen(head);
		snprintf(out->version, sizeof(out->version), "%.*s", (int)strcspn(version, "\r\n"),
			 version);
	}
	return ret;
}

/* Lines of "STAT name value" and "END": doc/protocol.txt of memcached. */
int mc_client__stats(uint16_t port, struct mc_stats *out, struct err *err)
{
	_free_ char *text = xcalloc(STATS_MAX + 1, 1);
	_close_ int fd = open_client(port, err);
	size_t len = 0;
	int ret;

	if (fd < 0)
		return fd;
	ret = send_all(fd, "stats\r\n", 7, err);
	while (!ret && (len < 5 || !streq(text + len - 5, "END\r\n"))) {
		ssize_t n = receive(fd, text + len, STATS_MAX - len, err);

		if (n < 0)
			return (int)n;
		len += (size_t)n;
		if (len == STATS_MAX)
			return err__set(err, -EPROTO, "the server's statistics have no end");
	}
	return ret ? ret : mc_stats__parse(text, out, err);
}
