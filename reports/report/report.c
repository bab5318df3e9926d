// SPDX-License-Identifier: GPL-2.0-only
/*
 * report.c - builds a report: which variants are compared, their boots, and the checks of the
 * whole.
 */
#include "reports/report/report.h"
#include "reports/report/block.h"
#include "reports/report/environment.h"
#include "reports/report/per_call.h"
#include "reports/report/pool.h"
#include "reports/report/repeats.h"
#include "reports/report/setup.h"
#include "reports/report/side.h"

static void free_block(struct report_block *b)
{
	for (size_t i = 0; i < b->n_rows; i++) {
		free(b->rows[i].note);
		free(b->rows[i].simple);
		free(b->rows[i].diag);
		report_computed__free(b->rows[i].computed);
		report_functions__free(b->rows[i].functions);
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
		report_side__release(v);
	}
	for (size_t i = 0; i < r->n_workloads; i++) {
		free(r->workloads[i].name);
		free(r->workloads[i].params);
	}
	free(r->workloads);
	free(r->blocks);
	free(r->variants);
	strvec__release(&r->cautions);
	strvec__release(&r->outside);
	gate__release(&r->gate);
	report_expects__release(&r->expects);
	dataset__free(r->data);
	free(r);
}

char *report_variant__campaigns(const struct report_variant *v)
{
	struct strvec ids = { 0 };
	char *text;

	for (size_t i = 0; i < v->n_parts; i++)
		strvec__push(&ids, v->parts[i].campaign->uuid);
	text = strvec__join(&ids, ",");
	strvec__release(&ids);
	return text;
}

const char *report_block__against(const struct report *r, const struct report_block *b)
{
	return b->against ? b->against : r->variants[b->baseline].label;
}

static bool is_finished(const struct campaign *c)
{
	return streq(c->state, "finished");
}

bool report__is_provisional(const struct report *r)
{
	for (size_t i = 0; i < r->n_variants; i++)
		for (size_t k = 0; k < r->variants[i].n_parts; k++)
			if (!is_finished(r->variants[i].parts[k].campaign))
				return true;
	return false;
}

/* Facts that show whether a side had the feature under test. */
static const struct {
	const char *key, *label;
} evidence_keys[] = {
	{ "dmesg/bbm", "BBML2" },
};

/* Count a boot under the value of an evidence fact. Other facts are ignored. */
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

/* Count the boots of a variant by status, and collect evidence from their facts. A boot with a
 * failed session counts as failed, even if other sessions on it ended well. */
static void count_boots(struct report_variant *v)
{
	const struct boot_units *u = &v->units;

	for (size_t i = 0; i < u->n; i++) {
		const struct campaign_boot *b = &u->boots[i];

		if (b->repeat) {
			v->repeats += boot_status__fills_slot(b->status);
			continue;
		}
		v->by_status[u->failed[i] ? u->worst[i] : b->status]++;
		v->ok += b->status == BOOT_OK;
		v->failed += u->failed[i] > 0;
		if (*b->running) {
			v->sessions += u->sessions[i];
			v->sessions_ok += u->sessions[i] - u->failed[i];
		}
		/* Only boots that ended well have facts here (store__variant_facts()). */
		for (size_t k = 0; k < v->data->n_facts; k++)
			if (v->data->facts[k].boot == b->id)
				note_evidence(v, &v->data->facts[k]);
	}
}

/* Boots scheduled for each variant. Exact mode runs the first block twice and does not count the
 * repeats: the distance between a repeat and its original is the length of that block. */
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

/* Add a variant with the parts of one side. The report points into the dataset. */
static void add_variant(struct report *r, const struct dataset *d, const struct dataset_part *parts,
			size_t n)
{
	struct report_variant *v;

	r->variants = xrealloc(r->variants, r->n_variants + 1, sizeof(*r->variants));
	v = &r->variants[r->n_variants++];
	*v = (struct report_variant){ .n_parts = n };
	v->parts = xcalloc(n, sizeof(*v->parts));
	for (size_t i = 0; i < n; i++) {
		const struct dataset_campaign *of = &d->of[parts[i].campaign];

		v->parts[i] = (struct report_part){ of->c, &of->c->variants[parts[i].variant],
						    &of->variants[parts[i].variant] };
		v->planned += planned(of->c);
	}
	v->campaign = v->parts[0].campaign;
	v->v = v->parts[0].v;
	v->label = xstrdup(v->v->name);
	report_side__join(v);
	count_boots(v);
}

/* Two campaigns may both have a variant "new": prefix the campaign's id. */
static void set_label(struct report_variant *v)
{
	_free_ char *more = v->n_parts > 1 ? xasprintf("+%zu", v->n_parts - 1) : xstrdup("");

	free(v->label);
	v->label = xasprintf("%.8s%s:%s", v->campaign->uuid, more, v->v->name);
}

