/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * twins.h - boots that are one another's copy.
 *
 * A deterministic guest counts the same to the bit in every boot unless something differs: its
 * seed draws another memory layout. When every counter of two boots is identical although their
 * seeds differ, the seed changed nothing that was measured, and the second boot is no second
 * observation. In exact mode boots that ran different workloads are no copies. Pure functions.
 */
#ifndef KDUEL_ANALYSIS_TWINS_H
#define KDUEL_ANALYSIS_TWINS_H

#include "reports/store/read.h"

struct twins {
	const struct campaign_boot *boots; /* of a campaign; not owned */
	size_t n_boots;
	uint64_t *hash; /* of all counters of a boot; owned */
	bool *counted; /* it has any; owned */
};

/* Is this series a counter: a count or a modelled figure that emulation makes exact? */
bool twins__is_counter(const struct series *s);

void twins__init(struct twins *t, const struct campaign_boot *boots, size_t n_boots);
void twins__release(struct twins *t);
/* Take in the readings of one counter, as the store gives them; the same order of series for
 * all boots that are to be compared. */
void twins__add(struct twins *t, const struct series *s, const struct reading *r, size_t n);
/* Which boots repeat an earlier good one of their variant; returns a list of n_boots that the
 * caller frees, or NULL when there are none. */
bool *twins__mark(const struct twins *t);

#endif
