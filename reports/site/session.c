// SPDX-License-Identifier: GPL-2.0-only
/* session.c - sessions of users who have logged in with the token. */
#include "reports/site/session.h"
#include "lib/clock.h"
#include "lib/fs.h"
#include "lib/units.h"

#include <ctype.h>
#include <pthread.h>
#include <sys/random.h>
#include <sys/stat.h>

#define MAX_SESSIONS 64
#define MAX_WRONG 10 /* wrong tokens per minute */
#define TOKEN_MAX 512

struct session {
	char cookie[SESSION_SECRET_LEN], csrf[SESSION_SECRET_LEN];
	uint64_t until_ns; /* 0: free slot */
};

struct sessions {
	const char *token;
	pthread_mutex_t lock;
	struct session list[MAX_SESSIONS];
	unsigned int wrong; /* number of wrong tokens since minute_ns */
	uint64_t minute_ns;
};

int sessions__read_token(const char *path, char **token, struct err *err)
{
	struct stat sb;
	int ret = stat(path, &sb) < 0 ? -errno : fs__read(path, TOKEN_MAX, token, NULL);
	size_t n;

	if (ret)
		return err__set(err, ret, "%s: %s", path, strerror(-ret));
	n = strcspn(*token, "\r\n");
	(*token)[n] = '\0';
	if (sb.st_mode & (S_IRWXG | S_IRWXO))
		ret = err__set(err, -EACCES,
			       "%s: users other than its owner can read it: chmod 600", path);
	for (size_t i = 0; !ret && i < n; i++)
		if (!isgraph((unsigned char)(*token)[i]))
			n = 0;
	if (!ret && n < SESSION_TOKEN_MIN)
		ret = err__set(err, -EINVAL,
			       "%s: expected a line of at least %d printing "
			       "characters; `openssl rand -hex 16` makes one",
			       path, SESSION_TOKEN_MIN);
	if (ret) {
		free(*token);
		*token = NULL;
	}
	return ret;
}

struct sessions *sessions__new(const char *token)
{
	struct sessions *s = xcalloc(1, sizeof(*s));

	s->token = token;
	pthread_mutex_init(&s->lock, NULL);
	return s;
}

void sessions__free(struct sessions *s)
{
	if (!s)
		return;
	pthread_mutex_destroy(&s->lock);
	free(s);
}

/* The loop only depends on the length of `a`, so callers pass the server's own secret there. */
bool sessions__equal_secrets(const char *a, const char *b)
{
	size_t n = strlen(a), m = strlen(b);
	unsigned char differ = n != m;

	for (size_t i = 0; i < n; i++)
		differ |= (unsigned char)(a[i] ^ (m ? b[i % m] : 0));
	return !differ;
}

/* Random bytes in hexadecimal. */
static void make_secret(char out[SESSION_SECRET_LEN])
{
	unsigned char b[(SESSION_SECRET_LEN - 1) / 2];

	/* Blocks until the pool is initialized; after that it cannot fail for so few bytes. */
	if (getrandom(b, sizeof(b), 0) != (ssize_t)sizeof(b))
		abort();
	units__put_hex(b, sizeof(b), out);
}

/* Check a token; with the lock held. The right one is accepted even after too many wrong ones, so
 * that guessing locks nobody out; SESSION_TOKEN_MIN characters cannot be guessed. */
static int check_token(struct sessions *s, const char *token, struct err *err)
{
	uint64_t now = clock__ns();

	if (sessions__equal_secrets(s->token, token))
		return 0;
	if (now - s->minute_ns > 60 * NSEC_PER_SEC) {
		s->minute_ns = now;
		s->wrong = 0;
	}
	if (s->wrong >= MAX_WRONG)
		return err__set(err, -EAGAIN, "too many wrong tokens: wait a minute");
	s->wrong++;
	return err__set(err, -EACCES, "that is not the token of this server");
}

/* The scheme is case-insensitive (RFC 9110, 11.1), the token is not. */
bool sessions__is_bearer(struct sessions *s, const char *authorization)
{
	static const char scheme[] = "Bearer ";
	int ret;

	if (!authorization || strncasecmp(authorization, scheme, strlen(scheme)) != 0)
		return false;
	pthread_mutex_lock(&s->lock);
	ret = check_token(s, authorization + strlen(scheme), NULL);
	pthread_mutex_unlock(&s->lock);
	return !ret;
}

int sessions__login(struct sessions *s, const char *token, char cookie[SESSION_SECRET_LEN],
		    struct err *err)
{
	struct session *slot = s->list;
	int ret;

	pthread_mutex_lock(&s->lock);
	ret = check_token(s, token, err);
	if (!ret) {
		/* A free slot has until_ns 0; if there is none, replace the session that expires
		 * first. */
		for (size_t i = 1; i < MAX_SESSIONS; i++)
			if (s->list[i].until_ns < slot->until_ns)
				slot = &s->list[i];
		make_secret(slot->cookie);
		make_secret(slot->csrf);
		slot->until_ns = clock__ns() + SESSION_MAX_S * NSEC_PER_SEC;
		memcpy(cookie, slot->cookie, SESSION_SECRET_LEN);
	}
	pthread_mutex_unlock(&s->lock);
	return ret;
}

/* The session with this cookie (NULL: none), unless it has expired. With the lock held. */
static struct session *find_session(struct sessions *s, const char *cookie)
{
	uint64_t now = clock__ns();

	for (size_t i = 0; cookie && i < MAX_SESSIONS; i++)
		if (s->list[i].until_ns > now && sessions__equal_secrets(s->list[i].cookie, cookie))
			return &s->list[i];
	return NULL;
}

bool sessions__csrf(struct sessions *s, const char *cookie, char csrf[SESSION_SECRET_LEN])
{
	const struct session *found;

	pthread_mutex_lock(&s->lock);
	found = find_session(s, cookie);
	if (found)
		memcpy(csrf, found->csrf, SESSION_SECRET_LEN);
	pthread_mutex_unlock(&s->lock);
	return found;
}

void sessions__logout(struct sessions *s, const char *cookie)
{
	struct session *found;

	pthread_mutex_lock(&s->lock);
	found = find_session(s, cookie);
	if (found)
		*found = (struct session){ 0 };
	pthread_mutex_unlock(&s->lock);
}
