/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * files.h - files and directories of the user that are added to a guest's root image.
 *
 * They are copied first, and the copy is hashed, so that an image is identified by its real content
 * even if the files change meanwhile. Symbolic links are copied as links and never followed.
 */
#ifndef KDUEL_GUEST_FILES_H
#define KDUEL_GUEST_FILES_H

#include "lib/err.h"

#define GUEST_FILES_MAX 10000 /* files, directories and symlinks, in all entries together */
#define GUEST_FILES_BYTES (1ull << 30) /* total size of all entries */

/* The entry of a lock that stands for all of them, with the hash of their names, modes and
 * contents. */
#define GUEST_FILES_NAME "guest-files"
#define GUEST_FILES_ARCH "files"

struct guest_file {
	char *to; /* path in the guest, absolute */
	char *from; /* path on the host */
	char *where; /* position in the plan, for messages: "plan.yaml:7:5" */
};

struct guest_files {
	struct guest_file *v;
	size_t n;
};

void guest_files__release(struct guest_files *files);
/* Check a path in the guest. Returns what is wrong with it, or NULL: it must be absolute, and not
 * where kduel or the kernel have their own files. */
const char *guest_files__check_place(const char *to);
/* Check that the entry exists, and has only files, directories and symlinks, within the limits. *n
 * and *bytes are the totals of the entries before it, and are increased. 0 or -errno; `err` does
 * not contain f->where. */
int guest_files__check(const struct guest_file *f, size_t *n, uint64_t *bytes, struct err *err);
/* Copy all entries to the existing, empty directory `dir`, and hash them. If one vanishes or
 * changes meanwhile, that is an error. 0 or -errno; `err` begins with the position in the plan. */
int guest_files__copy(const struct guest_files *files, const char *dir, char hex[65],
		      struct err *err);
/* Move the copies in `dir` into the guest's root directory `tree`. Symlinks in it are followed
 * inside of `tree` only. A file of a package with the same path is replaced. 0 or -errno; `err` as
 * above. */
int guest_files__install(const struct guest_files *files, const char *dir, const char *tree,
			 struct err *err);

#endif
