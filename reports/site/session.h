/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * session.h - who may change something: clients that know the server's token.
 *
 * A program sends the token in each request ("Authorization: Bearer TOKEN"), which no other site
 * can make a browser do. A person sends it once to /login and gets a session cookie. Browsers send
 * that by themselves, with requests that other sites trigger, too; so each form carries a second
 * secret of the session (csrf), which another site cannot read.
 */
#ifndef KDUEL_SITE_SESSION_H
#define KDUEL_SITE_SESSION_H

#include "lib/err.h"

#define SESSION_SECRET_LEN 33 /* 128 random bits in hexadecimal, with the terminating NUL */
#define SESSION_TOKEN_MIN 16 /* characters of a token */
#define SESSION_MAX_S (12 * 3600)

struct sessions;

/* Read the token from a file that only its owner can read: one line of at least SESSION_TOKEN_MIN
 * printable characters. The caller frees *token. -EACCES: others can read the file; -EINVAL. */
int sessions__read_token(const char *path, char **token, struct err *err);

/* Thread-safe. `token` must outlive the sessions; the caller frees them. */
struct sessions *sessions__new(const char *token);
void sessions__free(struct sessions *s); /* NULL is fine */

/* Does the value of an "Authorization" header (or NULL) carry the token? */
bool sessions__is_bearer(struct sessions *s, const char *authorization);
/* Begin a session: fills `cookie`. -EACCES: wrong token; -EAGAIN: wrong, and there were too many
 * wrong ones in the last minute. */
int sessions__login(struct sessions *s, const char *token, char cookie[SESSION_SECRET_LEN],
		    struct err *err);
/* The second secret of the session with this cookie (NULL: none); false: no such session. */
bool sessions__csrf(struct sessions *s, const char *cookie, char csrf[SESSION_SECRET_LEN]);
void sessions__logout(struct sessions *s, const char *cookie);
/* Compare secrets in a time that does not depend on where they differ. */
bool sessions__equal_secrets(const char *a, const char *b);

#endif
