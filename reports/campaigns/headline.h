/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * headline.h - a campaign in a word and a line, for lists of many: what its finding says of the
 * question that its plan asks first.
 *
 * Boots that fail come before all figures. Of several comparisons the first one counts, which is the 2x2
 * if there is one: the others only explain it.
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
	unsigned int worse, better; /* primary metrics of that comparison */
	bool undecided; /* others of them have no answer */
};

/* Of a report, or of a campaign that compares nothing (NULL). The caller releases it. */
void headline__make(const struct report *r, struct headline *out);
void headline__release(struct headline *h);

/* Those that were made before: boots are only added to a campaign, so what it says stays while it has as
 * many. Thread-safe. */
struct headline_cache {
	pthread_mutex_t lock;
	struct headline_slot *v;
	size_t n;
};

void headline_cache__init(struct headline_cache *k);
void headline_cache__release(struct headline_cache *k);
/* The headline of a campaign; `k` may be NULL. 0, and the caller releases *out; or -errno. */
int headline_cache__get(struct headline_cache *k, struct store *st, const struct campaign_brief *c,
			struct headline *out, struct err *err);

#endif
