// SPDX-License-Identifier: GPL-2.0-only
/* identical.c - finds boots with exactly the same counter values as an earlier boot. */
#include "reports/analysis/identical.h"
#include "lib/rng.h"

/* Hash of all counters of a boot. */
struct fingerprint {
	uint64_t hash;
	bool counted; /* it has any counters */
};

/* Is this a count, or a figure of a model, that emulation makes exact? */
static bool is_counter(const struct series *list, size_t n, int64_t id)
{
	for (size_t i = 0; i < n; i++) {
		const struct series *s = &list[i];

		if (s->id == id)
			return (s->metric.kind == METRIC_COUNT && s->basis == BASIS_EXACT) ||
			       (s->metric.kind == METRIC_MODEL && s->basis == BASIS_MODELLED);
	}
	return false;
}

/* Hash the bits of the value. The hash depends on the order of readings, which is the same for all
 * boots. */
static void add_reading(struct fingerprint *f, const struct reading *r)
{
	uint64_t bits;

	memcpy(&bits, &r->value, sizeof(bits));
	f->hash = rng__derive(f->hash, (uint64_t)r->series, (uint64_t)r->iter);
	f->hash = rng__derive(f->hash, bits, r->warmup);
	f->counted = true;
}

/* Compute the fingerprints of all boots. The caller frees. */
static struct fingerprint *take_fingerprints(const struct campaign_boot *boots, size_t n_boots,
					     const struct series *series, size_t n_series,
					     const struct reading *r, size_t n)
{
	struct fingerprint *prints = xcalloc(n_boots + 1, sizeof(*prints));
	bool counter = false;
	size_t at = 0;

	for (size_t i = 0; i < n; i++) {
		if (!i || r[i].series != r[i - 1].series)
			counter = is_counter(series, n_series, r[i].series);
		if (!counter)
			continue;
		/* Readings are grouped by boot: usually the same boot as before. */
		if (at == n_boots || boots[at].id != r[i].boot)
			for (at = 0; at < n_boots && boots[at].id != r[i].boot;)
				at++;
		if (at < n_boots)
			add_reading(&prints[at], &r[i]);
	}
	return prints;
}

/* Compares each boot with all earlier ones of its variant; the first of a group is not marked. */
bool *identical__mark(const struct campaign_boot *boots, size_t n_boots,
		      const struct series *series, size_t n_series, const struct reading *readings,
		      size_t n_readings)
{
	_free_ struct fingerprint *prints = take_fingerprints(boots, n_boots, series, n_series,
							      readings, n_readings);
	bool *mark = xcalloc(n_boots + 1, sizeof(*mark)), any = false;

	for (size_t i = 0; i < n_boots; i++) {
		const struct campaign_boot *b = &boots[i];

		/* Intended repeats are known anyway. */
		if (!prints[i].counted || b->status != BOOT_OK || b->repeat)
			continue;
		for (size_t k = 0; k < i && !mark[i]; k++) {
			const struct campaign_boot *a = &boots[k];

			mark[i] = prints[k].counted && a->status == BOOT_OK &&
				  a->variant == b->variant && streq(a->workload, b->workload) &&
				  prints[k].hash == prints[i].hash;
		}
		any |= mark[i];
	}
	if (any)
		return mark;
	free(mark);
	return NULL;
}
