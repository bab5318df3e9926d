// SPDX-License-Identifier: GPL-2.0-only
/* output.c - small parsers: output of perf bench, pgbench, speedtest1, stress-ng, xfs_io and the kernel's
 * selftests, /proc/crypto, diskstats, meminfo. */
#include "lib/meminfo.h"
#include "lib/text.h"
#include "workloads/support/crypto_list.h"
#include "workloads/output/formats.h"
#include "workloads/output/kselftest.h"
#include "workloads/output/perf_bench.h"
#include "workloads/output/perf_suite.h"
#include "workloads/output/pgbench.h"
#include "workloads/output/runs.h"
#include "workloads/output/speedtest1.h"
#include "workloads/output/stress_ng.h"
#include "workloads/output/xfs_io.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Each successful call advances p; parsing ends with one of the known errors. */
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
	if ((ret != -ENOENT && ret != -EPROTO && ret != -EIO) || p < text ||
	    p > text + strlen(text))
		abort();
}

/* Each successful call advances p or ends the text; a failure has a message. */
static void read_perf_bench(const char *text)
{
	const char *p = text;
	struct perf_bench b;
	struct err err = { "" };

	while (!perf_bench__next(&p, &b, &err))
		if (!(b.seconds >= 0) || (p && (p <= text || p > text + strlen(text))))
			abort();
	if (!err.msg[0])
		abort();
}

static void read_suites(const char *text)
{
	const char *p = text;
	struct perf_suite_run r;
	struct err err = { "" };

	while (!perf_suite__next(&p, &r, &err))
		if (!r.suite || !(r.value >= 0) || (p && (p <= text || p > text + strlen(text))))
			abort();
	if (!err.msg[0])
		abort();
}

/* Names of stressors that the parser returns are valid names of stressors. */
static void read_stress_ng(const char *text)
{
	struct stress_ng_run *run = xcalloc(1, sizeof(*run));
	const char *p = text, *before = p;
	struct err err = { "" };

	for (; !stress_ng__next(&p, run, &err); before = p) {
		if (p <= before || p > text + strlen(text) || !run->n || run->n > STRESS_NG_ROWS)
			abort();
		for (size_t i = 0; i < run->n; i++)
			if (!stress_ng__is_name(run->v[i].name) || !(run->v[i].rate >= 0) ||
			    !(run->v[i].system_s >= 0))
				abort();
	}
	if (!err.msg[0] || p != before)
		abort();
	free(run);
}

/* The runs that the text is cut into have the same total length as the text. */
static void read_pgbench(const char *text)
{
	const char *p = text;
	size_t sum = 0;
	char *run;

	while ((run = runs__cut(&p, pgbench_out__heads))) {
		struct err err = { "" };
		struct pgbench_out o;

		if (pgbench_out__parse(run, &o, &err) ? !err.msg[0] :
							!(o.tps >= 0 && o.latency_ms >= 0))
			abort();
		sum += strlen(run);
		free(run);
	}
	if (sum != strlen(text))
		abort();
}

/* Cleaning a text that is clean does not change it. */
static void clean(const uint8_t *data, size_t size)
{
	char *text = xcalloc(size + 1, 1), *again;
	size_t len = size, more;
	struct err err = { "" };

	memcpy(text, data, size);
	if (text__clean(text, &len, &err) ? !err.msg[0] : len > size || strlen(text) != len)
		abort();
	if (!err.msg[0] && !text__misnomer(text, len) && !str_starts(text, "\xef\xbb\xbf")) {
		again = xstrndup(text, len);
		more = len;
		if (text__clean(again, &more, &err) || more != len || !streq(again, text))
			abort();
		free(again);
	}
	formats__name(text, len);
	free(text);
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
	clean(data, size);
	read_perf_bench(text);
	read_suites(text);
	read_stress_ng(text);
	read_pgbench(text);
	meminfo__value(text, "MemTotal", &kb);
	read_xfs_io(text);
	diskstats__reads(text, "loop0", &kb);
	free(text);
	return 0;
}
