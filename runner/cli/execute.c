// SPDX-License-Identifier: GPL-2.0-only
/* execute.c - run or resume a campaign for a user: progress, messages, signals. */
#include "runner/cli/execute.h"

#include "lib/clock.h"
#include "lib/fs.h"
#include "lib/text.h"
#include "reports/store/claim.h"
#include "reports/store/read.h"
#include "reports/store/refs.h"
#include "runner/host/cache.h"
#include "runner/cli/common.h"
#include "runner/cli/log.h"
#include "runner/cli/progress.h"
#include "runner/campaign/budget.h"
#include "runner/campaign/resume.h"
#include "runner/host/rundir.h"
#include "runner/campaign/tune.h"

#include <signal.h>
#include <unistd.h>

enum { OPT_TAG = OPTION_TAKE_FIRST, OPT_PROGRESS, OPT_UNTIL };

int execute__set_until(struct execute_opts *o, const char *until, struct err *err)
{
	o->budget.until = until;
	return budget__parse_until(until, clock__wall_ns(), &o->budget.until_ns, err);
}

/* --tag may be repeated; --progress affects the whole process. */
static int take_execute_option(void *opts, int key, const char *value, struct err *err)
{
	struct execute_opts *o = opts;
	int word;

	if (key == OPT_TAG)
		return tags__add(&o->tags, value, err);
	if (key == OPT_UNTIL)
		return execute__set_until(o, value, err);
	word = options__word("progress", value, "auto|json", err);
	if (word == 1)
		progress__use_json();
	return word < 0 ? word : 0;
}

const struct options execute__options = {
	.table = OPTION_TABLE(
		OPTION_FLAG("allow-exec", struct execute_opts, allow_exec,
			    "let workload exec run its command on this system, or on a real machine"),
		OPTION_FLAG("dry-run", struct execute_opts, dry_run,
			    "print every boot in order and its exact command line; boot nothing"),
		OPTION_TEXT("locked", "FROM", struct execute_opts, locked,
			    "use exactly the packages of a campaign (its id, or \"latest\"), or of "
			    "a lock file (`kduel show ID --lock`)"),
		OPTION_TAKE("progress", OPT_PROGRESS, "HOW",
			    "auto (default): a live line on a terminal, else a line per boot; json: "
			    "objects on standard error, one per line"),
		OPTION_TEXT("resume", "ID", struct execute_opts, resume,
			    "resume a campaign that was interrupted (`kduel list`)"),
		OPTION_TAKE("tag", OPT_TAG, "KEY=VALUE",
			    "tag the campaign: branch, commit, date or anything else (`kduel tag`)"),
		OPTION_TAKE("until", OPT_UNTIL, "HH:MM",
			    "end by this time of day (06:30), after as many whole blocks as fit")),
	.take = take_execute_option,
};

static atomic_int stop; /* lock-free, so that a signal handler may set it */

/* Ask the campaign to stop; it can be resumed from what is stored. */
static void on_signal(int sig)
{
	(void)sig;
	/* A second signal ends this process at once; the supervisor cleans up. */
	if (stop == 1)
		_exit(EXIT_INTERRUPTED);
	stop = 1;
}

/* Caught only while a campaign runs: `kduel bisect` and `kduel nightly` run several, and build
 * kernels in between. */
static const int caught[] = { SIGINT, SIGTERM, SIGHUP };

/* Without SA_RESTART, so that a signal ends a wait. The previous actions are saved in old[]. */
static void catch_signals(struct sigaction old[ARRAY_SIZE(caught)])
{
	const struct sigaction sa = { .sa_handler = on_signal };

	stop = 0; /* the previous campaign may have left CAMPAIGN_TIME_OVER in it */
	for (size_t i = 0; i < ARRAY_SIZE(caught); i++) {
		sigaction(caught[i], NULL, &old[i]);
		/* Keep SIGHUP ignored under nohup. */
		if (caught[i] != SIGHUP || old[i].sa_handler != SIG_IGN)
			sigaction(caught[i], &sa, NULL);
	}
}

static const struct campaign_hooks hooks = {
	.stop = &stop,
	.progress = progress__step,
	.booted = progress__booted,
	.note = log__info,
	.working = log__progress,
};

/* Print the mistakes in a plan, or the warnings about a valid one. */
static void report_mistakes(struct plan_diag *diag, int ret)
{
	log__errors(&diag->msgs);
	if (ret)
		log__error("nothing was booted");
	plan_diag__release(diag);
}

