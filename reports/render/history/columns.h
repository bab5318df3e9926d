/* SPDX-License-Identifier: GPL-2.0-only */
/* columns.h - column tables for streams, points and changes (reports/render/columns.h). */
#ifndef KDUEL_RENDER_HISTORY_COLUMNS_H
#define KDUEL_RENDER_HISTORY_COLUMNS_H

#include "reports/history/changes.h"
#include "reports/render/columns.h"

static inline const char *column__change_state(const void *state)
{
	return change_state__name(*(const enum change_state *)state);
}

/* Each macro expands to entries of a column table; `at` is the index of the struct in the
 * record. */
#define STREAM_COLUMNS(at)                                                         \
	COLUMN("plan", at, struct history_stream, plan),                           \
		COLUMN("machine", at, struct history_stream, machine),             \
		COLUMN("variant", at, struct history_stream, variant),             \
		COLUMN("workload", at, struct history_stream, workload),           \
		COLUMN("source", at, struct history_stream, source),               \
		COLUMN("metric", at, struct history_stream, name),                 \
		COLUMN("unit", at, struct history_stream, unit),                   \
		COLUMN_TEXT_BY("better", at, struct history_stream, metric.better, \
			       column__better),                                    \
		COLUMN_TEXT_BY("basis", at, struct history_stream, basis, column__basis)

#define POINT_COLUMNS(at)                                                                        \
	COLUMN("campaign", at, struct history_point, campaign),                                  \
		COLUMN("commit", at, struct history_point, commit),                              \
		COLUMN("branch", at, struct history_point, branch),                              \
		COLUMN("date_ns", at, struct history_point, date_ns),                            \
		COLUMN("created_ns", at, struct history_point, created_ns, .only = COLUMN_JSON), \
		COLUMN("value", at, struct history_point, value),                                \
		COLUMN("lo", at, struct history_point, lo),                                      \
		COLUMN("hi", at, struct history_point, hi),                                      \
		COLUMN("boots", at, struct history_point, n),                                    \
		COLUMN("version", at, struct history_point, version)

/* The point of a change, without its value. */
#define PLACE_COLUMNS(at)                                           \
	COLUMN("campaign", at, struct history_point, campaign),     \
		COLUMN("commit", at, struct history_point, commit), \
		COLUMN("date_ns", at, struct history_point, date_ns)

#define CHANGE_NAME_COLUMNS(at)                                \
	COLUMN_AS(ARRAY, "id", at, struct history_change, id), \
		COLUMN_TEXT_BY("state", at, struct history_change, state, column__change_state)

/* Assignee and bug. */
#define CHANGE_CARE_COLUMNS(at)                                  \
	COLUMN("assignee", at, struct history_change, assignee), \
		COLUMN("bug", at, struct history_change, bug)

/* `part` is what `at` is elsewhere: that name would collide with effect.at. */
#define CHANGE_SIZE_COLUMNS(part)                                            \
	COLUMN("before_value", part, struct history_change, c.before),       \
		COLUMN("after_value", part, struct history_change, c.after), \
		COLUMN("effect_pct", part, struct history_change, c.pct),    \
		COLUMN("lo_pct", part, struct history_change, c.lo_pct),     \
		COLUMN("hi_pct", part, struct history_change, c.hi_pct),     \
		COLUMN("p", part, struct history_change, c.p),               \
		COLUMN("worse", part, struct history_change, worse),         \
		COLUMN("change", part, struct history_change, size.at),      \
		COLUMN("change_lo", part, struct history_change, size.lo),   \
		COLUMN("change_hi", part, struct history_change, size.hi),   \
		COLUMN("change_unit", part, struct history_change, size.unit)

#endif
