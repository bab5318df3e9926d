/* SPDX-License-Identifier: GPL-2.0-only */
/* package.h - parses the names of Debian's kernel packages. */
#ifndef KDUEL_PACKAGES_PACKAGE_H
#define KDUEL_PACKAGES_PACKAGE_H

#include "lib/base.h"

/* Is it one of the packages that make up a kernel of a certain version? These are
 * linux-image-6.18... and, from 7.2 on, linux-binary-, linux-modules- and linux-base-; metapackages
 * are not. */
bool package__is_kernel(const char *name);
/* Does it hold debug symbols, which no boot needs? */
bool package__is_debug(const char *name);
bool package__is_unsigned(const char *name);
/* The part of the name after its kind, without "unsigned": "6.18.15+deb13-cloud-arm64", or
 * "cloud-arm64" for a metapackage. NULL if it is not the name of a kernel package. The caller
 * frees. */
char *package__release(const char *name);
/* The part of a release after its version: "cloud-arm64". Points into `release`. */
const char *package__flavour(const char *release);

#endif
