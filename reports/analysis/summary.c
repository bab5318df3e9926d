// SPDX-License-Identifier: GPL-2.0-only
/* summary.c - summarises each boot as one number, from its readings or from stored statistics. */
#include "reports/analysis/summary.h"
#include "reports/stats/stats.h"

#include <math.h>

/* A reading of a successful boot, with its sort key. */
struct placed {
	unsigned int slot, block;
	int64_t boot; /* for sessions on the same boot, the id of the first */
	const struct reading *r;
};

struct known_boot {
	int64_t id;
	const struct campaign_boot *boot;
	const struct campaign_boot *first; /* first session on the same boot, or `boot` itself */
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
	return (x->boot > y->boot) - (x->boot < y->boot);
}

/* The first session of the same variant on the same running system; b itself, if kduel booted
 * it. */
static const struct campaign_boot *first_session(const struct campaign_boot *boots,
						 const struct campaign_boot *b)
{
	const struct campaign_boot *first = *b->running ? boots : b;

	while (first != b && (first->variant != b->variant || !streq(first->running, b->running)))
		first++;
	return first;
}

/* An index of the boots by id. The caller frees. */
static struct known_boot *sorted_boots(const struct campaign_boot *boots, size_t n)
{
	struct known_boot *v = xcalloc(n ? n : 1, sizeof(*v));

	for (size_t i = 0; i < n; i++)
		v[i] = (struct known_boot){ boots[i].id, &boots[i],
					    first_session(boots, &boots[i]) };
	qsort(v, n, sizeof(*v), compare_id);
	return v;
}

/* Collect the readings of boots that count, in the order of slots. Returns how many. */
static size_t place(struct placed *out, const struct reading *r, size_t n,
		    const struct known_boot *by_id, size_t n_boots)
{
	const struct known_boot *known = NULL;
	size_t k = 0;

	for (size_t i = 0; i < n; i++) {
		const struct known_boot want = { .id = r[i].boot };

		if (!known || known->id != want.id)
			known = bsearch(&want, by_id, n_boots, sizeof(*by_id), compare_id);
		if (known && !known->boot->repeat && known->boot->status == BOOT_OK)
			out[k++] = (struct placed){ known->first->slot, known->first->block,
						    known->first->id, &r[i] };
	}
	/* The store usually returns them sorted already. */
	for (size_t i = 1; i < k; i++) {
		if (compare_placed(&out[i - 1], &out[i]) > 0) {
			qsort(out, k, sizeof(*out), compare_placed);
			break;
		}
	}
	return k;
}

/* Add a boot with its median. A boot without a value that counts is only counted as lost. */
static void end_boot(struct summary *s, unsigned int slot, unsigned int block, double median,
		     const struct spread *spread)
{
	if (!spread->n) {
		s->n_lost_boots++;
		return;
	}
	s->nonpositive = s->nonpositive || !(spread->low > 0);
	s->n_samples += (unsigned int)spread->n;
	s->blocks[s->n] = block;
	s->slots[s->n] = slot;
	s->spreads[s->n] = *spread;
	s->boots[s->n++] = median;
}

/* Summarise one boot from its readings p[0..n). */
static void add_boot(struct summary *s, const struct placed *p, size_t n, double *scratch)
{
	struct spread spread;
	size_t k = 0;

	for (size_t i = 0; i < n; i++) {
		const struct reading *r = p[i].r;

		if (r->warmup)
			s->n_warmup++;
		else if (r->tainted)
			s->n_tainted++;
		else if (!isfinite(r->value))
			s->bad = true;
		else
			scratch[k++] = r->value;
		/* A counter that ran less than it was enabled: the value is an estimate. */
		if (!r->warmup && !r->tainted && isfinite(r->value) &&
		    r->running_ns < r->enabled_ns) {
			s->n_multiplexed++;
			s->least_ran = fmin(s->least_ran,
					    (double)r->running_ns / (double)r->enabled_ns);
		}
	}
	spread__of(scratch, k, &spread);
	end_boot(s, p[0].slot, p[0].block, k ? stats__median(scratch, k) : 0, &spread);
}

static void make_room(struct summary *s, size_t n_boots)
{
	*s = (struct summary){ .least_ran = 1 };
	s->boots = xcalloc(n_boots + 1, sizeof(*s->boots));
	s->blocks = xcalloc(n_boots + 1, sizeof(*s->blocks));
	s->slots = xcalloc(n_boots + 1, sizeof(*s->slots));
	s->spreads = xcalloc(n_boots + 1, sizeof(*s->spreads));
}

void summary__init(struct summary *s, const struct reading *readings, size_t n_readings,
		   const struct campaign_boot *boots, size_t n_boots)
{
	_free_ struct known_boot *by_id = sorted_boots(boots, n_boots);
	size_t room = n_readings ? n_readings : 1, n;
	_free_ struct placed *placed = xcalloc(room, sizeof(*placed));
	_free_ double *scratch = xcalloc(room, sizeof(*scratch));

	make_room(s, n_boots);
	n = place(placed, readings, n_readings, by_id, n_boots);
	for (size_t i = 0, end; i < n; i = end) {
		for (end = i + 1; end < n && placed[end].boot == placed[i].boot;)
			end++;
		add_boot(s, &placed[i], end - i, scratch);
	}
}

/* Binary search for the statistics of a boot; NULL if missing. */
static const struct boot_stat *find_stat(const struct boot_stat *v, size_t n, int64_t boot)
{
	size_t lo = 0, hi = n;

	while (lo < hi) {
		size_t mid = (lo + hi) / 2;

		if (v[mid].boot < boot)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < n && v[lo].boot == boot ? &v[lo] : NULL;
}

/* boots[] is in the order of slots, and so are the results. kduel stores finite values only, but a
 * database may be from elsewhere. */
void summary__of_stats(struct summary *s, const struct boot_stat *stats, size_t n_stats,
		       const struct campaign_boot *boots, size_t n_boots, const bool *identical)
{
	make_room(s, n_boots); /* end_boot() adds at most one entry per boot */
	for (size_t i = 0; i < n_boots; i++) {
		const struct campaign_boot *boot = &boots[i];
		const struct boot_stat *b = find_stat(stats, n_stats, boot->id);

		if (!b || boot->status != BOOT_OK || boot->repeat || (identical && identical[i]))
			continue;
		s->n_warmup += b->n_warmup;
		s->n_tainted += b->n_tainted;
		s->n_multiplexed += b->n_multiplexed;
		s->least_ran = fmin(s->least_ran, b->least_ran);
		if (b->spread.n && !isfinite(b->median)) {
			s->bad = true;
			s->n_lost_boots++;
			continue;
		}
		end_boot(s, boot->slot, boot->block, b->median, &b->spread);
	}
}

void summary__release(struct summary *s)
{
	free(s->boots);
	free(s->blocks);
	free(s->slots);
	free(s->spreads);
	*s = (struct summary){ 0 };
}
