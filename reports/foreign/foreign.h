/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * foreign.h - reads results of other benchmark tools as samples.
 *
 * Each format has a parser. No format tells on which boot a value was measured; what else it lacks
 * is recorded as sentences, to be shown with the verdicts. Files are read whole, up to
 * FOREIGN_FILE_MAX bytes; their content is untrusted.
 */
#ifndef KDUEL_FOREIGN_H
#define KDUEL_FOREIGN_H

#include "lib/err.h"
#include "reports/foreign/results.h"

/* "hyperfine|gbench|...", the values of an option. */
extern const char foreign__formats[];
/* The name of the format with this index; the caller frees. */
char *foreign__tool(unsigned int format);

/*
 * Add the text of a file in format `format`, an index into foreign__formats. The text is modified;
 * it must have a NUL after its `len` bytes. `variant`: whose results they are; NULL: the variants
 * named in the file or, if the format names none, the file's name. 0; -EINVAL: not in this format,
 * with "NAME:LINE: ..." and what was expected; -ENOMEM. After an error `f` can only be released.
 */
int foreign__parse(struct foreign *f, unsigned int format, const char *variant, const char *name,
		   char *text, size_t len, struct err *err);
void foreign__release(struct foreign *f);

/* 0, or -EINVAL if values of this format cannot each come from a boot of their own. */
int foreign__check_boot(unsigned int format, enum foreign_boot boot, struct err *err);
/* For each sample, the boot of its variant that it belongs to, from 0: one per file, or with
 * FOREIGN_RUN one per value. The caller frees. */
uint32_t *foreign__boots(const struct foreign *f, enum foreign_boot boot);
/* Sentences to show with verdicts on these results: what the format lacks, and how boots were
 * distinguished. The caller releases *out. */
void foreign__caveats(const struct foreign *f, unsigned int format, enum foreign_boot boot,
		      struct strvec *out);

/* Write the samples in the format of `kduel compare --csv` (reports/csv/compare.h): the first
 * variant is A, the second B. Metrics without a direction are left out. -EINVAL unless there are
 * exactly two variants; 0 or -errno of the stream. */
int foreign__print_csv(const struct foreign *f, enum foreign_boot boot, FILE *out, struct err *err);

#endif
