// SPDX-License-Identifier: GPL-2.0-only
/* pool.c - cautions about sessions, too few boots, and comparisons across campaigns. */
#include "reports/report/pool.h"
#include "reports/stats/stats.h"

/* Add a caution unless it is there already. Takes ownership of the text. */
static void add(struct report *r, char *text)
{
	if (!strvec__has(&r->cautions, text))
		strvec__push(&r->cautions, text);
	free(text);
}

/* A side as an argument of `kduel compare`, with "..." for campaigns to be added. The caller
 * frees. */
static char *argument(const struct report_variant *v)
{
	struct strvec ids = { 0 };
	_free_ char *list = NULL;

	for (size_t i = 0; i < v->n_parts; i++)
		strvec__pushf(&ids, "%.8s", v->parts[i].campaign->uuid);
	strvec__push(&ids, "...");
	list = strvec__join(&ids, ",");
	strvec__release(&ids);
	return xasprintf("%s:%s", list, v->v->name);
}

static bool is_imported(const struct campaign *c)
{
	return streq(c->target, TARGET_IMPORT);
}

/* Limits of results imported from another tool, as recorded by the import. */
static void caution_caveats(struct report *r, const struct report_variant *v)
{
	for (size_t i = 0; i < v->data->n_facts; i++)
		if (str_starts(v->data->facts[i].key, FACT_CAVEAT))
			add(r, xstrdup(v->data->facts[i].value));
}

/* Sessions on running systems that make too few boots for a verdict. */
static void caution_few(struct report *r, const struct report_block *b)
{
	const struct report_variant *cand = &r->variants[b->candidate];
	const struct report_variant *base = &r->variants[b->baseline];
	unsigned int n = cand->ok < base->ok ? cand->ok : base->ok;
	_free_ char *c = argument(cand), *a = argument(base);

	if (n >= STATS_MIN_BOOTS || (!cand->units.shared && !base->units.shared))
		return;
	if (is_imported(cand->campaign) || is_imported(base->campaign)) {
		add(r,
		    xasprintf("%u boot%s: not enough for a verdict, which takes %d on each side. Where "
			      "each file was measured on a boot of its own, import %d of each kernel "
			      "with --boot file",
			      n, plural_s(n), STATS_MIN_BOOTS, STATS_MIN_BOOTS));
		return;
	}
	add(r, xasprintf("%u boot%s: not enough for a verdict, which takes %d on each side (%s has "
			 "%u, %s has %u). Reboot into each kernel in turn, run the plan in every "
			 "boot, and pool the campaigns: kduel compare %s %s",
			 n, plural_s(n), STATS_MIN_BOOTS, cand->label, cand->ok, base->label,
			 base->ok, c, a));
}

/* Both sides ran on the same boot of one kernel. */
static void caution_common(struct report *r, const struct report_block *b)
{
	const struct report_variant *cand = &r->variants[b->candidate];

	if (b->common)
		add(r,
		    xasprintf("%s and %s ran on the same boot of one kernel: no verdict. This "
			      "compares no kernels, and what a setting did to one boot cannot be "
			      "told from chance",
			      cand->label, r->variants[b->baseline].label));
}

/* Commands compared on one running system: the result holds only for that boot. */
static void caution_commands(struct report *r, const struct report_block *b)
{
	const struct report_variant *cand = &r->variants[b->candidate];
	const struct campaign *c = cand->parts[0].campaign;

	if (r->other || !streq(c->target, "local") || c->n_variants < 2)
		return;
	add(r,
	    xasprintf(
		    "commands on one boot of one kernel: each session counts by itself, "
		    "interleaved with those of the other side. On another boot the difference may be "
		    "different"));
}

/* How many sessions make up the boots of a variant, and which campaigns are pooled. */
static void caution_sessions(struct report *r, const struct report_variant *v)
{
	if (v->units.shared)
		add(r, xasprintf("%s: %u session%s on %zu boot%s of a running kernel count%s as "
				 "%zu boot%s",
				 v->label, v->sessions, plural_s(v->sessions), v->units.n,
				 plural_s(v->units.n), v->sessions == 1 ? "s" : "", v->units.n,
				 plural_s(v->units.n)));
	if (v->n_parts > 1) {
		struct strvec ids = { 0 };
		_free_ char *list = NULL;

		for (size_t i = 0; i < v->n_parts; i++)
			strvec__pushf(&ids, "%.8s", v->parts[i].campaign->uuid);
		list = strvec__join(&ids, ", ");
		add(r, xasprintf("%s: %zu campaigns pooled: %s", v->label, v->n_parts, list));
		strvec__release(&ids);
	}
}

