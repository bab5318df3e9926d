// SPDX-License-Identifier: GPL-2.0-only
/* fake_agent.c - the agent of the fake target: a thread that speaks the wire protocol, and fails on
 * demand. */
#include "runner/targets/fake_agent.h"

#include "collectors/collector.h"
#include "lib/clock.h"
#include "lib/hash.h"
#include "lib/rng.h"
#include "runner/wire/wire.h"
#include "workloads/workload.h"

#include <math.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define RELEASE "0.0.0-fake"
#define ITER_MS 10000
#define MIDDLE 316 /* geometric middle of the base values, see fake.c */

static const char boot_text[] =
	"[    0.000000] Booting Linux on physical CPU 0x0000000000 [0xc00fac30]\n"
	"[    0.000000] Linux version " RELEASE " (kduel's fake target, no kernel at all)\n";

static const char oops_text[] =
	"[   12.345678] Unable to handle kernel paging request at virtual address "
	"ffff8000deadbeef\n"
	"[   12.345901] Internal error: Oops: 0000000096000046 [#1] SMP\n"
	"[   12.346022] CPU: 1 UID: 0 PID: 77 Comm: fake Not tainted " RELEASE "\n"
	"[   12.346310] Call trace:\n"
	"[   12.346401]  fake_fault+0x24/0x60 (P)\n"
	"[   12.346533] ---[ end trace 0000000000000000 ]---\n";

static const char panic_text[] =
	"[   12.346701] Kernel panic - not syncing: Oops: Fatal exception\n"
	"[   12.346855] SMP: stopping secondary CPUs\n"
	"[   12.347012] ---[ end Kernel panic - not syncing: Oops: Fatal exception ]---\n";

static const char garbage[] = "{\"t\":\"sample\",\"job\":\"garbage\n";

struct fake {
	const struct boot_spec *spec;
	enum fake_failure failure;
	double scale;
	struct wire wire;
	struct wire_msg job; /* the current one */
	int fd, console;
	int stop; /* eventfd: becomes readable in fake_agent__stop() */
	int status; /* exit status, as of a supervised program */
	pthread_t thread;
	bool joined;
};

/* A standard normal draw for an iteration, independent of all other streams and iterations. `iter`
 * may be -1 (WIRE_BOOT) or -2 (the boot's own noise), hence the `+ 2`. */
static double noise(uint64_t seed, uint64_t stream, int iter)
{
	struct rng r;

	rng__seed(&r, rng__derive(seed, stream, (uint64_t)iter + 2));
	return rng__normal(&r);
}

/* The formula is at the top of fake.c; 10 * 1000^U(0,1) spreads the bases evenly over three
 * decades. */
static double value_of(const struct fake *fake, const char *source, const struct metric *m,
		       int iter)
{
	const struct boot_spec *spec = fake->spec;
	const struct plan_fake *f = &spec->variant->fake;
	uint64_t h = hash__add(hash__add(hash__text(source), "/"), m->name);
	uint64_t seed = f->drift ? rng__derive(spec->seed, h, spec->slot) : spec->seed;
	double points = metric__points(m->unit), v;
	struct rng r;

	rng__seed(&r, h);
	/* Iteration -2 stands for the boot's own noise. */
	v = 10 * pow(1000, rng__unit(&r)) * fake->scale *
	    exp(f->boot_sd * noise(seed, h, -2) + f->iter_sd * noise(seed, h, iter));
	return points > 0 ? 100 / points * v / (v + MIDDLE) : v;
}

/* End the thread; the host sees the connection close. The descriptors are only closed in
 * fake_agent__stop(), which still uses them: closed here, their numbers might be reused. */
static void __noreturn end_thread(struct fake *f, int status)
{
	wire_msg__release(&f->job);
	f->status = status;
	shutdown(f->fd, SHUT_RDWR);
	pthread_exit(NULL);
}

/* Send a message, or end the thread if the host has hung up. */
static void send_or_end(struct fake *f, const struct wire_msg *m)
{
	if (wire__send(&f->wire, m, -1))
		end_thread(f, 0);
}

/* Sleep for `ms` (-1: for ever). Ends the thread if the boot is stopped meanwhile. */
static void sleep_ms(struct fake *f, int ms)
{
	struct pollfd p = { f->stop, POLLIN, 0 };

	while (poll(&p, 1, ms) < 0 && errno == EINTR)
		;
	if (p.revents)
		end_thread(f, 0);
}

static void __noreturn sleep_for_ever(struct fake *f)
{
	for (;;)
		sleep_ms(f, -1);
}

static void print_console(struct fake *f, const char *text)
{
	(void)!write(f->console, text, strlen(text));
}

/* Send a value of each metric; per-boot metrics are sent only with the first iteration. The last
 * entry of `m` has no name. */
