/* SPDX-License-Identifier: GPL-2.0-only */
/* profile.h - in which functions the instructions of an exact boot were executed. */
#ifndef KDUEL_BOOT_PROFILE_H
#define KDUEL_BOOT_PROFILE_H

#include "runner/boot/record.h"
#include "runner/boot/symbols.h"
#include "reports/store/profile.h"

#define FACT_PROFILE "tlbmodel/profile" /* why a boot, or part of it, has none */
#define FACT_SOURCES "tlbmodel/source" /* why debug information that is there was not used */

/* Sum the blocks of a part by function: fills in `kernel`, the functions and the text with their names.
 * What is in no block or has no symbol is a function without a name. */
void profile__sum(const struct profile_part *part, const struct symbols *symbols,
		  struct store_profile *out);
/* Put the names and modules of functions into one text, which they point into from then on; the caller
 * frees it. */
char *profile__keep_names(struct profile_function *v, size_t n);
/* Instructions of the functions of arm64 that fill the kernel's page tables, whatever a release calls them; 0:
 * none of them ran. */
uint64_t profile__map_instructions(const struct store_profile *p);
/* After tlbmodel__collect(): read what the plugin wrote of blocks, and add the profiles of the
 * iterations of `workload` to the record, and functions of the source where there is debug information. A kernel without symbols has none, which a fact says.
 * -EPROTO: the file is not whole, or not of the same boot as the totals. */
int profile__collect(struct record *rec, const char *run_dir, const char *workload,
		     const struct kernel *k, struct err *err);

#endif
