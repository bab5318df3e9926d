// SPDX-License-Identifier: GPL-2.0-only
/* A boot with a scripted agent: its log arrives in every phase, and what it must not say ends the
 * boot. */
/* run.sh: deadlines */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "lib/clock.h"
#include "lib/fs.h"
#include "runner/boot/boot.h"
#include "runner/boot/facts.h"
#include "runner/boot/session.h"
#include "runner/plan/read.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#define HELLO                                                                   \
	"{\"t\":\"hello\",\"proto\":1,\"version\":\"test\",\"arch\":\"arm64\"," \
	"\"release\":\"6.1\",\"uptime_ns\":1}\n"
#define LOG(text) "{\"t\":\"log\",\"text\":\"" text "\"}\n"
#define ITERATION                                                       \
	"{\"t\":\"iter-begin\",\"job\":0,\"iter\":0,\"max_ms\":1000}\n" \
	"{\"t\":\"iter-end\",\"job\":0,\"iter\":0,\"ns\":1,\"tainted\":false}\n"
#define FACT(key, text) "{\"t\":\"fact\",\"key\":\"" key "\",\"text\":\"" text "\"}\n"
#define DONE "{\"t\":\"done\",\"job\":0,\"status\":\"ok\",\"text\":\"\"}\n"
#define UNSUPPORTED "{\"t\":\"done\",\"job\":0,\"status\":\"unsupported\",\"text\":\"\"}\n"
#define BYE "{\"t\":\"bye\"}\n"

static const char plan_text[] = "target: {kind: fake, agent_timeout: 3s, min_free: 0}\n"
				"variants: [{name: a}]\n"
				"workloads: ['null']\n"
				"collectors: []\n"
				"boots: 1\niterations: 1\nwarmup: 0\n";

static char tmp[] = "/tmp/kduel-boot-XXXXXX";
static const char *script; /* everything that the agent says */
static int peer = -1; /* the agent's end */

static int command(const struct boot_spec *spec __unused, struct strvec *argv,
		   struct err *err __unused)
{
	strvec__push(argv, "script");
	return 0;
}

/* Write the whole script in advance, to the socket or, in one-way mode, to the file that is
 * followed. */
static int start(const struct boot_spec *spec, struct target_run *run, struct err *err __unused)
{
	*run = (struct target_run){ .leash = -1 };
	run->console = xasprintf("%s/console.log", spec->run_dir);
	if (spec->exact) {
		_free_ char *path = xasprintf("%s/agent.jsonl", spec->run_dir);

		assert_int_equal(fs__write_atomic(path, script, strlen(script)), 0);
		run->fd = open(path, O_RDONLY | O_CLOEXEC);
	} else {
		int sv[2];

		assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sv), 0);
		assert_int_equal(write(sv[1], script, strlen(script)), strlen(script));
		run->fd = sv[0];
		peer = sv[1];
	}
	return 0;
}

static int wait_end(struct target_run *run __unused, unsigned int ms __unused, int *status)
{
	*status = 0;
	return 0;
}

static void stop(struct target_run *run)
{
	base__close_fd(&run->fd);
	base__close_fd(&peer);
	free(run->console);
	run->console = NULL;
}

static enum metric_platform platform(const struct plan *plan __unused, const char *root __unused)
{
	return PLATFORM_FAKE;
}

static const struct target_ops scripted = {
	.name = "scripted",
	.one_way = true,
	.command = command,
	.start = start,
	.wait = wait_end,
	.stop = stop,
	.platform = platform,
};

static const char *fact(const struct record *rec, const char *key)
{
	for (size_t i = 0; i < rec->boot.n_facts; i++)
		if (streq(rec->boot.facts[i].key, key))
			return rec->boot.facts[i].value;
	return NULL;
}

static void run(const char *text, bool exact, const char *release, struct record *rec)
{
	struct plan_diag diag = { 0 };
	atomic_int no = 0;
	struct plan *plan;

	if (plan__parse("p.yaml", plan_text, strlen(plan_text), &plan, &diag))
		fail_msg("%s", diag.msgs.v[0]);
	script = text;
	record__init(rec, PLATFORM_FAKE);
	boot__run(&(struct boot_opts){ .ops = &scripted,
				       .spec =
					       &(struct boot_spec){
						       .plan = plan,
						       .variant = &plan->variants[0],
						       .exact = exact,
						       .workload = exact ? 0 : -1,
						       .release = release,
						       .run_dir = tmp,
					       },
				       .stop = &no },
		  rec);
	plan__free(plan);
}

