/* SPDX-License-Identifier: GPL-2.0-only */
/* tags.h - collect KEY=VALUE words of a command line, then store them as a campaign's tags. */
#ifndef KDUEL_CAMPAIGN_TAGS_H
#define KDUEL_CAMPAIGN_TAGS_H

#include "reports/store/history.h"

/* Zero-initialised it is empty and ready. */
struct tags {
	struct campaign_tag *v;
	size_t n;
};

/* Check and append a word; the last one of a key counts. -EINVAL with what is expected. */
int tags__add(struct tags *t, const char *word, struct err *err);
/* The same for a key and its value. */
int tags__put(struct tags *t, const char *key, const char *value, struct err *err);
/* Put them on a campaign (UUID). 0 or -errno. */
int tags__store(const struct tags *t, struct store *st, const char *campaign, struct err *err);
void tags__release(struct tags *t);

#endif
