/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * fragment.h - kconfig fragments: options that are set on top of a base configuration.
 *
 * Lines as in .config: CONFIG_X=y, CONFIG_X="text", CONFIG_X=n, # CONFIG_X is not set. A '?' in
 * front makes a line optional: kernels that lack the symbol, or cannot have that value, are built
 * anyway. Other lines that begin with # are comments. A later line wins over an earlier one.
 */
#ifndef KDUEL_KERNELS_BUILD_FRAGMENT_H
#define KDUEL_KERNELS_BUILD_FRAGMENT_H

#include "lib/err.h"
#include "lib/strvec.h"

struct fragment_line {
	char *file; /* as it is named in messages */
	unsigned int line;
	char *symbol; /* "CONFIG_X" */
	char *value; /* "y", "m", "n", "\"text\"", "64" */
	bool optional;
};

/* All zeros is an empty list. */
struct fragments {
	struct fragment_line *v; /* each symbol once: the line that counts */
	size_t n;
};

/* Add the lines of a text. -EINVAL with "FILE:LINE: ..." in `err`. Takes any text. */
int fragments__parse(struct fragments *f, const char *file, const char *text, struct err *err);
/* Check the symbols against those that the kernel has (`symbols`: "X", sorted). Optional lines with
 * an unknown symbol are dropped. Lines that switch one off are dropped as well, but `off` lists up
 * to ten of them ("" if there are none), since they may be misspelt. Any other is -EINVAL, with up
 * to ten in `err`. Both name file, line and the nearest symbol. */
int fragments__check_known(struct fragments *f, const struct strvec *symbols, struct err *off,
			   struct err *err);
/* Compare with the text of a .config: -EINVAL lists up to ten lines that had no effect. */
int fragments__check_config(const struct fragments *f, const char *config, struct err *err);
/* The lines for kconfig; the caller frees. */
char *fragments__format(const struct fragments *f);
void fragments__release(struct fragments *f);

#endif
