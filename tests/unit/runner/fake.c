// SPDX-License-Identifier: GPL-2.0-only
/* run.sh: deadlines */
#include "runner/targets/target.h"

#include "lib/clock.h"
#include "lib/fs.h"
#include "runner/wire/wire.h"
#include "tests/unit/patience.h"

#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <unistd.h>

#include <cmocka.h>

#define SILENCE_MS 150

static char dir[] = "/tmp/kduel-fake-XXXXXX";
static struct plan_variant variants[2] = {
	{ .name = (char *)"a",
	  .cmdline = (char *)"",
	  .fake = { .scale = 1, .boot_sd = 0.01, .iter_sd = 0.02 } },
	{ .name = (char *)"b",
	  .cmdline = (char *)"quiet",
	  .fake = { .scale = 1.1, .boot_sd = 0.01, .iter_sd = 0.02 } },
};
static struct plan plan = { .path = (char *)"t.yaml", .variants = variants, .n_variants = 2 };

static struct boot_spec spec_of(size_t variant, unsigned int slot, uint64_t seed)
{
	return (struct boot_spec){ .plan = &plan,
				   .variant = &variants[variant],
				   .slot = slot,
				   .seed = seed,
				   .run_dir = dir };
}

static void hello(struct wire *w)
{
	struct wire_msg m;

	assert_int_equal(wire__recv(w, &m, WAIT_MS, NULL), 0);
	assert_int_equal(m.type, WIRE_HELLO);
	wire_msg__release(&m);
}

static void order(struct wire *w, int job, enum wire_kind kind, const char *name)
{
	struct wire_msg m = { .type = WIRE_JOB,
			      .job = job,
			      .kind = kind,
			      .name = (char *)name,
			      .iterations = 5,
			      .phase = 1,
			      .max_ms = 1000,
			      .setup_ms = 1000 };

	assert_int_equal(wire__send(w, &m, WAIT_MS), 0);
}

/* Store the samples of one job in `v`. Returns how many there are. */
static size_t samples(struct wire *w, int job, double *v, size_t max)
{
	size_t n = 0;

	for (;;) {
		struct err err = { "time is up" };
		struct wire_msg m;

		if (wire__recv(w, &m, WAIT_MS, &err))
			fail_msg("%s", err.msg);
		if (m.type == WIRE_SAMPLE && n < max)
			v[n++] = m.value;
		if (m.type == WIRE_DONE) {
			assert_int_equal(m.job, job);
			assert_int_equal(m.status, WIRE_OK);
			wire_msg__release(&m);
			return n;
		}
		wire_msg__release(&m);
	}
}

/* All values of a successful boot with a workload and a collector. */
static size_t boot(const struct boot_spec *spec, double *v, size_t max)
{
	struct target_run run;
	struct err err = { "" };
	struct wire w;
	size_t n;
	int status;

	if (target_fake.start(spec, &run, &err))
		fail_msg("%s", err.msg);
	wire__init(&w, run.fd);
	hello(&w);
	order(&w, 1, WIRE_COLLECTOR, "meminfo");
	n = samples(&w, 1, v, max);
	order(&w, 2, WIRE_WORKLOAD, "null");
	n += samples(&w, 2, v + n, max - n);
	assert_int_equal(wire__send(&w, &(struct wire_msg){ .type = WIRE_QUIT }, WAIT_MS), 0);
	assert_int_equal(target_fake.wait(&run, WAIT_MS, &status), 0);
	assert_int_equal(status, 0);
	assert_true(fs__exists(run.console));
	wire__release(&w);
	target_fake.stop(&run);
	target_fake.stop(&run);
	return n;
}

static void test_same_seed_same_numbers(void **state __unused)
{
	struct boot_spec s = spec_of(0, 0, 42), later = spec_of(0, 2, 42);
	struct boot_spec other = spec_of(0, 0, 43);
	double a[64], b[64];
	size_t n = boot(&s, a, 64);

	assert_true(n >= 6);
	assert_int_equal(boot(&later, b, 64), n); /* the seed decides, not the slot */
	assert_memory_equal(a, b, n * sizeof(*a));
	assert_int_equal(boot(&other, b, 64), n);
	for (size_t i = 0; i < n; i++) {
		assert_true(a[i] != b[i]);
		assert_true(fabs(log(a[i] / b[i])) < 0.2); /* same base value */
	}
}