/* Do both sides come from the same campaigns, so that their boots were interleaved? */
static bool is_within(const struct dataset *d)
{
	const struct dataset_side *a = &d->side[SIDE_BASELINE], *b = &d->side[SIDE_CANDIDATE];

	for (size_t i = 0; i < a->n && a->n == b->n; i++)
		if (a->parts[i].campaign != b->parts[i].campaign)
			return false;
	return a->n == b->n;
}

static void add_sides(const struct dataset *d, struct report *r)
{
	for (size_t i = 0; i < SIDES; i++)
		add_variant(r, d, d->side[i].parts, d->side[i].n);
	r->campaign = r->variants[SIDE_CANDIDATE].campaign;
	r->other = is_within(d) ? NULL : r->variants[SIDE_BASELINE].campaign;
	if (streq(r->variants[0].label, r->variants[1].label)) {
		set_label(&r->variants[0]);
		set_label(&r->variants[1]);
	}
	r->blocks = xcalloc(1, sizeof(*r->blocks));
	r->n_blocks = 1;
	r->blocks[0] = (struct report_block){ .title = "",
					      .candidate = SIDE_CANDIDATE,
					      .baseline = SIDE_BASELINE };
}

/* Set up the block of a 2x2 and the names of its effects. */
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

/* Set up all comparisons that the plan declares. The 2x2 tables come first, as the main result. */
static int add_declared(const struct dataset *d, struct report *r, struct err *err)
{
	const struct campaign *c = d->of[0].c;

	r->campaign = c;
	if (!c->n_compares) {
		_free_ char *lone = report__tell_lone(c);

		if (lone)
			return err__set(err, -ENODATA, "campaign %.8s: %s", c->uuid, lone);
		return err__set(err, -EINVAL,
				"campaign %.8s has %zu variant and declares no comparison: name "
				"another side, as kduel compare ID:VARIANT %.8s:%s; kduel show %.8s has "
				"its values",
				c->uuid, c->n_variants, c->uuid, c->variants[0].name, c->uuid);
	}
	for (size_t i = 0; i < c->n_variants; i++)
		add_variant(r, d, &(struct dataset_part){ 0, i }, 1);
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

/* Caution about campaigns that are not finished, or were cut off when their time was up. */
static void caution_unfinished(struct report *r)
{
	const struct campaign *last = NULL;

	for (size_t i = 0; i < r->n_variants; i++) {
		for (size_t k = 0; k < r->variants[i].n_parts; k++) {
			const struct campaign *c = r->variants[i].parts[k].campaign;
			unsigned int done = 0;

			/* Variants of a campaign are adjacent. */
			if (c == last)
				continue;
			last = c;
			if (is_finished(c)) {
				if (c->cut && *c->cut)
					strvec__pushf(
						&r->cautions,
						"campaign %.8s ended when its time budget was used up: %s",
						c->uuid, c->cut);
				continue;
			}
			for (size_t b = 0; b < c->n_boots; b++)
				done += boot_status__fills_slot(c->boots[b].status);
			strvec__pushf(&r->cautions,
				      "provisional: campaign %.8s is %s after %u of %u boots; its "
				      "verdicts may change",
				      c->uuid, c->state, done, c->n_slots);
		}
	}
}

static struct expect_tests tests_of(const struct report_variant *v)
{
	const struct dataset_variant *d = v->data;

	return expect_tests__of(d->series, d->n_series, d->stats, d->n_stats);
}

/* Check the expectations of each variant. Its tests are compared with those of the baseline of its
 * first comparison. */
static void add_expects(struct report *r)
{
	for (size_t i = 0; i < r->n_variants; i++) {
		const struct report_variant *v = &r->variants[i];
		struct expect_source from = { .label = v->label,
					      .own = tests_of(v),
					      .base = expect_tests__of(NULL, 0, NULL, 0) };

		for (size_t k = r->n_blocks; k-- > 0;)
			if (r->blocks[k].candidate == i && !r->blocks[k].factorial)
				from.base = tests_of(&r->variants[r->blocks[k].baseline]);
		for (size_t k = 0; k < v->n_parts; k++) {
			from.campaign = v->parts[k].campaign;
			from.facts = v->parts[k].data->facts;
			from.n_facts = v->parts[k].data->n_facts;
			report_expect__add(&from, &r->expects);
		}
	}
}

/* Blocks first: report__check_env() checks the pairs that they compare. */
int report__build(const struct dataset *d, struct report **out, struct err *err)
{
	struct report *r = xcalloc(1, sizeof(*r));
	int ret = 0;

	*out = NULL;
	r->verdicts_only = d->verdicts_only;
	if (d->side[0].n)
		add_sides(d, r);
	else
		ret = add_declared(d, r, err);
	if (ret) {
		report__free(r);
		return ret;
	}
	caution_unfinished(r);
	for (size_t i = 0; i < r->n_blocks; i++)
		report_block__fill(d, r, &r->blocks[i]);
	report__tell_pool(r);
	report__check_repeats(d, r);
	report__check_env(r);
	report__note_setup(r);
	add_expects(r);
	report_side__drop(r);
	*out = r;
	return 0;
}
