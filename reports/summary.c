// SPDX-License-Identifier: GPL-2.0-only
#include "reports/summary.h"
#include "reports/stats.h"

#include <math.h>

/* A reading of a good boot, with what it is sorted by. */
struct placed {
	unsigned int slot, block;
	const struct reading *r;
};

struct known_boot {
	int64_t id;
	const struct campaign_boot *boot;
	bool twin;
};

static int compare_id(const void *a, const void *b)
{
	const struct known_boot *x = a, *y = b;

	return (x->id > y->id) - (x->id < y->id);
}

static int compare_placed(const void *a, const void *b)
{
	const struct placed *x = a, *y = b;

	if (x->slot != y->slot)
		return x->slot < y->slot ? -1 : 1;
	return (x->r->boot > y->r->boot) - (x->r->boot < y->r->boot);
}

static struct known_boot *sorted_boots(const struct campaign_boot *boots, size_t n,
				       const bool *twins)
{
	struct known_boot *v = xcalloc(n ? n : 1, sizeof(*v));

	for (size_t i = 0; i < n; i++)
		v[i] = (struct known_boot){ boots[i].id, &boots[i], twins && twins[i] };
	qsort(v, n, sizeof(*v), compare_id);
	return v;
}

static const struct known_boot *find_boot(const struct known_boot *v, size_t n, int64_t id)
{
	struct known_boot want = { .id = id };

	return bsearch(&want, v, n, sizeof(*v), compare_id);
}

/* Readings of good boots by slot; returns how many. */
static size_t place(struct placed *out, const struct reading *r, size_t n,
		    const struct known_boot *by_id, size_t n_boots)
{
	const struct known_boot *known = NULL;
	size_t k = 0;

	for (size_t i = 0; i < n; i++) {
		if (!known || known->id != r[i].boot)
			known = find_boot(by_id, n_boots, r[i].boot);
		if (known && !known->twin && !known->boot->repeat &&
		    known->boot->status == BOOT_OK)
			out[k++] = (struct placed){ known->boot->slot, known->boot->block, &r[i] };
	}
	/* The store gives them in the order of boots already: sorting is the exception. */
	for (size_t i = 1; i < k; i++) {
		if (compare_placed(&out[i - 1], &out[i]) > 0) {
			qsort(out, k, sizeof(*out), compare_placed);
			break;
		}
	}
	return k;
}

/* The value of a sample that counts. Of a counter that ran for less than it was on it is an
 * estimate, which is noted. */
static double take(struct summary *s, const struct reading *r)
{
	if (r->running_ns < r->enabled_ns) {
		s->n_multiplexed++;
		s->least_ran = fmin(s->least_ran, (double)r->running_ns / (double)r->enabled_ns);
	}
	return r->value;
}

/* One boot: p[0..n) are all its readings. */
static void add_boot(struct summary *s, const struct placed *p, size_t n, double *scratch)
{
	double *values = s->values + s->first[s->n];
	size_t k = 0;

	for (size_t i = 0; i < n; i++) {
		const struct reading *r = p[i].r;

		if (r->warmup)
			s->n_warmup++;
		else if (r->tainted)
			s->n_tainted++;
		else if (isfinite(r->value))
			scratch[k++] = take(s, r);
		else
			s->bad = true;
	}
	if (!k) {
		s->n_lost_boots++;
		return;
	}
	for (size_t i = 0; i < k; i++) {
		values[i] = scratch[i];
		s->nonpositive = s->nonpositive || !(values[i] > 0);
	}
	s->n_samples += (unsigned int)k;
	s->first[s->n + 1] = s->n_samples;
	s->blocks[s->n] = p[0].block;
	s->slots[s->n] = p[0].slot;
	s->boots[s->n++] = stats__median(scratch, k);
}

void summary__init(struct summary *s, const struct reading *readings, size_t n_readings,
		   const struct campaign_boot *boots, size_t n_boots)
{
	summary__init_without(s, readings, n_readings, boots, n_boots, NULL);
}

void summary__init_without(struct summary *s, const struct reading *readings, size_t n_readings,
			   const struct campaign_boot *boots, size_t n_boots, const bool *twins)
{
	_free_ struct known_boot *by_id = sorted_boots(boots, n_boots, twins);
	size_t room = n_readings ? n_readings : 1, n;
	_free_ struct placed *placed = xcalloc(room, sizeof(*placed));
	_free_ double *scratch = xcalloc(room, sizeof(*scratch));

	*s = (struct summary){ .least_ran = 1 };
	s->boots = xcalloc(n_boots ? n_boots : 1, sizeof(*s->boots));
	s->blocks = xcalloc(n_boots ? n_boots : 1, sizeof(*s->blocks));
	s->slots = xcalloc(n_boots ? n_boots : 1, sizeof(*s->slots));
	s->first = xcalloc(n_boots + 1, sizeof(*s->first));
	s->values = xcalloc(room, sizeof(*s->values));
	n = place(placed, readings, n_readings, by_id, n_boots);
	for (size_t i = 0, end; i < n; i = end) {
		for (end = i + 1; end < n && placed[end].r->boot == placed[i].r->boot;)
			end++;
		add_boot(s, &placed[i], end - i, scratch);
	}
}

void summary__release(struct summary *s)
{
	free(s->boots);
	free(s->blocks);
	free(s->slots);
	free(s->values);
	free(s->first);
	*s = (struct summary){ 0 };
}
