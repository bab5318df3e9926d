// SPDX-License-Identifier: GPL-2.0-only
/* json.c - JSON values for any number or text. */
#include "reports/render/json.h"
#include "lib/utf8.h"

#include <math.h>

/* JSON has no NaN and no infinity. */
json_t *json__number(double v)
{
	return isfinite(v) ? json_real(v) : json_null();
}

/* jansson refuses text that is not UTF-8, which an imported database may contain. */
json_t *json__text(const char *s)
{
	json_t *j = json_string(s);
	_free_ char *instead = j || !s ? NULL : utf8__replaced(s);

	return j ? j : instead ? json_string(instead) : json_null();
}

json_t *json__texts(const struct strvec *list)
{
	json_t *j = json_array();

	for (size_t i = 0; i < list->n; i++)
		json_array_append_new(j, json__text(list->v[i]));
	return j;
}

/* 17 significant digits round-trip a double. */
void json__print(json_t *j, FILE *out)
{
	json_dumpf(j, out, JSON_INDENT(2) | JSON_REAL_PRECISION(17));
	fputc('\n', out);
	json_decref(j);
}
