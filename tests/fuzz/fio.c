// SPDX-License-Identifier: GPL-2.0-only
/* fio.c - fio's JSON output: any bytes yield sane figures or an error with a reason. */
#include "workloads/output/fio_json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err err = { "" };
	struct fio_write w;
	int ret = fio_json__write((const char *)data, size, &w, &err);

	if (ret ? !err.msg[0] : !(w.iops >= 0 && w.bw >= 0 && w.clat_mean_ns >= 0))
		abort();
	return 0;
}
