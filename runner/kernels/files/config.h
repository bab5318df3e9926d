/* SPDX-License-Identifier: GPL-2.0-only */
/* config.h - reads a kernel's configuration. */
#ifndef KDUEL_KERNELS_FILES_CONFIG_H
#define KDUEL_KERNELS_FILES_CONFIG_H

#include "lib/err.h"

#define KERNEL_CONFIG_MAX (16u << 20) /* bytes of a .config */

/* The value of `symbol` (without CONFIG_): "y", "m", a number, or a quoted string. NULL: not set.
 * The caller frees. */
char *kernel_config__value(const char *config, const char *symbol);
/* 'y' or 'm'; 'n' for anything else. For "A|B" the highest of their values. */
char kernel_config__tristate(const char *config, const char *symbols);
/* The architecture of a configuration: Debian's name for it if kduel knows that, else the kernel's.
 * NULL: the configuration does not tell. The caller frees. */
char *kernel_config__arch(const char *config);
/* Does `text` look like a kernel configuration? 0, or -EINVAL with a message that names `path`. */
int kernel_config__check(const char *path, const char *text, struct err *err);
/* The configuration embedded in an image (CONFIG_IKCONFIG). NULL: none. The caller frees. */
char *kernel_config__in_image(const char *path);
/* Path of the configuration of an image, where builds and distributions put it; its version must
 * match `release`. NULL: there is none. The caller frees. */
char *kernel_config__beside(const char *image, const char *release);

#endif