static void send_samples(struct fake *f, int job, const char *source, const struct metric *m,
			 int iter)
{
	for (; m && m->name; m++) {
		int at = m->per_boot ? WIRE_BOOT : iter;

		if (m->per_boot && iter > 0)
			continue;
		send_or_end(f, WIRE_MSG(.type = WIRE_SAMPLE, .job = job, .iter = at,
					.source = (char *)source, .metric = (char *)m->name,
					.value = value_of(f, source, m, at)));
	}
}

/* The plan's metrics of a workload, which may depend on its parameters. */
static const struct metric *metrics_of(const struct fake *f, const struct workload *wl)
{
	const struct plan *plan = f->spec->plan;

	for (size_t i = 0; i < plan->n_workloads; i++)
		if (plan->workloads[i].wl == wl)
			return plan->workloads[i].metrics;
	return wl->metrics;
}

/* Most distribution kernels have no ptdump, so send no samples of it here, either. */
static bool is_silent(const struct collector *col)
{
	return streq(col->name, "ptdump");
}

/* For each iteration, send what a real agent sends, in the same order: begin, end, samples. */
static void run_iterations(struct fake *f, const struct wire_msg *job, const struct workload *wl)
{
	int n = wl->no_iterations ? 1 : (int)job->iterations;

	for (int i = 0; i < n; i++) {
		send_or_end(f, WIRE_MSG(.type = WIRE_ITER_BEGIN, .job = job->job, .iter = i,
					.max_ms = job->max_ms ? job->max_ms : ITER_MS));
		send_or_end(f, WIRE_MSG(.type = WIRE_ITER_END, .job = job->job, .iter = i,
					.ns = NSEC_PER_MSEC));
		send_samples(f, job->job, wl->name, metrics_of(f, wl), i);
		for (size_t c = 0; c < job->n_collectors; c++) {
			const struct collector *col = collector__find(job->collectors[c]);

			if (col && !is_silent(col) &&
			    col->phases & (COLLECT_BEFORE_ITERATION | COLLECT_AFTER_ITERATION))
				send_samples(f, job->job, col->name, col->metrics, i);
		}
	}
}

