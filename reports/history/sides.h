/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * sides.h - the variants of all campaigns, as needed for histories; private to reports/history/.
 * Sides with the same plan, machine and variant name are of the same kind.
 */
#ifndef KDUEL_HISTORY_SIDES_H
#define KDUEL_HISTORY_SIDES_H

#include "reports/history/history.h"
#include "reports/store/values.h"

/* A variant of a campaign, with the tags of the campaign. */
struct side {
	struct value_side v;
	const struct campaign_tag *tags;
	size_t n_tags;
	/* Owned by history.texts, like the next one. */
	const char *plan, *machine, *name, *uuid, *commit, *branch;
	const char *kind_name;
	const char *expected; /* the tag "expected"; "": not set */
	const struct value_boot *boots; /* boots that count, sorted by id */
	size_t n_boots;
	bool has_sessions; /* some boots are sessions on running systems */
	uint64_t date_ns;
	uint64_t hash; /* hash of everything its points depend on */
	uint32_t kind; /* index of its kind */
};

struct sides {
	struct side *v; /* sorted by variant */
	size_t n;
	struct names kinds;
	size_t *of_kind; /* number of sides of each kind */
	struct value_side *raw; /* owns their strings */
	struct campaign_tags *tags;
	size_t n_tags;
};

/* Fill in l->v from l->raw and l->tags. Call sides__release() even on error. */
void sides__fill(struct sides *l, struct history_texts *texts);
void sides__release(struct sides *l);
/* The value of a tag of the side's campaign; "" if not set. */
const char *side__tag(const struct side *side, const char *key);

/* Assign the boots to the sides, and compute the hash of everything the points of a side depend on:
 * campaign and boots (stored boots never change). Sorts the boots by variant and id; they must
 * outlive the sides. */
void sides__take_boots(struct sides *l, struct value_boot *boots, size_t n);
/* Record in the history the sides it is built from, and the plan and machine of each campaign. */
void sides__keep(const struct sides *l, struct history *h);
/* Collect the kinds that are new or differ from the earlier history, and those with new notes. */
void sides__changed(const struct sides *l, const struct history *h, const struct history *before,
		    struct names *changed);
/* The kind of side of a stream, extracted from its key. The caller frees. */
char *history_kind__of(const char *key);

#endif
