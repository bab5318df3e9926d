/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * identical.h - boots that are copies of each other.
 *
 * A deterministic guest has the same counts, bit for bit, in every boot unless something differs:
 * normally its seed, which changes the memory layout. If all counters of two boots are identical
 * although their seeds differ, the seed changed nothing that was measured, and the second boot is
 * no second observation. In exact mode, boots of different workloads are not copies. Pure
 * functions.
 */
#ifndef KDUEL_ANALYSIS_IDENTICAL_H
#define KDUEL_ANALYSIS_IDENTICAL_H

#include "reports/store/read.h"

/* Mark the boots that are identical to an earlier successful one of their variant, judged by the
 * counters of one variant: its series and their readings (by series, boot and iteration). Returns
 * an array with an entry per boot, which the caller frees, or NULL if none is marked. */
bool *identical__mark(const struct campaign_boot *boots, size_t n_boots,
		      const struct series *series, size_t n_series, const struct reading *readings,
		      size_t n_readings);

#endif
