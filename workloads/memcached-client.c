// SPDX-License-Identifier: GPL-2.0-only
#include "workloads/memcached-client.h"

#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#define BATCH_BYTES (64 * 1024) /* replies to so much fit into any socket buffer */
#define STATS_MAX (64 * 1024)
#define REPLY_TIMEOUT_S 30

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

static int await_stored(int fd, uint64_t n, struct err *err)
{
	struct mc_parser p;
	char buf[4096];

	mc_parser__reset(&p);
	while (n) {
		ssize_t got = receive(fd, buf, sizeof(buf), err);

		if (got < 0)
			return (int)got;
		for (size_t at = 0, used; at < (size_t)got; at += used) {
			enum mc_reply r = mc_parser__feed(&p, buf + at, (size_t)got - at, &used);

			if (r == MC_MORE)
				continue;
			if (r != MC_STORED || !n)
				return err__set(err, -EPROTO, "the server answered '%.200s' to a "
						"set while it was being filled", p.line);
			n--;
		}
	}
	return 0;
}

int mc_client__populate(uint16_t port, const struct mc_shape *shape, uint64_t n, struct err *err)
{
	size_t tail = shape->value_size - MC_TAG_LEN + 2, one = MC_KEY_MAX + 64 + tail;
	_free_ char *buf = xcalloc(BATCH_BYTES + one, 1);
	_close_ int fd = open_client(port, err);
	uint64_t key = 0;

	if (fd < 0)
		return fd;
	while (key < n) {
		uint64_t first = key;
		size_t len = 0;
		int ret;

		for (; key < n && len < BATCH_BYTES; key++) {
			len += mc_shape__head(shape, MC_SET, key, buf + len, one);
			memcpy(buf + len, shape->filler, tail);
			len += tail;
		}
		ret = send_all(fd, buf, len, err);
		if (!ret)
			ret = await_stored(fd, key - first, err);
		if (ret)
			return ret;
	}
	return 0;
}

static int need(const char *text, const char *name, uint64_t *value, struct err *err)
{
	int ret = mc_stats__u64(text, name, value);

	return ret ? err__set(err, -EPROTO, "the server's statistics have no number '%s'", name)
		   : 0;
}

static void copy_version(const char *text, struct mc_stats *out)
{
	static const char head[] = "STAT version ";
	const char *p = strstr(text, head);

	if (!p)
		return;
	p += strlen(head);
	snprintf(out->version, sizeof(out->version), "%.*s", (int)strcspn(p, "\r\n"), p);
}

int mc_stats__parse(const char *text, struct mc_stats *out, struct err *err)
{
	const struct {
		const char *name;
		uint64_t *value;
	} want[] = {
		{ "pid", &out->pid }, { "cmd_get", &out->cmd_get }, { "cmd_set", &out->cmd_set },
		{ "get_hits", &out->get_hits }, { "get_misses", &out->get_misses },
		{ "curr_items", &out->curr_items }, { "evictions", &out->evictions },
	};
	int ret = 0;

	*out = (struct mc_stats){ 0 };
	for (size_t i = 0; i < ARRAY_SIZE(want) && !ret; i++)
		ret = need(text, want[i].name, want[i].value, err);
	copy_version(text, out);
	return ret;
}

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
