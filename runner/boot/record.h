/* SPDX-License-Identifier: GPL-2.0-only */
/* record.h - everything that one boot yields, collected while it runs and then stored. */
#ifndef KDUEL_BOOT_RECORD_H
#define KDUEL_BOOT_RECORD_H

#include "lib/err.h"
#include "lib/strvec.h"
#include "reports/store/boot.h"
#include "runner/wire/wire.h"

struct record {
	struct store_boot boot; /* complete after record__finish() */
	struct strvec pool; /* owns the strings that `boot` points to */
	uint64_t *operations; /* one per iteration in `boot` */
	size_t *seen, n_seen; /* hash table of `boot.samples`: index + 1, or 0 if free; its size */
	char *console, *dmesg;
	size_t dmesg_len;
	size_t texts_len; /* of all texts together */
	struct strvec dropped; /* names of texts that were too long */
	enum metric_platform platform;
	/* Metrics of the running workload if they depend on its parameters, else NULL. */
	const struct metric *declared;
};

void record__init(struct record *r, enum metric_platform platform);
void record__release(struct record *r);
/* A copy of `s` that lives as long as the record. */
const char *record__keep(struct record *r, const char *s);
/* Set the outcome, with a message on one line. The first that is not BOOT_OK is kept. */
void record__status(struct record *r, enum boot_status status, const char *fmt, ...) __printf(3, 4);
/* Set a fact; a later value replaces an earlier one. */
void record__fact(struct record *r, const char *key, const char *value);
/* The same for free text from the agent, which is put on one line, as messages of kduel quote
 * it. */
void record__agent_words(struct record *r, const char *key, const char *text);
/* Add a fact that the agent sent and protocol__take() allowed. -EPROTO: it shows that the agent
 * runs in another boot than the host knows of. */
int record__agent_fact(struct record *r, const char *key, const char *value, struct err *err);
/* Resolve the names of a sample that the agent sent: sets source, version and metric of `s`.
 * -EPROTO: no plug-in declares that metric. */
int record__resolve(const struct record *r, const char *source, const char *metric,
		    struct store_sample *s, struct err *err);
/* Add a sample. The caller sets workload (the running one, or "boot"), source, version, metric,
 * iter, value, warmup and times. Basis and taint are filled in; a metric per boot belongs to no
 * iteration. -EPROTO: it is the second one in an iteration, or there are too many. */
int record__sample(struct record *r, const struct store_sample *s, struct err *err);
/* Add an iteration that has ended, with its number of operations (0: not known). Its samples come
 * after it. */
void record__iteration(struct record *r, const struct store_iteration *it, uint64_t operations);
/* Was the iteration part of the warm-up? False if there is no such iteration. */
bool record__is_warmup(const struct record *r, const char *workload, int iter);
/* The number of operations of an iteration; 0: not known, or no such iteration. */
uint64_t record__operations(const struct record *r, const char *workload, int iter);
/* Append a chunk to a long text. Of "dmesg" at most 4 MiB are kept. Other texts are stored under
 * their names. If they exceed 64 MiB together, the text in question is dropped as a whole, and a
 * fact says so. -EPROTO: there are too many names. */
int record__text(struct record *r, const char *name, const char *text, struct err *err);
/* Remove a text that is not to be stored, and return it; the caller frees. NULL: the agent did not
 * send it. */
char *record__take_text(struct record *r, const char *name);
/* Take ownership of a console log (may be NULL), and complete `boot`. */
void record__finish(struct record *r, char *console, size_t len);

#endif