static void test_scale(void **state __unused)
{
	struct boot_spec a = spec_of(0, 0, 7), b = spec_of(1, 1, 7);
	double x[64], y[64];
	size_t n = boot(&a, x, 64);

	assert_int_equal(boot(&b, y, 64), n);
	for (size_t i = 0; i < n; i++) {
		assert_true(fabs(y[i] / x[i] - 1.1) < 1e-12);
		assert_in_range((uint64_t)x[i], 8, 12500);
	}
}

static void test_noise(void **state __unused)
{
	enum { BOOTS = 60 };
	double v[64], sum = 0, sq = 0, first = 0, within = 0;

	/* The last ten values are the five iterations of `null`, two metrics each. */
	for (int i = 0; i < BOOTS; i++) {
		struct boot_spec s = spec_of(0, 0, 1000 + (uint64_t)i);
		size_t n = boot(&s, v, 64);
		double mean = 0, dev = 0;

		for (size_t k = n - 10; k < n; k += 2)
			mean += log(v[k]) / 5;
		for (size_t k = n - 10; k < n; k += 2)
			dev += (log(v[k]) - mean) * (log(v[k]) - mean) / 4;
		if (!i)
			first = mean;
		sum += mean - first;
		sq += (mean - first) * (mean - first);
		within += dev / BOOTS;
	}
	/* Boot means vary by sqrt(0.01^2 + 0.02^2 / 5) = 0.0134, iterations by 0.02. */
	assert_true(fabs(sqrt((sq - sum * sum / BOOTS) / (BOOTS - 1)) - 0.0134) < 0.005);
	assert_true(fabs(sqrt(within) - 0.02) < 0.003);
}

enum ending { SILENT, CLOSED, RUBBISH, STATUS };

static void check_ending(struct wire *w, enum ending ending, enum wire_status status)
{
	struct wire_msg m;
	int rc = wire__recv(w, &m, ending == SILENT ? SILENCE_MS : WAIT_MS, NULL);

	switch (ending) {
	case SILENT:
		assert_int_equal(rc, -ETIMEDOUT);
		return;
	case CLOSED:
		assert_int_equal(rc, -ECONNRESET);
		return;
	case RUBBISH:
		assert_int_equal(rc, -EPROTO);
		return;
	case STATUS:
		assert_int_equal(rc, 0);
		assert_int_equal(m.type, WIRE_DONE);
		assert_int_equal(m.status, status);
		assert_true(m.text[0]);
		wire_msg__release(&m);
	}
}

static const struct {
	const char *fail;
	enum ending ending;
	enum wire_status status;
	int exit; /* exit status of the target; -1: it goes on */
	const char *console;
} failing[] = {
	{ "panic", CLOSED, 0, 0, "Kernel panic - not syncing" },
	{ "kernel-bug", STATUS, WIRE_CRASHED, 0, "Internal error: Oops" },
	{ "boot-timeout", SILENT, 0, -1, "Booting Linux" },
	{ "agent-lost", SILENT, 0, -1, "Booting Linux" },
	{ "agent-died", CLOSED, 0, -1, "Booting Linux" },
	{ "workload-failed", STATUS, WIRE_FAILED, -1, "Booting Linux" },
	{ "workload-timeout", STATUS, WIRE_TIMEOUT, -1, "Booting Linux" },
	{ "unsupported", STATUS, WIRE_UNSUPPORTED, -1, "Booting Linux" },
	{ "protocol", RUBBISH, 0, -1, "Booting Linux" },
	{ "target-killed", CLOSED, 0, 128 + SIGKILL, "Booting Linux" },
};

static void check_console(const char *path, const char *text)
{
	_free_ char *log = NULL;

	assert_int_equal(fs__read(path, 1 << 20, &log, NULL), 0);
	if (!strstr(log, text))
		fail_msg("the console does not say '%s': %s", text, log);
}

