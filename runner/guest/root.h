/* SPDX-License-Identifier: GPL-2.0-only */
/* root.h - makes the ext4 root image of a guest. */
#ifndef KDUEL_GUEST_ROOT_H
#define KDUEL_GUEST_ROOT_H

#include "lib/err.h"
#include "lib/strvec.h"
#include "runner/guest/files.h"
#include "runner/packages/lock.h"

/*
 * Make the root image of a guest, or take it from the cache. It contains the dependency closure of
 * `packages` from `suites`, the programs of those that are source packages (program.h), and the
 * user's `files`. Everything belongs to root; no root privileges are needed. With `want`, package
 * versions and files must be those in that lock; otherwise the newest versions are used.
 *
 * *image is the path of the image, which the caller frees; NULL if there are neither packages nor
 * files. What the image was made from is appended to `lock`. *changes (`changes` may be NULL) is
 * what differs from the previous image of the same packages, "" if nothing; the caller frees it. 0
 * or -errno with `err`.
 */
int guest__root_image(const struct strvec *packages, const struct strvec *suites, const char *arch,
		      const struct guest_files *files, const struct lock *want, struct lock *lock,
		      char **image, char **changes, struct err *err);

#endif
