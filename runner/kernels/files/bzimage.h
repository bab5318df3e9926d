/* SPDX-License-Identifier: GPL-2.0-only */
/* bzimage.h - bzImage, the boot format of x86 kernels: Documentation/arch/x86/boot.rst. */
#ifndef KDUEL_KERNELS_FILES_BZIMAGE_H
#define KDUEL_KERNELS_FILES_BZIMAGE_H

#include "lib/base.h"

#define BZIMAGE_HEADER 0x260 /* bytes to read from a file to have the whole header */

/* The compressed kernel, as byte offset and length in the file. */
struct bzimage {
	uint64_t at, len;
	uint64_t release; /* file offset of its version string, "6.18.15 (root@..."; 0: none */
};

/* Does a file that begins with these bytes have an x86 boot header, of whatever version? */
bool bzimage__is(const void *head, size_t len);
/* Read the header in the first `len` bytes; `size` is that of the file. 0; -ENOEXEC: it boots no
 * 64-bit kernel; -EINVAL: the file is truncated. On error *what describes the file, else it is
 * NULL. */
int bzimage__read(const void *head, size_t len, uint64_t size, struct bzimage *b,
		  const char **what);
/* Replace the unpacked ELF file in *data by its memory layout, from _text on. Frees the old *data.
 * -EINVAL: not an ELF file of an x86-64 kernel, damaged, or larger than `max` bytes in memory;
 * *data is unchanged then. */
int bzimage__lay_out(char **data, size_t *len, size_t max);

#endif
