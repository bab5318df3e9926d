// SPDX-License-Identifier: GPL-2.0-only
/* job.c - the directory of a job, and the command that Slurm runs for it. */
#include "runner/cli/fleet/job.h"

#include "lib/clock.h"
#include "lib/date.h"
#include "lib/fs.h"
#include "lib/text.h"
#include "reports/render/render.h"
#include "reports/report/open.h"
#include "reports/report/outcome.h"
#include "reports/store/refs.h"
#include "runner/cli/common.h"
#include "runner/cli/execute.h"
#include "runner/cli/fleet/slurm.h"
#include "runner/cli/log.h"
#include "runner/cli/nightly/template.h"
#include "runner/cli/verdicts.h"
#include "runner/config/yaml.h"
#include "runner/host/cache.h"
#include "runner/machine/journal.h"
#include "runner/plan/gate.h"

#include <libgen.h>
#include <unistd.h>

#define LINE_MAX_BYTES 8192
#define KNOWN_GOOD "known-good" /* last entry of a machine's journal if it is in order */

char *fleet_dir(const char *dir)
{
	_free_ char *db = dir ? NULL : store__default_path();
	_free_ char *beside = dir ? xstrdup(dir) : xasprintf("%s/fleet", dirname(db));

	return fs__absolute(beside);
}

int job__fill_plan(const char *path, const char *text, const char *machine, char **out,
		   struct err *err)
{
	const struct template_value v = { "machine", machine, NULL };

	return template__fill(path, text, &v, 1, out, err);
}

static int write_all(const char *job, const char *file, const char *text, struct err *err)
{
	_free_ char *path = xasprintf("%s/%s", job, file);

	return fs__write_text(path, text, err);
}

int job__write(const char *job, const char *file, const char *line, struct err *err)
{
	_free_ char *text = xasprintf("%s\n", line);

	return write_all(job, file, text, err);
}

char *job__read(const char *job, const char *file)
{
	_free_ char *path = xasprintf("%s/%s", job, file), *text = NULL;

	if (fs__read(path, LINE_MAX_BYTES, &text, NULL))
		return NULL;
	return xstrndup(text, strcspn(text, "\n"));
}

int job__make(const char *dir, const char *machine, const char *plan_path, const char *plan,
	      char **job, struct err *err)
{
	_free_ char *above = xasprintf("%s/%s", dir, machine), *path = realpath(plan_path, NULL);
	char date[DATE_LEN];
	int ret = path ? fs__mkdir_p(above) : -errno;

	*job = NULL;
	if (ret)
		return err__errno(err, ret, path ? above : plan_path);
	date__utc(clock__wall_ns(), "%Y%m%d-%H%M%S", date);
	*job = xasprintf("%s/%s-XXXXXX", above, date);
	if (!mkdtemp(*job))
		return err__errno(err, -errno, above);
	ret = write_all(*job, JOB_PLAN, plan, err);
	return ret ? ret : job__write(*job, JOB_PLAN_PATH, path, err);
}

void job__list(const char *dir, const char *machine, struct strvec *jobs)
{
	_cleanup_(strvec__release) struct strvec names = { 0 };
	_free_ char *above = xasprintf("%s/%s", dir, machine);

	(void)fs__names(above, &names);
	for (size_t i = 0; i < names.n; i++) {
		_free_ char *plan = xasprintf("%s/%s/" JOB_PLAN_PATH, above, names.v[i]);

		if (fs__exists(plan))
			strvec__pushf(jobs, "%s/%s", above, names.v[i]);
	}
}

int job__reset(const char *job, struct err *err)
{
	static const char *const files[] = { JOB_EXIT, JOB_COLLECTED };

	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		_free_ char *path = xasprintf("%s/%s", job, files[i]);

		if (unlink(path) && errno != ENOENT)
			return err__errno(err, -errno, path);
	}
	return 0;
}

/* For execute_opts.load: the plan as it was submitted, as the file may have changed since. */
static int load_plan(const char *path, struct plan **plan, struct plan_diag *diag, void *arg)
{
	_free_ char *copy = xasprintf("%s/" JOB_PLAN, (const char *)arg), *text = NULL;
	size_t len;
	struct err err;

	*plan = NULL;
	if (!text__read(copy, YAML_FILE_MAX, &text, &len, &err))
		return plan__parse(path, text, len, plan, diag);
	strvec__push(&diag->msgs, err.msg);
	return -EINVAL;
}

/* For execute_opts.finish; the output goes to the job's log. */
static int print_result(struct store *st, const struct campaign_run *c, void *arg __unused)
{
	struct report *r;
	struct err err;
	int ret;

	if (!c->plan->n_compares)
		return c->failed ? EXIT_TOO_FEW : EXIT_NO_REGRESSION;
	ret = report__open(st, c->uuid, &r, NULL, &err);
	if (!ret) {
		verdicts__set_gate(r, &(struct gate){ 0 });
		ret = render__default(r, "text", 0, stdout, &err);
	}
	ret = ret ? cmd__fail(ret, &err) : report__exit_code(r);
	report__free(r);
	return ret;
}

