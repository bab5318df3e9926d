/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * kallsyms.h - the functions of a kernel, from the table in its own image (CONFIG_KALLSYMS).
 *
 * The table has no name and no fixed place, but a shape that nothing else has; scripts/kallsyms.c of
 * the kernel writes it. An image is anybody's: nothing in it is believed.
 */
#ifndef KDUEL_KERNELS_FILES_KALLSYMS_H
#define KDUEL_KERNELS_FILES_KALLSYMS_H

#include "lib/err.h"

struct kallsyms_function {
	uint64_t at; /* from the first byte of the image, _text */
	char type; /* as nm(1) has it: T t W w */
	const char *name; /* in `names` */
};

struct kallsyms {
	struct kallsyms_function *v; /* by address, one each */
	size_t n;
	uint64_t stext, etext; /* what lies between is code */
	char *names;
};

/* Read an uncompressed image. -ENOENT: it has no such table, or one that this kduel does not know;
 * `err` says so, without the file's name. Release in any case. */
int kallsyms__parse(const char *image, size_t len, struct kallsyms *out, struct err *err);
void kallsyms__release(struct kallsyms *k);
/* Of two names of one address, is `a` the one that people know? One rule for all kernels. */
bool kallsyms__is_better(const struct kallsyms_function *a, const struct kallsyms_function *b);

#endif
