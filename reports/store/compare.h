/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * compare.h - what a comparison reads of a variant in one go: facts of all its boots, and the
 * counts that are held against each other to the bit. Its series and boot statistics are in read.h
 * and values.h.
 */
#ifndef KDUEL_STORE_COMPARE_H
#define KDUEL_STORE_COMPARE_H

#include "reports/store/values.h"

struct variant_fact {
	int64_t boot;
	const char *key, *value; /* owned */
};

/* Facts of all boots of a variant that ended well, by key, value and boot. */
int store__variant_facts(struct store *st, int64_t variant, struct variant_fact **list, size_t *n,
			 struct err *err);
void variant_fact__free(struct variant_fact *list, size_t n);

/* Readings of those series of a variant that emulation makes repeatable, by series, boot and
 * iteration: its counters, and with `all` also states and the numbers of the fake target, times
 * excepted. The caller frees *list. */
int store__counts(struct store *st, int64_t variant, bool all, struct reading **list, size_t *n,
		  struct err *err);
/* Those of one series out of such a list; *count may be 0. */
const struct reading *reading__of_series(const struct reading *list, size_t n, int64_t series,
					 size_t *count);

#endif