/* Read package versions from a lock file or, if there is no such file, from a campaign. */
static int read_lock(struct store *st, const char *from, struct lock *lock, struct err *err)
{
	_free_ char *text = NULL;
	_cleanup_(campaign__freep) struct campaign *c = NULL;
	size_t len;
	int ret = fs__read(from, 16u << 20, &text, &len);

	if (!ret) {
		ret = text__clean(text, &len, err);
		return ret ? err__prefix(err, ret, "%s: ", from) :
			     lock__parse(from, text, lock, err);
	}
	if (ret != -ENOENT)
		return err__set(err, ret, "%s: %s", from, strerror(-ret));
	ret = store__load(st, from, &c, err);
	if (ret)
		return err__prefix(err, ret, "--locked: '%s' is not a file, and: ", from);
	return lock__parse("stored lock", c->lock_text, lock, err);
}

/* Print the boots that remain, as shell commands with a comment above each. */
static int dry_run(const struct campaign_run *c)
{
	size_t n_done = 0;
	struct err err;

	for (size_t i = 0; i < c->n_slots; i++)
		n_done += c->done[i];
	printf("# %zu boot%s, %u at a time", c->n_slots, plural_s(c->n_slots), c->parallel);
	if (n_done)
		printf("; %zu are done", n_done);
	printf("; RUN stands for a directory that each boot gets of its own\n");
	for (size_t i = 0; i < c->n_slots; i++) {
		const struct schedule_slot *slot = &c->slots[i];
		_cleanup_(strvec__release) struct strvec argv = { 0 };
		struct boot_spec spec;
		int ret;

		if (c->done[slot->slot])
			continue;
		campaign_run__spec(c, slot, "RUN", &spec);
		ret = c->ops->command(&spec, &argv, &err);
		if (ret)
			return cmd__fail(ret, &err);
		_free_ char *line = strvec__shell_line(&argv), *name = progress__boot_name(c, slot);
		printf("# boot %u, block %u, %s\n%s\n", slot->slot + 1, slot->block + 1, name,
		       line);
	}
	return EXIT_NO_REGRESSION;
}

/* Run all boots, then call the command's `finish`, which compares or reports. */
static int run_boots(struct campaign_run *c, struct store *st, const struct execute_opts *o)
{
	struct err err;
	int ret;

	ret = campaign_run__go(c, st, &hooks, &err);
	progress__end(c, ret ? "interrupted" : "finished");
	if (!ret && c->cut)
		log__info("campaign %.8s ended when its time budget was used up: %s; `kduel %s --resume %.8s` adds "
			  "the others",
			  c->uuid, c->cut, o->command, c->uuid);
	if (!ret)
		return o->finish(st, c, o->arg);
	if (ret != -EINTR && ret != -ECANCELED)
		log__error("%s", err.msg);
	log__info("campaign %.8s stopped; `kduel %s --resume %.8s` continues it", c->uuid,
		  o->command, c->uuid);
	return ret == -EINTR	 ? EXIT_INTERRUPTED :
	       ret == -ECANCELED ? EXIT_TOO_FEW :
				   cmd__exit_code(ret);
}

/* Print and release. */
static void log_changes(struct strvec *changes)
{
	for (size_t i = 0; i < changes->n; i++)
		log__info("tune    %s", changes->v[i]);
	strvec__release(changes);
}

/* Restore the settings that this or a killed kduel has changed. A failure is a warning; only a plan
 * that tunes makes it an error. */
static int recover(const struct tune_where *w)
{
	struct strvec changes = { 0 };
	struct err err;
	int ret = tune__restore(w, &changes, &err);

	log_changes(&changes);
	if (ret)
		log__warn("settings of an earlier campaign are still in force: %s", err.msg);
	return ret;
}

/* Does the plan tune this host? With target ssh, settings are changed on the remote machine. */
static bool tunes_here(const struct plan *plan)
{
	return plan->target.kind != TARGET_SSH && tune__wanted(&plan->tune);
}

/* Restore what a killed campaign has changed, then change what the plan says. */
static int tune(const struct tune_where *w, const struct plan *plan, struct err *err)
{
	struct strvec changes = { 0 };
	int ret = recover(w);

	if (!tunes_here(plan))
		return 0;
	if (ret)
		return err__set(err, -EBUSY, "restore those settings before more are changed");
	ret = tune__apply(w, &plan->tune, &changes, err);
	log_changes(&changes);
	return ret;
}

/* Run the boots with the host tuned as the plan says, and restore the settings afterwards. Only one
 * kduel at a time may do so: the one that holds the claim "tune". */
