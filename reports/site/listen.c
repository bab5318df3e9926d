// SPDX-License-Identifier: GPL-2.0-only
/* listen.c - opens a listening socket for an address given as text, and tells the URL of one. */
#include "reports/site/listen.h"
#include "lib/units.h"

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

/* Split "ADDR:PORT" in place; the brackets of an IPv6 address are dropped. */
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

/* The local address of a socket; false if it has none. */
static bool address_of(int fd, struct sockaddr_storage *sa, socklen_t *len)
{
	*sa = (struct sockaddr_storage){ .ss_family = AF_UNSPEC };
	*len = sizeof(*sa);
	return getsockname(fd, (struct sockaddr *)sa, len) == 0;
}

bool http__is_public(int listen_fd)
{
	struct sockaddr_storage sa;
	const struct sockaddr_in6 *v6 = (const void *)&sa;
	const struct sockaddr_in *v4 = (const void *)&sa;
	socklen_t len;

	if (!address_of(listen_fd, &sa, &len))
		return true;
	if (sa.ss_family == AF_INET)
		return ntohl(v4->sin_addr.s_addr) >> 24 != IN_LOOPBACKNET;
	return !IN6_IS_ADDR_LOOPBACK(&v6->sin6_addr) &&
	       !(IN6_IS_ADDR_V4MAPPED(&v6->sin6_addr) &&
		 v6->sin6_addr.s6_addr[12] == IN_LOOPBACKNET);
}

/* For a socket that listens on all addresses, the URL has the loopback address, as a browser cannot
 * connect to 0.0.0.0. */
char *http__url(int listen_fd)
{
	struct sockaddr_storage sa;
	struct sockaddr_in6 *v6 = (void *)&sa;
	struct sockaddr_in *v4 = (void *)&sa;
	char addr[64], port[16];
	socklen_t len;
	bool is_v6;

	if (!address_of(listen_fd, &sa, &len))
		return xstrdup("");
	is_v6 = sa.ss_family == AF_INET6;
	if (sa.ss_family == AF_INET && v4->sin_addr.s_addr == htonl(INADDR_ANY))
		v4->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	else if (is_v6 && IN6_IS_ADDR_UNSPECIFIED(&v6->sin6_addr))
		v6->sin6_addr = in6addr_loopback;
	if (getnameinfo((struct sockaddr *)&sa, len, addr, sizeof(addr), port, sizeof(port),
			NI_NUMERICHOST | NI_NUMERICSERV))
		return xstrdup("");
	return xasprintf("http://%s%s%s:%s/", is_v6 ? "[" : "", addr, is_v6 ? "]" : "", port);
}
