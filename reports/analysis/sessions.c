// SPDX-License-Identifier: GPL-2.0-only
/* sessions.c - merges the sessions on one boot of a running system. */
#include "reports/analysis/sessions.h"
#include "reports/stats/stats.h"

#include <math.h>

static int compare_of(const void *a, const void *b)
{
	const struct unit_of *x = a, *y = b;

	return (x->boot > y->boot) - (x->boot < y->boot);
}

/* Index of the unit of a stored boot: that of an earlier session on the same system, otherwise a
 * new one, u->n. */
static size_t unit_of(const struct boot_units *u, const struct campaign_boot *b)
{
	size_t k = *b->running ? 0 : u->n;

	while (k < u->n && !streq(u->boots[k].running, b->running))
		k++;
	return k;
}

/* Add a stored boot. A successful session replaces earlier failed ones of its unit, since facts and
 * logs are read from it. */
static void add_session(struct boot_units *u, const struct campaign_boot *b, unsigned int first,
			bool all)
{
	size_t k = unit_of(u, b);
	struct campaign_boot *at = &u->boots[k];

	if (k == u->n) {
		*at = *b;
		at->variant = all ? b->variant :
				    0; /* the index would refer to one campaign of several */
		at->slot += first;
		at->block += first;
		u->n++;
	} else if (at->status != BOOT_OK && boot_status__fills_slot(b->status)) {
		at->id = b->id;
		at->status = b->status;
	}
	u->shared |= *b->running != '\0';
	u->sessions[k] += boot_status__fills_slot(b->status);
	if (boot_status__is_failure(b->status) && !u->failed[k]++)
		u->worst[k] = b->status;
	u->of[u->n_of++] = (struct unit_of){ b->id, k, b->status == BOOT_OK };
}

void boot_units__make(struct boot_units *u, const struct unit_part *parts, size_t n)
{
	unsigned int first = 0;
	size_t room = 1;

	for (size_t i = 0; i < n; i++)
		room += parts[i].c->n_boots;
	*u = (struct boot_units){
		.boots = xcalloc(room, sizeof(*u->boots)),
		.sessions = xcalloc(room, sizeof(*u->sessions)),
		.failed = xcalloc(room, sizeof(*u->failed)),
		.worst = xcalloc(room, sizeof(*u->worst)),
		.of = xcalloc(room, sizeof(*u->of)),
	};
	for (size_t i = 0; i < n; i++) {
		const struct campaign *c = parts[i].c;

		for (size_t k = 0; k < c->n_boots; k++)
			if (parts[i].variant == UNIT_ALL || c->boots[k].variant == parts[i].variant)
				add_session(u, &c->boots[k], first, parts[i].variant == UNIT_ALL);
		first += c->n_slots;
	}
	qsort(u->of, u->n_of, sizeof(*u->of), compare_of);
}

void boot_units__release(struct boot_units *u)
{
	free(u->boots);
	free(u->sessions);
	free(u->failed);
	free(u->worst);
	free(u->of);
	*u = (struct boot_units){ 0 };
}

const struct unit_of *boot_units__find(const struct boot_units *u, int64_t boot)
{
	const struct unit_of key = { .boot = boot };

	return u->n_of ? bsearch(&key, u->of, u->n_of, sizeof(key), compare_of) : NULL;
}

/* Statistics of a unit from the samples of all its successful sessions; r[0..n) are the readings of
 * one series. */
static struct boot_stat fold(const struct boot_units *u, size_t unit, const struct reading *r,
			     size_t n, double *scratch)
{
	struct boot_stat s = { .boot = u->boots[unit].id, .least_ran = 1 };
	size_t k = 0;

	for (size_t i = 0; i < n; i++) {
		const struct unit_of *of = boot_units__find(u, r[i].boot);

		if (!of || of->unit != unit || !of->ok)
			continue;
		if (r[i].warmup || r[i].tainted) {
			s.n_warmup += r[i].warmup;
			s.n_tainted += !r[i].warmup;
			continue;
		}
		scratch[k++] = r[i].value;
		if (r[i].running_ns >= r[i].enabled_ns)
			continue;
		s.n_multiplexed++;
		s.least_ran = fmin(s.least_ran, (double)r[i].running_ns / (double)r[i].enabled_ns);
	}
	spread__of(scratch, k, &s.spread); /* before the median, which reorders scratch */
	s.median = k ? stats__median(scratch, k) : 0;
	return s;
}

static int compare_stat(const void *a, const void *b)
{
	const struct boot_stat *x = a, *y = b;

	if (x->series != y->series)
		return x->series < y->series ? -1 : 1;
	return (x->boot > y->boot) - (x->boot < y->boot);
}

/* Append a row for each unit with a boot in s[0..n), the stored rows of one series. Returns how
 * many. */
static size_t add_series(const struct boot_units *u, const struct boot_stat *s, size_t n,
			 const struct reading *r, size_t n_r, struct boot_stat *out)
{
	_free_ bool *done = xcalloc(u->n + 1, sizeof(*done));
	_free_ double *scratch = xcalloc(n_r + 1, sizeof(*scratch));
	size_t k = 0;

	for (size_t i = 0; i < n; i++) {
		const struct unit_of *of = boot_units__find(u, s[i].boot);

		if (!of || done[of->unit])
			continue;
		done[of->unit] = true;
		out[k] = u->sessions[of->unit] > 1 ? fold(u, of->unit, r, n_r, scratch) : s[i];
		out[k++].series = s[i].series;
	}
	return k;
}

struct boot_stat *boot_units__stats(const struct boot_units *u, const struct boot_stat *stats,
				    size_t n_stats, const struct reading *readings,
				    size_t n_readings, size_t *n)
{
	struct boot_stat *out = xcalloc(n_stats + 1, sizeof(*out));

	*n = 0;
	for (size_t i = 0, end; i < n_stats; i = end) {
		const struct reading *r;
		size_t n_r;

		for (end = i + 1; end < n_stats && stats[end].series == stats[i].series;)
			end++;
		r = reading__of_series(readings, n_readings, stats[i].series, &n_r);
		*n += add_series(u, stats + i, end - i, r, n_r, out + *n);
	}
	qsort(out, *n, sizeof(*out), compare_stat);
	return out;
}

size_t boot_units__common(const struct boot_units *a, const struct boot_units *b)
{
	size_t n = 0;

	for (size_t i = 0; i < a->n; i++)
		for (size_t k = 0; *a->boots[i].running && k < b->n; k++)
			n += streq(a->boots[i].running, b->boots[k].running);
	return n;
}
