/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * headline.h - a campaign in one word and one line, for lists: the finding on the question that its
 * plan asks first.
 *
 * Failed boots take precedence over all figures. Only the first of several comparisons counts,
 * which is the 2x2 if there is one: the others just explain it.
 */
#ifndef KDUEL_CAMPAIGNS_HEADLINE_H
#define KDUEL_CAMPAIGNS_HEADLINE_H

#include "reports/report/finding.h"
#include "reports/store/campaign.h"

#include <pthread.h>

struct headline {
	const char
		*word; /* "worse", "better", "mixed", "same", "open"; "none": nothing is compared */
	char *text; /* owned: a line of the finding, or why nothing is compared */
	unsigned int worse, better; /* number of primary metrics in that comparison */
	bool undecided; /* others of them are undecided */
};

/* The headline of a report, or of a campaign that compares nothing (NULL). The caller releases
 * it. */
void headline__make(const struct report *r, struct headline *out);
void headline__release(struct headline *h);

/* A cache of headlines. As boots are only ever added, an entry is valid while the campaign's state
 * and numbers of boots are the same. Thread-safe. */
struct headline_cache {
	pthread_mutex_t lock;
	struct headline_slot *v;
	size_t n;
};

void headline_cache__init(struct headline_cache *k);
void headline_cache__release(struct headline_cache *k);
/* The headline of a campaign, or why there is none, as when it is damaged; `k` may be NULL. 0, and the
 * caller releases *out; or -errno. */
int headline_cache__get(struct headline_cache *k, struct store *st, const struct campaign_brief *c,
			struct headline *out, struct err *err);

#endif
