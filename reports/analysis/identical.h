/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * identical.h - boots that are one another's copy.
 *
 * A deterministic guest counts the same to the bit in every boot unless something differs: its
 * seed draws another memory layout. When every counter of two boots is identical although their
 * seeds differ, the seed changed nothing that was measured, and the second boot is no second
 * observation. In exact mode boots that ran different workloads are no copies. Pure functions.
 */
#ifndef KDUEL_ANALYSIS_IDENTICAL_H
#define KDUEL_ANALYSIS_IDENTICAL_H

#include "reports/store/read.h"

/* Which of these boots repeat an earlier good one of their variant, seen by the counters of one
 * variant: its series and their readings (by series, boot and iteration). Returns a list as long as
 * that of the boots, which the caller frees, or NULL when there are none. */
bool *identical__mark(const struct campaign_boot *boots, size_t n_boots,
		      const struct series *series, size_t n_series, const struct reading *readings,
		      size_t n_readings);

#endif
