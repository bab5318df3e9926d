/* SPDX-License-Identifier: GPL-2.0-only */
/* upkeep.h - look after a database: remove campaigns, check the file, make it smaller. */
#ifndef KDUEL_STORE_UPKEEP_H
#define KDUEL_STORE_UPKEEP_H

#include "lib/strvec.h"
#include "reports/store/store.h"

/*
 * Remove campaigns (UUIDs) with their boots and all that belongs to them, in one transaction, and the
 * kernels, configurations and series that no other campaign has. The file does not shrink by it.
 * -EBUSY: one is being run; nothing is removed then.
 */
int store__remove(struct store *st, const struct strvec *uuids, struct err *err);

/* What a campaign's boots have beside figures: logs, and those of boots that failed; page-table dumps and
 * counts of blocks. No verdict needs any of it. */
enum store_texts { STORE_LOGS, STORE_FAILED_LOGS, STORE_DUMPS };

/* Remove these texts of campaigns (UUIDs), with `dry_run` only look: *n of them, and their bytes in the
 * file. 0 or -errno. */
int store__drop_texts(struct store *st, enum store_texts what, const struct strvec *uuids,
		      bool dry_run, uint64_t *n, uint64_t *bytes, struct err *err);

/* Are the pages sound? With `quick` without what indices say of tables. 0; -EUCLEAN with what is wrong. */
int store__check_pages(struct store *st, bool quick, struct err *err);

/* Read all of a database: is it sound, and how many campaigns does it have? -EUCLEAN with what is
 * wrong; another -errno when that cannot be told. */
int store__check(struct store *st, size_t *n, struct err *err);
/* The same of a copy that is merged next, without what store__merge() finds out or does not read: it drops an
 * index of the copy, and leaves out what samples and medians refer to. */
int store__check_copy(struct store *st, size_t *n, struct err *err);

/* Give room that is not used back to the file system; the sizes of the file in bytes. -EBUSY: others
 * read or write it. */
int store__vacuum(struct store *st, uint64_t *before, uint64_t *after, struct err *err);

#endif
