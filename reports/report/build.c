// SPDX-License-Identifier: GPL-2.0-only
#include "reports/report/steps.h"

/* Facts that prove which side had the feature; shown with each variant. */
static const struct {
	const char *key, *label;
} evidence_keys[] = {
	{ "dmesg/bbm", "BBML2" },
};

static void note_evidence(struct report_variant *v, size_t key, char *value)
{
	for (size_t i = 0; i < v->n_evidence; i++) {
		struct report_evidence *e = &v->evidence[i];

		if (streq(e->key, evidence_keys[key].key) && streq(e->value, value)) {
			e->boots++;
			free(value);
			return;
		}
	}
	v->evidence = xrealloc(v->evidence, v->n_evidence + 1, sizeof(*v->evidence));
	v->evidence[v->n_evidence++] = (struct report_evidence){
		evidence_keys[key].key,
		evidence_keys[key].label,
		value,
		1,
	};
}

static int collect_evidence(struct store *st, const struct campaign_boot *b,
			    struct report_variant *v, struct err *err)
{
	for (size_t k = 0; b->status == BOOT_OK && k < ARRAY_SIZE(evidence_keys); k++) {
		char *value;
		int ret = store__fact(st, b->id, evidence_keys[k].key, &value, err);

		if (ret)
			return ret;
		if (value)
			note_evidence(v, k, value);
	}
	return 0;
}

static int add_boots(struct store *st, struct report_variant *v, struct err *err)
{
	const struct campaign *c = v->campaign;
	size_t index = (size_t)(v->v - c->variants);
	int ret = 0;

	for (size_t i = 0; !ret && i < c->n_boots; i++) {
		const struct campaign_boot *b = &c->boots[i];

		if (b->variant != index)
			continue;
		if (b->repeat) {
			v->repeats += b->status != BOOT_INTERRUPTED;
			continue;
		}
		v->by_status[b->status]++;
		v->ok += b->status == BOOT_OK;
		v->failed += boot_status__is_failure(b->status);
		ret = collect_evidence(st, b, v, err);
	}
	return ret;
}

/* A schedule gives every variant the same number of boots. In exact mode the first block is
 * there twice, and the second time does not count. */
static unsigned int planned(const struct campaign *c)
{
	unsigned int n = c->n_slots;

	for (size_t i = 0; i < c->n_boots; i++) {
		if (c->boots[i].repeat_of < 0)
			continue;
		n -= c->boots[i].slot - (unsigned int)c->boots[i].repeat_of;
		break;
	}
	return n / (unsigned int)c->n_variants;
}

static void add_variant(struct report *r, const struct campaign *c, size_t index)
{
	struct report_variant *v;

	r->variants = xrealloc(r->variants, r->n_variants + 1, sizeof(*r->variants));
	v = &r->variants[r->n_variants++];
	*v = (struct report_variant){
		.campaign = c,
		.v = &c->variants[index],
		.label = xstrdup(c->variants[index].name),
		.planned = planned(c),
	};
}

/* One block of the first two variants there are. */
static void add_only_block(struct report *r)
{
	r->blocks = xcalloc(1, sizeof(*r->blocks));
	r->n_blocks = 1;
	r->blocks[0] = (struct report_block){ .title = "", .candidate = 0, .baseline = 1 };
}

static int add_pair(struct report *r, const struct report_pair *pair, struct err *err)
{
	const struct campaign *c = r->campaign;
	int cand = campaign__variant(c, pair->candidate, err), base;

	if (cand < 0)
		return cand;
	base = campaign__variant(c, pair->baseline, err);
	if (base < 0)
		return base;
	if (base == cand)
		return err__set(err, -EINVAL, "\"%s\" cannot be compared with itself",
				pair->baseline);
	add_variant(r, c, (size_t)cand);
	add_variant(r, c, (size_t)base);
	add_only_block(r);
	return 0;
}

static void set_factorial(const struct report *r, struct report_block *b,
			  const struct campaign_factorial *f)
{
	b->title = f->title;
	b->factorial = true;
	for (size_t k = 0; k < FACTORIAL_CELLS; k++)
		b->cell[k] = f->cell[k];
	b->candidate = f->cell[CELL_BOTH];
	b->baseline = f->cell[CELL_NEITHER];
	b->against = xasprintf("%s + %s - %s", r->variants[f->cell[CELL_SECOND]].label,
			       r->variants[f->cell[CELL_FIRST]].label,
			       r->variants[f->cell[CELL_NEITHER]].label);
	for (int e = 0; e < FACTORIAL_EFFECTS; e++) {
		enum factorial_cell cand, base;

		factorial__cells((enum factorial_effect)e, &cand, &base);
		b->effects[e] = xasprintf("%s/%s", r->variants[f->cell[cand]].label,
					  r->variants[f->cell[base]].label);
	}
}

