/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * history.h - what is known about campaigns besides samples: tags, notes on changes, the noise of
 * machines, and the cost of boots.
 *
 * All of it is append-only: setting a tag again, or adding a note to a change, adds a row, and the
 * newest row wins.
 */
#ifndef KDUEL_STORE_HISTORY_H
#define KDUEL_STORE_HISTORY_H

#include "reports/store/read.h"

#define TAG_KEY_MAX 32
#define TAG_VALUE_MAX 256

struct campaign_tag {
	const char *key, *value; /* owned */
};

/* Is this a valid tag? Keys are [a-z0-9._-], values one line of text; the value of "date" must be a
 * date. -EINVAL with what is expected in `err`. */
int tag__check(const char *key, const char *value, struct err *err);
/* Parse "2026-11-21", "2026-11-21 05:40", "2026-11-21T05:40:00Z" (UTC), or with an offset
 * "2026-11-21T06:40:00+01:00", to ns since the Unix epoch; -EINVAL. */
int tag__date(const char *text, uint64_t *ns);

/* Does `want` match this value of the tag "machine": equal, or, for a key (runner/boot/machine.h),
 * its first four or more characters? "m1" does not match "m10". */
bool tag__is_machine(const char *machine, const char *want);

/* Tag the campaign with this UUID; an empty value removes the tag. `now_ns`: wall clock. */
int store__tag(struct store *st, const char *campaign, const char *key, const char *value,
	       uint64_t now_ns, struct err *err);
/* The tags of a campaign, sorted by key, without those that were removed. */
int store__tags(struct store *st, int64_t campaign, struct campaign_tag **tags, size_t *n,
		struct err *err);
/* The tags of all campaigns that have any, ordered by campaign id. */
struct campaign_tags {
	int64_t campaign;
	struct campaign_tag *tags; /* sorted by key; owned */
	size_t n;
};

int store__all_tags(struct store *st, struct campaign_tags **list, size_t *n, struct err *err);
void campaign_tags__free(struct campaign_tags *list, size_t n);
/* Value of a tag, or NULL. */
const char *campaign_tag__find(const struct campaign_tag *tags, size_t n, const char *key);
void campaign_tag__free(struct campaign_tag *tags, size_t n);

/* A note on a change in a stream (reports/history/history.h); the campaign is the first one at the
 * new level. */
struct change_note {
	const char *stream, *campaign; /* owned, as are the two below; campaign: UUID */
	const char *state; /* "note", "confirmed", "dismissed", "expected", "fixed" */
	const char *text; /* "" if none */
	const char *author; /* owned, as are the two below; "" if unknown */
	/* Who looks into the change, and the URL of its bug. "": left unchanged; NOTE_NONE:
	 * removed. */
	const char *assignee, *bug;
	uint64_t made_ns;
};

#define NOTE_NONE "-"
#define NOTE_TEXT_MAX 2000
#define NOTE_NAME_MAX 64
#define NOTE_BUG_MAX 1000

/* Is this a URL that a page may link to: http or https, without blanks and quotes? */
bool note__is_address(const char *text);
/* Add a note. No string of `note` may be NULL, and the campaign must be in the database. -EINVAL,
 * with what is expected, if a name or URL is invalid or the note is empty. */
int store__note_change(struct store *st, const struct change_note *note, struct err *err);
/* All notes, oldest first. An invalid URL is replaced by "". */
int store__change_notes(struct store *st, struct change_note **notes, size_t *n, struct err *err);
void change_note__free(struct change_note *notes, size_t n);

/* How noisy a metric is on a machine, from the newest A/A campaign (`kduel aa`) on it. */
struct noise {
	const char *machine; /* key of runner/boot/machine.h; owned, as are the five below */
	const char *campaign; /* UUID */
	const char *workload, *source, *metric, *unit;
	unsigned int version; /* of the source */
	enum metric_basis basis;
	bool linear; /* deviations are in `unit`, not relative, as values <= 0 occur */
	double typical; /* mean over boots; geometric unless linear */
	/* Standard deviation between boots, and between iterations of a boot; 0.01 = 1 %. */
	double sd_boot, sd_iter;
	double lag1; /* lag-1 autocorrelation over the order of boots; NAN if there are too few */
	/* Share of balanced splits of the boots that Welch's test calls different. */
	double false_rate;
	unsigned int n_boots;
	double n_iter; /* mean number of counted iterations per boot */
	double boot_s, iter_s; /* cost of a boot without its iterations, and of an iteration */
	uint64_t created_ns; /* of the campaign */
};

/* Store what an A/A campaign (UUID) found about one series; an existing row for both is left alone.
 * Uses the numbers and `machine` of `noise`. */
int store__add_noise(struct store *st, const char *campaign, int64_t series,
		     const struct noise *noise, struct err *err);

/* The noise on a machine (matched by tag__is_machine(); "" for all machines), sorted by machine,
 * workload, source and metric; the newest of each. *list is NULL if there is none. */
int store__noise(struct store *st, const char *machine, struct noise **list, size_t *n,
		 struct err *err);
void noise__free(struct noise *list, size_t n);

/* What the good boots of a campaign cost, for choosing the number of iterations. */
struct workload_cost {
	const char *workload; /* owned */
	uint64_t n; /* iterations, including warm-up */
	double total_s; /* sum of the timed parts, by the guest's clock */
};

/* Costs of a campaign's workloads, sorted by name, and the total time of its good boots by the
 * host's clock. The caller frees *list with workload_cost__free(). */
int store__costs(struct store *st, int64_t campaign, struct workload_cost **list, size_t *n,
		 double *boots_s, struct err *err);
void workload_cost__free(struct workload_cost *list, size_t n);

#endif
