// SPDX-License-Identifier: GPL-2.0-only
/* json.c - values of JSON that cannot fail. */
#include "reports/render/json.h"

#include <math.h>

json_t *json__number(double v)
{
	return isfinite(v) ? json_real(v) : json_null();
}

json_t *json__text(const char *s)
{
	json_t *j = json_string(s);

	return j ? j : json_null();
}

void json__print(json_t *j, FILE *out)
{
	json_dumpf(j, out, JSON_INDENT(2) | JSON_REAL_PRECISION(17));
	fputc('\n', out);
	json_decref(j);
}
