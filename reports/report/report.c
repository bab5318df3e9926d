// SPDX-License-Identifier: GPL-2.0-only
#include "reports/report/report.h"
#include "reports/render/render.h"
#include "reports/report/view.h"

static const struct {
	const char *name;
	void (*render)(const struct report *r, FILE *out);
	bool folds; /* read by people */
} formats[] = {
	{ "csv", render__csv, false },	{ "json", render__json, false },
	{ "mail", render__mail, true }, { "markdown", render__markdown, true },
	{ "text", render__text, true },
};

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
	for (size_t k = 0; k < FACTORIAL_CELLS; k++)
		series__free(b->series[k], b->n_series[k]);
}

static void free_variant(struct report_variant *v)
{
	for (size_t i = 0; i < v->n_evidence; i++)
		free(v->evidence[i].value);
	free(v->evidence);
	free(v->label);
}

void report__free(struct report *r)
{
	if (!r)
		return;
	for (size_t i = 0; i < r->n_blocks; i++)
		free_block(&r->blocks[i]);
	for (size_t i = 0; r->variants && i < r->n_variants; i++)
		free_variant(&r->variants[i]);
	free(r->blocks);
	free(r->variants);
	strvec__release(&r->cautions);
	strvec__release(&r->outside);
	campaign__free(r->campaign);
	campaign__free(r->other);
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

int report__check_format(const char *format, struct err *err)
{
	for (size_t i = 0; i < ARRAY_SIZE(formats); i++)
		if (streq(format, formats[i].name))
			return (int)i;
	return err__set(err, -EINVAL,
			"unknown format \"%s\": expected text, "
			"markdown, csv, json or mail",
			format);
}

bool report__format_folds(const char *format)
{
	int i = report__check_format(format, NULL);

	return i >= 0 && formats[i].folds;
}

int report__render(const struct report *r, const char *format, FILE *out, struct err *err)
{
	int i = report__check_format(format, err);

	if (i < 0)
		return i;
	formats[i].render(r, out);
	if (fflush(out) || ferror(out))
		return err__set(err, errno ? -errno : -EIO, "cannot write the report: %s",
				strerror(errno ? errno : EIO));
	return 0;
}

int report__print_campaign(struct store *st, const char *uuid, FILE *out, const char *format,
			   struct err *err)
{
	struct report_filter filter = { .fold = report__format_folds(format) };
	struct report *r = NULL;
	struct campaign *c;
	int ret = store__load(st, uuid, &c, err);

	if (!ret)
		ret = report__build(st, c, NULL, &r, err);
	if (!ret)
		ret = report_view__apply(r, &filter, err);
	if (!ret)
		ret = report__render(r, format, out, err);
	if (!ret)
		ret = report__exit_code(r);
	report__free(r);
	return ret;
}
