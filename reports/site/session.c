// SPDX-License-Identifier: GPL-2.0-only
/* session.c - who knows the token, and who showed it lately. */
#include "lib/clock.h"
#include "lib/fs.h"
#include "reports/site/edit.h"

#include <ctype.h>
#include <pthread.h>
#include <sys/random.h>
#include <sys/stat.h>

#define MAX_SESSIONS 64
#define MAX_WRONG 10 /* tokens a minute */
#define TOKEN_MAX 512

struct session {
	char cookie[EDIT_SECRET_LEN], csrf[EDIT_SECRET_LEN];
	uint64_t until_ns; /* 0: free */
};

struct edit {
	const char *token;
	pthread_mutex_t lock;
	struct session sessions[MAX_SESSIONS];
	unsigned int wrong;
	uint64_t minute_ns; /* in which they were wrong */
};

int edit__read_token(const char *path, char **token, struct err *err)
{
	struct stat sb;
	int ret = stat(path, &sb) < 0 ? -errno : fs__read(path, TOKEN_MAX, token, NULL);
	size_t n;

	if (ret)
		return err__set(err, ret, "%s: %s", path, strerror(-ret));
	n = strcspn(*token, "\r\n");
	(*token)[n] = '\0';
	if (sb.st_mode & (S_IRWXG | S_IRWXO))
		ret = err__set(err, -EACCES, "%s: others than its owner can read it: chmod 600",
			       path);
	for (size_t i = 0; !ret && i < n; i++)
		if (!isgraph((unsigned char)(*token)[i]))
			n = 0;
	if (!ret && n < EDIT_TOKEN_MIN)
		ret = err__set(err, -EINVAL,
			       "%s: expected a line of at least %d printing "
			       "characters; `openssl rand -hex 16` makes one",
			       path, EDIT_TOKEN_MIN);
	if (ret) {
		free(*token);
		*token = NULL;
	}
	return ret;
}

struct edit *edit__new(const char *token)
{
	struct edit *e = xcalloc(1, sizeof(*e));

	e->token = token;
	pthread_mutex_init(&e->lock, NULL);
	return e;
}

void edit__free(struct edit *e)
{
	if (!e)
		return;
	pthread_mutex_destroy(&e->lock);
	free(e);
}

bool edit__same(const char *a, const char *b)
{
	size_t n = strlen(a), m = strlen(b);
	unsigned char differ = n != m;

	for (size_t i = 0; i < n; i++)
		differ |= (unsigned char)(a[i] ^ (m ? b[i % m] : 0));
	return !differ;
}

static void secret(char out[EDIT_SECRET_LEN])
{
	unsigned char b[(EDIT_SECRET_LEN - 1) / 2];

	/* Cannot fail for so few bytes once the pool is ready, which it waits for. */
	if (getrandom(b, sizeof(b), 0) != (ssize_t)sizeof(b))
		abort();
	for (size_t i = 0; i < sizeof(b); i++)
		snprintf(out + 2 * i, 3, "%02x", b[i]);
}

/* Is the token right? The right one always is: whoever guesses locks out nobody else, and
 * EDIT_TOKEN_MIN characters are not guessed by trying. The lock is held. */
static int check(struct edit *e, const char *token, struct err *err)
{
	uint64_t now = clock__ns();

	if (edit__same(e->token, token))
		return 0;
	if (now - e->minute_ns > 60 * NSEC_PER_SEC) {
		e->minute_ns = now;
		e->wrong = 0;
	}
	if (e->wrong >= MAX_WRONG)
		return err__set(err, -EAGAIN, "too many wrong tokens: wait a minute");
	e->wrong++;
	return err__set(err, -EACCES, "that is not the token of this server");
}

bool edit__is_bearer(struct edit *e, const char *authorization)
{
	static const char scheme[] = "Bearer ";
	int ret;

	if (!authorization || strncasecmp(authorization, scheme, strlen(scheme)) != 0)
		return false;
	pthread_mutex_lock(&e->lock);
	ret = check(e, authorization + strlen(scheme), NULL);
	pthread_mutex_unlock(&e->lock);
	return !ret;
}

/* A free place, or the oldest session's; the lock is held. */
static struct session *place(struct edit *e)
{
	struct session *s = e->sessions;

	for (size_t i = 1; i < MAX_SESSIONS; i++)
		if (e->sessions[i].until_ns < s->until_ns)
			s = &e->sessions[i];
	return s;
}

int edit__login(struct edit *e, const char *token, char cookie[EDIT_SECRET_LEN], struct err *err)
{
	int ret;

	pthread_mutex_lock(&e->lock);
	ret = check(e, token, err);
	if (!ret) {
		struct session *s = place(e);

		secret(s->cookie);
		secret(s->csrf);
		s->until_ns = clock__ns() + EDIT_SESSION_S * NSEC_PER_SEC;
		memcpy(cookie, s->cookie, EDIT_SECRET_LEN);
	}
	pthread_mutex_unlock(&e->lock);
	return ret;
}

/* The lock is held. */
static struct session *find(struct edit *e, const char *cookie)
{
	uint64_t now = clock__ns();

	for (size_t i = 0; cookie && i < MAX_SESSIONS; i++)
		if (e->sessions[i].until_ns > now && edit__same(e->sessions[i].cookie, cookie))
			return &e->sessions[i];
	return NULL;
}

bool edit__session(struct edit *e, const char *cookie, char csrf[EDIT_SECRET_LEN])
{
	struct session *s;

	pthread_mutex_lock(&e->lock);
	s = find(e, cookie);
	if (s)
		memcpy(csrf, s->csrf, EDIT_SECRET_LEN);
	pthread_mutex_unlock(&e->lock);
	return s;
}

void edit__logout(struct edit *e, const char *cookie)
{
	struct session *s;

	pthread_mutex_lock(&e->lock);
	s = find(e, cookie);
	if (s)
		*s = (struct session){ 0 };
	pthread_mutex_unlock(&e->lock);
}
