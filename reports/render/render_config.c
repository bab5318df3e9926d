// SPDX-License-Identifier: GPL-2.0-only
#include "reports/render/notes.h"

#define TOLD 10 /* symbols that are named: JSON and the pages have all */

char *notes__config(const struct report_block *b)
{
	struct strvec items = { 0 };
	_free_ char *list = NULL;
	char *text;

	if (b->config_untold)
		return xstrdup("the kernels' configurations differ; their texts were not stored");
	if (!b->n_config)
		return NULL;
	for (size_t i = 0; i < b->n_config && i < TOLD; i++)
		strvec__pushf(&items, "%s %s/%s", b->config[i].symbol + strlen("CONFIG_"),
			      b->config[i].candidate, b->config[i].baseline);
	if (b->n_config > TOLD)
		strvec__pushf(&items, "and %zu more (--format json has all)", b->n_config - TOLD);
	list = strvec__join(&items, ", ");
	text = xasprintf("%zu symbol%s of the kernels' configurations differ%s (candidate/baseline): %s",
			 b->n_config, b->n_config == 1 ? "" : "s", b->n_config == 1 ? "s" : "",
			 list);
	strvec__release(&items);
	return text;
}

void notes__put_config(const struct report_block *b, size_t width, FILE *out)
{
	_free_ char *text = notes__config(b);

	if (text)
		notes__line(out, width, 2, "%s", text);
}
