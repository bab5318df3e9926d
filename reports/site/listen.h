/* SPDX-License-Identifier: GPL-2.0-only */
/* listen.h - the server's listening socket. */
#ifndef KDUEL_SITE_LISTEN_H
#define KDUEL_SITE_LISTEN_H

#include "lib/err.h"

/* Listen on "127.0.0.1:8080", "[::1]:8080", ":8080" (127.0.0.1) or "8080"; port 0 picks a free one.
 * Returns the descriptor, which the caller closes, or -errno; -EINVAL: malformed address. */
int http__listen(const char *where, struct err *err);
/* The URL of a listening socket for use on this machine, "http://127.0.0.1:8080/", or "" if it has
 * none. The caller frees. */
char *http__url(int listen_fd);
/* Can other machines reach it? */
bool http__is_public(int listen_fd);

#endif
