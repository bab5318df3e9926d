/* SPDX-License-Identifier: GPL-2.0-only */
/* cross.h - gcc for the architecture of a guest, which need not be the host's. */
#ifndef KDUEL_HOST_CROSS_H
#define KDUEL_HOST_CROSS_H

#include "lib/err.h"

/* Prefix of its programs: "aarch64-linux-gnu-", or "" on such a machine itself. `deb_arch` is arm64
 * or amd64. */
const char *cross__prefix(const char *deb_arch);
/* First line of `gcc --version`, for cache keys; the caller frees. -EOPNOTSUPP: there is no
 * compiler; `err` names the package. */
int cross__compiler(const char *deb_arch, char **version, struct err *err);

#endif
