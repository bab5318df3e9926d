// SPDX-License-Identifier: GPL-2.0-only
/*
 * Agents that break the rules, each in its own boot, all in parallel. Whatever a guest sends, its boot
 * ends within the limits of the plan, says why, and has no data that the store would refuse.
 */
/* run.sh: deadlines */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "lib/clock.h"
#include "lib/fs.h"
#include "runner/boot/boot.h"
#include "runner/plan/read.h"
#include "tests/unit/patience.h"

#include <fcntl.h>
#include <pthread.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define HELLO                                                                   \
	"{\"t\":\"hello\",\"proto\":1,\"version\":\"test\",\"arch\":\"arm64\"," \
	"\"release\":\"6.1\",\"uptime_ns\":1}\n"
#define BEGIN(iter) "{\"t\":\"iter-begin\",\"job\":0,\"iter\":" #iter ",\"max_ms\":100}\n"
#define END(iter) "{\"t\":\"iter-end\",\"job\":0,\"iter\":" #iter ",\"ns\":1,\"tainted\":false}\n"
#define SAMPLE(iter)                                                                              \
	"{\"t\":\"sample\",\"job\":0,\"iter\":" #iter ",\"source\":\"null\",\"metric\":\"spin\"," \
	"\"value\":1,\"enabled_ns\":0,\"running_ns\":0}\n"
#define ITER(iter) BEGIN(iter) END(iter) SAMPLE(iter)
#define DONE "{\"t\":\"done\",\"job\":0,\"status\":\"ok\",\"text\":\"\"}\n"
#define WORK HELLO ITER(0) ITER(1) DONE
#define BEAT "{\"t\":\"beat\"}\n"
#define LOG "{\"t\":\"log\",\"text\":\"x\"}\n"
#define PANIC "[    1.000000] Kernel panic - not syncing: test\n"

/* What an agent sends first, what it then repeats for ever (NULL: nothing) and how often, and the status
 * of its boot. */
static const struct mode {
	const char *name, *first, *then;
	unsigned int every_ms;
	enum boot_status status;
	const char *detail;
	const char *console;
} modes[] = {
	{ "well-behaved", WORK "{\"t\":\"bye\"}\n", NULL, 0, BOOT_OK, "", NULL },
	{ "beats-first", "", BEAT, 20, BOOT_PROTOCOL, "unexpected message 'beat'", NULL },
	{ "logs-first", "", LOG, 20, BOOT_TIMEOUT, "no word from the agent within 10.0s", NULL },
	{ "beats-for-ever", HELLO, BEAT, 20, BOOT_WORKLOAD_TIMEOUT, "bounds of its steps", NULL },
	{ "rare-beats", HELLO, BEAT, 500, BOOT_WORKLOAD_TIMEOUT, "bounds of its steps", NULL },
	{ "logs-in-iteration", HELLO BEGIN(0), LOG, 20, BOOT_WORKLOAD_TIMEOUT,
	  "did not end in time", NULL },
	{ "week-long", HELLO "{\"t\":\"iter-begin\",\"job\":0,\"iter\":0,\"max_ms\":604800000}\n",
	  NULL, 0, BOOT_WORKLOAD_TIMEOUT, "did not end in time", NULL },
	{ "silent", HELLO, NULL, 0, BOOT_AGENT_LOST, "nothing heard from the agent for 3.0s",
	  NULL },
	{ "facts", HELLO, "{\"t\":\"fact\",\"key\":\"x/1\",\"text\":\"v\"}\n", 0, BOOT_PROTOCOL,
	  "more than 4096 facts", NULL },
	{ "host-fact", HELLO "{\"t\":\"fact\",\"key\":\"exact/repeat-of\",\"text\":\"-7\"}\n", NULL,
	  0, BOOT_PROTOCOL, "'exact/repeat-of', which is the host's", NULL },
	{ "iteration-twice", HELLO ITER(0) BEGIN(0), NULL, 0, BOOT_PROTOCOL,
	  "iteration 0 begins, 1 of 2 is next", NULL },
	{ "end-only", HELLO END(77), NULL, 0, BOOT_PROTOCOL, "unexpected message 'iter-end'",
	  NULL },
	{ "end-twice", HELLO BEGIN(0) END(0) END(0), NULL, 0, BOOT_PROTOCOL,
	  "unexpected message 'iter-end'", NULL },
	{ "too-many", HELLO ITER(0) ITER(1) BEGIN(2), NULL, 0, BOOT_PROTOCOL,
	  "iteration 2 begins, 2 of 2 is next", NULL },
	{ "too-few", HELLO ITER(0) DONE, NULL, 0, BOOT_PROTOCOL, "done after 1 of 2 iterations",
	  NULL },
	{ "sample-twice", HELLO ITER(0) SAMPLE(0), NULL, 0, BOOT_PROTOCOL,
	  "a second sample of null/spin", NULL },
	{ "old-sample", HELLO ITER(0) ITER(1) SAMPLE(0), NULL, 0, BOOT_PROTOCOL,
	  "a sample of iteration 0, 2 have ended", NULL },
	{ "boot-sample", HELLO ITER(0) SAMPLE(-1), NULL, 0, BOOT_PROTOCOL,
	  "null/spin is counted per iteration", NULL },
	{ "other-job", HELLO "{\"t\":\"iter-begin\",\"job\":999,\"iter\":0,\"max_ms\":1}\n", NULL,
	  0, BOOT_PROTOCOL, "'iter-begin' of job 999, 0 is running", NULL },
	{ "no-newline", "", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", 0,
	  BOOT_PROTOCOL, "a line of more than", NULL },
	{ "endless-text", WORK,
	  "{\"t\":\"text\",\"name\":\"dmesg\",\"text\":\"z\",\"last\":false}\n", 20, BOOT_OK, "",
	  NULL },
	{ "dying-talker", HELLO, BEAT, 20, BOOT_PANIC, "not syncing: test", PANIC },
};

