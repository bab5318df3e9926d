/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * sides.h - the variants of all campaigns as histories see them; only for reports/history/. A side is of a
 * kind: the same plan, machine and variant.
 */
#ifndef KDUEL_HISTORY_SIDES_H
#define KDUEL_HISTORY_SIDES_H

#include "reports/history/history.h"
#include "reports/store/values.h"

/* A variant, and what its campaign is known by. */
struct side {
	struct value_side v;
	const struct campaign_tag *tags;
	size_t n_tags;
	const char *plan, *machine, *name, *uuid, *commit,
		*branch; /* of the texts, as the next one */
	const char *kind_name;
	const char *expected; /* the tag; "": there is none */
	const struct value_boot *boots; /* that count, by number */
	size_t n_boots;
	bool has_sessions; /* on running systems, among its boots */
	uint64_t date_ns;
	uint64_t hash; /* of what its points depend on */
	uint32_t kind; /* its number */
};

struct sides {
	struct side *v; /* by variant */
	size_t n;
	struct names kinds;
	size_t *of_kind; /* how many sides each kind has */
	struct value_side *raw; /* what their strings live in */
	struct campaign_tags *tags;
	size_t n_tags;
};

/* Make them out of raw and tags; sides__release() in any case. */
void sides__fill(struct sides *l, struct history_texts *texts);
void sides__release(struct sides *l);
/* The value of a tag of a side's campaign, "" when it has none. */
const char *side__tag(const struct side *side, const char *key);

/* Give each side its boots, and the hash of what its points depend on: its campaign, and these boots. A
 * boot that is stored does not change. Sorts the boots by variant and number; they must outlive the sides. */
void sides__take_boots(struct sides *l, struct value_boot *boots, size_t n);
/* Leave in the history what it is made from, and where each campaign belongs. */
void sides__keep(const struct sides *l, struct history *h);
/* Kinds that the earlier history has otherwise, or not at all, and those with notes that it has not. */
void sides__changed(const struct sides *l, const struct history *h, const struct history *before,
		    struct names *changed);
/* The kind of a stream, out of its key; the caller frees. */
char *history_kind__of(const char *key);

#endif
