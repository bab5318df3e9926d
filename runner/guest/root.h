/* SPDX-License-Identifier: GPL-2.0-only */
/* root.h - the ext4 image that a guest runs from. */
#ifndef KDUEL_GUEST_ROOT_H
#define KDUEL_GUEST_ROOT_H

#include "lib/err.h"
#include "lib/strvec.h"
#include "runner/guest/files.h"
#include "runner/packages/lock.h"

/*
 * Build (or take from the cache) the ext4 root image with the dependency closure of `packages` from
 * `suites`, and the programs of those that are source packages (program.h). All files are owned by
 * root; no root rights are needed. The user's `files` are part of it. With `want` exactly those versions, and the
 * same files, else the newest. *image is NULL when there are neither packages nor files. What went in is appended to `lock`; *image is owned by the caller.
 * `changes`, if not NULL, receives what differs from the previous image of the same packages (""
 * if nothing). 0 or -errno with `err`.
 */
int guest__root_image(const struct strvec *packages, const struct strvec *suites, const char *arch,
		      const struct guest_files *files, const struct lock *want, struct lock *lock,
		      char **image, char **changes, struct err *err);

#endif
