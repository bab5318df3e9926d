/* SPDX-License-Identifier: GPL-2.0-only */
/* read.h - what is too large to be loaded with a campaign, asked for one boot or series at a time:
 * logs, texts, facts, and samples. */
#ifndef KDUEL_STORE_READ_H
#define KDUEL_STORE_READ_H

#include "lib/strvec.h"
#include "reports/store/campaign.h"
#include "reports/store/series.h"

/* "console" or "dmesg" of a boot, NUL-terminated; the caller frees. -ENOENT: not kept. */
int store__log(struct store *st, int64_t boot, const char *name, char **text, size_t *len,
	       struct err *err);
/* A long text that a collector kept of a boot ("ptdump/boot"), as store__log(). */
int store__text(struct store *st, int64_t boot, const char *name, char **text, size_t *len,
		struct err *err);
/* Append the names of all of them, sorted. */
int store__text_names(struct store *st, int64_t boot, struct strvec *names, struct err *err);
/* The configuration with this hash (kernel.config_hash); *text is NULL when it was not kept; the
 * caller frees. */
int store__config(struct store *st, const char *hash, char **text, struct err *err);

/* Facts of a boot by key. */
int store__facts(struct store *st, int64_t boot, struct boot_fact **facts, size_t *n,
		 struct err *err);
void boot_fact__free(struct boot_fact *facts, size_t n);
/* One fact of a boot; *value is NULL when it has none; the caller frees. */
int store__fact(struct store *st, int64_t boot, const char *key, char **value, struct err *err);
/* Append the different values that a fact has in a variant's boots that ended well, sorted. */
int store__fact_values(struct store *st, int64_t variant, const char *key, struct strvec *values,
		       struct err *err);

struct variant_fact {
	int64_t boot;
	const char *key, *value; /* owned */
};

/* Facts of all boots of a variant that ended well, by key, value and boot. */
int store__variant_facts(struct store *st, int64_t variant, struct variant_fact **list, size_t *n,
			 struct err *err);
void variant_fact__free(struct variant_fact *list, size_t n);

#endif
