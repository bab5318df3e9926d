/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * kallsyms.h - the functions of a kernel, from the kallsyms table in its image (CONFIG_KALLSYMS).
 *
 * The table has neither a name nor a fixed place in an image. It is recognised by its structure,
 * which scripts/kallsyms.c of the kernel defines. Images are untrusted input: every offset is
 * checked.
 */
#ifndef KDUEL_KERNELS_FILES_KALLSYMS_H
#define KDUEL_KERNELS_FILES_KALLSYMS_H

#include "lib/err.h"

struct kallsyms_function {
	uint64_t at; /* offset from _text, the first byte of the image */
	char type; /* as nm(1) shows it: T t W w */
	const char *name; /* in `names` */
};

struct kallsyms {
	struct kallsyms_function *v; /* sorted by address, one per address */
	size_t n;
	uint64_t stext, etext; /* offsets of the start and end of the code */
	char *names;
};

/* Read an uncompressed image. -ENOENT: it has no table, or one of an unknown format; `err` says so
 * without naming the file. Release `out` in any case. */
int kallsyms__parse(const char *image, size_t len, struct kallsyms *out, struct err *err);
void kallsyms__release(struct kallsyms *k);
/* Is `a` a better name than `b` for the address that they share? The rule is the same for all
 * kernels, so that functions match. */
bool kallsyms__is_better(const struct kallsyms_function *a, const struct kallsyms_function *b);

#endif
