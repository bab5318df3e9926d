/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * edit.h - what may be changed from the dashboard, and by whom.
 *
 * By whoever knows the token: a program sends it in each request ("Authorization: Bearer
 * TOKEN"), which no foreign page can make a browser do. A person sends it once to /login; then
 * a cookie is the proof, which the browser sends by itself, so each form holds a second secret
 * of the session that a foreign page cannot read.
 */
#ifndef KDUEL_SITE_EDIT_H
#define KDUEL_SITE_EDIT_H

#include "reports/web/query.h"

#define EDIT_SECRET_LEN 33 /* 128 random bits in hexadecimal, with the terminating NUL */
#define EDIT_TOKEN_MIN 16 /* characters of a token */
#define EDIT_SESSION_S (12 * 3600)

struct edit;

/* Read the token from a file that nobody else can read: one line of at least EDIT_TOKEN_MIN
 * printing characters. *token is owned by the caller. -EACCES: others can read it; -EINVAL. */
int edit__read_token(const char *path, char **token, struct err *err);

/* `token` must live as long. Safe for threads. */
struct edit *edit__new(const char *token);
void edit__free(struct edit *e);

/* Is this the value of an "Authorization" header that proves the token? NULL is none. */
bool edit__is_bearer(struct edit *e, const char *authorization);
/* A session for whoever knows the token. -EACCES: it is another one; -EAGAIN: so is this, and
 * there were too many wrong ones lately. */
int edit__login(struct edit *e, const char *token, char cookie[EDIT_SECRET_LEN], struct err *err);
/* The second secret of a cookie's session; false: there is no such session (any more). */
bool edit__session(struct edit *e, const char *cookie, char csrf[EDIT_SECRET_LEN]);
void edit__logout(struct edit *e, const char *cookie);
/* Are two secrets equal? In a time that says nothing about where they differ. */
bool edit__same(const char *a, const char *b);

/* Change something in the database at `db`. "change": `id` of a change of level, `state`
 * (confirmed, dismissed, expected, note), `text`, `reference`. "tag": `campaign`, `key`, `value`
 * ("": take it away). 0; -ENOENT: no such action, change or campaign; -EINVAL. */
int edit__apply(const char *db, const char *action, const struct query *form, struct err *err);

#endif
