// SPDX-License-Identifier: GPL-2.0-only
/* One table of columns, as CSV and as JSON. */
#include <stddef.h>
#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>

#include "lib/metric.h"
#include "reports/render/columns.h"

#include <math.h>

struct place {
	const char *name;
	char id[8];
	bool on;
	unsigned int slot;
};

struct value {
	double v, whole;
	int iter;
	uint64_t seed;
	enum metric_basis basis;
};

enum { PLACE, VALUE, PARTS };

static double twice(const void *value)
{
	return 2 * ((const struct value *)value)->v;
}

static const struct column columns[] = {
	COLUMN("name", PLACE, struct place, name),
	COLUMN_AS(ARRAY, "id", PLACE, struct place, id),
	COLUMN("on", PLACE, struct place, on),
	COLUMN("boot", PLACE, struct place, slot, .plus = 1),
	COLUMN("v", VALUE, struct value, v),
	COLUMN_NUMBER_BY("twice", VALUE, twice),
	COLUMN_AS(WHOLE, "whole", VALUE, struct value, whole),
	COLUMN("iter", VALUE, struct value, iter),
	COLUMN("seed", VALUE, struct value, seed, .quoted = true),
	COLUMN_TEXT_BY("basis", VALUE, struct value, basis, column__basis),
	COLUMN("csv", PLACE, struct place, slot, .only = COLUMN_CSV),
	COLUMN("json", PLACE, struct place, slot, .only = COLUMN_JSON),
	{ 0 },
};

static const struct place place = { "a \"b\", c", "0badc0d", true, 3 };
static const struct value some = { 0.5, 1073741824, 2, UINT64_MAX, BASIS_EXACT };
static const struct value none = { NAN, 0, -1, 0, BASIS_SIMULATED };

static void csv_has_header_and_rows(void **state __unused)
{
	char *text;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	columns__csv_header(columns, out);
	columns__csv(columns, (const void *const[PARTS]){ &place, &some }, out);
	columns__csv(columns, (const void *const[PARTS]){ &place, &none }, out);
	fclose(out);
	assert_string_equal(text, "name,id,on,boot,v,twice,whole,iter,seed,basis,csv\n"
				  "\"a \"\"b\"\", c\",0badc0d,1,4,0.5,1,1073741824,2,"
				  "18446744073709551615,exact,3\n"
				  "\"a \"\"b\"\", c\",0badc0d,1,4,,,0,,0,simulated,3\n");
	free(text);
}

static void json_is(const struct value *v, const char *want)
{
	json_t *o = columns__json(columns, (const void *const[PARTS]){ &place, v });
	_free_ char *text = json_dumps(o, JSON_COMPACT);

	assert_string_equal(text, want);
	json_decref(o);
}

static void json_has_types_and_nulls(void **state __unused)
{
	json_is(&some, "{\"name\":\"a \\\"b\\\", c\",\"id\":\"0badc0d\",\"on\":true,\"boot\":4,"
		       "\"v\":0.5,\"twice\":1.0,\"whole\":1073741824,\"iter\":2,"
		       "\"seed\":\"18446744073709551615\",\"basis\":\"exact\",\"json\":3}");
	json_is(&none, "{\"name\":\"a \\\"b\\\", c\",\"id\":\"0badc0d\",\"on\":true,\"boot\":4,"
		       "\"v\":null,\"twice\":null,\"whole\":0,\"iter\":null,\"seed\":\"0\","
		       "\"basis\":\"simulated\",\"json\":3}");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(csv_has_header_and_rows),
		cmocka_unit_test(json_has_types_and_nulls),
	};

	return cmocka_run_group_tests_name("reports/columns", tests, NULL, NULL);
}
