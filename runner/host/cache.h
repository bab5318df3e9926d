/* SPDX-License-Identifier: GPL-2.0-only */
/* cache.h - the private cache below XDG_CACHE_HOME, and hashing. */
#ifndef KDUEL_HOST_CACHE_H
#define KDUEL_HOST_CACHE_H

#include "lib/err.h"
#include "lib/tmpdir.h"

#include <sys/stat.h>

/* $XDG_CACHE_HOME/kduel (else ~/.cache/kduel) + "/" + formatted name; caller frees.
 * Directories up to the last '/' are created. */
char *cache__path(const char *fmt, ...) __printf(1, 2);
/* Hold an exclusive lock on `name` below the cache while something is built there, so that
 * two kduels do not build the same thing: a descriptor to close, or -errno with `err`. */
int cache__lock(const char *name, struct err *err);
/* Make a directory below the cache to build something in, so that a finished result can be renamed
 * into place; what killed processes left of theirs is removed on the way. tmpdir__remove() ends it.
 * 0 or -errno with `err`. */
int cache__tmpdir(struct tmpdir *tmp, struct err *err);
/* Remove temporary directories and claims whose processes are gone. */
void cache__sweep(void);
/* Take a file or tree out of the cache at once, however large it is: it moves to where
 * cache__end() deletes it, or a later kduel when this one is killed. What is not there is no error. 0
 * or -errno with `err`. */
int cache__discard(const char *path, struct err *err);
/* Before a process ends, when it has said all that it has to say: delete what was discarded. */
void cache__end(void);
/* The right to change settings of the host, held by one process at a time: a locked file. */
struct cache_claim {
	char *path;
	int fd;
};

/* 0; -EWOULDBLOCK when another process has it; or -errno. claim->path is set in any case, and
 * cache__release() is to be called in any case. */
int cache__claim(const char *name, struct cache_claim *claim);
void cache__release(struct cache_claim *claim);
/* sha256 as 64 hex digits. 0 or -errno. */
int cache__sha256_file(const char *path, char hex[65]);
/* The same of a file's content, or of a symbolic link's target: `st` is what lstat(2) says of it. */
int cache__sha256_entry(const char *path, const struct stat *st, char hex[65]);
void cache__sha256(const void *data, size_t len, char hex[65]);

#endif