static int add_declared(struct report *r, struct err *err)
{
	const struct campaign *c = r->campaign;

	if (!c->n_compares)
		return err__set(err, -EINVAL,
				"campaign %.8s has %zu variant and declares no comparison", c->uuid,
				c->n_variants);
	for (size_t i = 0; i < c->n_variants; i++)
		add_variant(r, c, i);
	r->n_blocks = c->n_factorials + c->n_compares;
	r->blocks = xcalloc(r->n_blocks, sizeof(*r->blocks));
	/* The headline stands first. */
	for (size_t i = 0; i < c->n_factorials; i++)
		set_factorial(r, &r->blocks[i], &c->factorials[i]);
	for (size_t i = 0; i < c->n_compares; i++) {
		struct report_block *b = &r->blocks[c->n_factorials + i];

		b->title = c->compares[i].title;
		b->candidate = c->compares[i].candidate;
		b->baseline = c->compares[i].baseline;
	}
	return 0;
}

/* Boots and rows, once it is clear what is compared with what. Takes over r. */
static int finish(struct store *st, struct report *r, int ret, struct report **out, struct err *err)
{
	for (size_t i = 0; !ret && i < r->n_variants; i++)
		ret = add_boots(st, &r->variants[i], err);
	for (size_t i = 0; !ret && i < r->n_blocks; i++) {
		ret = report_block__fill(st, r, &r->blocks[i], err);
		if (!ret)
			ret = report_block__add_config(st, r, &r->blocks[i], err);
	}
	if (!ret)
		ret = report__add_noise(st, r, err);
	if (!ret)
		ret = report__check_repeats(st, r, err);
	if (!ret)
		ret = report__check_env(st, r, err);
	if (ret) {
		report__free(r);
		r = NULL;
	}
	*out = r;
	return ret;
}

int report__build(struct store *st, struct campaign *c, const struct report_pair *pair,
		  struct report **out, struct err *err)
{
	struct report *r = xcalloc(1, sizeof(*r));

	r->campaign = c;
	return finish(st, r, pair ? add_pair(r, pair, err) : add_declared(r, err), out, err);
}

static void caution(struct report *r, const char *what, const char *candidate, const char *baseline)
{
	if (!streq(candidate, baseline))
		strvec__pushf(&r->cautions, "%s: candidate %s, baseline %s", what,
			      *candidate ? candidate : "unknown", *baseline ? baseline : "unknown");
}

static void add_cautions(struct report *r)
{
	const struct campaign *a = r->other, *b = r->campaign;

	strvec__push(&r->cautions, "two campaigns: their boots were not interleaved, so drift of "
				   "the machine falls on one side");
	caution(r, "targets differ", b->target, a->target);
	caution(r, "hosts differ", b->host, a->host);
	caution(r, "versions of kduel differ", b->version, a->version);
}

static void set_label(struct report_variant *v)
{
	free(v->label);
	v->label = xasprintf("%.8s:%s", v->campaign->uuid, v->v->name);
}

static int add_across(struct report *r, const struct report_side *candidate,
		      const struct report_side *baseline, struct err *err)
{
	int cand = campaign__variant(candidate->campaign, candidate->variant, err), base;

	if (cand < 0)
		return cand;
	base = campaign__variant(baseline->campaign, baseline->variant, err);
	if (base < 0)
		return base;
	add_variant(r, candidate->campaign, (size_t)cand);
	add_variant(r, baseline->campaign, (size_t)base);
	if (streq(r->variants[0].label, r->variants[1].label)) {
		set_label(&r->variants[0]);
		set_label(&r->variants[1]);
	}
	add_only_block(r);
	add_cautions(r);
	return 0;
}

int report__build_across(struct store *st, const struct report_side *candidate,
			 const struct report_side *baseline, struct report **out, struct err *err)
{
	struct report *r = xcalloc(1, sizeof(*r));

	r->campaign = candidate->campaign;
	r->other = baseline->campaign;
	return finish(st, r, add_across(r, candidate, baseline, err), out, err);
}

int report__build_sides(struct store *st, const struct report_side *candidate,
			const struct report_side *baseline, struct report **out, struct err *err)
{
	struct report_pair pair = { candidate->variant, baseline->variant };

	if (!streq(candidate->campaign->uuid, baseline->campaign->uuid))
		return report__build_across(st, candidate, baseline, out, err);
	campaign__free(baseline->campaign);
	return report__build(st, candidate->campaign, &pair, out, err);
}
