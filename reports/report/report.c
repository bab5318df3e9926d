// SPDX-License-Identifier: GPL-2.0-only
/*
 * report.c - builds a report: which variants are compared with which, what their boots came to, and
 * what the whole says.
 */
#include "reports/report/report.h"
#include "reports/report/block.h"
#include "reports/report/environment.h"
#include "reports/report/repeats.h"

static void free_block(struct report_block *b)
{
	for (size_t i = 0; i < b->n_rows; i++) {
		free(b->rows[i].note);
		free(b->rows[i].simple);
		free(b->rows[i].diag);
	}
	free(b->rows);
	config_diff__free(b->config, b->n_config);
	free(b->means);
	free(b->against);
	for (size_t k = 0; k < FACTORIAL_EFFECTS; k++)
		free(b->effects[k]);
}

void report__free(struct report *r)
{
	if (!r)
		return;
	for (size_t i = 0; i < r->n_blocks; i++)
		free_block(&r->blocks[i]);
	for (size_t i = 0; i < r->n_variants; i++) {
		struct report_variant *v = &r->variants[i];

		for (size_t k = 0; k < v->n_evidence; k++)
			free(v->evidence[k].value);
		free(v->evidence);
		free(v->label);
	}
	free(r->blocks);
	free(r->variants);
	strvec__release(&r->cautions);
	strvec__release(&r->outside);
	dataset__free(r->data);
	free(r);
}

const char *report_block__against(const struct report *r, const struct report_block *b)
{
	return b->against ? b->against : r->variants[b->baseline].label;
}

/* In order of weight: figures that cannot be relied on, then a regression, then no verdict. */
int report__exit_code(const struct report *r)
{
	unsigned int worse = 0, judged = 0;

	for (size_t i = 0; i < r->n_blocks; i++) {
		const unsigned int *n = r->blocks[i].count;

		worse += n[VERDICT_REGRESSION] + r->blocks[i].failures.regression;
		judged += n[VERDICT_REGRESSION] + n[VERDICT_IMPROVEMENT] + n[VERDICT_NO_CHANGE] +
			  n[VERDICT_SMALL] + n[VERDICT_INCONCLUSIVE] + n[VERDICT_DIFFERS] +
			  n[VERDICT_TOO_FEW];
	}
	if (r->unfit)
		return 3;
	if (worse)
		return 1;
	return judged ? 0 : 4;
}

/* Facts that prove which side had the feature; shown with each variant. */
static const struct {
	const char *key, *label;
} evidence_keys[] = {
	{ "dmesg/bbm", "BBML2" },
};

/* Count a boot for the value of an evidence fact; a new value gets an entry of its own. Other facts
 * are no evidence. */
static void note_evidence(struct report_variant *v, const struct variant_fact *fact)
{
	size_t key = 0;

	while (key < ARRAY_SIZE(evidence_keys) && !streq(fact->key, evidence_keys[key].key))
		key++;
	if (key == ARRAY_SIZE(evidence_keys))
		return;
	for (size_t i = 0; i < v->n_evidence; i++) {
		struct report_evidence *e = &v->evidence[i];

		if (streq(e->key, fact->key) && streq(e->value, fact->value)) {
			e->boots++;
			return;
		}
	}
	v->evidence = xrealloc(v->evidence, v->n_evidence + 1, sizeof(*v->evidence));
	v->evidence[v->n_evidence++] = (struct report_evidence){
		evidence_keys[key].key,
		evidence_keys[key].label,
		xstrdup(fact->value),
		1,
	};
}

/* Count the boots of a variant by how they ended, and what they say of the feature under test. */
static void count_boots(struct report_variant *v)
{
	const struct campaign *c = v->campaign;
	size_t index = (size_t)(v->v - c->variants);

	for (size_t i = 0; i < c->n_boots; i++) {
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
		/* Only boots that ended well have facts here (store__variant_facts()). */
		for (size_t k = 0; k < v->data->n_facts; k++)
			if (v->data->facts[k].boot == b->id)
				note_evidence(v, &v->data->facts[k]);
	}
}

/* Boots that the schedule has for each variant: all have the same number. In exact mode the
 * first block is there twice, and its second time does not count: the distance between a repeat
 * and its original is the length of that block. */
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

