// SPDX-License-Identifier: GPL-2.0-only
/* csv.c - any text as a CSV table: rows have the requested columns, in the order of the text. */
#include "lib/csv.h"

#include <math.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_row(const struct csv *c, const struct csv_field *f, size_t *line)
{
	struct err err;
	uint64_t u;
	double d;

	for (int i = 0; i < 3; i++)
		if (strlen(f[i].text) != f[i].len || !f[i].col)
			abort();
	if (f[3].text && strlen(f[3].text) != f[3].len)
		abort();
	if (f[0].line <= *line)
		abort();
	*line = f[0].line;
	if (!csv__double(c, &f[2], "value", &d, &err) && !isfinite(d))
		abort();
	csv__u64(c, &f[1], "night", &u, &err);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct csv_column columns[] = {
		{ "metric", false },
		{ "night", false },
		{ "value", false },
		{ "unit", true },
	};
	struct csv_field f[ARRAY_SIZE(columns)];
	struct csv *c;
	size_t line = 0;
	struct err err;
	int ret;

	csv__of_text("fuzz", (const char *)data, size, &c);
	ret = csv__header(c, columns, ARRAY_SIZE(columns), &err);
	while (!ret && csv__row(c, f, &err) > 0)
		check_row(c, f, &line);
	csv__close(c);
	return 0;
}
