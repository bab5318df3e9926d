/* SPDX-License-Identifier: GPL-2.0-only */
/* fs.h - files and directories: whole-file reads, atomic writes, trees. */
#ifndef KDUEL_FS_H
#define KDUEL_FS_H

#include "lib/err.h"
#include "lib/strvec.h"

#include <fts.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/types.h>

/* Read a whole file of at most `max` bytes (-EFBIG beyond). *out is NUL-terminated, the caller
 * frees; *len may be NULL. Works on /proc and /sys files. 0 or -errno. */
int fs__read(const char *path, size_t max, char **out, size_t *len);
/* Likewise, relative to a directory descriptor. */
int fs__read_at(int dirfd, const char *path, size_t max, char **out, size_t *len);
/* Walk a tree with fts(3): does not follow links, does not change directory. The caller calls
 * fts_close(); NULL with errno. */
FTS *fs__walk(const char *path);
/* Sync a file, or a whole tree, to disk. 0 or -errno. */
int fs__sync(const char *path);
/* Rename a finished file or tree so that after a power failure `to` is either complete or absent:
 * sync, rename, sync the directory. `to` must not exist or be an empty directory. 0, or -errno with
 * `from` still in place. */
int fs__publish(const char *from, const char *to);
/* Write to a temporary file in the same directory, fsync, rename over `path`. 0 or -errno. */
int fs__write_atomic(const char *path, const void *data, size_t len);
/* Likewise for a string; on error, `err` has the path and the reason. */
int fs__write_text(const char *path, const char *text, struct err *err);
/* Flush a stream and tell whether output was lost; errno is then the reason, or 0. A reader that
 * closed its end of a pipe (EPIPE) does not count: it wants no more. */
bool fs__is_short(FILE *f);
/* May a new file take this name? True if there is nothing, or a regular file. Devices, pipes and
 * links (/dev/stdout) must be written through instead. */
bool fs__is_replaceable(const char *path);
/* fs__write_atomic() if fs__is_replaceable(), else write into what is there. 0 or -errno. */
int fs__write_output(const char *path, const void *data, size_t len);
/* Is the file unmodified between two calls to stat(2), judging by size and mtime? */
bool fs__unwritten(const struct stat *before, const struct stat *after);
/* Copy the first `size` bytes of `in` to `out`, which is empty. `size` bounds the copy, as a file
 * that is being written to may have no end; where blocks can be shared (FICLONE), the copy may be
 * longer. Returns the number of bytes missing, if the file has shrunk, or -errno. */
off_t fs__copy_data(int in, int out, off_t size);
/* Copy a regular file to a new one with `mode` (less the umask). -EINVAL: not a regular file;
 * -EEXIST: `to` exists; -EBUSY: the file was modified during the copy; 0 or -errno, with `err`. */
int fs__copy(const char *from, const char *to, mode_t mode, struct err *err);
/* Write a string to an existing file (sysfs, procfs). 0 or -errno. */
int fs__poke(const char *path, const char *text);
/* Resolve a path that was read from the file `file`: relative to the directory of `file`, "~/" to
 * the home directory. The caller frees. */
char *fs__beside(const char *file, const char *path);
/* Make a path absolute by prefixing the working directory; unchanged if that no longer exists. The
 * caller frees. */
char *fs__absolute(const char *path);
/* mkdir -p. 0 or -errno. */
int fs__mkdir_p(const char *path);
/* rm -rf: does not follow links; a missing path is not an error. 0 or -errno. */
int fs__rm_rf(const char *path);
/* Resolve `path` with its links as if `root` were the root directory, so that the result never lies
 * outside of it. The last component is followed only if `follow`; otherwise it need not exist. For
 * every access to a tree with foreign contents. The caller frees; NULL with errno. */
char *fs__in_tree(const char *root, const char *path, bool follow);
/* Append the names in a directory, except those with a leading dot, then sort `names`. 0, or -errno
 * with what could be read. */
int fs__names(const char *dir, struct strvec *names);
/* Append the paths in such a tree (see fs__in_tree()) that match `pattern`, links resolved, sorted
 * by name. */
void fs__glob_in_tree(const char *root, const char *pattern, struct strvec *out);
bool fs__exists(const char *path);
bool fs__is_dir(const char *path);
/* The kernel's boot ID, a UUID that changes with every boot; "" if unknown. `root` is prefixed to
 * /proc: "" except in tests. The caller frees. */
char *fs__boot_id(const char *root);
/* Bytes that unprivileged users may still write to the file system of `path`; UINT64_MAX if
 * unknown. */
uint64_t fs__free_bytes(const char *path);
/* Search for a program in PATH, then in the sbin directories, which an ordinary user's PATH lacks.
 * The caller frees; NULL if there is none. */
char *fs__find_program(const char *name);

#endif
