/* SPDX-License-Identifier: GPL-2.0-only */
/* snapshot.h - consistent snapshots of the database, and detection of newer ones. */
#ifndef KDUEL_STORE_SNAPSHOT_H
#define KDUEL_STORE_SNAPSHOT_H

#include "reports/store/store.h"

/* Begin a read transaction: until the end, all reads see the same state, whatever others write. 0
 * or -errno. */
int store_snapshot__begin(struct store *st, struct err *err);
void store_snapshot__end(struct store *st);

/* A number that changes when another connection commits; comparable only on the same connection and
 * outside of a snapshot. 0 or -errno. */
int store_snapshot__version(struct store *st, int64_t *version, struct err *err);

/* Copy one consistent state of the database to a new file, whatever others write. `path` must not
 * exist. 0 or -errno. */
int store__copy(struct store *st, const char *path, struct err *err);

/* Was the database opened as immutable (open_immutable() in store.c)? Then the connection sees
 * neither new versions nor new contents. */
bool store_snapshot__is_frozen(const struct store *st);

/* Page cache size of the connection in KiB; 16000 by default. */
void store_snapshot__cache(struct store *st, unsigned int kib);
/* How long to wait for locks of other processes; 5000 ms by default. */
void store_snapshot__timeout(struct store *st, int ms);

#endif