static void logs_arrive(void **state __unused)
{
	/* An exact boot that measures needs the plugin's file, too. */
	static const char *const texts[] = {
		LOG("early") HELLO LOG("during the job") ITERATION DONE LOG("cannot read") BYE,
		LOG("early") HELLO LOG("during the job") UNSUPPORTED LOG("cannot read") BYE,
	};
	struct record rec;

	for (int exact = 0; exact < 2; exact++) {
		run(texts[exact], exact, "6.1", &rec);
		assert_string_equal(rec.boot.detail, "");
		assert_int_equal(rec.boot.status, BOOT_OK);
		assert_non_null(fact(&rec, FACT_AGENT_LOG));
		assert_string_equal(fact(&rec, FACT_AGENT_LOG),
				    "early; during the job; cannot read");
		record__release(&rec);
	}
}

/* An agent that logs nothing leaves no fact. If it logs too much, only the beginning is kept. */
static void logs_are_bounded(void **state __unused)
{
	_free_ char *text = NULL;
	struct strvec parts = { 0 };
	struct record rec;

	run(HELLO ITERATION DONE BYE, false, NULL, &rec);
	assert_int_equal(rec.boot.status, BOOT_OK);
	assert_null(fact(&rec, FACT_AGENT_LOG));
	record__release(&rec);

	strvec__push(&parts, HELLO);
	for (int i = 0; i < 2000; i++)
		strvec__push(&parts, LOG("0123456789"));
	strvec__push(&parts, ITERATION DONE BYE);
	text = strvec__join(&parts, "");
	run(text, false, NULL, &rec);
	assert_int_equal(rec.boot.status, BOOT_OK);
	assert_in_range(strlen(fact(&rec, FACT_AGENT_LOG)), 4000, 4096);
	record__release(&rec);
	strvec__release(&parts);
}

/* Facts that comparisons rely on come from the host. A guest that sends one of them, or that runs
 * in another boot than the host knows of, ends the boot. */
static void facts_of_the_host(void **state __unused)
{
	static const char *const texts[] = {
		HELLO FACT("target/boot-id", "1"),  HELLO FACT("params/null", "work=1"),
		HELLO FACT("target/machine", "me"), HELLO FACT("exact/repeat-of", "1"),
		HELLO FACT("host/qemu", "9"),	    HELLO FACT("perf/events", "none"),
	};
	struct record rec;

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		run(texts[i], false, NULL, &rec);
		assert_int_equal(rec.boot.status, BOOT_PROTOCOL);
		assert_non_null(strstr(rec.boot.detail, "which is the host's"));
		record__release(&rec);
	}
	run(HELLO FACT("identity/boot-id", "1") ITERATION DONE BYE, false, NULL, &rec);
	assert_int_equal(rec.boot.status, BOOT_OK);
	assert_null(fact(&rec, FACT_BOOT_ID));
	assert_string_equal(fact(&rec, FACT_PARAMS "null"), "work=10ms fault=none fault_at=0");
	record__release(&rec);
}

/* A variant's command may have several lines, a fact has one. */
static void command_on_one_line(void **state __unused)
{
	struct plan_diag diag = { 0 };
	struct record rec;
	struct plan *plan;

	if (plan__parse("p.yaml", plan_text, strlen(plan_text), &plan, &diag))
		fail_msg("%s", diag.msgs.v[0]);
	plan->variants[0].command = xstrdup("cd /tmp\n\tmake");
	record__init(&rec, PLATFORM_FAKE);
	env_host__record(&(struct boot_spec){ .plan = plan, .variant = &plan->variants[0] },
			 &scripted, &rec);
	assert_string_equal(fact(&rec, FACT_COMMAND), "cd /tmp  make");
	record__release(&rec);
	plan__free(plan);
}

