// SPDX-License-Identifier: GPL-2.0-only
/*
 * fake.c - a target without a kernel, to test everything above the target. A thread speaks the
 * agent's side of the protocol and answers every job with numbers derived from the seed, or fails
 * like a real boot. (It is not a forked child because parallel boots are threads, and in a child
 * of a multi-threaded process some lock may be held for ever.)
 *
 * A metric's value is
 *	base * fake.scale * exp(fake.boot_sd * N(0,1) + fake.iter_sd * N(0,1))
 * where base (10 to 10000) depends only on the names of source and metric, and the noise depends on
 * the boot's seed, the metric and the iteration: the same seed gives the same numbers. For a metric
 * that is a share, the value is turned into v / (v + 316), which stays below 100 %; 316 is the
 * geometric middle of the bases.
 *
 * With fake.drift the noise also depends on the slot, which exact mode must detect.
 *
 * With fake.kernel a kernel is resolved, or built, as for a real target. A line "kduel-fake: scale=1.2
 * fail=panic" in its Image multiplies the scale and replaces fake.fail, so that each commit can have
 * its own figures.
 *
 * fake.fail names the status that a boot ends with. With n variants the schedule has each variant
 * once in every n slots (in exact mode with m workloads, once in n * m), so the number of a variant's
 * boot is slot / n; the boots with numbers fail_every - 1, 2 * fail_every - 1, ... fail. A boot fails
 * when its first job arrives, except for boot-timeout (no hello) and target-missing (start() fails).
 */
#include "lib/fs.h"
#include "runner/targets/fake_agent.h"

#include <fcntl.h>
#include <inttypes.h>
#include <math.h>
#include <sys/socket.h>
#include <unistd.h>

static const char *const failures[] = {
	[FAIL_PANIC] = "panic",
	[FAIL_BUG] = "kernel-bug",
	[FAIL_BOOT_TIMEOUT] = "boot-timeout",
	[FAIL_AGENT_LOST] = "agent-lost",
	[FAIL_AGENT_DIED] = "agent-died",
	[FAIL_WORKLOAD] = "workload-failed",
	[FAIL_WORKLOAD_TIMEOUT] = "workload-timeout",
	[FAIL_UNSUPPORTED] = "unsupported",
	[FAIL_PROTOCOL] = "protocol",
	[FAIL_TARGET_MISSING] = "target-missing",
	[FAIL_TARGET_KILLED] = "target-killed",
};

/* Returns FAIL_NONE for NULL and for unknown names. */
static enum fake_failure failure_named(const char *name)
{
	for (size_t i = 0; name && i < ARRAY_SIZE(failures); i++)
		if (failures[i] && streq(failures[i], name))
			return (enum fake_failure)i;
	return FAIL_NONE;
}

#define IMAGE_MAX (1u << 20) /* a larger Image is a real kernel */
#define IMAGE_LINE "\nkduel-fake: "

/* Look for a "kduel-fake:" line in the Image, which is binary, and apply it. Without one, *scale and
 * *failure are unchanged. */
static void read_image_line(const struct boot_spec *spec, double *scale, enum fake_failure *failure)
{
	_free_ char *image = NULL, *line = NULL;
	size_t len;
	const char *at, *word;
	char fail[32];

	if (!spec->kernel || fs__read(spec->kernel, IMAGE_MAX, &image, &len))
		return;
	at = memmem(image, len, IMAGE_LINE, strlen(IMAGE_LINE));
	if (!at)
		return;
	at += strlen(IMAGE_LINE);
	line = xstrndup(at, strcspn(at, "\n"));
	word = strstr(line, "scale=");
	if (word)
		*scale = strtod(word + strlen("scale="), NULL);
	word = strstr(line, "fail=");
	if (word && sscanf(word, "fail=%31[a-z-]", fail) == 1)
		*failure = failure_named(fail);
}

/* How this boot shall behave; see the top of this file. */
static struct fake_agent_opts agent_opts(const struct boot_spec *spec)
{
	const struct plan_fake *f = &spec->variant->fake;
	size_t n = spec->plan->n_variants ? spec->plan->n_variants : 1;
	unsigned int every = f->fail_every ? f->fail_every : 1;
	struct fake_agent_opts o = { .scale = 1, .failure = failure_named(f->fail) };

	read_image_line(spec, &o.scale, &o.failure);
	o.scale *= f->scale;
	if (spec->exact)
		n *= spec->plan->n_workloads;
	if ((spec->slot / n + 1) % every)
		o.failure = FAIL_NONE;
	return o;
}

