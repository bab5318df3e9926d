// SPDX-License-Identifier: GPL-2.0-only
#include "runner/execute.h"

#include "lib/fs.h"
#include "lib/units.h"
#include "reports/store-read.h"
#include "runner/cache.h"
#include "runner/cmd.h"
#include "runner/rundir.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <unistd.h>

#define EXIT_INTERRUPTED 130

static volatile sig_atomic_t stop;

static void on_signal(int sig)
{
	(void)sig;
	/* A second one means it: the supervisor cleans up after us. */
	if (stop)
		_exit(EXIT_INTERRUPTED);
	stop = 1;
}

static void catch_signals(void)
{
	struct sigaction sa = { .sa_handler = on_signal }, old;

	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGTERM, &sa, NULL);
	/* Under nohup it stays ignored. */
	if (!sigaction(SIGHUP, NULL, &old) && old.sa_handler != SIG_IGN)
		sigaction(SIGHUP, &sa, NULL);
}

static void show_progress(const struct campaign_run *c, const struct schedule_slot *slot,
			  const char *what, size_t done, uint64_t eta)
{
	char left[32] = "";

	if (eta)
		units__fmt_duration(eta, left, sizeof(left));
	log__progress("[%zu/%zu] %s: %s%s%s", done + 1, c->n_slots,
		      c->plan->variants[slot->variant].name, what, eta ? ", left " : "", left);
}

static void show_boot(const struct campaign_run *c, const struct schedule_slot *slot,
		      const struct store_boot *b)
{
	char took[32];

	units__fmt_duration(b->ended_ns - b->started_ns, took, sizeof(took));
	for (size_t i = 0; i < b->n_facts; i++)
		if (str_starts(b->facts[i].key, "unsupported/"))
			log__warn("boot %u/%zu  %s: %s cannot run here: %s", slot->slot + 1,
				  c->n_slots, b->variant, strchr(b->facts[i].key, '/') + 1,
				  b->facts[i].value);
	if (b->status == BOOT_OK)
		log__info("boot %u/%zu  %-12s ok, %s", slot->slot + 1, c->n_slots, b->variant, took);
	else
		log__warn("boot %u/%zu  %s: %s after %s: %s\n"
			  "         (kduel show %.8s %u --console)", slot->slot + 1, c->n_slots,
			  b->variant, boot_status__name(b->status), took, b->detail, c->uuid,
			  slot->slot + 1);
}

static const struct campaign_hooks hooks = {
	.stop = &stop,
	.progress = show_progress,
	.booted = show_boot,
	.note = log__info,
};

static struct plan *finish_plan(struct plan *plan, struct plan_diag *diag, int ret)
{
	for (size_t i = 0; i < diag->msgs.n; i++)
		log__error("%s", diag->msgs.v[i]);
	if (ret)
		log__error("nothing was booted");
	plan_diag__release(diag);
	return plan;
}

static struct plan *load_plan(const struct execute_opts *o)
{
	struct plan_diag diag = { 0 };
	struct plan *plan = NULL;
	int ret = o->load ? o->load(o->plan_path, &plan, &diag, o->arg) :
			    plan__load(o->plan_path, &plan, &diag);

	return finish_plan(plan, &diag, ret);
}

/* `from` is a lock file, or a campaign whose lock is taken. */
static int read_lock(struct store *st, const char *from, struct lock *lock, struct err *err)
{
	_free_ char *text = NULL;
	struct campaign *c;
	int ret = fs__read(from, 16u << 20, &text, NULL);

	if (!ret)
		return lock__parse(from, text, lock, err);
	if (ret != -ENOENT)
		return err__set(err, ret, "%s: %s", from, strerror(-ret));
	ret = store__load(st, from, &c, err);
	if (ret)
		return err__prefix(err, ret, "--locked: '%s' is no file, and: ", from);
	ret = lock__parse("stored lock", c->lock_text, lock, err);
	campaign__free(c);
	return ret;
}

int execute__fail(int ret, const struct err *err)
{
	log__progress_end();
	log__error("%s", err->msg);
	return cmd__exit_code(ret);
}

static int dry_run(const struct campaign_run *c)
{
	struct err err;

	printf("# %zu boots; RUN stands for a directory that each boot gets of its own\n",
	       c->n_slots);
	for (size_t i = 0; i < c->n_slots; i++) {
		const struct schedule_slot *slot = &c->slots[i];
		struct strvec argv = { 0 };
		struct boot_spec spec;
		int ret;

		campaign_run__spec(c, slot, "RUN", &spec);
		ret = c->ops->command(&spec, &argv, &err);
		if (ret)
			return execute__fail(ret, &err);
		_free_ char *line = strvec__shell_line(&argv);
		printf("# boot %u, block %u, %s\n%s\n", slot->slot + 1, slot->block + 1,
		       spec.variant->name, line);
		strvec__release(&argv);
	}
	return EXIT_NO_REGRESSION;
}

