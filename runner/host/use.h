/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * use.h - which entries of the cache are in use, and when each was used last: a file uses/PATH for PATH,
 * locked by whoever uses the entry, with the time of its last use as its own.
 */
#ifndef KDUEL_HOST_USE_H
#define KDUEL_HOST_USE_H

#include "lib/err.h"

#include <time.h>

/* Keep an entry (path in the cache) from being removed for as long as this process lives. To be called
 * before one looks whether it is there: what is removed meanwhile is not. A cache that cannot be written
 * cannot be pruned, so that a failure is none. */
void use__hold(const char *path);
/* When it was used last, else made, in seconds since 1970. */
time_t use__last(const char *path);
/* Does another process use it? */
bool use__is_held(const char *path);
/* Take the right to remove it: a descriptor to give to use__removed() or to close, or -EWOULDBLOCK while
 * another process uses it, or -errno. */
int use__take(const char *path);
/* It is gone, and with it what is known of its use. */
void use__removed(const char *path, int fd);

#endif