/* Check the numbers and the status in `fake`, and that all variants have a kernel, or none has. */
static int check(const struct plan *plan, struct err *err)
{
	for (size_t i = 0; i < plan->n_variants; i++) {
		const struct plan_variant *v = &plan->variants[i];
		const struct plan_fake *f = &v->fake;

		if (!(f->scale > 0) || !isfinite(f->scale) || !(f->boot_sd >= 0) ||
		    !(f->iter_sd >= 0) || !isfinite(f->boot_sd) || !isfinite(f->iter_sd))
			return err__set(err, -EINVAL,
					"%s:%d:%d: variant '%s': 'fake' needs a "
					"scale above 0 and noise that is not negative",
					plan->path, v->line, v->col, v->name);
		if (f->fail && failure_named(f->fail) == FAIL_NONE)
			return err__set(err, -EINVAL,
					"%s:%d:%d: variant '%s': the fake target "
					"cannot fail with '%s' (it can with panic, kernel-bug, "
					"boot-timeout, agent-lost, agent-died, workload-failed, "
					"workload-timeout, unsupported, protocol, target-missing, "
					"target-killed)",
					plan->path, v->line, v->col, v->name, f->fail);
		if (!v->kernel.arch != !plan->variants[0].kernel.arch)
			return err__set(err, -EINVAL,
					"%s:%d:%d: variant '%s': all variants have "
					"a 'kernel' in 'fake', or none",
					plan->path, v->line, v->col, v->name);
	}
	return 0;
}

/* There is no program: these words record in the database how the numbers were made. */
static int command(const struct boot_spec *spec, struct strvec *argv, struct err *err __unused)
{
	const struct plan_fake *f = &spec->variant->fake;
	const struct fake_agent_opts o = agent_opts(spec);

	strvec__push_all(argv, "fake", "target", NULL);
	strvec__pushf(argv, "seed=%" PRIu64, spec->seed);
	strvec__pushf(argv, "scale=%g", o.scale);
	strvec__pushf(argv, "boot_sd=%g", f->boot_sd);
	strvec__pushf(argv, "iter_sd=%g", f->iter_sd);
	if (o.failure != FAIL_NONE)
		strvec__pushf(argv, "fail=%s", failures[o.failure]);
	return 0;
}

static char *cmdline(const struct boot_spec *spec)
{
	const char *more = spec->variant->cmdline ? spec->variant->cmdline : "";

	return xasprintf("console=fake kduel.fake=1%s%s", *more ? " " : "", more);
}

/* fake_agent__start() takes over both descriptors. stop() releases run->fd and the rest, even after
 * a failure. */
static int start(const struct boot_spec *spec, struct target_run *run, struct err *err)
{
	const struct fake_agent_opts o = agent_opts(spec);
	int sv[2], console, ret;

	*run = (struct target_run){ .fd = -1, .leash = -1 };
	if (o.failure == FAIL_TARGET_MISSING)
		return err__set(err, -ENOENT,
				"the program that runs the fake target is missing "
				"because fake.fail asks for it");
	run->console = xasprintf("%s/console.log", spec->run_dir);
	console = open(run->console, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (console < 0)
		return err__set(err, -errno, "cannot write %s: %s", run->console, strerror(errno));
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sv) < 0) {
		close(console);
		return err__set(err, -errno, "cannot make a socket pair: %s", strerror(errno));
	}
	run->fd = sv[0];
	ret = fake_agent__start(spec, &o, sv[1], console, &run->fake);
	return ret ? err__set(err, ret, "cannot start a thread: %s", strerror(-ret)) : 0;
}

static int wait_end(struct target_run *run, unsigned int ms, int *status)
{
	return run->fake ? fake_agent__wait(run->fake, ms, status) : -ECHILD;
}

/* Closing our end ends a thread that waits for a job; fake_agent__stop() also wakes one that sleeps,
 * and joins it. */
static void stop(struct target_run *run)
{
	base__close_fd(&run->fd);
	run->fd = -1;
	fake_agent__stop(run->fake);
	run->fake = NULL;
	free(run->console);
	run->console = NULL;
}

static enum metric_platform platform(const struct plan *plan __unused, const char *root __unused)
{
	return PLATFORM_FAKE;
}

const struct target_ops target_fake = {
	.name = "fake",
	.check = check,
	.command = command,
	.cmdline = cmdline,
	.start = start,
	.wait = wait_end,
	.stop = stop,
	.platform = platform,
};