/* Send facts that reports show or compare, with the values of an ordinary system. */
static void send_facts(struct fake *f, const char *collector)
{
	const char *const known[][3] = {
		{ "dmesg", "dmesg/bbm", "not detected" },
		{ "dmesg", "dmesg/warnings", "0" },
		{ "env", "env/governor", "absent" },
		{ "env", "env/thp", "madvise" },
		{ "ptdump", "ptdump/status", "none: the fake target" },
		{ "identity", "identity/release", RELEASE },
		{ "identity", "identity/cmdline", "kduel.fake=1" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(known); i++)
		if (streq(known[i][0], collector))
			send_or_end(f, WIRE_MSG(.type = WIRE_FACT, .name = (char *)known[i][1],
						.text = (char *)known[i][2]));
	if (streq(collector, "identity") && f->spec->variant->fake.boot_id)
		send_or_end(f, WIRE_MSG(.type = WIRE_FACT, .name = (char *)"identity/boot-id",
					.text = f->spec->variant->fake.boot_id));
}

static void send_done(struct fake *f, int job, enum wire_status status, const char *text)
{
	send_or_end(f, WIRE_MSG(.type = WIRE_DONE, .job = job, .status = status,
				.text = (char *)text));
}

/* Answer a job like an agent that has all plug-ins. */
static void do_job(struct fake *f, const struct wire_msg *job)
{
	const struct workload *wl = workload__find(job->name);
	const struct collector *col = collector__find(job->name);

	if (job->kind == WIRE_COLLECTOR && col) {
		if (!is_silent(col))
			send_samples(f, job->job, col->name, col->metrics, WIRE_BOOT);
		send_facts(f, col->name);
	} else if (job->kind == WIRE_WORKLOAD && wl) {
		run_iterations(f, job, wl);
	} else {
		send_done(f, job->job, WIRE_FAILED, "the fake target knows no such plug-in");
		return;
	}
	send_done(f, job->job, WIRE_OK, "");
}

/* Fail as requested: on the first job, or on the first workload if the failure is a workload's.
 * Returns true if this has answered the job. */
static bool fail_job(struct fake *f, const struct wire_msg *job)
{
	bool workload = job->kind == WIRE_WORKLOAD;

	switch (f->failure) {
	case FAIL_PANIC:
	case FAIL_BUG:
		print_console(f, oops_text);
		if (f->failure == FAIL_PANIC)
			print_console(f, panic_text);
		else /* after an oops without panic only the current process dies */
			send_done(f, job->job, WIRE_CRASHED, "the worker was killed by signal 11");
		end_thread(f, 0);
	case FAIL_AGENT_LOST:
		sleep_for_ever(f);
	case FAIL_AGENT_DIED:
		shutdown(f->fd, SHUT_RDWR);
		sleep_for_ever(f);
	case FAIL_PROTOCOL:
		(void)!send(f->fd, garbage, sizeof(garbage) - 1, MSG_NOSIGNAL);
		sleep_for_ever(f);
	case FAIL_TARGET_KILLED:
		end_thread(f, 128 + SIGKILL);
	case FAIL_WORKLOAD:
		if (workload)
			send_done(f, job->job, WIRE_FAILED,
				  "the fake workload failed because fake.fail asks for it");
		return workload;
	case FAIL_WORKLOAD_TIMEOUT:
		if (workload)
			send_done(f, job->job, WIRE_TIMEOUT,
				  "iteration 0 did not end within its bound");
		return workload;
	case FAIL_UNSUPPORTED:
		if (workload)
			send_done(f, job->job, WIRE_UNSUPPORTED, "this kernel cannot run it");
		return workload;
	default:
		break;
	}
	return false;
}

/* Serve jobs until the host says quit or hangs up. */
static void serve_jobs(struct fake *f)
{
	struct err err;

	while (!wire__recv(&f->wire, &f->job, -1, &err)) {
		if (f->job.type == WIRE_QUIT) {
			send_or_end(f, WIRE_MSG(.type = WIRE_TEXT, .name = (char *)"dmesg",
						.text = (char *)boot_text, .last = true));
			send_or_end(f, WIRE_MSG(.type = WIRE_BYE));
			break;
		}
		if (f->job.type == WIRE_JOB && !fail_job(f, &f->job))
			do_job(f, &f->job);
		wire_msg__release(&f->job);
		f->job = (struct wire_msg){ 0 };
	}
}

/* The boot: console output, an optional delay, hello, jobs. */
static void *run_thread(void *arg)
{
	struct fake *f = arg;

	print_console(f, boot_text);
	if (f->failure == FAIL_BOOT_TIMEOUT)
		sleep_for_ever(f);
	sleep_ms(f, (int)(f->spec->variant->fake.boot_delay_ns / NSEC_PER_MSEC));
	send_or_end(f, WIRE_MSG(.type = WIRE_HELLO, .proto = WIRE_PROTO, .name = (char *)"fake",
				.source = (char *)"fake",
				.text = (char *)(f->spec->release ? f->spec->release : RELEASE),
				.uptime_ns = NSEC_PER_SEC));
	serve_jobs(f);
	end_thread(f, 0);
}

/* Start the thread with all signals blocked, so that other threads handle them. */
static int start_thread(struct fake *f)
{
	sigset_t all, old;
	int ret;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	ret = -pthread_create(&f->thread, NULL, run_thread, f);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	return ret;
}

/* The thread must have been joined, or never started. */
static void free_fake(struct fake *f)
{
	wire__release(&f->wire);
	close(f->fd);
	close(f->console);
	base__close_fd(&f->stop);
	free(f);
}

int fake_agent__start(const struct boot_spec *spec, const struct fake_agent_opts *o, int fd,
		      int console, struct fake **fp)
{
	struct fake *f = xcalloc(1, sizeof(*f));
	int ret;

	*f = (struct fake){ .spec = spec,
			    .failure = o->failure,
			    .scale = o->scale,
			    .fd = fd,
			    .console = console,
			    .stop = eventfd(0, EFD_CLOEXEC) };
	wire__init(&f->wire, fd);
	ret = f->stop < 0 ? -errno : start_thread(f);
	if (ret)
		free_fake(f);
	else
		*fp = f;
	return ret;
}

/* Use CLOCK_MONOTONIC: pthread_clockjoin_np(3) does not support CLOCK_MONOTONIC_RAW. */
int fake_agent__wait(struct fake *f, unsigned int ms, int *status)
{
	struct timespec at;
	int ret;

	if (f->joined)
		return -ECHILD;
	clock_gettime(CLOCK_MONOTONIC, &at);
	at.tv_nsec += (long)(ms % 1000 * NSEC_PER_MSEC);
	at.tv_sec += (time_t)(ms / 1000) + at.tv_nsec / (long)NSEC_PER_SEC;
	at.tv_nsec %= (long)NSEC_PER_SEC;
	ret = pthread_clockjoin_np(f->thread, NULL, CLOCK_MONOTONIC, &at);
	if (ret)
		return -ret;
	f->joined = true;
	*status = f->status;
	return 0;
}

void fake_agent__stop(struct fake *f)
{
	if (!f)
		return;
	if (!f->joined) {
		eventfd_write(f->stop, 1);
		shutdown(f->fd, SHUT_RDWR);
		pthread_join(f->thread, NULL);
	}
	free_fake(f);
}
