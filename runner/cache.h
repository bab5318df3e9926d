/* SPDX-License-Identifier: GPL-2.0-only */
/* cache.h - the private cache below XDG_CACHE_HOME, and hashing. */
#ifndef KDUEL_CACHE_H
#define KDUEL_CACHE_H

#include "lib/err.h"

/* $XDG_CACHE_HOME/kduel (else ~/.cache/kduel) + "/" + formatted name; caller frees.
 * Directories up to the last '/' are created. */
char *cache__path(const char *fmt, ...) __printf(1, 2);
/* Hold an exclusive lock on `name` below the cache while something is built there, so that
 * two kduels do not build the same thing: a descriptor to close, or -errno. */
int cache__lock(const char *name);
/* sha256 as 64 hex digits. 0 or -errno. */
int cache__sha256_file(const char *path, char hex[65]);
void cache__sha256(const void *data, size_t len, char hex[65]);

#endif
