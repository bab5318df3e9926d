/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * fragment.h - kconfig fragments: what a kernel is to have beside its base configuration.
 *
 * Lines as in .config: CONFIG_X=y, CONFIG_X="text", CONFIG_X=n, # CONFIG_X is not set. A '?' in
 * front makes a line optional: kernels that lack the symbol, or cannot have it so, are built
 * all the same. Other lines that begin with # are comments. A later line wins over an earlier one.
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

/* Zero-initialised it is empty. */
struct fragments {
	struct fragment_line *v; /* each symbol once: the line that counts */
	size_t n;
};

/* Add the lines of a text. -EINVAL with "FILE:LINE: ..." in `err`. Takes any text. */
int fragments__parse(struct fragments *f, const char *file, const char *text, struct err *err);
/* Those whose symbol none of `symbols` ("X", sorted) is: optional ones are dropped. Others that are
 * to be off are dropped too, as what is not there is off, but `off` names up to ten of them ("" if
 * there are none): they may be misspelt. All else is -EINVAL, and `err` names up to ten. Both say
 * file, line and the nearest symbol. */
int fragments__check_known(struct fragments *f, const struct strvec *symbols, struct err *off,
			   struct err *err);
/* What of it did not come about in the text of a .config: -EINVAL names up to ten. */
int fragments__check_config(const struct fragments *f, const char *config, struct err *err);
/* The lines for kconfig; the caller frees. */
char *fragments__format(const struct fragments *f);
void fragments__release(struct fragments *f);

#endif
