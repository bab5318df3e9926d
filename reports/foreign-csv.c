// SPDX-License-Identifier: GPL-2.0-only
#include "reports/foreign.h"

#include <math.h>

/* Quoted where RFC 4180 asks for it. */
static void put_name(const char *s, FILE *out)
{
	if (!strpbrk(s, ",\"\r\n")) {
		fputs(s, out);
		return;
	}
	fputc('"', out);
	for (; *s; s++) {
		if (*s == '"')
			fputc('"', out);
		fputc(*s, out);
	}
	fputc('"', out);
}

/* 17 digits give every double back. A NaN has no sign that means anything. */
static void put_number(double v, FILE *out)
{
	fprintf(out, isnan(v) ? ",nan" : ",%.17g", v);
}

int foreign__print_csv(const struct foreign *f, FILE *out, struct err *err)
{
	fputs("metric,verdict,p,padj,effect_pct,lo_pct,hi_pct,n_a,n_b\n", out);
	for (size_t i = 0; i < f->n_rows; i++) {
		const struct foreign_row *r = &f->rows[i];

		put_name(r->metric.name, out);
		fprintf(out, ",%s", verdict__name(r->j.verdict));
		put_number(r->j.p, out);
		put_number(r->j.padj, out);
		put_number(r->j.pct, out);
		put_number(r->j.lo_pct, out);
		put_number(r->j.hi_pct, out);
		fprintf(out, ",%zu,%zu\n", r->n_a, r->n_b);
	}
	if (fflush(out) || ferror(out))
		return err__set(err, errno ? -errno : -EIO, "cannot write the verdicts: %s",
				strerror(errno ? errno : EIO));
	return 0;
}
