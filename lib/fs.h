/* SPDX-License-Identifier: GPL-2.0-only */
/* fs.h - files and directories: whole-file read, atomic write, trees. */
#ifndef KDUEL_FS_H
#define KDUEL_FS_H

#include "lib/err.h"
#include "lib/strvec.h"

#include <fts.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/types.h>

/* Read a whole file, at most `max` bytes (-EFBIG beyond). *out is
 * NUL-terminated and owned by the caller; *len may be NULL.
 * Works on /proc and /sys files. Returns 0 or -errno. */
int fs__read(const char *path, size_t max, char **out, size_t *len);
/* As fs__read(), from a directory descriptor. */
int fs__read_at(int dirfd, const char *path, size_t max, char **out, size_t *len);
/* Go through a tree: fts(3) that follows no links and stays in its directory. NULL with errno; the
 * caller calls fts_close(). */
FTS *fs__walk(const char *path);
/* Wait until a file, or a tree with all that is in it, is on the disk. 0 or -errno. */
int fs__sync(const char *path);
/* Give a finished file or tree its name so that, after a power cut, the name means all of it or is not
 * there: sync, rename, sync the directory. `to` is no directory, or an empty one. 0, or -errno: `from` is
 * where it was. */
int fs__publish(const char *from, const char *to);
/* Write to a temporary neighbour, fsync, rename over `path`. 0 or -errno. */
int fs__write_atomic(const char *path, const void *data, size_t len);
/* The same for a text, with the path and the reason in `err`. */
int fs__write_text(const char *path, const char *text, struct err *err);
/* Flush a stream: is something of it lost? errno says why, or is 0. Not when a reader closed its end of
 * the pipe: it wants no more. */
bool fs__is_short(FILE *f);
/* May a new file take this name: is nothing there, or an ordinary file? Devices, pipes and links
 * (/dev/stdout) are to be written through. */
bool fs__is_replaceable(const char *path);
/* As fs__write_atomic() where a new file may take the name, else into what is there. 0 or
 * -errno. */
int fs__write_output(const char *path, const void *data, size_t len);
/* Has nobody written to the file between these two looks at it, as its size and time have it? */
bool fs__unwritten(const struct stat *before, const struct stat *after);
/* Copy the first `size` bytes of `in`, from its begin on, to `out`, which is empty: one that somebody writes
 * to may have no end. Where blocks are shared it may be all of it. What was lacking, when the file has
 * become shorter; or -errno. */
off_t fs__copy_data(int in, int out, off_t size);
/* Copy an ordinary file to a new one with mode `mode` (less umask). -EINVAL: it is no ordinary
 * file; -EEXIST: `to` is there; -EBUSY: it was written meanwhile; 0 or -errno. */
int fs__copy(const char *from, const char *to, mode_t mode, struct err *err);
/* Write a string into an existing file (sysfs, procfs). 0 or -errno. */
int fs__poke(const char *path, const char *text);
/* A path that stands in the file `file`: relative to its directory, or with ~/ to the home directory.
 * The caller frees. */
char *fs__beside(const char *file, const char *path);
/* A path from the root: a relative one is below the working directory, and stays as it is where that is
 * gone. The caller frees. */
char *fs__absolute(const char *path);
/* mkdir -p. 0 or -errno. */
int fs__mkdir_p(const char *path);
/* rm -rf; does not follow links; a missing path is no error. 0 or -errno. */
int fs__rm_rf(const char *path);
/* Where `path` lies when links in it are taken as a system takes them whose root directory is `root`:
 * never outside of it. The last component is followed only with `follow`, and without it need not be
 * there. For every access to a tree that others have filled. The caller frees; NULL with errno. */
char *fs__in_tree(const char *root, const char *path, bool follow);
/* Append the names in a directory but those that begin with a dot; `names` is sorted then. 0 or
 * -errno, with what could be read. */
int fs__names(const char *dir, struct strvec *names);
/* Append the places in such a tree that match `pattern`, links followed, sorted by name. */
void fs__glob_in_tree(const char *root, const char *pattern, struct strvec *out);
bool fs__exists(const char *path);
bool fs__is_dir(const char *path);
/* What identifies the time since this machine was started; "" if unknown. `root` is put before /proc:
 * "" but in tests. The caller frees. */
char *fs__boot_id(const char *root);
/* Free bytes available to us on the file system of `path`; UINT64_MAX if unknown. */
uint64_t fs__free_bytes(const char *path);
/* Search PATH (then the sbin directories, where an ordinary user's PATH does not
 * look) for a program; the caller frees; NULL if there is none. */
char *fs__find_program(const char *name);

#endif
