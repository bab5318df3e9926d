// SPDX-License-Identifier: GPL-2.0-only
/* output.c - the small parsers: output of perf bench, pgbench, speedtest1, xfs_io and the kernel's
 * self-tests, /proc/crypto, diskstats, meminfo. */
#include "lib/meminfo.h"
#include "workloads/support/crypto_list.h"
#include "workloads/output/kselftest.h"
#include "workloads/output/perf_bench.h"
#include "workloads/output/pgbench.h"
#include "workloads/output/speedtest1.h"
#include "workloads/output/xfs_io.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Every success moves on; every failure but the end says why. */
static void read_xfs_io(const char *text)
{
	const char *p = text;
	struct xfs_io_read r;
	int ret;

	for (;;) {
		const char *before = p;
		struct err err = { "" };

		ret = xfs_io__next(&p, &r, &err);
		if (ret)
			break;
		if (p <= before || !(r.rate >= 0))
			abort();
	}
	if ((ret != -ENOENT && ret != -EPROTO) || p < text || p > text + strlen(text))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = xstrndup((const char *)data, size), driver[16];
	struct speedtest_out sq;
	struct pgbench_out pg;
	struct kselftest tap;
	struct perf_bench b;
	struct err err = { "" };
	uint64_t kb;

	if (perf_bench__parse(text, &b, &err) ? !err.msg[0] : !(b.seconds >= 0))
		abort();
	err.msg[0] = '\0';
	if (pgbench_out__parse(text, &pg, &err) ? !err.msg[0] :
						  !(pg.tps >= 0 && pg.latency_ms >= 0))
		abort();
	err.msg[0] = '\0';
	if (speedtest_out__parse(text, &sq, &err) ? !err.msg[0] : !(sq.total >= 0 && sq.tests > 1))
		abort();
	err.msg[0] = '\0';
	if (kselftest__parse(text, &tap, &err) ?
		    !err.msg[0] :
		    !tap.programs || tap.failed + tap.skipped > tap.tests)
		abort();
	if (!crypto_list__driver(text, "xts(aes)", driver, sizeof(driver)) &&
	    strlen(driver) >= sizeof(driver))
		abort();
	meminfo__value(text, "MemTotal", &kb);
	read_xfs_io(text);
	diskstats__reads(text, "loop0", &kb);
	free(text);
	return 0;
}
