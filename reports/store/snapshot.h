/* SPDX-License-Identifier: GPL-2.0-only */
/* snapshot.h - one state of the database for many reads, and whether there is a newer. */
#ifndef KDUEL_STORE_SNAPSHOT_H
#define KDUEL_STORE_SNAPSHOT_H

#include "reports/store/store.h"

/* What is read until the end is of one state, whatever others write meanwhile. 0 or -errno. */
int store_snapshot__begin(struct store *st, struct err *err);
void store_snapshot__end(struct store *st);

/* A number that changes when anybody else commits; only comparable on the same connection and
 * outside of a snapshot. 0 or -errno. */
int store_snapshot__version(struct store *st, int64_t *version, struct err *err);

/* One state of the database as a new file, whatever others write meanwhile. The file must not
 * be there. 0 or -errno. */
int store__copy(struct store *st, const char *path, struct err *err);

/* Was the database opened as a file that nobody writes (open_immutable() in store.c)? Then neither
 * version nor content follow what others write. */
bool store_snapshot__is_frozen(const struct store *st);

/* How much of the database a connection keeps in memory, in KiB; it is 16000 at first. */
void store_snapshot__cache(struct store *st, unsigned int kib);
/* How long to wait for whoever locks the database; it is 5000 at first. */
void store_snapshot__timeout(struct store *st, int ms);

#endif
