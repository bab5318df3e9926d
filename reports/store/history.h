/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * history.h - what is known of campaigns beyond their samples: tags, what people said of
 * changes, how noisy a machine is, and what boots cost.
 *
 * All of it is append-only: a tag that is set again, or a second word on a change, is another
 * row, and the newest counts.
 */
#ifndef KDUEL_STORE_HISTORY_H
#define KDUEL_STORE_HISTORY_H

#include "reports/store/read.h"

#define TAG_KEY_MAX 32
#define TAG_VALUE_MAX 256

struct campaign_tag {
	const char *key, *value; /* owned */
};

/* Is this a fit tag? Keys are [a-z0-9._-], values one line of text; "date" must be a date.
 * -EINVAL with what is expected. */
int tag__check(const char *key, const char *value, struct err *err);
/* "2026-11-21", "2026-11-21 05:40", "2026-11-21T05:40:00Z" (UTC), or with an offset, "2026-11-21T06:40:00+01:00",
 * to ns since 1970; -EINVAL. */
int tag__date(const char *text, uint64_t *ns);

/* Does `want` name the machine of this tag: all of it, or four or more characters of the beginning of a
 * key (runner/boot/machine.h)? "m1" is not m10. */
bool tag__is_machine(const char *machine, const char *want);

/* Tag a campaign (UUID); an empty value takes the tag away. `now_ns`: wall clock. */
int store__tag(struct store *st, const char *campaign, const char *key, const char *value,
	       uint64_t now_ns, struct err *err);
/* The tags of a campaign by key, without those that were taken away. */
int store__tags(struct store *st, int64_t campaign, struct campaign_tag **tags, size_t *n,
		struct err *err);
/* Those of all campaigns that have any, by number of the campaign. */
struct campaign_tags {
	int64_t campaign;
	struct campaign_tag *tags; /* by key; owned */
	size_t n;
};

int store__all_tags(struct store *st, struct campaign_tags **list, size_t *n, struct err *err);
void campaign_tags__free(struct campaign_tags *list, size_t n);
/* Value of a tag, or NULL. */
const char *campaign_tag__find(const struct campaign_tag *tags, size_t n, const char *key);
void campaign_tag__free(struct campaign_tag *tags, size_t n);

/* A word on a change of a stream (see history.h) whose new level begins with a campaign. */
struct change_note {
	const char *stream, *campaign; /* owned, as the two below; campaign: UUID */
	const char *state; /* "note", "confirmed", "dismissed", "expected", "fixed" */
	const char *text; /* "" if none */
	const char *author; /* owned, as the two below; "" if unknown */
	/* Who looks into the change, and the address of its bug. "": nothing is said of it, NOTE_NONE:
	 * there is none any more. */
	const char *assignee, *bug;
	uint64_t made_ns;
};

#define NOTE_NONE "-"
#define NOTE_TEXT_MAX 2000
#define NOTE_NAME_MAX 64
#define NOTE_BUG_MAX 1000

/* Is this an address that a page may link to: http or https, without blanks and quotes? */
bool note__is_address(const char *text);
/* Every string of `note` must be there; the campaign must be in the database. -EINVAL with what
 * is expected of a name or an address, or when it says nothing. */
int store__note_change(struct store *st, const struct change_note *note, struct err *err);
/* All notes, oldest first. An address that is none is left out. */
int store__change_notes(struct store *st, struct change_note **notes, size_t *n, struct err *err);
void change_note__free(struct change_note *notes, size_t n);

/* How noisy a metric is on a machine, from the newest A/A campaign (`kduel aa`) there. */
struct noise {
	const char *machine; /* key of runner/boot/machine.h; owned, as the five below */
	const char *campaign; /* UUID */
	const char *workload, *source, *metric, *unit;
	unsigned int version; /* of the source */
	enum metric_basis basis;
	bool linear; /* spreads are in `unit`, not relative: values <= 0 occur */
	double typical; /* mean over boots, geometric unless linear */
	double sd_boot, sd_iter; /* between boots, between iterations within one: 0.01 = 1 % */
	double lag1; /* autocorrelation from slot to slot of boots; NAN with too few */
	double false_rate; /* of balanced splits of the boots that Welch's test calls different */
	unsigned int n_boots;
	double n_iter; /* counted iterations of a boot, on average */
	double boot_s, iter_s; /* cost: of a boot without its iterations, of an iteration */
	uint64_t created_ns; /* of the campaign */
};

/* Keep what an A/A campaign (UUID) found about one series of its samples; what is there
 * already for both is left as it is. Uses the numbers and `machine` of `noise`. */
int store__add_noise(struct store *st, const char *campaign, int64_t series,
		     const struct noise *noise, struct err *err);

/* All of a machine (as tag__is_machine() has it, or "" for every machine), by machine,
 * workload, source and metric: one for each, the newest. *list is NULL when there is none. */
int store__noise(struct store *st, const char *machine, struct noise **list, size_t *n,
		 struct err *err);
void noise__free(struct noise *list, size_t n);

/* What a campaign's good boots cost, for the choice of iterations. */
struct workload_cost {
	const char *workload; /* owned */
	uint64_t n; /* iterations, warm-up included */
	double total_s; /* timed parts, on the guest's clock */
};

/* Costs of a campaign's workloads by name, and the whole time of its good boots on the host's
 * clock. The caller frees *list with workload_cost__free(). */
int store__costs(struct store *st, int64_t campaign, struct workload_cost **list, size_t *n,
		 double *boots_s, struct err *err);
void workload_cost__free(struct workload_cost *list, size_t n);

#endif
