// SPDX-License-Identifier: GPL-2.0-only
/* samples.c - exports all samples of campaigns as CSV or JSON, as a stream. */
#include "reports/render/samples.h"
#include "reports/render/columns.h"
#include "reports/render/show.h"

enum { CAMPAIGN, VARIANT, BOOT, SERIES, READING, PARTS };

static const struct column columns[] = {
	COLUMN("campaign", CAMPAIGN, struct campaign, uuid, .only = COLUMN_CSV),
	COLUMN("name", CAMPAIGN, struct campaign, name, .only = COLUMN_CSV),
	COLUMN("variant", VARIANT, struct campaign_variant, name),
	COLUMN("boot", BOOT, struct campaign_boot, slot, .plus = 1),
	COLUMN_TEXT_BY("status", BOOT, struct campaign_boot, status, column__boot_status,
		       .only = COLUMN_CSV),
	COLUMNS(SERIES, struct series, workload, source, version),
	COLUMN("metric", SERIES, struct series, metric.name),
	COLUMN("unit", SERIES, struct series, metric.unit),
	COLUMN_TEXT_BY("better", SERIES, struct series, metric.better, column__better),
	COLUMN_TEXT_BY("basis", SERIES, struct series, basis, column__basis),
	COLUMN("iteration", READING, struct reading, iter), /* -1: measured once per boot */
	COLUMNS(READING, struct reading, value, warmup, tainted),
	COLUMN("enabled_ns", READING, struct reading, enabled_ns, .only = COLUMN_CSV),
	COLUMN("running_ns", READING, struct reading, running_ns, .only = COLUMN_CSV),
	{ 0 },
};

/* State of an export, in one of the two formats. */
struct writer {
	FILE *out;
	bool json, first_campaign, first_sample;
};

static void put_sample(struct writer *w, const void *const record[PARTS])
{
	json_t *o;

	if (!w->json) {
		columns__csv(columns, record, w->out);
		return;
	}
	o = columns__json(columns, record);
	fputs(w->first_sample ? "\n" : ",\n", w->out);
	w->first_sample = false;
	json_dumpf(o, w->out, JSON_COMPACT | JSON_REAL_PRECISION(17));
	json_decref(o);
}

/* Write the JSON object of a campaign without its closing brace, and open the list of its
 * samples. */
static void begin_campaign(struct writer *w, const struct campaign *c)
{
	json_t *o = show_json__campaign(c);
	char *text = json_dumps(o, JSON_COMPACT | JSON_REAL_PRECISION(17));

	if (!text)
		abort(); /* out of memory, as in xmalloc() */
	text[strlen(text) - 1] = '\0';
	fprintf(w->out, "%s\n%s,\"samples\":[", w->first_campaign ? "" : ",", text);
	free(text);
	json_decref(o);
	w->first_campaign = false;
	w->first_sample = true;
}

/* Write the samples of one series. Only one series is in memory at a time. */
static int put_series(struct store *st, struct writer *w, const struct campaign *c,
		      const struct campaign_variant *v, const struct series *s, struct err *err)
{
	struct reading *list;
	size_t n;
	int ret = store__readings(st, v->id, s->id, &list, &n, err);

	for (size_t i = 0; !ret && i < n; i++) {
		const struct campaign_boot *b = NULL;

		for (size_t k = 0; !b && k < c->n_boots; k++)
			if (c->boots[k].id == list[i].boot)
				b = &c->boots[k];
		if (b)
			put_sample(w, (const void *const[PARTS]){ [CAMPAIGN] = c,
								  [VARIANT] = v,
								  [BOOT] = b,
								  [SERIES] = s,
								  [READING] = &list[i] });
	}
	if (!ret)
		free(list);
	return ret;
}

static int put_campaign(struct store *st, struct writer *w, const char *key, struct err *err)
{
	struct campaign *c;
	int ret = store__load(st, key, &c, err);

	if (ret)
		return ret;
	if (w->json)
		begin_campaign(w, c);
	for (size_t i = 0; !ret && i < c->n_variants; i++) {
		struct series *list;
		size_t n;

		ret = store__series(st, c->variants[i].id, &list, &n, err);
		for (size_t k = 0; !ret && k < n; k++)
			ret = put_series(st, w, c, &c->variants[i], &list[k], err);
		series__free(list, n);
	}
	if (w->json)
		fputs("]}", w->out);
	campaign__free(c);
	return ret;
}

/* Write the named campaigns, or all of them, oldest first, if none are named. */
static int put_campaigns(struct store *st, struct writer *w, const char *const *keys, size_t n,
			 struct err *err)
{
	struct campaign_brief *list;
	size_t n_list;
	int ret = 0;

	for (size_t i = 0; !ret && i < n; i++)
		ret = put_campaign(st, w, keys[i], err);
	if (n)
		return ret;
	ret = store__list(st, &list, &n_list, err);
	for (size_t i = n_list; !ret && i-- > 0;)
		ret = put_campaign(st, w, list[i].uuid, err);
	campaign_brief__free(list, n_list);
	return ret;
}

int export_data__csv(struct store *st, const char *const *keys, size_t n, FILE *out,
		     struct err *err)
{
	struct writer w = { .out = out };

	columns__csv_header(columns, out);
	return put_campaigns(st, &w, keys, n, err);
}

int export_data__json(struct store *st, const char *const *keys, size_t n, FILE *out,
		      struct err *err)
{
	struct writer w = { .out = out, .json = true, .first_campaign = true };
	int ret;

	fputs("{\"schema\":1,\"kind\":\"export\",\"campaigns\":[", out);
	ret = put_campaigns(st, &w, keys, n, err);
	fputs("\n]}\n", out);
	return ret;
}
