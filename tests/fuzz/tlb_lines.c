// SPDX-License-Identifier: GPL-2.0-only
/* tlb_lines.c - the TLB plugin's output file, which a guest can influence: it is accepted as a whole
 * or refused with a reason. */
#include "runner/boot/tlb_samples.h"

#include <math.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(struct tlb_samples *s, int ret, const struct err *err)
{
	if (ret && !err->msg[0])
		abort();
	for (size_t i = 0; !ret && i < s->n; i++)
		if (!isfinite(s->v[i].value))
			abort();
	free(s->v);
}

static void use(const struct tlb_lines *lines)
{
	for (size_t i = 0; i < lines->n; i++) {
		struct tlb_samples s = { 0 };
		struct err err = { "" };
		int ret = tlb_samples__iteration(lines->iteration[i], i, &s, &err);

		check(&s, ret, &err);
	}
	for (size_t i = 0; i < CENSUS_MAX; i++) {
		struct tlb_samples s = { 0 };
		struct err err = { "" };
		int ret = tlb_samples__census(lines->census[i], i == CENSUS_AFTER_BOOT, &s, &err);

		check(&s, ret, &err);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tlb_lines lines;
	struct err err = { "" };
	int ret = tlb_lines__parse(&lines, "f", (const char *)data, size, &err);

	if ((ret == 0) != !err.msg[0])
		abort();
	/* A file that is accepted is complete. */
	if (!ret && (!lines.start || !lines.bounds || !lines.n))
		abort();
	if (!ret)
		use(&lines);
	tlb_lines__release(&lines);
	return 0;
}
