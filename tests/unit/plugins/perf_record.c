// SPDX-License-Identifier: GPL-2.0-only
/* Samples and symbols as the kernel writes them, captured from a real one, and malformed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "collectors/collector.h"
#include "collectors/pmc/sampler.h"
#include "collectors/support/live_symbols.h"
#include "collectors/support/sampled.h"
#include "lib/fs.h"

#include <linux/perf_event.h>

#define SIZE 4096u

/* A page of cpu-clock samples, one per 200003 ns, on Linux 6.18. The ring was full once before: the
 * record of the samples lost then begins at 4080 and continues at 0. */
static void captured_ring(void **state)
{
	struct pmc_samples s = { 0 };
	_free_ char *data = NULL;
	size_t len;

	(void)state;
	assert_int_equal(fs__read("tests/data/perf/ring.bin", SIZE, &data, &len), 0);
	assert_int_equal(len, SIZE);
	assert_int_equal(pmc_ring__take((uint8_t *)data, SIZE, 4080, 8168, &s), 0);
	assert_int_equal(s.n, 254);
	assert_int_equal(s.lost, 95);
	assert_int_equal(s.throttled, 0);
	assert_int_equal(s.elsewhere, 0);
	assert_true(s.ip[0] == 0xffffffff821f67cb && s.ip[1] == 0xffffffff81601b5e);
	for (size_t i = 0; i < s.n; i++)
		assert_true(s.ip[i] >> 32 == 0xffffffff);
	/* More records are added to the same samples; an empty range adds nothing. */
	assert_int_equal(pmc_ring__take((uint8_t *)data, SIZE, 8, 24, &s), 0);
	assert_int_equal(s.n, 255);
	assert_int_equal(pmc_ring__take((uint8_t *)data, SIZE, 24, 24, &s), 0);
	assert_int_equal(s.n, 255);
	pmc_samples__release(&s);
}

struct record {
	struct perf_event_header h;
	uint64_t word[3];
};

