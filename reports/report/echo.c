// SPDX-License-Identifier: GPL-2.0-only
/*
 * echo.c - which rows repeat another one.
 *
 * This goes by the names of metrics, see docs/TLB.md: the TLB model gives walks as a count, per
 * 1000 instructions and per operation, the descriptors they read, and cycles at three assumed costs
 * per walk; all of that for each simulated core. Samples are given per operation, too. The table
 * also has names from older versions of kduel, which stored campaigns still use.
 */
#include "reports/report/echo.h"

#include <ctype.h>

/* A metric whose name ends in `end` says the same as the one that ends in `plain` instead. */
static const struct {
	const char *end, *plain;
} ends[] = {
	{ ".walks", ".walk_mpki" },
	{ ".walks_d", ".walk_d_mpki" },
	{ ".walks_i", ".walk_i_mpki" },
	{ ".walks_per_op", ".walk_mpki" },
	{ ".walk_steps", ".walk_mpki" },
	{ ".walk_steps_d", ".walk_d_mpki" },
	{ ".walk_steps_i", ".walk_i_mpki" },
	{ ".walk_step_d_mpki", ".walk_d_mpki" },
	{ "_cycles_30", "_cycles_60" },
	{ "_cycles_100", "_cycles_60" },
	{ ".l1d_misses", ".l1d_mpki" },
	{ ".l1i_misses", ".l1i_mpki" },
	{ ".instructions", ".instructions_per_op" },
	{ ".instructions_per_call", ".instructions_per_op" },
	{ ".sampled_insns", ".sampled_insns_per_op" },
	{ ".sampled_cycles", ".sampled_cycles_per_op" },
	{ ".sampled_ns", ".sampled_ns_per_op" },
};

/* The name of the plainer metric; the caller frees. NULL: none. */
static char *plain_name(const char *name)
{
	size_t len = strlen(name);

	if (str_starts(name, "core") && isdigit((unsigned char)name[4])) {
		const char *dot = strchr(name, '.');

		return dot && dot[1] ? xstrdup(dot + 1) : NULL;
	}
	for (size_t i = 0; i < ARRAY_SIZE(ends); i++) {
		size_t n = strlen(ends[i].end);

		if (len > n && streq(name + len - n, ends[i].end))
			return xasprintf("%.*s%s", (int)(len - n), name, ends[i].plain);
	}
	return NULL;
}

/* Is `first` the same fact about the kernel, found again by the boots of another workload? Same
 * metric and source, with the same figures in every boot. */
static bool is_found_again(const struct report_row *row, const struct report_row *first)
{
	const struct judgement *x = &row->j, *y = &first->j;

	return x->deterministic && y->deterministic && x->median_a == y->median_a &&
	       x->median_b == y->median_b && streq(row->source, first->source) &&
	       streq(row->metric->name, first->metric->name);
}

const struct report_row *report_row__echoes(const struct report_block *b,
					    const struct report_row *row)
{
	_free_ char *plain = plain_name(row->metric->name);

	/* Shortcut: most rows echo nothing, and there may be thousands. */
	if (!plain && !row->j.deterministic)
		return NULL;
	for (size_t i = 0; i < b->n_rows; i++) {
		const struct report_row *o = &b->rows[i];

		if (o->j.verdict != row->j.verdict)
			continue;
		if (o < row && is_found_again(row, o))
			return o;
		if (plain && streq(o->metric->name, plain) && streq(o->source, row->source) &&
		    streq(o->workload, row->workload))
			return o;
	}
	return NULL;
}