static void test_failures(void **state __unused)
{
	for (size_t i = 0; i < ARRAY_SIZE(failing); i++) {
		struct boot_spec s = spec_of(0, 0, 1);
		struct target_run run;
		int status = -1, rc;
		struct wire w;

		variants[0].fake.fail = (char *)failing[i].fail;
		assert_int_equal(target_fake.check(&plan, NULL), 0);
		assert_int_equal(target_fake.start(&s, &run, NULL), 0);
		wire__init(&w, run.fd);
		if (!streq(failing[i].fail, "boot-timeout")) {
			hello(&w);
			order(&w, 1, WIRE_WORKLOAD, "null");
		}
		check_ending(&w, failing[i].ending, failing[i].status);
		rc = target_fake.wait(&run, failing[i].exit < 0 ? 20 : WAIT_MS, &status);
		assert_int_equal(rc, failing[i].exit < 0 ? -ETIMEDOUT : 0);
		assert_int_equal(status, failing[i].exit);
		check_console(run.console, failing[i].console);
		wire__release(&w);
		target_fake.stop(&run);
		assert_null(run.fake);
	}
	variants[0].fake.fail = NULL;
}

static void test_target_missing(void **state __unused)
{
	struct boot_spec s = spec_of(0, 0, 1);
	struct err err = { "" };
	struct target_run run;

	variants[0].fake.fail = (char *)"target-missing";
	assert_int_equal(target_fake.start(&s, &run, &err), -ENOENT);
	assert_true(err.msg[0]);
	target_fake.stop(&run);
	variants[0].fake.fail = NULL;
}

/* With two variants, slots 0 and 1 are the first boots, 2 and 3 the second ones, ... */
static void test_fail_every(void **state __unused)
{
	variants[1].fake.fail = (char *)"panic";
	variants[1].fake.fail_every = 3;
	for (unsigned int slot = 0; slot < 12; slot++) {
		struct boot_spec s = spec_of(1, slot, 1);
		struct strvec argv = { 0 };

		assert_int_equal(target_fake.command(&s, &argv, NULL), 0);
		assert_int_equal(strvec__has(&argv, "fail=panic"), slot / 2 == 2 || slot / 2 == 5);
		assert_true(strvec__has(&argv, "seed=1"));
		strvec__release(&argv);
	}
	variants[1].fake.fail = NULL;
	variants[1].fake.fail_every = 0;
}

static void test_check(void **state __unused)
{
	struct err err = { "" };

	variants[1].fake.fail = (char *)"tired";
	assert_int_equal(target_fake.check(&plan, &err), -EINVAL);
	assert_non_null(strstr(err.msg, "t.yaml:0:0"));
	assert_non_null(strstr(err.msg, "'tired'"));
	variants[1].fake.fail = NULL;
	variants[1].fake.scale = 0;
	assert_int_equal(target_fake.check(&plan, &err), -EINVAL);
	variants[1].fake.scale = 1.1;
	variants[1].fake.iter_sd = -1;
	assert_int_equal(target_fake.check(&plan, &err), -EINVAL);
	variants[1].fake.iter_sd = 0.02;
	assert_int_equal(target_fake.check(&plan, &err), 0);
	assert_int_equal(target_fake.platform(&plan, ""), PLATFORM_FAKE);
}

static void test_cmdline(void **state __unused)
{
	struct boot_spec s = spec_of(1, 1, 1);
	_free_ char *line = target_fake.cmdline(&s);

	assert_string_equal(line, "console=fake kduel.fake=1 quiet");
}

static int make_dir(void **state __unused)
{
	return mkdtemp(dir) ? 0 : -1;
}

static int remove_dir(void **state __unused)
{
	return fs__rm_rf(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same_seed_same_numbers),
		cmocka_unit_test(test_scale),
		cmocka_unit_test(test_noise),
		cmocka_unit_test(test_failures),
		cmocka_unit_test(test_target_missing),
		cmocka_unit_test(test_fail_every),
		cmocka_unit_test(test_check),
		cmocka_unit_test(test_cmdline),
	};

	return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
