/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * foreign.h - results of other benchmark tools, read into samples.
 *
 * Each format has a parser; none of them says on which boot a value was measured, and what else it
 * lacks is kept in words, to stand beside the verdicts. Files are read whole, at most
 * FOREIGN_FILE_MAX bytes of each; everything in them may be hostile.
 */
#ifndef KDUEL_FOREIGN_H
#define KDUEL_FOREIGN_H

#include "lib/err.h"
#include "reports/foreign/results.h"

/* "hyperfine|gbench|...", as an option takes them. */
extern const char foreign__formats[];
/* The name of one; the caller frees. */
char *foreign__tool(unsigned int format);

/*
 * Add the text of a file of format `format`, an index into foreign__formats; it is changed, and ends with a
 * NUL behind its `len` bytes. `variant`: whose results they are, or NULL: those that the file names, or where
 * the format names none, the file's name. 0; -EINVAL: not of this format, "NAME:LINE: ..." and what was
 * expected; -ENOMEM. After an error `f` is only to be released.
 */
int foreign__parse(struct foreign *f, unsigned int format, const char *variant, const char *name,
		   char *text, size_t len, struct err *err);
void foreign__release(struct foreign *f);

/* -EINVAL where values of this format cannot each have had a boot of its own; 0. */
int foreign__check_boot(unsigned int format, enum foreign_boot boot, struct err *err);
/* Of each sample the boot of its variant, from 0: a file, or with FOREIGN_RUN a value. The caller frees. */
uint32_t *foreign__boots(const struct foreign *f, enum foreign_boot boot);
/* What is to be said beside verdicts on these results, a sentence each: what the format lacks, and how boots
 * were told apart. Release it. */
void foreign__caveats(const struct foreign *f, unsigned int format, enum foreign_boot boot,
		      struct strvec *out);

/* Write them as `kduel compare --csv` reads them (reports/csv/compare.h): the first variant is A, the second
 * B. Metrics that are neither better nor worse are left out. -EINVAL unless there are two variants; 0 or
 * -errno of the stream. */
int foreign__print_csv(const struct foreign *f, enum foreign_boot boot, FILE *out, struct err *err);

#endif
