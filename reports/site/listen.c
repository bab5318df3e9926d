// SPDX-License-Identifier: GPL-2.0-only
/* listen.c - from an address as people write it to a listening socket, and back. */
#include "reports/site/listen.h"
#include "lib/units.h"

#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

/* Split "ADDR:PORT" in place; "[" and "]" of an IPv6 address are dropped. */
static bool split_address(char *where, const char **addr, const char **port)
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

int http__listen(const char *where, struct err *err)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM,
				  .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE };
	_free_ char *copy = xstrdup(where);
	const char *addr, *port;
	struct addrinfo *ai;
	uint64_t number;
	int fd, ret = 0, one = 1;

	if (!split_address(copy, &addr, &port) || units__u64(port, &number) || number > 65535 ||
	    getaddrinfo(addr, port, &hints, &ai))
		return err__set(err, -EINVAL,
				"\"%s\" is not an address to listen on: expected "
				"ADDRESS:PORT such as 127.0.0.1:8080, [::1]:8080, or a port",
				where);
	fd = socket(ai->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd >= 0)
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (fd < 0 || bind(fd, ai->ai_addr, ai->ai_addrlen) || listen(fd, 256))
		ret = -errno;
	freeaddrinfo(ai);
	if (!ret)
		return fd;
	if (fd >= 0)
		close(fd);
	return err__set(err, ret, "cannot listen on %s: %s", where, strerror(-ret));
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
