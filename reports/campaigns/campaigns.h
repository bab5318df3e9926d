/* SPDX-License-Identifier: GPL-2.0-only */
/* campaigns.h - lists of campaigns with their tags, and filters on them. */
#ifndef KDUEL_CAMPAIGNS_CAMPAIGNS_H
#define KDUEL_CAMPAIGNS_CAMPAIGNS_H

#include "reports/campaigns/headline.h"
#include "reports/store/history.h"

#include <pthread.h>

struct campaign_line {
	const struct campaign_brief *c;
	const struct campaign_tag *tags; /* sorted by key */
	size_t n_tags;
	const char *machine; /* the tag "machine", else the host */
	uint64_t date_ns; /* the tag "date", else the time of creation */
};

/* Strings are matched as case-insensitive substrings unless noted; NULL: all. */
struct campaign_filter {
	const char *plan; /* the whole name of the plan or of the campaign */
	const char *machine; /* as for tag__is_machine(), or part of the host's description */
	const char *kernel; /* part of a release; machine and kernel do not split numbers */
	const char *tag; /* KEY, or KEY=VALUE */
	const char *search; /* words, each of which must occur somewhere in what is listed */
	uint64_t from_ns, to_ns; /* 0: unbounded */
	size_t limit; /* 0: all */
	bool by_date; /* order by date_ns rather than by creation */
};

/* All campaigns and their tags, shared by lists. */
struct campaign_rows;

struct campaign_list {
	struct campaign_line *v; /* the matches, newest first */
	size_t n, n_fit; /* n_fit: number of matches before the limit */
	size_t n_all; /* number of all campaigns */
	struct campaign_rows *rows; /* a reference: the lines point into it */
};

/* Caches the rows for one state of the database. Thread-safe. */
struct campaign_cache {
	pthread_mutex_t lock;
	struct campaign_rows *rows; /* NULL: not loaded yet */
	uint64_t state;
};

void campaign_cache__init(struct campaign_cache *k);
void campaign_cache__release(struct campaign_cache *k);
/* Like campaign_list__load(), for callers that know the database to be in state `state` or later (a
 * higher number). `k` may be NULL. */
int campaign_cache__get(struct campaign_cache *k, uint64_t state, struct store *st,
			const struct campaign_filter *f, struct campaign_list *out,
			struct err *err);

/* A campaign with its tags, looked up in the tags of all campaigns (sorted by id), which must
 * outlive it. */
struct campaign_line campaign_line__of(const struct campaign_brief *c,
				       const struct campaign_tags *tags, size_t n);
/* 0, and the caller releases *out; or -errno. */
int campaign_list__load(struct store *st, const struct campaign_filter *f,
			struct campaign_list *out, struct err *err);
void campaign_list__release(struct campaign_list *l);
/* Value of a tag, or "". */
const char *campaign_line__tag(const struct campaign_line *l, const char *key);
/* Is it an A/A run (`kduel aa`), a plan's baseline against itself? */
bool campaign_line__is_aa(const struct campaign_line *l);

#endif
