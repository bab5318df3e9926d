/* SPDX-License-Identifier: GPL-2.0-only */
/* cache.h - kduel's cache directory, and SHA-256. */
#ifndef KDUEL_HOST_CACHE_H
#define KDUEL_HOST_CACHE_H

#include "lib/err.h"
#include "lib/tmpdir.h"

#include <sys/stat.h>

/* The path of a formatted name below $XDG_CACHE_HOME/kduel, or else ~/.cache/kduel. Directories up to
 * the last '/' are created. The caller frees. */
char *cache__path(const char *fmt, ...) __printf(1, 2);
/* Take an exclusive lock on `name` in the cache, so that two kduel processes do not build the same
 * thing. Waits as long as necessary. Returns a descriptor, which the caller closes to unlock, or
 * -errno with `err` (may be NULL). */
int cache__lock(const char *name, struct err *err);
/* Make a temporary directory in the cache, from which a finished result can be renamed into place. Also
 * deletes temporary directories of processes that were killed. The caller calls tmpdir__remove(). 0 or
 * -errno with `err`. */
int cache__tmpdir(struct tmpdir *tmp, struct err *err);
/* Remove temporary directories and claims whose processes are gone. */
void cache__sweep(void);
/* Take a file or tree out of the cache at once, even a large one: it is only renamed. cache__end()
 * deletes it later or, if this process is killed, another kduel. 0, even if it does not exist; or
 * -errno with `err`. */
int cache__discard(const char *path, struct err *err);
/* Delete what was discarded. Call it at the end of the process, after all output. */
void cache__end(void);

/* An exclusive right among processes on this host, e.g. to change its settings or to use a real
 * machine: a locked file. */
struct cache_claim {
	char *path;
	int fd;
};

/* Take a claim. 0; -EWOULDBLOCK: another process has it; or another -errno. Sets claim->path, and the
 * caller calls cache__release(), in any case. */
int cache__claim(const char *name, struct cache_claim *claim);
void cache__release(struct cache_claim *claim);

/* The SHA-256 of a file as 64 hex digits. 0 or -errno. */
int cache__sha256_file(const char *path, char hex[65]);
/* The SHA-256 of a file's content, or of a symbolic link's target; `st` is the result of lstat(2). */
int cache__sha256_entry(const char *path, const struct stat *st, char hex[65]);
void cache__sha256(const void *data, size_t len, char hex[65]);

#endif