static char tmp[] = "/tmp/kduel-hostile-XXXXXX";

struct agent {
	const struct mode *mode;
	pthread_t boot, talk;
	int fd;
	const struct plan *plan;
	struct record rec;
	uint64_t took_ns;
};
static struct agent agents[ARRAY_SIZE(modes)];

/* Until the host closes the connection. */
static void *talk(void *arg)
{
	const struct agent *a = arg;
	const char *say = a->mode->first;
	ssize_t n = 0;

	while (say && n >= 0) {
		n = send(a->fd, say, strlen(say), MSG_NOSIGNAL);
		say = a->mode->then;
		if (a->mode->every_ms)
			usleep(a->mode->every_ms * 1000);
	}
	return NULL;
}

static int command(const struct boot_spec *spec __unused, struct strvec *argv,
		   struct err *err __unused)
{
	strvec__push(argv, "hostile");
	return 0;
}

static int start(const struct boot_spec *spec, struct target_run *run, struct err *err __unused)
{
	struct agent *a = &agents[spec->slot];
	const char *console = a->mode->console ? a->mode->console : "";
	int sv[2];

	*run = (struct target_run){ .leash = -1 };
	run->console = xasprintf("%s/console.log", spec->run_dir);
	if (fs__write_atomic(run->console, console, strlen(console)) ||
	    socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sv) < 0)
		abort();
	run->fd = sv[0];
	a->fd = sv[1];
	return -pthread_create(&a->talk, NULL, talk, a);
}

/* The targets do not end by themselves. */
static int wait_end(struct target_run *run __unused, unsigned int ms, int *status __unused)
{
	usleep((ms < 100 ? ms : 100) * 1000);
	return -ETIMEDOUT;
}

static void stop(struct target_run *run)
{
	shutdown(run->fd, SHUT_RDWR);
	base__close_fd(&run->fd);
	free(run->console);
	run->console = NULL;
}

static enum metric_platform platform(const struct plan *plan __unused, const char *root __unused)
{
	return PLATFORM_FAKE;
}

static const struct target_ops hostile = {
	.name = "hostile",
	.command = command,
	.start = start,
	.wait = wait_end,
	.stop = stop,
	.platform = platform,
};

static void *run_boot(void *arg)
{
	struct agent *a = arg;
	const size_t i = (size_t)(a - agents);
	_free_ char *dir = xasprintf("%s/%zu", tmp, i);
	const uint64_t began = clock__ns();
	atomic_int no = 0;
	const struct boot_spec spec = { .plan = a->plan,
					.variant = a->plan->variants,
					.slot = (unsigned int)i,
					.workload = -1,
					.run_dir = dir };

	if (mkdir(dir, 0700) < 0)
		abort();
	record__init(&a->rec, PLATFORM_FAKE);
	boot__run(&(struct boot_opts){ .ops = &hostile, .spec = &spec, .stop = &no }, &a->rec);
	a->took_ns = clock__ns() - began;
	pthread_join(a->talk, NULL);
	close(a->fd);
	return NULL;
}

static const char plan_text[] =
	"target: {kind: fake, boot_timeout: 10s, agent_timeout: 3s, min_free: 0}\n"
	"variants: [{name: a}]\n"
	"workloads: [{'null': {timeout: 100ms, setup_timeout: 100ms}}]\n"
	"collectors: []\nboots: 1\niterations: 2\nwarmup: 0\n";

/* The sum of the plan's limits: 3 s of silence, or 2 * (3 + 2 * 2) * 100 ms for a job, plus 10 s that
 * the host adds. */
static void each_ends_and_says_why(void **state __unused)
{
	struct plan_diag diag = { 0 };
	struct plan *plan;

	if (plan__parse("p.yaml", plan_text, strlen(plan_text), &plan, &diag))
		fail_msg("%s", diag.msgs.v[0]);
	for (size_t i = 0; i < ARRAY_SIZE(modes); i++) {
		agents[i] = (struct agent){ .mode = &modes[i], .fd = -1, .plan = plan };
		assert_int_equal(pthread_create(&agents[i].boot, NULL, run_boot, &agents[i]), 0);
	}
	for (size_t i = 0; i < ARRAY_SIZE(modes); i++) {
		const struct store_boot *b = &agents[i].rec.boot;

		pthread_join(agents[i].boot, NULL);
		if (b->status != modes[i].status || !strstr(b->detail, modes[i].detail))
			fail_msg("%s: %s: %s", modes[i].name, boot_status__name(b->status),
				 b->detail);
		assert_in_range(agents[i].took_ns, 0, WAIT_MS * NSEC_PER_MSEC);
		assert_in_range(b->n_iterations, 0, 2);
		assert_in_range(b->n_samples, 0, 2);
		record__release(&agents[i].rec);
	}
	plan__free(plan);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_ends_and_says_why),
	};
	int ret;

	setenv("KDUEL_CONFIG_DIR", "configs", 1);
	if (!mkdtemp(tmp))
		return 99;
	ret = cmocka_run_group_tests_name("runner/hostile_agent", tests, NULL, NULL);
	fs__rm_rf(tmp);
	return ret;
}
