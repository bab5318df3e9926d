/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * fragment.h - kconfig fragments: options to set on top of a base configuration.
 *
 * The lines are those of a .config: CONFIG_X=y, CONFIG_X="text", CONFIG_X=n, # CONFIG_X is not set.
 * A leading '?' makes a line optional: kernels that lack the symbol, or cannot have that value, are
 * built anyway. Other lines that begin with # are comments. A later line for the same symbol
 * replaces an earlier one.
 */
#ifndef KDUEL_KERNELS_BUILD_FRAGMENT_H
#define KDUEL_KERNELS_BUILD_FRAGMENT_H

#include "lib/err.h"
#include "lib/strvec.h"

struct fragment_line {
	char *file; /* path, as in messages */
	unsigned int line;
	char *symbol; /* "CONFIG_X" */
	char *value; /* "y", "m", "n", "\"text\"", "64" */
	bool optional;
};

/* Empty when zero-initialised. */
struct fragments {
	struct fragment_line *v; /* one line per symbol: the last */
	size_t n;
};

/* Add the lines of `text`, which may be untrusted. -EINVAL with "FILE:LINE: ..." in `err`. */
int fragments__parse(struct fragments *f, const char *file, const char *text, struct err *err);
/* Check the symbols against those of the kernel (`symbols`: "X" without CONFIG_, sorted). Of the
 * lines with unknown symbols, optional ones are dropped; those that turn a symbol off are dropped,
 * too, but up to ten of them are listed in `off` ("" if none), as they may be misspelt; any other
 * is -EINVAL, with up to ten of them in `err`. Both lists name file, line and the nearest
 * symbol. */
int fragments__check_known(struct fragments *f, const struct strvec *symbols, struct err *off,
			   struct err *err);
/* Check the lines against the text of the resulting .config. -EINVAL lists up to ten that had no
 * effect. */
int fragments__check_config(const struct fragments *f, const char *config, struct err *err);
/* The lines in .config format, for kconfig. The caller frees. */
char *fragments__format(const struct fragments *f);
void fragments__release(struct fragments *f);

#endif
