/* SPDX-License-Identifier: GPL-2.0-only */
/* debug_info.h - DWARF of a kernel: taken out of the vmlinux that make links, and found again. */
#ifndef KDUEL_KERNELS_FILES_DEBUG_INFO_H
#define KDUEL_KERNELS_FILES_DEBUG_INFO_H

#include "runner/kernels/files/kernel.h"

#define DEBUG_INFO_FILE "vmlinux.debug" /* beside the Image in the cache */

/* Does an ELF file have DWARF in it? */
bool debug_info__is_in(const char *path);
/* Write what a vmlinux has of DWARF, and its symbols, to the file `to`. `arch` is Debian's name.
 * -EOPNOTSUPP: there is no objcopy, and `err` names the package. */
int debug_info__take(const char *vmlinux, const char *arch, const char *to, struct err *err);
/* The file with the DWARF of this very kernel, by its build id: kept with it, or below /usr/lib/debug
 * ($KDUEL_DEBUG_DIR), where packages with debug information put it. The caller frees. NULL: there is
 * none; `err` is "" then, unless there is one of another build. */
char *debug_info__find(const struct kernel *k, struct err *err);

/* The same for a module, whose file, uncompressed, is in `data`. That may have DWARF of its own. */
char *debug_info__of_module(const struct kernel *k, const char *name, char *data, size_t len);

#endif
