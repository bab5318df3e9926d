/* SPDX-License-Identifier: GPL-2.0-only */
/* tags.h - collect KEY=VALUE tags from the command line, then store them with a campaign. */
#ifndef KDUEL_CAMPAIGN_TAGS_H
#define KDUEL_CAMPAIGN_TAGS_H

#include "reports/store/history.h"

/* Ready to use when zero-initialised. */
struct tags {
	struct campaign_tag *v;
	size_t n;
};

/* Parse, check and append KEY=VALUE. If a key occurs twice, the last one counts. 0, or -EINVAL with
 * what is expected. */
int tags__add(struct tags *t, const char *word, struct err *err);
/* Like tags__add(), for a separate key and value. */
int tags__put(struct tags *t, const char *key, const char *value, struct err *err);
/* Store the tags with a campaign (its UUID). 0 or -errno. */
int tags__store(const struct tags *t, struct store *st, const char *campaign, struct err *err);
void tags__release(struct tags *t);

#endif
