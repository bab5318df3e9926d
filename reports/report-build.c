// SPDX-License-Identifier: GPL-2.0-only
#include "reports/report-priv.h"

/* Facts that prove which side had the feature; shown with each variant. */
static const char *const evidence_keys[] = { "dmesg/bbm" };

static void note_evidence(struct report_variant *v, const char *key, char *value)
{
	for (size_t i = 0; i < v->n_evidence; i++) {
		struct report_evidence *e = &v->evidence[i];

		if (streq(e->key, key) && streq(e->value, value)) {
			e->boots++;
			free(value);
			return;
		}
	}
	v->evidence = xrealloc(v->evidence, v->n_evidence + 1, sizeof(*v->evidence));
	v->evidence[v->n_evidence++] = (struct report_evidence){ key, value, 1 };
}

static int collect_evidence(struct store *st, const struct campaign *c, struct report *r,
			    struct err *err)
{
	for (size_t i = 0; i < c->n_boots; i++) {
		const struct campaign_boot *b = &c->boots[i];

		for (size_t k = 0; b->status == BOOT_OK && k < ARRAY_SIZE(evidence_keys); k++) {
			char *value;
			int ret = store__fact(st, b->id, evidence_keys[k], &value, err);

			if (ret)
				return ret;
			if (value)
				note_evidence(&r->variants[b->variant], evidence_keys[k], value);
		}
	}
	return 0;
}

static void count_boots(const struct campaign *c, struct report *r)
{
	for (size_t i = 0; i < c->n_boots; i++) {
		struct report_variant *v = &r->variants[c->boots[i].variant];
		enum boot_status s = c->boots[i].status;

		v->by_status[s]++;
		v->ok += s == BOOT_OK;
		v->failed += s != BOOT_OK && s != BOOT_INTERRUPTED;
	}
}

static int add_variants(struct store *st, struct report *r, struct err *err)
{
	const struct campaign *c = r->campaign;

	r->n_variants = c->n_variants;
	r->variants = xcalloc(c->n_variants ? c->n_variants : 1, sizeof(*r->variants));
	for (size_t i = 0; i < c->n_variants; i++) {
		r->variants[i].v = &c->variants[i];
		/* A schedule gives every variant the same number of boots. */
		r->variants[i].planned = c->n_slots / (unsigned int)c->n_variants;
	}
	count_boots(c, r);
	return collect_evidence(st, c, r, err);
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
	r->blocks = xcalloc(1, sizeof(*r->blocks));
	r->n_blocks = 1;
	r->blocks[0].title = "";
	r->blocks[0].candidate = (size_t)cand;
	r->blocks[0].baseline = (size_t)base;
	return 0;
}

static int add_declared(struct report *r, struct err *err)
{
	const struct campaign *c = r->campaign;

	if (!c->n_compares)
		return err__set(err, -EINVAL,
				"campaign %.8s has %zu variant and declares no comparison", c->uuid,
				c->n_variants);
	r->n_blocks = c->n_compares;
	r->blocks = xcalloc(c->n_compares, sizeof(*r->blocks));
	for (size_t i = 0; i < c->n_compares; i++) {
		r->blocks[i].title = c->compares[i].title;
		r->blocks[i].candidate = c->compares[i].candidate;
		r->blocks[i].baseline = c->compares[i].baseline;
	}
	return 0;
}

int report__build(struct store *st, struct campaign *c, const struct report_pair *pair,
		  struct report **out, struct err *err)
{
	struct report *r = xcalloc(1, sizeof(*r));
	int ret;

	*out = NULL;
	r->campaign = c;
	ret = pair ? add_pair(r, pair, err) : add_declared(r, err);
	if (!ret)
		ret = add_variants(st, r, err);
	for (size_t i = 0; !ret && i < r->n_blocks; i++)
		ret = report_block__fill(st, c, &r->blocks[i], err);
	if (ret) {
		report__free(r);
		return ret;
	}
	*out = r;
	return 0;
}
