// SPDX-License-Identifier: GPL-2.0-only
/* listen.c - the socket that the server listens at. */
#include "lib/units.h"
#include "reports/site/server.h"

#include <netdb.h>
#include <unistd.h>

/* Split "ADDR:PORT" in place; "[" and "]" of an IPv6 address are dropped. */
static bool split(char *where, const char **addr, const char **port)
{
	char *colon = strrchr(where, ':'), *close = strrchr(where, ']');

	*addr = "127.0.0.1";
	*port = colon ? colon + 1 : where;
	if (!colon)
		return true;
	*colon = '\0';
	if (*where == '[') {
		if (!close || close + 1 != colon)
			return false;
		*close = '\0';
		where++;
	} else if (strchr(where, ':')) {
		return false;
	}
	if (*where)
		*addr = streq(where, "localhost") ? "127.0.0.1" : where;
	return true;
}

static bool is_port(const char *s)
{
	uint64_t n;

	return !units__u64(s, &n) && n <= 65535;
}

static int bind_to(const struct addrinfo *ai, const char *where, struct err *err)
{
	int fd = socket(ai->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), one = 1;
	int ret = 0;

	if (fd >= 0) {
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
		if (!bind(fd, ai->ai_addr, ai->ai_addrlen) && !listen(fd, 256))
			return fd;
	}
	ret = -errno;
	if (fd >= 0)
		close(fd);
	return err__set(err, ret, "cannot listen at %s: %s", where, strerror(-ret));
}

int http__listen(const char *where, struct err *err)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM,
				  .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE };
	_free_ char *copy = xstrdup(where);
	const char *addr, *port;
	struct addrinfo *ai;
	int ret;

	if (!split(copy, &addr, &port) || !is_port(port) || getaddrinfo(addr, port, &hints, &ai))
		return err__set(err, -EINVAL,
				"\"%s\" is no place to listen at: expected "
				"ADDRESS:PORT such as 127.0.0.1:8080, [::1]:8080, or a port",
				where);
	ret = bind_to(ai, where, err);
	freeaddrinfo(ai);
	return ret;
}

char *http__url(int listen_fd)
{
	struct sockaddr_storage sa = { .ss_family = AF_UNSPEC };
	socklen_t len = sizeof(sa);
	char addr[64], port[16];
	bool v6;

	if (getsockname(listen_fd, (struct sockaddr *)&sa, &len) < 0 ||
	    getnameinfo((struct sockaddr *)&sa, len, addr, sizeof(addr), port, sizeof(port),
			NI_NUMERICHOST | NI_NUMERICSERV))
		return xstrdup("");
	v6 = sa.ss_family == AF_INET6;
	return xasprintf("http://%s%s%s:%s/", v6 ? "[" : "", addr, v6 ? "]" : "", port);
}
