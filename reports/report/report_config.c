// SPDX-License-Identifier: GPL-2.0-only
/* report_config.c - what two kernels of a comparison have otherwise in their configurations. */
#include "reports/report/steps.h"

int report_block__add_config(struct store *st, const struct report *r, struct report_block *b,
			     struct err *err)
{
	const char *cand = r->variants[b->candidate].v->config_hash;
	const char *base = r->variants[b->baseline].v->config_hash;
	_free_ char *a = NULL, *z = NULL;
	int ret;

	if (!*cand || !*base || streq(cand, base))
		return 0;
	ret = store__config(st, cand, &a, err);
	if (!ret)
		ret = store__config(st, base, &z, err);
	if (ret)
		return ret;
	b->config_untold = !a || !z;
	if (!b->config_untold)
		b->n_config = config_diff__make(a, z, &b->config);
	return 0;
}
