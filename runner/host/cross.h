/* SPDX-License-Identifier: GPL-2.0-only */
/* cross.h - gcc for the architecture of a guest, which may differ from the host's. */
#ifndef KDUEL_HOST_CROSS_H
#define KDUEL_HOST_CROSS_H

#include "lib/err.h"

/* The prefix of the toolchain's programs, such as "aarch64-linux-gnu-"; "" for the host's own
 * architecture. `deb_arch` is "arm64" or "amd64". */
const char *cross__prefix(const char *deb_arch);
/* The first line of `gcc --version`, for the cache keys of what is built with it; the caller frees. 0,
 * or -EOPNOTSUPP if there is no compiler, with the missing package in `err`. */
int cross__compiler(const char *deb_arch, char **version, struct err *err);

#endif
