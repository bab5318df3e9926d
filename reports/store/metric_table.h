/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * metric_table.h - what a plug-in declares of a metric beyond what the store keeps (per, describes).
 */
#ifndef KDUEL_STORE_METRIC_TABLE_H
#define KDUEL_STORE_METRIC_TABLE_H

#include "lib/metric.h"

/* The declaration in the table of the collector or workload `source`; NULL when there is no such
 * plug-in any more, or its metrics follow from parameters. Static. */
const struct metric *metric_table__find(const char *source, const char *name);

#endif
