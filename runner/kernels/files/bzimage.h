/* SPDX-License-Identifier: GPL-2.0-only */
/* bzimage.h - the format that x86 kernels are booted from: Documentation/arch/x86/boot.rst. */
#ifndef KDUEL_KERNELS_FILES_BZIMAGE_H
#define KDUEL_KERNELS_FILES_BZIMAGE_H

#include "lib/base.h"

#define BZIMAGE_HEADER 0x260 /* bytes of a file that have all fields of the header */

/* The compressed kernel in the file. */
struct bzimage {
	uint64_t at, len;
	uint64_t release; /* where the kernel's own line about itself is; 0: nowhere */
};

/* Is it an image for x86 of any kind, by the first bytes? */
bool bzimage__is(const void *head, size_t len);
/* Read the header; `size` is that of the file. 0; -ENOEXEC: it boots no 64-bit kernel, and *what says
 * what it is; -EINVAL: it is cut off. */
int bzimage__read(const void *head, size_t len, uint64_t size, struct bzimage *b,
		  const char **what);
/* What was unpacked from it is an ELF file: put its parts where they lie in memory, from _text on. The
 * new *data takes the place of the old one, which is freed. -EINVAL: it is none, or damaged; then *data
 * stays. `max`: bytes that the result may have. */
int bzimage__lay_out(char **data, size_t *len, size_t max);

#endif
