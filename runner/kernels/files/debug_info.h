/* SPDX-License-Identifier: GPL-2.0-only */
/* debug_info.h - DWARF of a kernel: extracted from vmlinux, and found again by build id. */
#ifndef KDUEL_KERNELS_FILES_DEBUG_INFO_H
#define KDUEL_KERNELS_FILES_DEBUG_INFO_H

#include "runner/kernels/files/kernel.h"

#define DEBUG_INFO_FILE "vmlinux.debug" /* in the cache, beside the Image */

/* Does the ELF file contain DWARF (.debug_info)? */
bool debug_info__is_in(const char *path);
/* Write DWARF and symbols of a vmlinux to the file `to`. `arch` is Debian's name. 0; -EOPNOTSUPP:
 * there is no objcopy for it, `err` names the package; or another -errno. */
int debug_info__take(const char *vmlinux, const char *arch, const char *to, struct err *err);
/* Find the file with the DWARF of exactly this kernel, by build id: in the cache, or where packages
 * with debug symbols install it, below /usr/lib/debug ($KDUEL_DEBUG_DIR). The caller frees. NULL:
 * there is none; `err` is empty, unless a file of another build was found or the image is
 * damaged. */
char *debug_info__find(const struct kernel *k, struct err *err);

/* The same for module `name`, whose uncompressed file is in `data`, to read its build id. Only
 * separate files are looked for; `data` itself may contain DWARF, too. */
char *debug_info__of_module(const struct kernel *k, const char *name, char *data, size_t len);

#endif
