/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * session.h - authorization of changes: clients must know the server's token.
 *
 * A program sends the token with each request ("Authorization: Bearer TOKEN"), which another site
 * cannot make a browser do. A user enters it once at /login and gets a session cookie. As browsers
 * also send cookies with requests triggered by other sites, each form carries a second secret of
 * the session (csrf), which other sites cannot read.
 */
#ifndef KDUEL_SITE_SESSION_H
#define KDUEL_SITE_SESSION_H

#include "lib/err.h"

#define SESSION_SECRET_LEN 33 /* 128 random bits in hexadecimal, with the terminating NUL */
#define SESSION_TOKEN_MIN 16 /* minimum length of a token */
#define SESSION_MAX_S (12 * 3600)

struct sessions;

/* Read the token from a file that only its owner may read: one line of at least SESSION_TOKEN_MIN
 * printable characters. The caller frees *token. -EACCES: others can read the file; -EINVAL: no
 * such line. */
int sessions__read_token(const char *path, char **token, struct err *err);

/* Thread-safe. `token` must outlive the sessions; free with sessions__free(). */
struct sessions *sessions__new(const char *token);
void sessions__free(struct sessions *s); /* NULL is fine */

/* Does this value of an "Authorization" header (NULL: none) carry the token? */
bool sessions__is_bearer(struct sessions *s, const char *authorization);
/* Start a session and fill in `cookie`. -EACCES: wrong token; -EAGAIN: wrong token, after too many
 * others in the last minute. */
int sessions__login(struct sessions *s, const char *token, char cookie[SESSION_SECRET_LEN],
		    struct err *err);
/* The CSRF secret of the session with this cookie (NULL: none); false: no such session. */
bool sessions__csrf(struct sessions *s, const char *cookie, char csrf[SESSION_SECRET_LEN]);
void sessions__logout(struct sessions *s, const char *cookie);
/* Compare secrets in a time that does not depend on where they differ. */
bool sessions__equal_secrets(const char *a, const char *b);

#endif
