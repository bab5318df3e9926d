// SPDX-License-Identifier: GPL-2.0-only
/* table.c - collects the profiles of both sides by function. */
#include "reports/profile/table.h"

#include "reports/profile/names.h"

#define CHAIN_MAX 16 /* most steps up the callers, in case of a cycle */

/* Find or add a function by name and module; returns its index. May reallocate t->v. */
static uint32_t function_of(struct profile_table *t, const struct profile_function *pf,
			    size_t n_boots)
{
	_free_ char *name = xstrndup(pf->name, function_name__length(pf->name));
	_free_ char *key = xasprintf("%s\n%s", name, pf->module);
	uint32_t index = names__add(&t->names, key);

	if (index == t->n) {
		GROW(t->v, t->n);
		t->v[t->n++] = (struct table_function){ .name = xstrdup(name),
							.module = xstrdup(pf->module),
							.value = xcalloc(n_boots, sizeof(double)),
							.calls = xcalloc(n_boots, sizeof(double)),
							.caller = { NO_FUNCTION, NO_FUNCTION } };
	}
	return index;
}

/* Remember the most frequent caller of a function. A part of a function (.cold) is not called by
 * it. */
static void note_caller(struct profile_table *t, uint32_t callee, uint32_t caller, size_t side,
			double calls)
{
	struct table_function *f = &t->v[callee];

	if (callee == caller || calls <= f->caller_calls[side])
		return;
	f->caller_calls[side] = calls;
	f->caller[side] = caller;
}

/* Add one iteration of a boot; counts are multiplied by `scale`. */
static void add_profile(struct profile_table *t, const struct store_profile *p, size_t side,
			size_t boot, enum function_count count, double scale)
{
	const size_t n_boots = t->n_boots[0] + t->n_boots[1];
	/* What a sample adds to the mean of the side. */
	const double weight = scale / (double)t->n_boots[side];

	if (weight > t->heaviest[side])
		t->heaviest[side] = weight;
	for (size_t i = 0; i < p->n; i++) {
		const struct profile_function *pf = &p->v[i];
		const uint32_t index = function_of(t, pf, n_boots);
		struct table_function *f = &t->v[index];

		f->value[boot] += scale * (double)pf->count[count];
		t->whole[boot] += scale * (double)pf->count[count];
		sampled_value__add(&f->sampled[side], pf->count[count], weight);
		sampled_value__add(&t->sampled[side], pf->count[count], weight);
		if (!function_name__is_piece(pf->name))
			f->calls[boot] += scale * (double)pf->count[FUNCTION_CALLS];
		if (pf->caller != NO_FUNCTION)
			note_caller(t, index, function_of(t, &p->v[pf->caller], n_boots), side,
				    (double)pf->caller_calls);
	}
}

/* Make room for `more` boots after the existing ones. */
static void add_boots(struct profile_table *t, size_t before, size_t more)
{
	for (size_t i = 0; i < t->n; i++) {
		struct table_function *f = &t->v[i];

		f->value = xrealloc(f->value, before + more, sizeof(double));
		f->calls = xrealloc(f->calls, before + more, sizeof(double));
		memset(f->value + before, 0, more * sizeof(double));
		memset(f->calls + before, 0, more * sizeof(double));
	}
	t->whole = xrealloc(t->whole, before + more, sizeof(double));
	memset(t->whole + before, 0, more * sizeof(double));
}

/* Number of profiles from `i` on that belong to the same boot. */
static size_t same_boot(const struct store_profile *list, size_t n, size_t i)
{
	size_t end = i;

	while (end < n && list[end].boot == list[i].boot)
		end++;
	return end - i;
}

int profile_table__add(struct profile_table *t, const struct store_profile *list, size_t n,
		       enum function_count count, bool per_op, struct err *err)
{
	const size_t side = t->n_boots[EXPLAIN_BEFORE] ? EXPLAIN_AFTER : EXPLAIN_BEFORE;
	size_t boot = t->n_boots[EXPLAIN_BEFORE], boots = 0;

	for (size_t i = 0; i < n; i += same_boot(list, n, i))
		boots++;
	add_boots(t, boot, boots);
	t->n_boots[side] = boots;
	for (size_t i = 0; i < n; boot++) {
		const size_t iterations = same_boot(list, n, i);

		for (size_t end = i + iterations; i < end; i++) {
			double scale = 1 / (double)iterations;

			if (list[i].event)
				scale *= (double)list[i].period;
			if (per_op && !list[i].operations)
				return err__set(err, -EINVAL,
						"workload %s does not report its operations: explain "
						"kernel.instructions",
						list[i].workload);
			if (per_op)
				scale /= (double)list[i].operations;
			add_profile(t, &list[i], side, boot, count, scale);
		}
	}
	return 0;
}

