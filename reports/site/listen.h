/* SPDX-License-Identifier: GPL-2.0-only */
/* listen.h - the socket that the server listens on. */
#ifndef KDUEL_SITE_LISTEN_H
#define KDUEL_SITE_LISTEN_H

#include "lib/err.h"

/* Listen on "127.0.0.1:8080", "[::1]:8080", ":8080" (127.0.0.1) or "8080"; port 0 is any free one.
 * Returns the descriptor, which the caller closes, or -errno: -EINVAL if it is no such address. */
int http__listen(const char *where, struct err *err);
/* The URL of a listening socket as seen from this machine, "http://127.0.0.1:8080/", or "" if it has
 * none. The caller frees. */
char *http__url(int listen_fd);
/* Can it be reached from other machines? */
bool http__is_public(int listen_fd);

#endif
