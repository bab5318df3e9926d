// SPDX-License-Identifier: GPL-2.0-only
/* find.c - resolves the parts of a path. */
#include "reports/web/find.h"
#include "lib/units.h"
#include "reports/web/cache.h"
#include "reports/web/link.h"

int find__boot(struct store *st, const struct page_request *req, struct campaign **c,
	       const struct campaign_boot **b, struct err *err)
{
	uint64_t n = 0;
	int ret = store__load(st, req->args.v[0], c, err);

	if (ret)
		return ret;
	*b = NULL;
	/* The last boot in the slot counts: earlier ones did not fill it. */
	for (size_t i = 0; !units__u64(req->args.v[1], &n) && n && i < (*c)->n_boots; i++)
		if ((*c)->boots[i].slot == n - 1)
			*b = &(*c)->boots[i];
	if (*b)
		return 0;
	ret = err__set(err, -ENOENT, "campaign %.8s has no boot %.20s: %u are planned", (*c)->uuid,
		       req->args.v[1], (*c)->n_slots);
	campaign__free(*c);
	*c = NULL;
	return ret;
}

int find__block(struct store *st, const struct page_request *req, const struct cached_report **k,
		size_t *block, struct err *err)
{
	uint64_t n;
	int ret = page__report(st, req, req->args.v[0], NULL, k, err);

	*block = 0;
	if (ret)
		return ret;
	if (!(*k)->r)
		return err__set(err, -ENOENT, "the plan of this campaign compares nothing");
	if (units__u64(req->args.v[1], &n) || !n || n > (*k)->r->n_blocks)
		return err__set(err, -ENOENT, "this campaign has no table %.20s", req->args.v[1]);
	*block = n - 1;
	return 0;
}

const struct report_row *find__row(const struct report_block *b, const char *key, struct err *err)
{
	for (size_t i = 0; i < b->n_rows; i++) {
		_free_ char *own = link__metric(b->rows[i].workload, b->rows[i].source,
						b->rows[i].metric->name);

		if (streq(own, key))
			return &b->rows[i];
	}
	err__set(err, -ENOENT, "this comparison has no metric %.200s", key);
	return NULL;
}
