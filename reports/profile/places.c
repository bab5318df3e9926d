// SPDX-License-Identifier: GPL-2.0-only
/* places.c - combines profiles with debug information. */
#include "reports/profile/places.h"

#include "reports/profile/names.h"

void places__begin(struct places *p, size_t side, size_t n_boots)
{
	const size_t before = side ? p->n_boots[0] : 0;

	p->n_boots[side] = n_boots;
	p->known[side] = n_boots > 0;
	for (size_t i = 0; i < p->n; i++) {
		p->v[i].value = xrealloc(p->v[i].value, before + n_boots, sizeof(double));
		memset(p->v[i].value + before, 0, n_boots * sizeof(double));
	}
}

/* A place to find or add; strings are borrowed from the input. */
struct wanted {
	const char *name, *module, *unit, *file;
	struct strvec inlined;
};

static void add_value(struct places *p, const struct wanted *w, size_t boot, double value)
{
	_free_ char *name = xstrndup(w->name, function_name__length(w->name));
	_free_ char *chain = strvec__join(&w->inlined, "\n");
	_free_ char *key = xasprintf("%s\n%s\n%s\n%s\n%s", name, w->module, w->unit, w->file,
				     chain);
	const uint32_t index = names__add(&p->keys, key);

	if (index == p->n) {
		struct place *new = APPEND(p->v, p->n);

		*new = (struct place){ .name = xstrdup(name),
				       .module = xstrdup(w->module),
				       .unit = xstrdup(w->unit),
				       .file = xstrdup(w->file),
				       .value = xcalloc(p->n_boots[0] + p->n_boots[1],
							sizeof(double)) };
		for (size_t i = 0; i < w->inlined.n; i++)
			strvec__push(&new->inlined, w->inlined.v[i]);
	}
	p->v[index].value[boot] += value;
}

/* Set the chain of inlined functions, outermost first, and the file of the innermost. */
static void find_chain(const struct sources *s, uint32_t inlined, struct wanted *w)
{
	uint32_t chain[SOURCES_DEPTH_MAX];
	size_t n = 0;

	if (inlined != NO_INLINED)
		w->file = s->strings.v[s->inlined[inlined].file];
	for (; inlined != NO_INLINED && n < SOURCES_DEPTH_MAX; inlined = s->inlined[inlined].parent)
		chain[n++] = inlined;
	while (n)
		strvec__push(&w->inlined, s->strings.v[s->inlined[chain[--n]].name]);
}

/* The functions of a profile by name, and the counts of each not yet assigned to a place. */
struct unassigned {
	struct names names;
	uint64_t *rest;
};

/* Assign counts of a function to a place; false if the profile has fewer. */
static bool take_counts(struct unassigned *r, const char *name, const char *module, uint64_t count)
{
	_free_ char *key = xasprintf("%s\n%s", name, module);
	const uint32_t index = names__find(&r->names, key);

	if (index == NAMES_NONE || r->rest[index] < count)
		return false;
	r->rest[index] -= count;
	return true;
}

/* Add the places known from debug information; false if they exceed the profile. */
static bool add_known(struct places *p, const struct sources *s, const struct sources_part *part,
		      struct unassigned *unassigned, size_t boot, enum function_count count,
		      double scale)
{
	for (size_t i = 0; i < part->n; i++) {
		const struct sources_place *sp = &part->v[i];
		struct wanted w = { .name = s->strings.v[sp->symbol],
				    .module = s->strings.v[sp->module],
				    .unit = s->strings.v[sp->unit],
				    .file = s->strings.v[sp->file] };

		if (!take_counts(unassigned, w.name, w.module, sp->count[count]))
			return false;
		if (!sp->count[count])
			continue;
		find_chain(s, sp->inlined, &w);
		add_value(p, &w, boot, scale * (double)sp->count[count]);
		strvec__release(&w.inlined);
	}
	return true;
}

int places__add(struct places *p, const struct store_profile *profile,
		const struct sources *sources, size_t side, size_t boot, enum function_count count,
		double scale, struct err *err)
{
	const struct sources_part *part = sources ? sources__part(sources, profile->iter) : NULL;
	struct unassigned unassigned = { .rest = xcalloc(profile->n, sizeof(uint64_t)) };
	bool ok = true;

	for (size_t i = 0; i < profile->n; i++) {
		const struct profile_function *f = &profile->v[i];
		_free_ char *key = xasprintf("%s\n%s", f->name, f->module);

		/* A malformed profile may list a function twice: sum them up. */
		unassigned.rest[names__add(&unassigned.names, key)] += f->count[count];
	}
	if (part && part->n)
		ok = add_known(p, sources, part, &unassigned, boot, count, scale);
	else
		p->known[side] = false;
	for (size_t i = 0; ok && i < unassigned.names.n; i++) {
		char *name = unassigned.names.v[i], *module = strrchr(name, '\n');
		struct wanted w = { .name = name, .module = module + 1, .unit = "", .file = "" };

		*module = '\0';
		if (unassigned.rest[i])
			add_value(p, &w, boot, scale * (double)unassigned.rest[i]);
		*module = '\n';
	}
	free(unassigned.rest);
	names__release(&unassigned.names);
	return ok ? 0 :
		    err__set(err, -EUCLEAN,
			     "a boot's counts by source function are damaged: they are more than its "
			     "profile has");
}

const char *place__function(const struct place *p)
{
	return p->inlined.n ? p->inlined.v[p->inlined.n - 1] : p->name;
}

char *place__subsystem(const struct place *p)
{
	const char *slash = strchr(p->unit, '/'), *second = slash ? strchr(slash + 1, '/') : NULL;

	if (*p->unit == '/' || !slash)
		return xstrdup(*p->unit == '/' ? "(outside of the source tree)" : "");
	return xstrndup(p->unit, (size_t)((second ? second : slash) - p->unit));
}

void places__release(struct places *p)
{
	for (size_t i = 0; i < p->n; i++) {
		free(p->v[i].name);
		free(p->v[i].module);
		free(p->v[i].unit);
		free(p->v[i].file);
		free(p->v[i].value);
		strvec__release(&p->v[i].inlined);
	}
	free(p->v);
	names__release(&p->keys);
	*p = (struct places){ 0 };
}
