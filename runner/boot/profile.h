/* SPDX-License-Identifier: GPL-2.0-only */
/* profile.h - attributes the instructions of an exact boot to functions. */
#ifndef KDUEL_BOOT_PROFILE_H
#define KDUEL_BOOT_PROFILE_H

#include "runner/boot/record.h"
#include "runner/boot/symbols.h"
#include "reports/store/profile.h"

#define FACT_PROFILE "tlbmodel/profile" /* why a boot, or a part of it, has no profile */
#define FACT_SOURCES "tlbmodel/source" /* why existing debug information was not used */

/* Sum the blocks of a part by function: sets `kernel`, the functions, and the text with their
 * names. Instructions that are in no block, or have no symbol, are attributed to a function with an
 * empty name. */
void profile__sum(const struct profile_part *part, const struct symbols *symbols,
		  struct store_profile *out);
/* Copy the names and modules of all functions into one allocation, and let them point into that.
 * The caller frees it. */
char *profile__keep_names(struct profile_function *v, size_t n);
/* The number of instructions in those arm64 functions that fill the kernel's page tables, in any
 * release. 0: none of them ran. */
uint64_t profile__map_instructions(const struct store_profile *p);
/* Read the blocks that the plugin wrote, and add profiles of the iterations of `workload` to the
 * record, by function and, if the kernel has debug information, by function of the source. A kernel
 * without symbols gets none, and a fact says why. `k` NULL: do nothing. Call after
 * tlbmodel__collect(). -EPROTO: the file is not complete, or does not match the totals. */
int profile__collect(struct record *rec, const char *run_dir, const char *workload,
		     const struct kernel *k, struct err *err);

#endif
