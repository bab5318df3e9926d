/* SPDX-License-Identifier: GPL-2.0-only */
/* upkeep.h - maintenance of a database: delete campaigns, check the file, shrink it. */
#ifndef KDUEL_STORE_UPKEEP_H
#define KDUEL_STORE_UPKEEP_H

#include "lib/strvec.h"
#include "reports/store/store.h"

/*
 * Delete campaigns (UUIDs) with their boots and everything else that belongs to them, and the
 * kernels, configurations and series that no other campaign uses, in one transaction. Does not
 * shrink the file. -EBUSY: one is being run, and nothing was deleted.
 */
int store__remove(struct store *st, const struct strvec *uuids, struct err *err);

/* Bulky data that no verdict needs: logs of good boots, logs of failed boots, and dumps (page
 * tables, basic block counts). */
enum store_texts { STORE_LOGS, STORE_FAILED_LOGS, STORE_DUMPS };

/* Delete these texts of campaigns (UUIDs), or with `dry_run` only count them: *n texts, *bytes in
 * the file. 0 or -errno. */
int store__drop_texts(struct store *st, enum store_texts what, const struct strvec *uuids,
		      bool dry_run, uint64_t *n, uint64_t *bytes, struct err *err);

/* Are the pages sound? `quick` skips comparing indexes with their tables. 0, or -EUCLEAN with the
 * damage in `err`. */
int store__check_pages(struct store *st, bool quick, struct err *err);

/* Read the whole database: is it sound? *n: number of campaigns. -EUCLEAN with the damage in `err`;
 * another -errno if that cannot be determined. */
int store__check(struct store *st, size_t *n, struct err *err);
/* Likewise for a copy about to be merged, skipping what store__merge() detects itself or does not
 * read: drops an index of the copy, and does not check references of samples and boot_stat. */
int store__check_copy(struct store *st, size_t *n, struct err *err);

/* Give unused space back to the file system; *before and *after are the file sizes in bytes.
 * -EBUSY: others are using the database. */
int store__vacuum(struct store *st, uint64_t *before, uint64_t *after, struct err *err);

#endif
