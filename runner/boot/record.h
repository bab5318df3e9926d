/* SPDX-License-Identifier: GPL-2.0-only */
/* record.h - what one boot yields, gathered while it runs and handed to the store whole. */
#ifndef KDUEL_BOOT_RECORD_H
#define KDUEL_BOOT_RECORD_H

#include "lib/err.h"
#include "lib/strvec.h"
#include "reports/store/store.h"
#include "runner/wire/wire.h"

struct record {
	struct store_boot boot; /* complete after record__finish() */
	struct strvec pool; /* owns the strings that `boot` points at */
	uint64_t *operations; /* one per iteration of `boot` */
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
/* Set the outcome; the first one that is not BOOT_OK stays. */
void record__status(struct record *r, enum boot_status status, const char *fmt, ...) __printf(3, 4);
void record__fact(struct record *r, const char *key, const char *value);
/* A sample from the agent. `workload` is the running one, or "boot". -EPROTO when no
 * plug-in declares such a metric, or the value does not belong where it was sent. */
int record__sample(struct record *r, const struct wire_msg *msg, const char *workload, bool warmup,
		   struct err *err);
/* The end of an iteration; its samples come after it. */
void record__iteration(struct record *r, const struct wire_msg *msg, const char *workload,
		       bool warmup);
/* Did the iteration belong to the warm-up? False when there is no such iteration. */
bool record__is_warmup(const struct record *r, const char *workload, int iter);
/* How many operations an iteration did; 0: not stated, or no such iteration. */
uint64_t record__operations(const struct record *r, const char *workload, int iter);
/* A chunk of a long text. Of "dmesg" at most 4 MiB are kept; other texts are stored under their
 * names, whole or (together beyond 64 MiB) not at all, which a fact says. */
void record__text(struct record *r, const struct wire_msg *msg);
/* Take over a console log (NULL is fine) and complete `boot`. */
void record__finish(struct record *r, char *console, size_t len);

#endif
