/* SPDX-License-Identifier: GPL-2.0-only */
/* campaigns.h - lists of campaigns with their tags, and choosing among them. */
#ifndef KDUEL_CAMPAIGNS_CAMPAIGNS_H
#define KDUEL_CAMPAIGNS_CAMPAIGNS_H

#include "reports/campaigns/headline.h"
#include "reports/store/history.h"

#include <pthread.h>

struct campaign_line {
	const struct campaign_brief *c;
	const struct campaign_tag *tags; /* by key */
	size_t n_tags;
	const char *machine; /* its tag, else the host */
	uint64_t date_ns; /* its tag "date", else when it was made */
};

/* Texts are parts that must occur, without regard to case; NULL: all. */
struct campaign_filter {
	const char *plan; /* the name of the plan, as a whole */
	const char *machine; /* as tag__is_machine() has it, or a part of the host's description */
	const char *kernel; /* a part of a release; neither part cuts a number */
	const char *tag; /* KEY, or KEY=VALUE */
	const char *search; /* words, each of which is a part of anything that is listed */
	uint64_t from_ns, to_ns; /* 0: open */
	size_t limit; /* 0: all */
	bool by_date; /* in the order of date_ns rather than in which they were made */
};

/* All campaigns and their tags; lists share them. */
struct campaign_rows;

struct campaign_list {
	struct campaign_line *v; /* that fit, newest first */
	size_t n, n_fit; /* n_fit: before the limit */
	size_t n_all;
	struct campaign_rows *rows; /* a reference: what the lines point to */
};

/* They are read once for each state of the database. Thread-safe. */
struct campaign_cache {
	pthread_mutex_t lock;
	struct campaign_rows *rows; /* NULL: not asked for yet */
	uint64_t state;
};

void campaign_cache__init(struct campaign_cache *k);
void campaign_cache__release(struct campaign_cache *k);
/* As campaign_list__load(), for who knows that the database is in this state, or in a later one (its
 * number is higher). `k` may be NULL. */
int campaign_cache__get(struct campaign_cache *k, uint64_t state, struct store *st,
			const struct campaign_filter *f, struct campaign_list *out,
			struct err *err);

/* A campaign with its tags, out of all (by number of the campaign), which must outlive it. */
struct campaign_line campaign_line__of(const struct campaign_brief *c,
				       const struct campaign_tags *tags, size_t n);
/* 0, and the caller releases *out; or -errno. */
int campaign_list__load(struct store *st, const struct campaign_filter *f,
			struct campaign_list *out, struct err *err);
void campaign_list__release(struct campaign_list *l);
/* Value of a tag, or "". */
const char *campaign_line__tag(const struct campaign_line *l, const char *key);
/* Is it the baseline of a plan against itself (`kduel aa`)? */
bool campaign_line__is_aa(const struct campaign_line *l);

#endif
