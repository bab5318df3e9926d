// SPDX-License-Identifier: GPL-2.0-only
/* find.c - from the parts of a path to what they name. */
#include "reports/web/find.h"
#include "lib/units.h"

int find__boot(struct store *st, const struct page_request *req, struct campaign **c,
	       const struct campaign_boot **b, struct err *err)
{
	uint64_t n = 0;
	int ret = store__load(st, req->args.v[0], c, err);

	if (ret)
		return ret;
	*b = NULL;
	/* The last boot of the slot counts: earlier ones were interrupted. */
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