/* The distinct values of a property among the campaigns of a side; caller frees. */
static char *values(const struct report_variant *v, const char *(*of)(const struct campaign *))
{
	struct strvec list = { 0 };
	char *text;

	for (size_t i = 0; i < v->n_parts; i++) {
		const char *value = of(v->parts[i].campaign);

		strvec__push(&list, *value ? value : "unknown");
	}
	strvec__sort_unique(&list);
	text = strvec__join(&list, " | ");
	strvec__release(&list);
	return text;
}

static const char *target_of(const struct campaign *c)
{
	return c->target;
}

static const char *host_of(const struct campaign *c)
{
	return c->host;
}

static const char *version_of(const struct campaign *c)
{
	return c->version;
}

/* Caution if a property of the campaigns differs, between the sides or within one. */
static void caution_property(struct report *r, const char *what,
			     const char *(*of)(const struct campaign *))
{
	_free_ char *cand = values(&r->variants[0], of), *base = values(&r->variants[1], of);

	if (!streq(cand, base) || strstr(cand, " | "))
		add(r, xasprintf("%s: candidate %s, baseline %s", what, cand, base));
}

/* Did all campaigns of one side begin before all of the other? Always true of one campaign a
 * side. */
static bool is_apart(const struct report_variant *a, const struct report_variant *b)
{
	const uint64_t first_a = a->parts[0].campaign->created_ns;
	const uint64_t first_b = b->parts[0].campaign->created_ns;
	const uint64_t last_a = a->parts[a->n_parts - 1].campaign->created_ns;
	const uint64_t last_b = b->parts[b->n_parts - 1].campaign->created_ns;

	return last_a < first_b || last_b < first_a || (a->n_parts == 1 && b->n_parts == 1);
}

/* Cautions about comparing across campaigns. */
static void caution_across(struct report *r)
{
	bool pooled = r->variants[0].n_parts > 1 || r->variants[1].n_parts > 1;

	if (!r->blocks[0].common && is_apart(&r->variants[0], &r->variants[1]))
		add(r, xasprintf("%s campaigns: their boots were not interleaved, so drift of the "
				 "machine falls on one side",
				 pooled ? "several" : "two"));
	caution_property(r, "targets differ", target_of);
	caution_property(r, "hosts differ", host_of);
	caution_property(r, "versions of kduel differ", version_of);
}

char *report__tell_lone(const struct campaign *c)
{
	const struct unit_part all = { c, UNIT_ALL };
	struct boot_units u;
	unsigned int sessions = 0;
	char *text = NULL;

	boot_units__make(&u, &all, 1);
	for (size_t i = 0; i < u.n; i++)
		sessions += u.sessions[i];
	if (u.shared && is_imported(c))
		text = xasprintf("one kernel alone: import another beside it, or compare two such "
				 "campaigns: kduel compare ID %.8s",
				 c->uuid);
	else if (u.shared)
		text = xasprintf("%zu boot%s: not enough for a verdict by itself (%u session%s on %s "
				 "running kernel). Reboot into each kernel in turn, run the plan in "
				 "every boot until each side has %d boots, and pool the campaigns: "
				 "kduel compare %.8s,...:%s ID,...:%s",
				 u.n, plural_s(u.n), sessions, plural_s(sessions),
				 u.n == 1 ? "one" : "a", STATS_MIN_BOOTS, c->uuid,
				 c->variants[0].name, c->variants[0].name);
	boot_units__release(&u);
	return text;
}

/* Reasons for missing verdicts come first. */
void report__tell_pool(struct report *r)
{
	for (size_t i = 0; i < r->n_blocks; i++) {
		const struct report_block *b = &r->blocks[i];

		caution_commands(r, b);
		caution_common(r, b);
		caution_few(r, b);
	}
	for (size_t i = 0; i < r->n_variants; i++) {
		caution_caveats(r, &r->variants[i]);
		if (!is_imported(r->variants[i].campaign))
			caution_sessions(r, &r->variants[i]);
	}
	if (r->other)
		caution_across(r);
}