/* Two kduels on one campaign would boot every slot twice. */
static int take_campaign(const char *uuid, char **path)
{
	int fd;

	*path = cache__path("campaign-%s.lock", uuid);
	fd = open(*path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
	if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) < 0) {
		close(fd);
		errno = EWOULDBLOCK;
		fd = -1;
	}
	return fd;
}

/* The boots, then what is made of them. */
static int go(struct campaign_run *c, struct store *st, const struct execute_opts *o)
{
	_free_ char *path = NULL;
	_close_ int lock = take_campaign(c->uuid, &path);
	struct err err;
	int ret;

	if (lock < 0) {
		if (errno == EWOULDBLOCK)
			log__error("campaign %.8s is being run by another kduel", c->uuid);
		else
			log__error("%s: %s", path, strerror(errno));
		return EXIT_UNFIT;
	}
	catch_signals();
	ret = campaign_run__go(c, st, &hooks, &err);
	log__progress_end();
	if (ret == -EINTR || ret == -ECANCELED) {
		log__info("campaign %.8s stopped; `kduel %s --resume %.8s` goes on with it", c->uuid,
			  o->command, c->uuid);
		return ret == -EINTR ? EXIT_INTERRUPTED : EXIT_TOO_FEW;
	}
	if (ret)
		return execute__fail(ret, &err);
	return o->finish(st, c, o->arg);
}

static int run_new(struct plan *plan, struct store *st, const struct execute_opts *o)
{
	struct lock want = { 0 };
	struct campaign_run c = { 0 };
	struct err err;
	int ret = o->locked ? read_lock(st, o->locked, &want, &err) : 0;

	if (!ret)
		ret = campaign_run__prepare(&c, plan, o->locked ? &want : NULL, &hooks, &err);
	if (!ret && o->dry_run) {
		ret = dry_run(&c);
		goto out;
	}
	if (!ret)
		ret = campaign_run__create(&c, st, &err);
	if (!ret && o->tags)
		ret = tags__store(o->tags, st, c.uuid, &err);
	if (ret) {
		ret = execute__fail(ret, &err);
		goto out;
	}
	log__info("campaign %.8s: %zu boots", c.uuid, c.n_slots);
	ret = go(&c, st, o);
out:
	campaign_run__release(&c);
	lock__release(&want);
	return ret;
}

/* The kernels must be the very ones that the earlier boots had. */
static int check_kernels(const struct campaign_run *c, const struct campaign *old, struct err *err)
{
	for (size_t i = 0; c->kernels && i < c->plan->n_variants; i++)
		if (!streq(c->kernels[i]->hash, old->variants[i].kernel_hash))
			return err__set(err, -EINVAL, "the kernel of variant '%s' is not the one of "
					"the earlier boots: %.12s, it was %.12s",
					old->variants[i].name, c->kernels[i]->hash,
					old->variants[i].kernel_hash);
	return 0;
}

static int prepare_resumed(struct campaign_run *c, const struct campaign *old,
			   const struct plan *plan, struct store *st, struct err *err)
{
	struct lock want = { 0 };
	int ret = lock__parse("stored lock", old->lock_text, &want, err);

	if (!ret)
		ret = campaign_run__prepare(c, plan, want.n ? &want : NULL, &hooks, err);
	if (!ret)
		ret = check_kernels(c, old, err);
	if (!ret) {
		memcpy(c->uuid, old->uuid, sizeof(c->uuid));
		ret = store__slots_done(st, c->uuid, c->done, (unsigned int)c->n_slots, err);
	}
	lock__release(&want);
	return ret;
}

static int resume(struct store *st, const struct execute_opts *o)
{
	struct plan_diag diag = { 0 };
	struct campaign_run c = { 0 };
	struct campaign *old = NULL;
	struct plan *plan = NULL;
	struct err err;
	int ret = store__load(st, o->resume, &old, &err);

	if (ret)
		return execute__fail(ret, &err);
	ret = plan__parse(old->plan_path, old->plan_text, strlen(old->plan_text), &plan, &diag);
	finish_plan(plan, &diag, ret);
	if (ret) {
		ret = EXIT_USAGE;
		goto out;
	}
	ret = prepare_resumed(&c, old, plan, st, &err);
	if (ret) {
		ret = execute__fail(ret, &err);
		goto out;
	}
	log__info("campaign %.8s: going on, %zu boots in all", c.uuid, c.n_slots);
	ret = o->dry_run ? dry_run(&c) : go(&c, st, o);
out:
	campaign_run__release(&c);
	plan__free(plan);
	campaign__free(old);
	return ret;
}

int execute__plan(struct store *st, const struct execute_opts *o)
{
	struct plan *plan;
	int ret;

	rundir__sweep();
	cache__sweep();
	if (o->resume)
		return resume(st, o);
	plan = load_plan(o);
	if (!plan)
		return EXIT_USAGE;
	ret = run_new(plan, st, o);
	plan__free(plan);
	return ret;
}
