// SPDX-License-Identifier: GPL-2.0-only
/* importers.c - results of other tools: any text yields consistent samples or an error with its line. */
#include "lib/text.h"
#include "reports/foreign/foreign.h"

#include <math.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct foreign *f)
{
	for (int boot = FOREIGN_ONE; boot <= FOREIGN_RUN; boot++) {
		uint32_t *boots = foreign__boots(f, (enum foreign_boot)boot);

		for (size_t i = 0; i < f->n_samples; i++)
			if (boots[i] >= f->n_samples)
				abort();
		free(boots);
	}
	for (size_t i = 0; i < f->n_samples; i++) {
		const struct foreign_sample *s = &f->samples[i];

		if (!isfinite(s->value) || s->metric >= f->n_metrics || s->run >= f->n_runs ||
		    s->iter >= f->n_samples || f->runs[s->run].variant >= f->variants.n)
			abort();
		if (s->running_ns > s->enabled_ns)
			abort();
	}
	for (size_t i = 0; i < f->n_metrics; i++)
		if (!*f->metrics[i].workload || !*f->metrics[i].metric.name)
			abort();
}

/* The first byte chooses the format, the second whether the caller names the variant. The rest is one file or,
 * split at the first byte of value 1, two files. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned int format = size ? data[0] % 8 : 0;
	struct foreign f = { 0 };
	struct strvec caveats = { 0 };
	struct err err = { .msg = "" };
	char *text, *csv = NULL, *cut;
	size_t len, n;
	FILE *out;
	int ret = 0;

	if (size < 2)
		return 0;
	text = xstrndup((const char *)data + 2, size - 2);
	len = strlen(text);
	if (!text__clean(text, &len, &err)) {
		cut = strchr(text, 1);
		n = cut ? (size_t)(cut - text) : len;
		text[n] = '\0';
		ret = foreign__parse(&f, format, data[1] % 2 ? "A" : NULL, "one", text, n, &err);
		if (!ret && cut)
			ret = foreign__parse(&f, format, data[1] % 2 ? "B" : NULL, "two", cut + 1,
					     len - n - 1, &err);
		if (!ret) {
			check(&f);
			foreign__caveats(&f, format, FOREIGN_ONE, &caveats);
			out = xmemstream(&csv, &n);
			foreign__print_csv(&f, FOREIGN_FILE, out, &err);
			fclose(out);
		} else if (!str_starts(err.msg, "one:") && !str_starts(err.msg, "two:")) {
			abort();
		}
	}
	strvec__release(&caveats);
	foreign__release(&f);
	free(csv);
	free(text);
	return 0;
}
