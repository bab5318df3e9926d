// SPDX-License-Identifier: GPL-2.0-only
#include "lib/csv.h"

#include <math.h>

void csv__put_text(const char *s, FILE *out)
{
	bool quote = strpbrk(s, ",\"\r\n") != NULL;

	if (quote)
		putc('"', out);
	for (; *s; s++) {
		if (*s == '"')
			putc('"', out);
		putc(*s, out);
	}
	if (quote)
		putc('"', out);
}

void csv__put_number(double v, FILE *out)
{
	fprintf(out, isnan(v) ? "nan" : "%.17g", v);
}

static void begin_field(struct csv_record *r)
{
	if (r->begun)
		putc(',', r->out);
	r->begun = true;
}

void csv_record__text(struct csv_record *r, const char *s)
{
	begin_field(r);
	csv__put_text(s, r->out);
}

void csv_record__number(struct csv_record *r, double v)
{
	begin_field(r);
	if (isfinite(v))
		csv__put_number(v, r->out);
}

void csv_record__u64(struct csv_record *r, uint64_t v)
{
	begin_field(r);
	fprintf(r->out, "%llu", (unsigned long long)v);
}

void csv_record__end(struct csv_record *r)
{
	putc('\n', r->out);
	r->begun = false;
}
