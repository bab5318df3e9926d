// SPDX-License-Identifier: GPL-2.0-only
/* fio.c - fio's JSON output: any bytes yield sane figures or an error with a reason. */
#include "workloads/output/fio_json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool is_sane(const struct fio_write *w)
{
	return w->iops >= 0 && w->bw >= 0 && w->clat_mean_ns >= 0 && w->clat_p99_ns >= 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t at = 0, before = 0;
	struct err err = { "" };
	struct fio_write w;

	if (fio_json__write((const char *)data, size, &w, &err) ? !err.msg[0] : !is_sane(&w))
		abort();
	while (!fio_json__next((const char *)data, size, &at, &w, &err)) {
		if (!is_sane(&w) || at <= before || at > size)
			abort();
		before = at;
	}
	return 0;
}
