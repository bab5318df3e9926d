// SPDX-License-Identifier: GPL-2.0-only
#include "reports/store/metric_table.h"

#include "collectors/collector.h"
#include "workloads/workload.h"

const struct metric *metric_table__find(const char *source, const char *name)
{
	const struct collector *col = collector__find(source);
	const struct workload *wl = workload__find(source);
	const struct metric *table = col ? col->metrics : wl ? wl->metrics : NULL;

	return table ? metric__find(table, name) : NULL;
}
