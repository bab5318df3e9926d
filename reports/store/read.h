/* SPDX-License-Identifier: GPL-2.0-only */
/* read.h - what is too large to load with a campaign, and so is read for one boot or variant at a
 * time: logs, texts, configurations and facts. */
#ifndef KDUEL_STORE_READ_H
#define KDUEL_STORE_READ_H

#include "lib/strvec.h"
#include "reports/store/campaign.h"
#include "reports/store/series.h"

/* The "console" or "dmesg" log of a boot, NUL-terminated; the caller frees. -ENOENT: not stored. */
int store__log(struct store *st, int64_t boot, const char *name, char **text, size_t *len,
	       struct err *err);
/* A long text that a collector stored for a boot ("ptdump/boot"); otherwise as store__log(). */
int store__text(struct store *st, int64_t boot, const char *name, char **text, size_t *len,
		struct err *err);
/* Append the names of a boot's texts, sorted. */
int store__text_names(struct store *st, int64_t boot, struct strvec *names, struct err *err);
/* The kernel configuration with this hash (kernel.config_hash); the caller frees *text, which is
 * NULL if it was not stored. */
int store__config(struct store *st, const char *hash, char **text, struct err *err);

/* All facts of a boot, sorted by key. Free with boot_fact__free(). */
int store__facts(struct store *st, int64_t boot, struct boot_fact **facts, size_t *n,
		 struct err *err);
void boot_fact__free(struct boot_fact *facts, size_t n);
/* One fact of a boot; the caller frees *value, which is NULL if there is no such fact. */
int store__fact(struct store *st, int64_t boot, const char *key, char **value, struct err *err);
/* Append the distinct values of a fact in the good boots of a variant, sorted. */
int store__fact_values(struct store *st, int64_t variant, const char *key, struct strvec *values,
		       struct err *err);

struct variant_fact {
	int64_t boot;
	const char *key, *value; /* owned */
};

/* The facts of a variant's good boots, and the expectations (FACT_EXPECT) of all its boots, sorted
 * by key, value and boot. Free with variant_fact__free(). */
int store__variant_facts(struct store *st, int64_t variant, struct variant_fact **list, size_t *n,
			 struct err *err);
void variant_fact__free(struct variant_fact *list, size_t n);

#endif
