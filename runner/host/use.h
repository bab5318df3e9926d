/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * use.h - which cache entries are in use, and when each was last used. For the entry PATH there is a
 * file uses/PATH. Processes that use the entry have a lock on it, and its mtime is the time of the last
 * use.
 */
#ifndef KDUEL_HOST_USE_H
#define KDUEL_HOST_USE_H

#include "lib/err.h"

#include <time.h>

/* Keep an entry (a path in the cache) from being removed until this process exits. Call it before
 * checking whether the entry exists: until then, it may be removed. Failure is ignored: if the cache is
 * not writable, entries cannot be removed either. */
void use__hold(const char *path);
/* When the entry was last used, or else modified, in seconds since the epoch; 0: unknown. */
time_t use__last(const char *path);
/* Is the entry held by a process? */
bool use__is_held(const char *path);
/* Lock an entry for removal. Returns a descriptor to pass to use__removed() or to close; -EWOULDBLOCK:
 * a process holds the entry; or another -errno. */
int use__take(const char *path);
/* The entry was removed: remove its file, and close `fd`. */
void use__removed(const char *path, int fd);

#endif
