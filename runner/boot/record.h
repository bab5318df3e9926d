/* SPDX-License-Identifier: GPL-2.0-only */
/* record.h - what one boot yields, gathered while it runs and handed to the store whole. */
#ifndef KDUEL_BOOT_RECORD_H
#define KDUEL_BOOT_RECORD_H

#include "lib/err.h"
#include "lib/strvec.h"
#include "reports/store/boot.h"
#include "runner/wire/wire.h"

struct record {
	struct store_boot boot; /* complete after record__finish() */
	struct strvec pool; /* owns the strings that `boot` points at */
	uint64_t *operations; /* one per iteration of `boot` */
	size_t *seen, n_seen; /* hash table of `boot.samples`: index + 1, 0 is free; its size */
	char *console, *dmesg;
	size_t dmesg_len;
	size_t texts_len; /* of all texts together */
	struct strvec dropped; /* texts that were too long */
	enum metric_platform platform;
	/* Metrics of the running workload when they follow from its parameters, else NULL. */
	const struct metric *declared;
};

void record__init(struct record *r, enum metric_platform platform);
void record__release(struct record *r);
/* A copy of `s` that lives as long as the record. */
const char *record__keep(struct record *r, const char *s);
/* Set the outcome, on one line; the first one that is not BOOT_OK stays. */
void record__status(struct record *r, enum boot_status status, const char *fmt, ...) __printf(3, 4);
void record__fact(struct record *r, const char *key, const char *value);
/* The same of what the agent says to people, on one line: messages of kduel's quote it. */
void record__agent_words(struct record *r, const char *key, const char *text);
/* A fact that the agent sent, and protocol__take() let through. -EPROTO when it says that the agent
 * runs in another boot than the one that the host knows it to. */
int record__agent_fact(struct record *r, const char *key, const char *value, struct err *err);
/* Resolve the names of a sample that the agent sent: sets source, version and metric of `s`.
 * -EPROTO when no plug-in declares such a metric. */
int record__resolve(const struct record *r, const char *source, const char *metric,
		    struct store_sample *s, struct err *err);
/* Add a sample. The caller sets workload (the running one, or "boot"), source, version, metric,
 * iter, value, warmup and times; basis and taint follow from the record, and a metric of the boot
 * belongs to no iteration. -EPROTO for a second value in one iteration, or one too many. */
int record__sample(struct record *r, const struct store_sample *s, struct err *err);
/* The end of an iteration, which did so many operations (0: not stated); its samples come after
 * it. */
void record__iteration(struct record *r, const struct store_iteration *it, uint64_t operations);
/* Did the iteration belong to the warm-up? False when there is no such iteration. */
bool record__is_warmup(const struct record *r, const char *workload, int iter);
/* How many operations an iteration did; 0: not stated, or no such iteration. */
uint64_t record__operations(const struct record *r, const char *workload, int iter);
/* A chunk of a long text. Of "dmesg" at most 4 MiB are kept; other texts are stored under their
 * names, whole or (together beyond 64 MiB) not at all, which a fact says. -EPROTO for more names
 * than any boot has. */
int record__text(struct record *r, const char *name, const char *text, struct err *err);
/* Take out a text that is not to be stored; the caller frees. NULL: the agent sent none. */
char *record__take_text(struct record *r, const char *name);
/* Take over a console log (NULL is fine) and complete `boot`. */
void record__finish(struct record *r, char *console, size_t len);

#endif
