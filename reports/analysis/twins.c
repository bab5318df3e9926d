// SPDX-License-Identifier: GPL-2.0-only
#include "reports/analysis/twins.h"
#include "lib/rng.h"

bool twins__is_counter(const struct series *s)
{
	return (s->metric.kind == METRIC_COUNT && s->basis == BASIS_EXACT) ||
	       (s->metric.kind == METRIC_MODEL && s->basis == BASIS_MODELLED);
}

void twins__init(struct twins *t, const struct campaign_boot *boots, size_t n_boots)
{
	*t = (struct twins){
		.boots = boots,
		.n_boots = n_boots,
		.hash = xcalloc(n_boots + 1, sizeof(*t->hash)),
		.counted = xcalloc(n_boots + 1, sizeof(*t->counted)),
	};
}

void twins__release(struct twins *t)
{
	free(t->hash);
	free(t->counted);
	*t = (struct twins){ 0 };
}

static size_t find_boot(const struct twins *t, int64_t id)
{
	size_t i = 0;

	while (i < t->n_boots && t->boots[i].id != id)
		i++;
	return i;
}

static uint64_t bits(double v)
{
	uint64_t u;

	memcpy(&u, &v, sizeof(u));
	return u;
}

void twins__add(struct twins *t, const struct series *s, const struct reading *r, size_t n)
{
	size_t at = t->n_boots;

	for (size_t i = 0; i < n; i++) {
		if (at == t->n_boots || t->boots[at].id != r[i].boot)
			at = find_boot(t, r[i].boot);
		if (at == t->n_boots)
			continue;
		t->hash[at] = rng__derive(t->hash[at], (uint64_t)s->id, (uint64_t)r[i].iter);
		t->hash[at] = rng__derive(t->hash[at], bits(r[i].value), r[i].warmup);
		t->counted[at] = true;
	}
}

static bool repeats(const struct twins *t, size_t i, size_t k)
{
	const struct campaign_boot *a = &t->boots[i], *b = &t->boots[k];

	return t->counted[k] && b->status == BOOT_OK && b->variant == a->variant &&
	       streq(b->workload, a->workload) && t->hash[k] == t->hash[i];
}

bool *twins__mark(const struct twins *t)
{
	bool *mark = xcalloc(t->n_boots + 1, sizeof(*mark));
	size_t n = 0;

	for (size_t i = 0; i < t->n_boots; i++) {
		/* Of those that repeat another on purpose everybody knows. */
		if (!t->counted[i] || t->boots[i].status != BOOT_OK || t->boots[i].repeat)
			continue;
		for (size_t k = 0; k < i && !mark[i]; k++)
			mark[i] = repeats(t, i, k);
		n += mark[i];
	}
	if (n)
		return mark;
	free(mark);
	return NULL;
}
