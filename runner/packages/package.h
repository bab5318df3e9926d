/* SPDX-License-Identifier: GPL-2.0-only */
/* package.h - what the names of Debian's kernel packages say. Pure functions. */
#ifndef KDUEL_PACKAGES_PACKAGE_H
#define KDUEL_PACKAGES_PACKAGE_H

#include "lib/base.h"

/* One of the packages that hold a kernel of a given version: linux-image-6.18..., and from
 * 7.2 on linux-binary-, linux-modules-, linux-base-; not the metapackages. */
bool package__is_kernel(const char *name);
/* Debug symbols, which no boot needs. */
bool package__is_debug(const char *name);
bool package__is_unsigned(const char *name);
/* The part of the name after the kind: "6.18.15+deb13-cloud-arm64", or "cloud-arm64" for a
 * metapackage. NULL if it is no kernel's name. The caller frees. */
char *package__release(const char *name);
/* The part of a release after its version numbers: "cloud-arm64". Points into `release`. */
const char *package__flavour(const char *release);

#endif
