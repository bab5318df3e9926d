// SPDX-License-Identifier: GPL-2.0-only
#include "reports/csv/compare.h"

int foreign__print_csv(const struct foreign *f, FILE *out, struct err *err)
{
	fputs("metric,verdict,p,padj,effect_pct,lo_pct,hi_pct,n_a,n_b\n", out);
	for (size_t i = 0; i < f->n_rows; i++) {
		const struct foreign_row *r = &f->rows[i];
		const double v[] = { r->j.p, r->j.padj, r->j.pct, r->j.lo_pct, r->j.hi_pct };

		csv__put_text(r->metric.name, out);
		fprintf(out, ",%s", verdict__name(r->j.verdict));
		for (size_t k = 0; k < ARRAY_SIZE(v); k++) {
			putc(',', out);
			csv__put_number(v[k], out);
		}
		fprintf(out, ",%zu,%zu\n", r->n_a, r->n_b);
	}
	if (fflush(out) || ferror(out))
		return err__set(err, errno ? -errno : -EIO, "cannot write the verdicts: %s",
				strerror(errno ? errno : EIO));
	return 0;
}