static int run_tuned(struct campaign_run *c, struct store *st, const struct execute_opts *o)
{
	bool wanted = tunes_here(c->plan);
	struct cache_claim claim;
	_cleanup_(tune_where__release) struct tune_where w = { 0 };
	struct err err = { "" };
	int ret = cache__claim("tune", &claim), claimed = ret;

	tune_where__init(&w);
	if (!claimed)
		ret = tune(&w, c->plan, &err);
	else if (wanted)
		ret = err__set(&err, -EBUSY,
			       "another kduel has changed settings of this machine and "
			       "is still running (%s: %s)",
			       claim.path, strerror(-claimed));
	else
		ret = 0;
	/* A campaign that does not tune need not keep others from it. */
	if (!wanted)
		cache__release(&claim);
	ret = ret ? cmd__fail(ret, &err) : run_boots(c, st, o);
	if (wanted && !claimed)
		recover(&w);
	if (wanted)
		cache__release(&claim);
	return ret;
}

/* Run a campaign that this process has claimed. If it is not finished by then, its state becomes
 * "interrupted", for whatever reason. */
static int run_claimed(struct campaign_run *c, struct store *st, const struct execute_opts *o)
{
	struct sigaction old[ARRAY_SIZE(caught)];
	int ret;

	catch_signals(old);
	ret = run_tuned(c, st, o);
	store__finish_campaign(st, c->uuid, "interrupted", NULL);
	for (size_t i = 0; i < ARRAY_SIZE(caught); i++)
		sigaction(caught[i], &old[i], NULL);
	return ret;
}

/* A claim may look expired just because the clock of its owner's machine differs from the one here.
 * Watch such a claim: -EBUSY if it is refreshed meanwhile, as its owner is alive. *seen is when the
 * claim was last refreshed, by the owner's clock, or 0 if there was none to watch. */
static int watch_claim(struct store *st, const char *campaign, uint64_t *seen, struct err *err)
{
	char host[CLAIM_HOST_LEN];
	uint64_t now;
	int ret = store__doubt_claim(st, campaign, seen, host, err);

	if (ret <= 0)
		return ret;
	log__info("campaign %.8s ran on %s, which may be gone: waiting %d s for a sign of life",
		  campaign, host, CLAIM_WATCH_S);
	for (int s = 0; s < CLAIM_WATCH_S; s++) {
		sleep(1);
		now = *seen;
		ret = store__doubt_claim(st, campaign, &now, host, err);
		if (ret <= 0)
			return ret;
		if (now != *seen)
			return err__set(err, -EBUSY,
					"campaign %.8s is being run by another kduel on %s, whose "
					"clock differs from the one here by more than %d s",
					campaign, host, CLAIM_AGE_S);
	}
	return 0;
}

/* Claim the campaign and, in the same transaction, read again which slots are done: the previous
 * owner may have done more since. */
static int claim_slots(struct campaign_run *c, struct store *st, uint64_t watched, struct err *err)
{
	int ret = store__begin(st, err);

	if (ret)
		return ret;
	ret = store__claim(st, c->uuid, watched, err);
	if (!ret)
		ret = store__slots_done(st, c->uuid, c->done, (unsigned int)c->n_slots, err);
	return store__end(st, ret, err);
}

/* Set the time budget, estimate the duration, and fail if not even one block fits. `old` is the
 * stored campaign that is resumed, NULL for a new one. */
static int check_budget(struct campaign_run *c, const struct campaign *old,
			const struct execute_opts *o, struct store *st, struct err *err)
{
	c->budget = o->budget;
	/* --until of a resumed campaign replaces the budget of its plan. */
	if (!old || !o->budget.until)
		c->budget.plan_ns = c->plan->budget_ns;
	for (size_t i = 0; old && i < old->n_boots; i++)
		if (old->boots[i].ended_ns > old->boots[i].started_ns)
			c->budget.spent_ns += (old->boots[i].ended_ns - old->boots[i].started_ns) /
					      c->parallel;
	c->was_cut = old && *old->cut;
	progress__expect(c, st);
	return budget__check(c, err);
}

/* "latest" is the campaign with the newest date. If one has a date in the future, as its machine's
 * clock was wrong, it remains "latest" until then. */
static void warn_of_future(struct campaign_run *c, struct store *st)
{
	_cleanup_(strvec__release) struct strvec latest = { 0 };
	struct err err;

	if (!store__refs(st, "latest", &latest, &err) && !streq(latest.v[0], c->uuid))
		log__warn("campaign %.8s has a date in the future: `latest` means that one, not this (%.8s); "
			  "check the clock of this machine",
			  latest.v[0], c->uuid);
}

