/* SPDX-License-Identifier: GPL-2.0-only */
/* config.h - what a kernel's configuration says. */
#ifndef KDUEL_KERNELS_FILES_CONFIG_H
#define KDUEL_KERNELS_FILES_CONFIG_H

#include "lib/err.h"

#define KERNEL_CONFIG_MAX (16u << 20) /* bytes */

/* The value of a symbol without CONFIG_: "y", "m", a number, a quoted text. NULL: not set. The caller
 * frees. */
char *kernel_config__value(const char *config, const char *symbol);
/* 'y', 'm', or 'n' for all else. Of "A|B" the one that is more. */
char kernel_config__tristate(const char *config, const char *symbols);
/* The architecture that a configuration is for: Debian's name where kduel has heard of it, else the
 * kernel's; NULL: it does not say. The caller frees. */
char *kernel_config__arch(const char *config);
/* Is this a kernel's configuration at all? 0, or -EINVAL with what it is not. */
int kernel_config__check(const char *path, const char *text, struct err *err);
/* The configuration that an image has in it (CONFIG_IKCONFIG); NULL: none. The caller frees. */
char *kernel_config__in_image(const char *path);
/* The file with the configuration of an image, where builds and distributions leave it: its version
 * must be that of `release`. NULL: there is none. The caller frees. */
char *kernel_config__beside(const char *image, const char *release);

#endif