bool profile_table__ran(const struct profile_table *t, const struct table_function *f, size_t side)
{
	const double *calls = profile_table__side(t, f->calls, side);
	const double *value = profile_table__side(t, f->value, side);

	for (size_t i = 0; i < t->n_boots[side]; i++)
		if (calls[i] > 0 || value[i] > 0)
			return true;
	return false;
}

bool profile_table__is_called(const struct profile_table *t, const struct table_function *f,
			      size_t side)
{
	const double *calls = profile_table__side(t, f->calls, side);

	for (size_t i = 0; i < t->n_boots[side]; i++)
		if (!(calls[i] > 0))
			return false;
	return t->n_boots[side] > 0;
}

void profile_table__split(const struct profile_table *t, struct profile_parts *parts)
{
	const size_t boots = t->n_boots[0] + t->n_boots[1];

	parts->per_call = xcalloc(boots, sizeof(double));
	parts->calls = xcalloc(boots, sizeof(double));
	parts->other = xcalloc(boots, sizeof(double));
	for (size_t i = 0; i < t->n; i++) {
		const struct table_function *f = &t->v[i];
		const bool called = profile_table__is_called(t, f, EXPLAIN_BEFORE) &&
				    profile_table__is_called(t, f, EXPLAIN_AFTER);
		double mean = 0;

		for (size_t side = 0; called && side < EXPLAIN_SIDES; side++)
			mean += stats__mean(profile_table__side(t, f->calls, side),
					    t->n_boots[side]) /
				EXPLAIN_SIDES;
		for (size_t k = 0; k < boots; k++) {
			const double at_mean = called ? mean * f->value[k] / f->calls[k] : 0;

			parts->per_call[k] += at_mean;
			*(called ? &parts->calls[k] : &parts->other[k]) += f->value[k] - at_mean;
		}
	}
}

void profile_parts__release(struct profile_parts *parts)
{
	free(parts->per_call);
	free(parts->calls);
	free(parts->other);
}

/* Walk up the callers of a function that ran on `side` only, to one that ran on both. NO_FUNCTION:
 * none is known. */
static uint32_t target_of(const struct profile_table *t, uint32_t i, size_t side)
{
	for (unsigned int step = 0; step < CHAIN_MAX && i != NO_FUNCTION; step++) {
		i = t->v[i].caller[side];
		if (i != NO_FUNCTION && profile_table__ran(t, &t->v[i], !side))
			return i;
	}
	return NO_FUNCTION;
}

void profile_table__fold(struct profile_table *t, const char *const sides[EXPLAIN_SIDES])
{
	const size_t boots = t->n_boots[0] + t->n_boots[1];
	_free_ uint32_t *targets = xcalloc(t->n, sizeof(*targets));

	/* Find all targets before values are moved. */
	for (uint32_t i = 0; i < t->n; i++) {
		const struct table_function *f = &t->v[i];
		const size_t side = profile_table__ran(t, f, EXPLAIN_AFTER);

		targets[i] = *f->name && !profile_table__ran(t, f, !side) ? target_of(t, i, side) :
									    NO_FUNCTION;
	}
	for (uint32_t i = 0; i < t->n; i++) {
		struct table_function *f = &t->v[i], *to;

		if (targets[i] == NO_FUNCTION)
			continue;
		to = &t->v[targets[i]];
		strvec__pushf(&to->folded, "%s (only in %s)", f->name,
			      sides[profile_table__ran(t, f, EXPLAIN_AFTER)]);
		for (size_t b = 0; b < boots; b++) {
			to->value[b] += f->value[b];
			f->value[b] = f->calls[b] = 0;
		}
	}
}

void profile_table__release(struct profile_table *t)
{
	for (size_t i = 0; i < t->n; i++) {
		free(t->v[i].name);
		free(t->v[i].module);
		free(t->v[i].value);
		free(t->v[i].calls);
		strvec__release(&t->v[i].folded);
	}
	free(t->v);
	free(t->whole);
	names__release(&t->names);
	*t = (struct profile_table){ 0 };
}
