// SPDX-License-Identifier: GPL-2.0-only
/* deadlines.c - a thread that shuts down connections whose time is up; eviction of old connections
 * in favour of new ones. */
#include "lib/clock.h"
#include "reports/site/deadlines.h"

#include <netinet/in.h>
#include <pthread.h>
#include <sys/socket.h>

/* A client: an IPv4 address, or the /64 network of an IPv6 address, all of which one client may
 * own. */
struct client {
	struct client *next;
	unsigned char network[8];
	unsigned int n; /* connections not yet shut down */
};

/* An entry of a doubly linked list; *link is the pointer to it. */
struct watched {
	struct watched *next, **link;
	struct client *client;
	int fd;
	uint64_t until_ns;
	bool busy, ended;
};

struct http_watch {
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t stop;
	bool stopping;
	unsigned int n, max; /* connections not yet shut down, and their limit */
	struct watched *first; /* the newest */
	struct client *clients;
};

/* shutdown() makes libmicrohttpd end the connection, too, which then calls http_watch__remove() and
 * closes the descriptor. With the lock held. */
static void end(struct http_watch *w, struct watched *c)
{
	if (c->ended)
		return;
	shutdown(c->fd, SHUT_RDWR);
	c->ended = true;
	if (c->client)
		c->client->n--;
	w->n--;
}

/* Checking once a second is enough: limits are tens of seconds, and lists are short. */
static void *run(void *arg)
{
	struct http_watch *w = arg;

	pthread_mutex_lock(&w->lock);
	while (!w->stopping) {
		struct timespec until;

		/* Not CLOCK_REALTIME: set back by an hour, it would end no connection for an
		 * hour. */
		clock_gettime(CLOCK_MONOTONIC, &until);
		until.tv_sec++;
		pthread_cond_clockwait(&w->stop, &w->lock, CLOCK_MONOTONIC, &until);
		for (struct watched *c = w->first; c; c = c->next)
			if (clock__ns() > c->until_ns)
				end(w, c);
	}
	pthread_mutex_unlock(&w->lock);
	return NULL;
}

int http_watch__start(unsigned int max, struct http_watch **out)
{
	struct http_watch *w = xcalloc(1, sizeof(*w));
	int ret;

	w->max = max;
	pthread_mutex_init(&w->lock, NULL);
	pthread_cond_init(&w->stop, NULL);
	ret = pthread_create(&w->thread, NULL, run, w);
	if (ret) {
		free(w);
		w = NULL;
	}
	*out = w;
	return -ret;
}

void http_watch__stop(struct http_watch *w)
{
	if (!w)
		return;
	pthread_mutex_lock(&w->lock);
	w->stopping = true;
	pthread_cond_signal(&w->stop);
	pthread_mutex_unlock(&w->lock);
	pthread_join(w->thread, NULL);
	pthread_cond_destroy(&w->stop);
	pthread_mutex_destroy(&w->lock);
	free(w);
}

/* The time `seconds` from now. */
static uint64_t in(unsigned int seconds)
{
	return clock__ns() + seconds * NSEC_PER_SEC;
}

/* The first 8 bytes identify the network. IPv4-mapped IPv6 addresses differ only in the last four
 * bytes, so use those. */
static void network_of(const struct sockaddr *sa, unsigned char network[8])
{
	const struct sockaddr_in6 *v6 = (const void *)sa;
	const struct sockaddr_in *v4 = (const void *)sa;

	memset(network, 0, 8);
	if (sa && sa->sa_family == AF_INET)
		memcpy(network, &v4->sin_addr, 4);
	else if (sa && sa->sa_family == AF_INET6 && IN6_IS_ADDR_V4MAPPED(&v6->sin6_addr))
		memcpy(network, v6->sin6_addr.s6_addr + 12, 4);
	else if (sa && sa->sa_family == AF_INET6)
		memcpy(network, v6->sin6_addr.s6_addr, 8);
}

/* With the lock held, as for everything below. */
static struct client *find_client(struct http_watch *w, const struct sockaddr *from)
{
	unsigned char network[8];
	struct client *client;

	network_of(from, network);
	for (client = w->clients; client; client = client->next)
		if (memcmp(client->network, network, sizeof(network)) == 0)
			return client;
	client = xcalloc(1, sizeof(*client));
	memcpy(client->network, network, sizeof(network));
	client->next = w->clients;
	w->clients = client;
	return client;
}

/* Remove a client that has no connections. */
static void drop_client(struct http_watch *w, const struct client *client)
{
	struct client **at = &w->clients, *gone;

	for (const struct watched *c = w->first; c; c = c->next)
		if (c->client == client)
			return;
	while (*at != client)
		at = &(*at)->next;
	gone = *at;
	*at = gone->next;
	free(gone);
}

/* End the oldest connection of the client with the most, preferably one that is waiting for a
 * request. */
static void make_room(struct http_watch *w)
{
	struct client *most = w->clients;
	struct watched *oldest = NULL;

	for (struct client *client = w->clients; client; client = client->next)
		if (client->n > most->n)
			most = client;
	for (struct watched *c = w->first; c; c = c->next)
		if (c->client == most && !c->ended && (!oldest || oldest->busy || !c->busy))
			oldest = c;
	if (oldest)
		end(w, oldest);
}

struct watched *http_watch__add(struct http_watch *w, int fd, const struct sockaddr *from,
				unsigned int seconds)
{
	struct watched *c = xcalloc(1, sizeof(*c));

	c->fd = fd;
	c->until_ns = in(seconds);
	pthread_mutex_lock(&w->lock);
	if (w->n >= w->max)
		make_room(w);
	c->client = find_client(w, from);
	c->client->n++;
	w->n++;
	c->next = w->first;
	c->link = &w->first;
	if (c->next)
		c->next->link = &c->next;
	w->first = c;
	pthread_mutex_unlock(&w->lock);
	return c;
}

void http_watch__remove(struct http_watch *w, struct watched *c)
{
	pthread_mutex_lock(&w->lock);
	*c->link = c->next;
	if (c->next)
		c->next->link = c->link;
	if (!c->ended) {
		c->client->n--;
		w->n--;
	}
	drop_client(w, c->client);
	pthread_mutex_unlock(&w->lock);
	free(c);
}

void http_watch__extend(struct http_watch *w, struct watched *c, unsigned int seconds, bool busy)
{
	pthread_mutex_lock(&w->lock);
	c->until_ns = in(seconds);
	c->busy = busy;
	pthread_mutex_unlock(&w->lock);
}
