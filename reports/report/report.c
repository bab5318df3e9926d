// SPDX-License-Identifier: GPL-2.0-only
/* report.c - what can be asked of a finished report. */
#include "reports/report/report.h"

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

int report__exit_code(const struct report *r)
{
	unsigned int worse = 0, judged = 0;

	for (size_t i = 0; i < r->n_blocks; i++) {
		const unsigned int *n = r->blocks[i].count;

		worse += n[VERDICT_REGRESSION] + r->blocks[i].failures.regression;
		judged += n[VERDICT_REGRESSION] + n[VERDICT_IMPROVEMENT] + n[VERDICT_NO_CHANGE] +
			  n[VERDICT_INCONCLUSIVE] + n[VERDICT_DIFFERS];
	}
	if (r->unfit)
		return 3;
	if (worse)
		return 1;
	return judged ? 0 : 4;
}
