/* SPDX-License-Identifier: GPL-2.0-only */
/* release.h - release numbers of QEMU, of which only MAJOR.MINOR matters. Also used for kernels. */
#ifndef KDUEL_HOST_RELEASE_H
#define KDUEL_HOST_RELEASE_H

#include "lib/base.h"

/* The first release in which plugins can read a guest's registers, which exact mode needs. */
#define QEMU_EXACT_MODE "9.2"

/* Parse "8.1" or "10.0.2" to a number that grows with the release (801, 1000). Anything after the
 * minor number is ignored. 0, or -EINVAL if it is not a release. Safe on any text. */
int qemu_release__parse(const char *text, unsigned int *number);
/* Is `version` at least `wanted` (NULL: any)? False if either is not a release. */
bool qemu_release__is_at_least(const char *version, const char *wanted);

#endif