/* `from` outlives the report, which points into it. */
static void add_variant(struct report *r, const struct dataset_campaign *from, size_t index)
{
	const struct campaign *c = from->c;
	struct report_variant *v;

	r->variants = xrealloc(r->variants, r->n_variants + 1, sizeof(*r->variants));
	v = &r->variants[r->n_variants++];
	*v = (struct report_variant){
		.campaign = c,
		.v = &c->variants[index],
		.data = &from->variants[index],
		.label = xstrdup(c->variants[index].name),
		.planned = planned(c),
	};
	count_boots(v);
}

/* Two campaigns may both call a variant "new": their ids tell them apart. */
static void set_label(struct report_variant *v)
{
	free(v->label);
	v->label = xasprintf("%.8s:%s", v->campaign->uuid, v->v->name);
}

/* One block of two variants, of one campaign or of two. */
static int add_pair(const struct dataset *d, struct report *r, const struct report_pair *pair,
		    struct err *err)
{
	const struct dataset_campaign *a = &d->of[d->n - 1], *b = &d->of[0];
	int cand = campaign__variant(b->c, pair->candidate, err), base;

	if (cand < 0)
		return cand;
	base = campaign__variant(a->c, pair->baseline, err);
	if (base < 0)
		return base;
	if (a == b && base == cand)
		return err__set(err, -EINVAL, "\"%s\" cannot be compared with itself",
				pair->baseline);
	add_variant(r, b, (size_t)cand);
	add_variant(r, a, (size_t)base);
	if (streq(r->variants[0].label, r->variants[1].label)) {
		set_label(&r->variants[0]);
		set_label(&r->variants[1]);
	}
	r->blocks = xcalloc(1, sizeof(*r->blocks));
	r->n_blocks = 1;
	r->blocks[0] = (struct report_block){ .title = "", .candidate = 0, .baseline = 1 };
	return 0;
}

/* Fill the block of a 2x2 and name what it compares. */
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

/* Compare everything that the plan declares. The 2x2 tables come first: they are what such a
 * plan is about. */
static int add_declared(const struct dataset *d, struct report *r, struct err *err)
{
	const struct campaign *c = r->campaign;

	if (!c->n_compares)
		return err__set(err, -EINVAL,
				"campaign %.8s has %zu variant and declares no comparison", c->uuid,
				c->n_variants);
	for (size_t i = 0; i < c->n_variants; i++)
		add_variant(r, &d->of[0], i);
	r->n_blocks = c->n_factorials + c->n_compares;
	r->blocks = xcalloc(r->n_blocks, sizeof(*r->blocks));
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

/* Warn when a property of the two campaigns differs. */
static void caution(struct report *r, const char *what, const char *candidate, const char *baseline)
{
	if (!streq(candidate, baseline))
		strvec__pushf(&r->cautions, "%s: candidate %s, baseline %s", what,
			      *candidate ? candidate : "unknown", *baseline ? baseline : "unknown");
}

/* What is always true of a comparison across campaigns, and what may be. */
static void add_cautions(struct report *r)
{
	const struct campaign *a = r->other, *b = r->campaign;

	strvec__push(&r->cautions, "two campaigns: their boots were not interleaved, so drift of "
				   "the machine falls on one side");
	caution(r, "targets differ", b->target, a->target);
	caution(r, "hosts differ", b->host, a->host);
	caution(r, "versions of kduel differ", b->version, a->version);
}

/* Blocks come before the checks: what the environment is checked for are the pairs that they
 * compare. */
int report__build(const struct dataset *d, const struct report_pair *pair, struct report **out,
		  struct err *err)
{
	struct report *r = xcalloc(1, sizeof(*r));
	int ret;

	*out = NULL;
	r->campaign = d->of[0].c;
	r->other = d->n > 1 ? d->of[1].c : NULL;
	ret = pair ? add_pair(d, r, pair, err) : add_declared(d, r, err);
	if (ret) {
		report__free(r);
		return ret;
	}
	if (r->other)
		add_cautions(r);
	for (size_t i = 0; i < r->n_blocks; i++)
		report_block__fill(d, r, &r->blocks[i]);
	report__check_repeats(d, r);
	report__check_env(r);
	*out = r;
	return 0;
}
