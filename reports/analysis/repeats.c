// SPDX-License-Identifier: GPL-2.0-only
/* repeats.c - compares the counts of a boot with those of the boot that it repeats. */
#include "reports/analysis/repeats.h"
#include "reports/store/values.h"

#define BOOT_WORKLOAD "boot" /* workload of the series measured on the boot itself */

/* Result of comparing two boots. */
struct tally {
	const struct campaign_boot *boot, *of;
	unsigned int counts, differ;
	char *first; /* owned: describes the first count that differs */
};

bool repeats__is_count(const struct series *s)
{
	return s->basis == BASIS_EXACT || s->basis == BASIS_MODELLED ||
	       (s->basis == BASIS_SIMULATED && s->metric.kind != METRIC_TIME);
}

const struct campaign_boot *repeats__in_slot(const struct campaign *c, unsigned int slot)
{
	for (size_t i = 0; i < c->n_boots; i++)
		if (c->boots[i].slot == slot && boot_status__fills_slot(c->boots[i].status))
			return &c->boots[i];
	return NULL;
}

/* The readings of a boot among those of a series, where they are adjacent. Returns the first one,
 * and their number in *count. */
static const struct reading *of_boot(const struct reading *r, size_t n, int64_t boot, size_t *count)
{
	size_t i = 0, k = 0;

	while (i < n && r[i].boot != boot)
		i++;
	while (i + k < n && r[i + k].boot == boot)
		k++;
	*count = k;
	return r + i;
}

/* Describe a difference; a reading is NULL if that boot lacks it. The caller frees. */
static char *describe(const struct tally *t, const struct series *s, int iter,
		      const struct reading *now, const struct reading *was)
{
	_free_ char *at = iter < 0 ? xstrdup("") : xasprintf(" in iteration %d", iter);

	if (now && was)
		return xasprintf("%s/%s of %s%s is %.17g in boot %u and %.17g in boot %u",
				 s->source, s->metric.name, s->workload, at, was->value,
				 t->of->slot + 1, now->value, t->boot->slot + 1);
	return xasprintf("%s/%s of %s%s was counted in boot %u only", s->source, s->metric.name,
			 s->workload, at, (now ? t->boot : t->of)->slot + 1);
}

static uint64_t bits(double value)
{
	uint64_t u;

	memcpy(&u, &value, sizeof(u));
	return u;
}

/* Merge the readings of both boots by iteration, and count those that differ or are missing in one
 * of them. */
static void compare_series(struct tally *t, const struct series *s, const struct reading *r,
			   size_t n)
{
	size_t n_now, n_was;
	const struct reading *now = of_boot(r, n, t->boot->id, &n_now);
	const struct reading *was = of_boot(r, n, t->of->id, &n_was);

	/* Bitwise: -0 differs from 0, and a NaN equals itself. */
	while (n_now || n_was) {
		bool here = n_now && (!n_was || now->iter <= was->iter);
		bool there = n_was && (!n_now || was->iter <= now->iter);

		t->counts++;
		if ((!here || !there || bits(now->value) != bits(was->value)) && !t->differ++)
			t->first = describe(t, s, here ? now->iter : was->iter, here ? now : NULL,
					    there ? was : NULL);
		now += here;
		n_now -= here;
		was += there;
		n_was -= there;
	}
}

/* In exact mode a boot ran one workload: series of others have no readings to compare. */
char *repeats__compare(const struct campaign *c, const struct campaign_boot *boot,
		       const struct campaign_boot *of, const struct series *series, size_t n_series,
		       const struct reading *counts, size_t n_counts)
{
	const char *name = c->variants[boot->variant].name, *sep = *boot->workload ? ", " : "";
	struct tally t = { .boot = boot, .of = of };
	char *why = NULL;

	for (size_t i = 0; i < n_series; i++) {
		const char *workload = series[i].workload;
		const struct reading *r;
		size_t n;

		if (!repeats__is_count(&series[i]) ||
		    (*boot->workload && !streq(workload, BOOT_WORKLOAD) &&
		     !streq(workload, boot->workload)))
			continue;
		r = reading__of_series(counts, n_counts, series[i].id, &n);
		compare_series(&t, &series[i], r, n);
	}
	if (t.differ)
		why = xasprintf("boot %u repeats boot %u (%s%s%s) with its seed, but %u of %u "
				"counts differ: %s",
				boot->slot + 1, of->slot + 1, name, sep, boot->workload, t.differ,
				t.counts, t.first);
	else if (!t.counts)
		why = xasprintf("boot %u repeats boot %u (%s%s%s) with its seed, but they have no "
				"count that could show it",
				boot->slot + 1, of->slot + 1, name, sep, boot->workload);
	free(t.first);
	return why;
}
