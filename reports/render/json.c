// SPDX-License-Identifier: GPL-2.0-only
/* json.c - JSON values for numbers and texts of any kind: numbers that JSON cannot hold become null. */
#include "reports/render/json.h"
#include "lib/utf8.h"

#include <math.h>

/* JSON has no NaN and no infinity. */
json_t *json__number(double v)
{
	return isfinite(v) ? json_real(v) : json_null();
}

/* jansson refuses a text that is no UTF-8, as a database from elsewhere may have it. */
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

/* 17 digits give back the same double. Drops the reference. */
void json__print(json_t *j, FILE *out)
{
	json_dumpf(j, out, JSON_INDENT(2) | JSON_REAL_PRECISION(17));
	fputc('\n', out);
	json_decref(j);
}
