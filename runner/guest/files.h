/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * files.h - files and directories of the user's that a guest gets in its root image.
 *
 * They are copied before anything is made of them, and what is hashed is the copy: an image is known
 * by what is in it, whatever becomes of the files meanwhile. Symbolic links are copied as links and
 * never followed.
 */
#ifndef KDUEL_GUEST_FILES_H
#define KDUEL_GUEST_FILES_H

#include "lib/err.h"

#define GUEST_FILES_MAX 10000 /* files, directories and links, of all entries together */
#define GUEST_FILES_BYTES (1ull << 30) /* in all of them */

/* The line of a lock that stands for them, with the hash of their names, modes and content. */
#define GUEST_FILES_NAME "guest-files"
#define GUEST_FILES_ARCH "files"

struct guest_file {
	char *to; /* in the guest, from its root */
	char *from; /* path on the host */
	char *where; /* in the plan, for messages: "plan.yaml:7:5" */
};

struct guest_files {
	struct guest_file *v;
	size_t n;
};

void guest_files__release(struct guest_files *files);
/* What is wrong with a place in the guest, or NULL: it is no absolute path, or something of kduel's or
 * of the kernel's lies there. */
const char *guest_files__check_place(const char *to);
/* Is all of it there, and nothing but files, directories and links, within the bounds? `n` and `bytes`
 * are what the entries before it had, and are added to. 0 or -errno with `err`, without the place. */
int guest_files__check(const struct guest_file *f, size_t *n, uint64_t *bytes, struct err *err);
/* Copy everything below `dir`, which is there and empty, and hash it. What vanishes or changes
 * meanwhile is an error. 0 or -errno; `err` begins with the place in the plan. */
int guest_files__copy(const struct guest_files *files, const char *dir, char hex[65],
		      struct err *err);
/* Move what guest_files__copy() left below `dir` into the guest's root directory `tree`, whose links
 * are followed inside it. A file of a package's with the same path is replaced. 0 or -errno, as
 * above. */
int guest_files__install(const struct guest_files *files, const char *dir, const char *tree,
			 struct err *err);

#endif
