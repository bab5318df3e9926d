/* SPDX-License-Identifier: GPL-2.0-only */
/* release.h - release numbers of QEMU: the first two parts say what it can do. */
#ifndef KDUEL_HOST_RELEASE_H
#define KDUEL_HOST_RELEASE_H

#include "lib/base.h"

/* First release whose plugins can do what exact mode needs: read a guest's registers. */
#define QEMU_EXACT_MODE "9.2"

/* "8.1" or "10.0.2" as a number that grows with the release (801, 1000); what follows the
 * second part is not looked at. -EINVAL if it is none. Takes any text. */
int qemu_release__parse(const char *text, unsigned int *number);
/* Is `version` at least `wanted`? False when either is no release; NULL wants nothing. */
bool qemu_release__is_at_least(const char *version, const char *wanted);

#endif