/* Find the campaign in the job's database; `uuid` is "" before the first run. */
static int find_campaign(struct store *st, char uuid[UUID_LEN], struct err *err)
{
	struct campaign_brief *list;
	size_t n;
	int ret = store__list(st, &list, &n, err);

	uuid[0] = '\0';
	if (ret)
		return ret;
	if (n)
		snprintf(uuid, UUID_LEN, "%s", list[0].uuid);
	campaign_brief__free(list, n);
	return 0;
}

/* Why kduel has given up on the machine, according to its last boot or, if that happened before any
 * boot, to the machine's journal. NULL: it has not. The caller frees. */
static char *why_given_up(struct store *st, const char *uuid, const char *machine)
{
	_cleanup_(campaign__freep) struct campaign *c = NULL;
	_free_ char *claim_name = xasprintf("machine-%s", machine);
	struct cache_claim claim = { .fd = -1 };
	struct journal j = { .fd = -1 };
	char *why = NULL;
	struct err err;

	if (*uuid && !store__load(st, uuid, &c, &err)) {
		const struct campaign_boot *last = NULL;

		for (size_t i = 0; i < c->n_boots; i++)
			if (!last || c->boots[i].ended_ns >= last->ended_ns)
				last = &c->boots[i];
		if (last && last->status == BOOT_MACHINE_GIVEN_UP)
			why = xasprintf("kduel: %s", last->detail);
	}
	/* Without the claim, the journal is in use by another kduel. */
	if (!why && !cache__claim(claim_name, &claim) && !journal__open(machine, &j, &err) &&
	    *j.last && !streq(j.last, KNOWN_GOOD))
		why = xasprintf("kduel: machine not back on known-good, its journal ends with %s",
				j.last);
	journal__close(&j);
	cache__release(&claim);
	return why;
}

/* If kduel has given up on the machine, drain its node, so that Slurm starts no more jobs there. */
static void drain_given_up(struct store *st, const char *uuid, const char *machine)
{
	_free_ char *why = why_given_up(st, uuid, machine), *reason = NULL;
	struct err err;

	if (!why)
		return;
	reason = slurm__reason(why);
	if (slurm__drain(machine, reason, &err))
		log__error("%s; an operator of Slurm can: scontrol update nodename=%s state=drain "
			   "reason='%s'",
			   err.msg, machine, reason);
	else
		log__warn("node %s is drained: %s", machine, reason);
}

/* Run the job's campaign, or resume it. Returns an exit code. */
static int run_job(const char *job, const char *machine)
{
	_free_ char *db = xasprintf("%s/" JOB_RESULTS, job), *path = job__read(job, JOB_PLAN_PATH);
	_cleanup_(store__closep) struct store *st = NULL;
	struct execute_opts x = {
		.command = "run", .load = load_plan, .finish = print_result, .arg = (void *)job
	};
	char uuid[UUID_LEN];
	struct err err;
	int ret = path ? results__open(db, STORE_WRITE, &st, &err) :
			 err__set(&err, -EINVAL, "%s: not the job of a fleet", job);

	if (!ret)
		ret = find_campaign(st, uuid, &err);
	if (!ret && !*uuid)
		ret = tags__put(&x.tags, "node", machine, &err);
	if (ret) {
		tags__release(&x.tags);
		return cmd__fail(ret, &err);
	}
	x.plan_path = *uuid ? NULL : path;
	x.resume = *uuid ? uuid : NULL;
	ret = execute__plan(st, &x);
	tags__release(&x.tags);
	if (ret == EXIT_UNFIT && !find_campaign(st, uuid, &err))
		drain_given_up(st, uuid, machine);
	return ret;
}

static int check_job_options(void *opts, size_t n, char **args, struct err *err)
{
	const char **dir = opts;

	*dir = n ? args[0] : NULL;
	return n && *args[0] == '/' ? 0 :
				      err__set(err, -EINVAL, "expected the absolute path of a job");
}

static const struct options options = {
	.command = "fleet job",
	.args = "DIR",
	.doc = "Runs a job that `kduel fleet submit` made, or continues it. Slurm calls this.",
	.max_args = 1,
	.check = check_job_options,
	.shared = { { &options__quiet, 0 } },
};

int fleet_job(int argc, char **argv)
{
	_free_ char *above = NULL;
	const char *job = NULL;
	char code[16];
	struct err err;
	int ret;

	if (!options__parse(&options, argc, argv, &job, &ret))
		return ret;
	above = xstrdup(job);
	ret = job__reset(job, &err);
	if (ret)
		return cmd__fail(ret, &err);
	ret = run_job(job, basename(dirname(above)));
	snprintf(code, sizeof(code), "%d", ret);
	if (job__write(job, JOB_EXIT, code, &err))
		log__error("%s", err.msg);
	return ret;
}