/* Start a campaign from a plan, or print what it would do. */
static int run_new(struct plan *plan, struct store *st, const struct execute_opts *o)
{
	_cleanup_(lock__release) struct lock want = { 0 };
	_cleanup_(campaign_run__release) struct campaign_run c = { 0 };
	struct campaign_hooks mine = hooks;
	struct err err;
	int ret = o->check ? o->check(plan, o->arg, &err) : 0;

	if (!ret && o->locked)
		ret = read_lock(st, o->locked, &want, &err);
	mine.dry = o->dry_run;
	if (!ret)
		ret = campaign_run__prepare(&c, plan, o->locked ? &want : NULL, &mine, &err);
	if (ret) {
		ret = cmd__fail(ret, &err);
	} else if (o->dry_run) {
		ret = dry_run(&c);
	} else {
		/* Create the campaign last, so that one that cannot run is not stored. */
		ret = check_budget(&c, NULL, o, st, &err);
		if (!ret)
			ret = campaign_run__create(&c, &o->tags, st, &err);
		if (!ret) {
			progress__begin(&c, false);
			warn_of_future(&c, st);
		}
		ret = ret ? cmd__fail(ret, &err) : run_claimed(&c, st, o);
	}
	return ret;
}

/* Prepare the rest of a stored campaign, with the same packages and schedule. resume__check()
 * refuses it if this machine would give other results. */
static int prepare_resumed(struct campaign_run *c, const struct campaign *old, struct plan *plan,
			   struct store *st, bool dry, struct err *err)
{
	struct campaign_hooks mine = hooks;
	_cleanup_(lock__release) struct lock want = { 0 };
	int ret = lock__parse("stored lock", old->lock_text, &want, err);

	mine.dry = dry;
	if (!ret)
		ret = campaign_run__prepare(c, plan, want.n ? &want : NULL, &mine, err);
	if (!ret)
		ret = resume__check(c, old, st, err);
	if (!ret) {
		memcpy(c->uuid, old->uuid, sizeof(c->uuid));
		ret = store__slots_done(st, c->uuid, c->done, (unsigned int)c->n_slots, err);
	}
	return ret;
}

/* Resume a campaign, from the plan stored with it: the file may have changed. */
static int resume(struct store *st, const struct execute_opts *o)
{
	_cleanup_(campaign__freep) struct campaign *old = NULL;
	_cleanup_(plan__freep) struct plan *plan = NULL;
	_cleanup_(campaign_run__release) struct campaign_run c = { 0 }; /* refers to the plan */
	struct plan_diag diag = { 0 };
	struct err err;
	uint64_t watched = 0;
	int ret = store__load(st, o->resume, &old, &err);

	if (ret)
		return cmd__fail(ret, &err);
	ret = plan__parse(old->plan_path, old->plan_text, strlen(old->plan_text), &plan, &diag);
	report_mistakes(&diag, ret);
	if (ret)
		return EXIT_USAGE;
	plan->allow_exec |= o->allow_exec;
	ret = o->check ? o->check(plan, o->arg, &err) : 0;
	if (!ret)
		ret = prepare_resumed(&c, old, plan, st, o->dry_run, &err);
	if (!ret)
		ret = check_budget(&c, old, o, st, &err);
	if (ret)
		return cmd__fail(ret, &err);
	progress__begin(&c, true);
	if (o->dry_run)
		return dry_run(&c);
	ret = watch_claim(st, c.uuid, &watched, &err);
	if (!ret)
		ret = claim_slots(&c, st, watched, &err);
	return ret ? cmd__fail(ret, &err) : run_claimed(&c, st, o);
}

/* Fail early if the cache is not writable: it holds kernels, images and the settings to restore
 * after tuning. */
static int check_cache(void)
{
	struct err err;
	_close_ int fd = cache__lock("tmp", &err);

	if (fd >= 0)
		return 0;
	log__error("%s; kduel's cache is below $XDG_CACHE_HOME, or $HOME/.cache", err.msg);
	return EXIT_UNFIT;
}

/* Sweep first, as leftovers of killed runs may fill the disk that this one needs. */
int execute__plan(struct store *st, const struct execute_opts *o)
{
	struct plan_diag diag = { 0 };
	_cleanup_(plan__freep) struct plan *plan = NULL;
	int ret;

	rundir__sweep();
	cache__sweep();
	ret = o->dry_run ? 0 : check_cache();
	if (ret)
		return ret;
	if (o->resume)
		return resume(st, o);
	ret = o->load ? o->load(o->plan_path, &plan, &diag, o->arg) :
			plan__load(o->plan_path, &plan, &diag);
	report_mistakes(&diag, ret);
	if (!plan)
		return EXIT_USAGE;
	plan->allow_exec |= o->allow_exec;
	return run_new(plan, st, o);
}