static void boot_ids_agree(void **state __unused)
{
	struct record rec;
	struct err err;

	record__init(&rec, PLATFORM_HARDWARE);
	record__fact(&rec, FACT_BOOT_ID, "one");
	assert_int_equal(record__agent_fact(&rec, FACT_AGENT_BOOT_ID, "one", &err), 0);
	assert_int_equal(record__agent_fact(&rec, FACT_AGENT_BOOT_ID, "two", &err), -EPROTO);
	assert_string_equal(err.msg, "the agent runs in boot two, the host in boot one");
	record__release(&rec);
}

static void wrong_hello(void **state __unused)
{
	struct record rec;

	run("{\"t\":\"hello\",\"proto\":2,\"version\":\"test\",\"arch\":\"arm64\","
	    "\"release\":\"6.1\",\"uptime_ns\":1}\n",
	    false, NULL, &rec);
	assert_int_equal(rec.boot.status, BOOT_PROTOCOL);
	assert_non_null(strstr(rec.boot.detail, "the agent speaks protocol 2"));
	record__release(&rec);

	run(HELLO, false, "6.2", &rec);
	assert_int_equal(rec.boot.status, BOOT_PROTOCOL);
	assert_string_equal(rec.boot.detail, "another kernel booted: 6.1, the variant's is 6.2");
	record__release(&rec);

	run(HELLO HELLO, false, NULL, &rec);
	assert_int_equal(rec.boot.status, BOOT_PROTOCOL);
	assert_string_equal(rec.boot.detail, "while null: unexpected message 'hello'");
	record__release(&rec);
}

#define STALL "rcu: INFO: rcu_sched self-detected stall on CPU\n"
#define OOPS \
	"Unable to handle kernel NULL pointer dereference at virtual address 0\nInternal error: Oops: 96000004 [#1]\n"

/* A lockup is the host's fault where it took the guest's CPUs away, and nothing else is. */
static void lockups_of_a_starved_guest(void **state __unused)
{
	static const struct {
		bool hosted;
		unsigned int lost_s;
		const char *line;
		enum boot_status status;
	} cases[] = {
		{ true, 11, STALL, BOOT_TARGET_KILLED },
		{ true, 9, STALL, BOOT_KERNEL_BUG },
		{ false, 60, STALL, BOOT_KERNEL_BUG },
		{ true, 60, OOPS, BOOT_KERNEL_BUG },
		{ true, 60, OOPS STALL, BOOT_KERNEL_BUG },
		{ true, 60, STALL OOPS, BOOT_KERNEL_BUG },
		{ true, 200, "INFO: task sh:1 blocked for more than 120 seconds.\n",
		  BOOT_KERNEL_BUG },
		{ true, 60, STALL "Kernel panic - not syncing: x\n", BOOT_PANIC },
	};
	_free_ char *path = xasprintf("%s/lockup", tmp);
	struct err err;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct target_ops ops = { .hosted = cases[i].hosted };
		const struct boot_opts opts = { .ops = &ops };
		struct record rec;
		struct session s = { .opts = &opts, .rec = &rec, .doing = "null" };

		record__init(&rec, PLATFORM_TCG);
		assert_int_equal(fs__write_text(path, cases[i].line, &err), 0);
		console__init(&s.console, path);
		s.lost = s.lost_before = cases[i].lost_s * NSEC_PER_SEC / 2;
		assert_true(session__blame_kernel(&s));
		assert_int_equal(rec.boot.status, cases[i].status);
		unlink(path);
		record__release(&rec);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(logs_arrive),
		cmocka_unit_test(logs_are_bounded),
		cmocka_unit_test(facts_of_the_host),
		cmocka_unit_test(boot_ids_agree),
		cmocka_unit_test(command_on_one_line),
		cmocka_unit_test(wrong_hello),
		cmocka_unit_test(lockups_of_a_starved_guest),
	};
	int ret;

	setenv("KDUEL_CONFIG_DIR", "configs", 1);
	if (!mkdtemp(tmp))
		return 99;
	ret = cmocka_run_group_tests_name("runner/boot", tests, NULL, NULL);
	fs__rm_rf(tmp);
	return ret;
}
