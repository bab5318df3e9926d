// SPDX-License-Identifier: GPL-2.0-only
#include "reports/analysis/repeats.h"

#define BOOT_WORKLOAD "boot" /* what belongs to the boot is filed under it */

/* To the bit: -0 is not 0, and a NaN is like itself. */
static bool same_bits(double a, double b)
{
	uint64_t x, y;

	memcpy(&x, &a, sizeof(x));
	memcpy(&y, &b, sizeof(y));
	return x == y;
}

/* What two boots have in common and what not. */
struct tally {
	const struct campaign_boot *boot, *of;
	unsigned int counts, differ;
	char *first; /* owned: the first count that differs */
};

bool repeats__is_count(const struct series *s)
{
	return s->basis == BASIS_EXACT || s->basis == BASIS_MODELLED ||
	       (s->basis == BASIS_SIMULATED && s->metric.kind != METRIC_TIME);
}

const struct campaign_boot *repeats__in_slot(const struct campaign *c, unsigned int slot)
{
	for (size_t i = 0; i < c->n_boots; i++)
		if (c->boots[i].slot == slot && c->boots[i].status != BOOT_INTERRUPTED)
			return &c->boots[i];
	return NULL;
}

/* The readings of one boot stand together: the first of them, and how many. */
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

/* The first difference: NULL stands for a boot that did not count it. */
static char *describe(const struct tally *t, const struct series *s, int iter,
		      const struct reading *now, const struct reading *was)
{
	_free_ char *at = iter < 0 ? xstrdup("") : xasprintf(" in iteration %d", iter);

	if (now && was)
		return xasprintf("%s/%s of %s%s is %.17g in boot %u and %.17g in boot %u",
				 s->source, s->name, s->workload, at, was->value, t->of->slot + 1,
				 now->value, t->boot->slot + 1);
	return xasprintf("%s/%s of %s%s was counted in boot %u only", s->source, s->name,
			 s->workload, at, (now ? t->boot : t->of)->slot + 1);
}

static void compare_series(struct tally *t, const struct series *s, const struct reading *r,
			   size_t n)
{
	size_t n_now, n_was;
	const struct reading *now = of_boot(r, n, t->boot->id, &n_now);
	const struct reading *was = of_boot(r, n, t->of->id, &n_was);

	while (n_now || n_was) {
		bool here = n_now && (!n_was || now->iter <= was->iter);
		bool there = n_was && (!n_now || was->iter <= now->iter);

		t->counts++;
		if ((!here || !there || !same_bits(now->value, was->value)) && !t->differ++)
			t->first = describe(t, s, here ? now->iter : was->iter, here ? now : NULL,
					    there ? was : NULL);
		now += here;
		n_now -= here;
		was += there;
		n_was -= there;
	}
}

static bool concerns(const struct tally *t, const struct series *s)
{
	return repeats__is_count(s) && (!*t->boot->workload || streq(s->workload, BOOT_WORKLOAD) ||
					streq(s->workload, t->boot->workload));
}

static int compare_all(struct store *st, int64_t variant, struct tally *t, struct err *err)
{
	struct series *list;
	size_t n;
	int ret = store__series(st, variant, &list, &n, err);

	if (ret)
		return ret;
	for (size_t i = 0; i < n && !ret; i++) {
		struct reading *r = NULL;
		size_t n_r;

		if (!concerns(t, &list[i]))
			continue;
		ret = store__readings(st, variant, list[i].id, &r, &n_r, err);
		if (!ret)
			compare_series(t, &list[i], r, n_r);
		free(r);
	}
	series__free(list, n);
	return ret;
}

int repeats__compare(struct store *st, const struct campaign *c, const struct campaign_boot *boot,
		     const struct campaign_boot *of, char **why, struct err *err)
{
	const struct campaign_variant *v = &c->variants[boot->variant];
	struct tally t = { .boot = boot, .of = of };
	int ret = compare_all(st, v->id, &t, err);

	*why = NULL;
	if (!ret && t.differ)
		*why = xasprintf("boot %u repeats boot %u (%s%s%s) with its seed, but %u of %u "
				 "counts differ: %s",
				 boot->slot + 1, of->slot + 1, v->name, *boot->workload ? ", " : "",
				 boot->workload, t.differ, t.counts, t.first);
	else if (!ret && !t.counts)
		*why = xasprintf("boot %u repeats boot %u (%s%s%s) with its seed, but they have no "
				 "count that could show it",
				 boot->slot + 1, of->slot + 1, v->name, *boot->workload ? ", " : "",
				 boot->workload);
	free(t.first);
	return ret;
}