/* Each of these records is alone in a ring. */
static void records(void **state)
{
	static const struct {
		struct record r;
		int ret;
		size_t n;
		uint64_t elsewhere, lost, throttled;
	} cases[] = {
		{ { { PERF_RECORD_SAMPLE, PERF_RECORD_MISC_KERNEL, 16 }, { 5 } }, 0, 1, 0, 0, 0 },
		{ { { PERF_RECORD_SAMPLE, PERF_RECORD_MISC_USER, 16 }, { 5 } }, 0, 0, 1, 0, 0 },
		{ { { PERF_RECORD_SAMPLE, PERF_RECORD_MISC_GUEST_KERNEL, 16 }, { 5 } },
		  0,
		  0,
		  1,
		  0,
		  0 },
		{ { { PERF_RECORD_SAMPLE, PERF_RECORD_MISC_KERNEL, 8 }, { 5 } },
		  -EPROTO,
		  0,
		  0,
		  0,
		  0 },
		{ { { PERF_RECORD_LOST, 0, 24 }, { 9, 7 } }, 0, 0, 0, 7, 0 },
		{ { { PERF_RECORD_LOST, 0, 16 }, { 9, 7 } }, -EPROTO, 0, 0, 0, 0 },
		{ { { PERF_RECORD_LOST_SAMPLES, 0, 16 }, { 3 } }, 0, 0, 0, 3, 0 },
		{ { { PERF_RECORD_LOST_SAMPLES, 0, 8 }, { 3 } }, -EPROTO, 0, 0, 0, 0 },
		{ { { PERF_RECORD_THROTTLE, 0, 32 }, { 1 } }, 0, 0, 0, 0, 1 },
		{ { { PERF_RECORD_UNTHROTTLE, 0, 32 }, { 1 } }, 0, 0, 0, 0, 0 },
		{ { { 1234, 0, 24 }, { 1 } }, 0, 0, 0, 0, 0 },
		{ { { PERF_RECORD_SAMPLE, PERF_RECORD_MISC_KERNEL, 0 }, { 5 } },
		  -EPROTO,
		  0,
		  0,
		  0,
		  0 },
		{ { { PERF_RECORD_SAMPLE, PERF_RECORD_MISC_KERNEL, 17 }, { 5 } },
		  -EPROTO,
		  0,
		  0,
		  0,
		  0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		uint8_t ring[64] = { 0 };
		struct pmc_samples s = { 0 };
		const uint64_t tail = 48 + 64 * i; /* the record wraps around */
		const size_t size = cases[i].r.h.size ? cases[i].r.h.size : 8;

		for (size_t k = 0; k < sizeof(struct record); k++)
			ring[(tail + k) % 64] = ((const uint8_t *)&cases[i].r)[k];
		assert_int_equal(pmc_ring__take(ring, 64, tail, tail + size, &s), cases[i].ret);
		assert_int_equal(s.n, cases[i].n);
		assert_int_equal(s.elsewhere, cases[i].elsewhere);
		assert_int_equal(s.lost, cases[i].lost);
		assert_int_equal(s.throttled, cases[i].throttled);
		/* The record extends beyond the head. */
		if (size > 8)
			assert_int_equal(pmc_ring__take(ring, 64, tail, tail + size - 8, &s),
					 -EPROTO);
		pmc_samples__release(&s);
	}
}

static void rings_that_are_none(void **state)
{
	uint8_t ring[64] = { 0 };
	struct pmc_samples s = { 0 };

	(void)state;
	assert_int_equal(pmc_ring__take(ring, 0, 0, 0, &s), -EPROTO);
	assert_int_equal(pmc_ring__take(ring, 48, 0, 16, &s), -EPROTO);
	assert_int_equal(pmc_ring__take(ring, 64, 0, 65, &s), -EPROTO);
	assert_int_equal(pmc_ring__take(ring, 64, 16, 8, &s), -EPROTO);
	assert_int_equal(pmc_ring__take(ring, 64, 0, 4, &s), -EPROTO);
}

static void as_many_samples_as_periods(void **state)
{
	static const struct {
		struct pmc_samples s;
		bool agree;
	} cases[] = {
		{ { .n = 100, .counted = 100000, .cpus = 1 }, true },
		{ { .n = 97, .elsewhere = 3, .counted = 100900, .cpus = 1 }, true },
		{ { .n = 97, .counted = 100000, .cpus = 1 }, true }, /* 2 % and one period */
		{ { .n = 96, .counted = 100000, .cpus = 1 }, false },
		{ { .n = 96, .counted = 100000, .cpus = 2 }, true },
		{ { .n = 104, .counted = 100000, .cpus = 1 }, false },
		{ { .n = 0, .counted = 999, .cpus = 1 }, true },
		{ { .n = 0, .counted = 1100, .cpus = 1 }, false },
		/* QEMU 10.0 with -icount. */
		{ { .n = 249, .counted = 37655028, .cpus = 1 }, false },
		{ { .n = 1, .counted = UINT64_MAX, .cpus = 1 }, false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		assert_int_equal(pmc_samples__agree(&cases[i].s, 1000), cases[i].agree);
}

static const char *name_at(const struct live_symbols *s, uint64_t at)
{
	size_t i = live_symbols__find(s, at);

	return i == LIVE_SYMBOLS_NONE ? "-" : s->v[i].name;
}

static void symbols(void **state)
{
	struct live_symbols s;
	struct err err = { "" };

	(void)state;
	assert_int_equal(live_symbols__parse(&s,
					     xstrdup("ffff800080010000 t local\n"
						     "ffff800080010000 T global_and_long\n"
						     "ffff800080010000 T global\n"
						     "ffff800080020000 D data\n"
						     "ffff800080018000 W weak\n"
						     "0000000000000000 A absolute\n"
						     "ffff800080030000 t f.cold\t[mod]\n"
						     "ffff800080030000 d label\t[mod]\n"
						     "ffff800080030002 t \t[mod]\n"
						     "ffff800080030002 t two words\t[mod]\n"
						     "ffff800080030002 t f\t[mod\n"),
					     &err),
			 0);
	assert_string_equal(name_at(&s, 0xffff800080010000), "global");
	assert_string_equal(name_at(&s, 0xffff800080017fff), "global");
	assert_string_equal(name_at(&s, 0xffff800080018000), "weak");
	assert_string_equal(name_at(&s, 0xffff800080020000), "-");
	assert_string_equal(name_at(&s, 0xffff80008000ffff), "-");
	assert_string_equal(name_at(&s, 0xffff800080030004), "f.cold");
	assert_string_equal(s.v[live_symbols__find(&s, 0xffff800080030004)].module, "mod");
	/* Nothing says where the last symbol ends. */
	assert_string_equal(name_at(&s, 0xffff80008012ffff), "f.cold");
	assert_string_equal(name_at(&s, 0xffff800080130000), "-");
	assert_string_equal(name_at(&s, UINT64_MAX), "-");
	live_symbols__release(&s);
}

static void symbols_that_are_wrong(void **state)
{
	static const struct {
		const char *text;
		int ret;
		const char *why;
	} cases[] = {
		{ "", -EACCES, "no addresses" },
		{ "0000000000000000 T _text\n0000000000000000 t f\t[m]\n", -EACCES,
		  "no addresses" },
		{ "ffff T f\nx\n", -EPROTO, "line 2 " },
		{ "ffff T f", -EPROTO, "line 1 " },
		{ "ffff Tf\n", -EPROTO, "line 1 " },
		{ "ffff T \nffff T f\tm\nffff T f\t[m\nffff T f\t[m] x\n"
		  "ffff T f\t[]\nffff T f g\nffff T \x1b[2J\n",
		  -EACCES, "no addresses" },
		{ "11112222333344445 T f\n", -EPROTO, "line 1 " },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct live_symbols s;
		struct err err = { "" };

		assert_int_equal(live_symbols__parse(&s, xstrdup(cases[i].text), &err),
				 cases[i].ret);
		assert_non_null(strstr(err.msg, cases[i].why));
		live_symbols__release(&s);
	}
}

/* cpu-clock on this machine, if this user may use it: there are samples, all of them in the kernel,
 * and a drained ring is empty. */
static void sampler_of_this_machine(void **state)
{
	const struct pmc_sampling what = { PERF_TYPE_SOFTWARE, PERF_COUNT_SW_CPU_CLOCK, 100003,
					   true, 64 << 10 };
	struct pmc_samples s = { 0 }, again = { 0 };
	struct pmc_sampler *p;
	int ret = pmc_sampler__open(&what, &p);

	(void)state;
	if (ret) {
		assert_null(p);
		assert_true(ret == -EACCES || ret == -EPERM || ret == -ENOBUFS || ret == -ENOSYS);
		skip();
	}
	pmc_sampler__start(p);
	for (int i = 0; i < 200; i++) {
		_free_ char *text = NULL;

		assert_int_equal(fs__read("/proc/self/smaps", 1 << 20, &text, NULL), 0);
	}
	pmc_sampler__stop(p);
	assert_int_equal(pmc_sampler__drain(p, &s), 0);
	assert_true(s.n > 0);
	assert_true(s.cpus > 0);
	assert_int_equal(s.idle, 0);
	for (size_t i = 0; i < s.n; i++)
		assert_true(s.ip[i] >> 63);
	assert_int_equal(pmc_sampler__drain(p, &again), 0);
	assert_int_equal(again.n, 0);
	pmc_samples__release(&s);
	pmc_samples__release(&again);
	pmc_sampler__close(p);
	pmc_sampler__close(NULL);
}

/* The table of events and the host's list of them are the same. */
static void events_of_the_table(void **state)
{
	const struct collector *c = collector__find("perf-record");

	(void)state;
	assert_non_null(c);
	for (const struct param *p = c->params; p->name; p++)
		if (streq(p->name, "event"))
			assert_string_equal(p->choices, "instructions|cycles|cpu-clock");
	assert_non_null(metric__find(c->metrics, "kernel.sampled_ns_per_op"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(captured_ring),
		cmocka_unit_test(records),
		cmocka_unit_test(rings_that_are_none),
		cmocka_unit_test(as_many_samples_as_periods),
		cmocka_unit_test(symbols),
		cmocka_unit_test(symbols_that_are_wrong),
		cmocka_unit_test(sampler_of_this_machine),
		cmocka_unit_test(events_of_the_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
