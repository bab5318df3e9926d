// SPDX-License-Identifier: GPL-2.0-only
/* fleet.c - `kduel fleet`: run a plan on many machines through Slurm, which decides when each job
 * runs. */
#include "lib/clock.h"
#include "lib/fs.h"
#include "lib/text.h"
#include "lib/units.h"
#include "runner/cli/common.h"
#include "runner/cli/fleet/config.h"
#include "runner/cli/fleet/job.h"
#include "runner/cli/fleet/slurm.h"
#include "runner/cli/log.h"
#include "runner/cli/options.h"
#include "runner/config/yaml.h"
#include "runner/machine/file.h"
#include "runner/plan/read.h"

#include <unistd.h>

#define WARN_MAX_NS (65535 * NSEC_PER_SEC) /* limit of sbatch --signal */

struct fleet_opts {
	const char *file; /* CONFIG or PLAN */
	const char *dir, *db, *machines, *time, *warn, *reservation, *deadline;
	bool resume;
};

static int take_config(void *opts, size_t n, char **args, struct err *err)
{
	((struct fleet_opts *)opts)->file = n ? args[0] : NULL;
	return n ? 0 : err__set(err, -EINVAL, "expected the configuration file of a fleet");
}

static int take_plan(void *opts, size_t n, char **args, struct err *err)
{
	struct fleet_opts *o = opts;

	o->file = n ? args[0] : NULL;
	if (!o->file == !o->resume)
		return err__set(err, -EINVAL, "expected one plan, or --resume");
	return o->machines ? 0 : err__set(err, -EINVAL, "--machines is missing: expected a,b,...");
}

static const struct options slurm_options = {
	.command = "fleet slurm",
	.args = "CONFIG",
	.doc = "Prints lines for slurm.conf: a node and a partition for each machine, with slurmd on "
	       "the host that kduel runs on, and the command that creates the reservation. See "
	       "docs/FLEET.md for the keys of CONFIG.",
	.max_args = 1,
	.check = take_config,
};

#define DIR_OPTION                                        \
	OPTION_TEXT("dir", "DIR", struct fleet_opts, dir, \
		    "where jobs are kept (default: "      \
		    "`fleet` beside the default database)")

static const struct options submit_options = {
	.command = "fleet submit",
	.args = "PLAN --machines A,B,...\n--resume --machines A,B,...",
	.doc = "Gives Slurm a job for each machine, whose name replaces ${machine} in the plan. A "
	       "requeued job continues where it stopped; a machine that is given up is drained.",
	.table = OPTION_TABLE(
		OPTION_TEXT("machines", "A,B,...", struct fleet_opts, machines,
			    "the machines; each is a node and a partition"),
		OPTION_TEXT("time", "TIME", struct fleet_opts, time,
			    "time limit of a job (default: 8h; whole minutes)"),
		OPTION_TEXT("signal", "TIME", struct fleet_opts, warn,
			    "send SIGTERM this long before the time limit, so that the machine is left "
			    "on its own kernel (default: 10m)"),
		OPTION_TEXT("reservation", "NAME", struct fleet_opts, reservation,
			    "run only in this reservation"),
		OPTION_TEXT("deadline", "TIME", struct fleet_opts, deadline,
			    "drop the job if it cannot end by then, such as 07:00"),
		OPTION_FLAG("resume", struct fleet_opts, resume,
			    "submit each machine's last job again"),
		DIR_OPTION),
	.max_args = 1,
	.check = take_plan,
};

static const struct options status_options = {
	.command = "fleet status",
	.args = NULL,
	.doc = "Prints the last job of each machine, and what Slurm says of both.",
	.table = OPTION_TABLE(DIR_OPTION),
};

static const struct options collect_options = {
	.command = "fleet collect",
	.args = NULL,
	.doc = "Imports the results that all jobs have so far into one database. Another call adds only "
	       "what is new.",
	.table = OPTION_TABLE(DIR_OPTION),
	.shared = { { &options__db, offsetof(struct fleet_opts, db) } },
};

static int fleet_slurm(int argc, char **argv)
{
	_cleanup_(fleet__release) struct fleet f = { 0 };
	struct fleet_opts o = { 0 };
	struct err err;
	int ret;

	if (!options__parse(&slurm_options, argc, argv, &o, &ret))
		return ret;
	ret = fleet__load(o.file, &f, &err);
	if (!ret)
		fleet__print(&f, stdout);
	return cmd__fail(ret, &err);
}

static int split_machines(const char *list, struct strvec *machines, struct err *err)
{
	_free_ char *own = xstrdup(list);
	char *save = NULL;

	for (char *s = strtok_r(own, ",", &save); s; s = strtok_r(NULL, ",", &save)) {
		int ret = machine__check_name(s, err);

		if (!ret)
			ret = slurm__check_name(s, err);
		if (ret)
			return err__prefix(err, ret, "--machines: ");
		if (strvec__has(machines, s))
			return err__set(err, -EINVAL, "--machines: '%s' is listed twice", s);
		strvec__push(machines, s);
	}
	return machines->n ? 0 : err__set(err, -EINVAL, "--machines: expected a,b,...");
}

static int read_time(const char *option, const char *value, uint64_t *ns, struct err *err)
{
	if (!value || (!units__duration(value, ns) && *ns >= NSEC_PER_SEC))
		return 0;
	return err__set(err, -EINVAL, "%s: expected a time such as 8h or 30m, not '%s'", option,
			value);
}

/* --signal is not less than --time. Name the option that the user gave, and the value of the other. */
static int refuse_limits(const struct fleet_opts *o, const struct slurm_job *job, struct err *err)
{
	char warn[32], limit[32];

	units__fmt_duration(job->warn_ns, warn, sizeof(warn));
	units__fmt_duration(job->limit_ns, limit, sizeof(limit));
	if (o->warn)
		return err__set(err, -EINVAL, "--signal: expected less than --time (%s), not '%s'",
				limit, o->warn);
	return err__set(err, -EINVAL,
			"--time: expected more than %s, the time before the end at which the job is "
			"told to stop (--signal), not '%s'",
			warn, o->time);
}

/* Check and convert the options that are passed on to Slurm. */
static int read_limits(const struct fleet_opts *o, struct slurm_job *job, struct err *err)
{
	int ret = read_time("--time", o->time, &job->limit_ns, err);

	if (!ret)
		ret = read_time("--signal", o->warn, &job->warn_ns, err);
	if (!ret && job->warn_ns > WARN_MAX_NS)
		ret = err__set(err, -EINVAL, "--signal: expected at most 18h, not '%s'", o->warn);
	if (!ret && job->warn_ns >= job->limit_ns)
		ret = refuse_limits(o, job, err);
	if (!ret && o->reservation && !yaml__is_name(o->reservation))
		ret = err__set(err, -EINVAL, "--reservation: '%s' is not a valid name",
			       o->reservation);
	if (!ret && o->deadline && !slurm__is_moment(o->deadline))
		ret = err__set(err, -EINVAL,
			       "--deadline: expected HH:MM or YYYY-MM-DDTHH:MM, not '%s'",
			       o->deadline);
	job->reservation = o->reservation;
	job->deadline = o->deadline;
	return ret;
}

/* A plan for a real machine must be for the one that the job is submitted to: two jobs for one
 * machine would wait for each other. */
static int check_plan(const struct plan *plan, const char *path, const char *machine,
		      struct err *err)
{
	_cleanup_(machine__freep) struct machine *m = NULL;

	if (!plan->target.machine)
		return 0;
	if (!streq(plan->target.machine, machine))
		return err__set(err, -EINVAL,
				"%s: its machine is %s, not %s: write `machine: ${machine}`", path,
				plan->target.machine, machine);
	return machine__load(machine, &m, err) ? -EINVAL : 0;
}

/* Fill in and check the plan for a machine, before any job is submitted. *text: the plan; *name:
 * name of the job. The caller frees both. */
static int prepare_plan(const char *path, const char *template, const char *machine, char **text,
			char **name, struct err *err)
{
	_cleanup_(plan_diag__release) struct plan_diag diag = { 0 };
	_cleanup_(plan__freep) struct plan *plan = NULL;
	int ret = job__fill_plan(path, template, machine, text, err);

	if (ret)
		return ret;
	if (plan__parse(path, *text, strlen(*text), &plan, &diag)) {
		_free_ char *all = strvec__join(&diag.msgs, "\n");

		return err__set(err, -EINVAL, "%s", all);
	}
	*name = xasprintf("kduel-%s", plan->name);
	return check_plan(plan, path, machine, err);
}

/* Submit the job in `dir`, to run this same program. */
static int submit(const char *dir, const struct slurm_job *limits, const char *machine,
		  const char *name, struct err *err)
{
	_free_ char *program = realpath("/proc/self/exe", NULL);
	char *const argv[] = { program, (char[]){ "fleet" }, (char[]){ "job" }, (char *)dir, NULL };
	struct slurm_job job = *limits;
	char id[SLURM_ID_MAX];
	int ret;

	job.machine = machine;
	job.name = name;
	job.dir = dir;
	job.argv = argv;
	if (!program)
		return err__errno(err, -errno, "/proc/self/exe");
	ret = slurm__submit(&job, id, err);
	if (!ret)
		ret = job__write(dir, JOB_ID, id, err);
	if (!ret)
		log__info("machine %s: job %s in %s", machine, id, dir);
	return ret;
}

static int submit_new(const struct fleet_opts *o, const char *dir, const struct slurm_job *limits,
		      const struct strvec *machines, struct err *err)
{
	_cleanup_(strvec__release) struct strvec texts = { 0 }, names = { 0 };
	_free_ char *template = NULL;
	size_t len;
	int ret = text__read(o->file, YAML_FILE_MAX, &template, &len, err);

	for (size_t i = 0; !ret && i < machines->n; i++) {
		_free_ char *text = NULL, *name = NULL;

		ret = prepare_plan(o->file, template, machines->v[i], &text, &name, err);
		if (!ret) {
			strvec__push(&texts, text);
			strvec__push(&names, name);
		}
	}
	for (size_t i = 0; !ret && i < machines->n; i++) {
		_free_ char *job = NULL;

		ret = job__make(dir, machines->v[i], o->file, texts.v[i], &job, err);
		if (!ret)
			ret = submit(job, limits, machines->v[i], names.v[i], err);
		/* Leave no directory of a job that was not submitted. */
		if (ret && job)
			(void)fs__rm_rf(job);
	}
	return ret;
}

/* --resume: submit the last job of each machine again, unless Slurm still has it. */
static int submit_again(const char *dir, const struct slurm_job *limits,
			const struct strvec *machines, struct err *err)
{
	struct slurm_list queue;
	int ret = slurm__jobs(&queue, err);

	for (size_t i = 0; !ret && i < machines->n; i++) {
		_cleanup_(strvec__release) struct strvec jobs = { 0 };
		_free_ char *id = NULL;

		job__list(dir, machines->v[i], &jobs);
		if (jobs.n)
			id = job__read(jobs.v[jobs.n - 1], JOB_ID);
		if (!jobs.n)
			ret = err__set(err, -EINVAL, "machine %s has no job in %s", machines->v[i],
				       dir);
		else if (id && slurm_list__find(&queue, id))
			ret = err__set(err, -EBUSY, "machine %s: job %s has not ended",
				       machines->v[i], id);
		else
			ret = submit(jobs.v[jobs.n - 1], limits, machines->v[i], "kduel-resume",
				     err);
	}
	free(queue.v);
	return ret;
}

static int fleet_submit(int argc, char **argv)
{
	_cleanup_(strvec__release) struct strvec machines = { 0 };
	struct slurm_job limits = { .limit_ns = 8 * 3600 * NSEC_PER_SEC,
				    .warn_ns = 600 * NSEC_PER_SEC };
	struct fleet_opts o = { 0 };
	_free_ char *dir = NULL;
	struct err err;
	int ret;

	if (!options__parse(&submit_options, argc, argv, &o, &ret))
		return ret;
	dir = fleet_dir(o.dir);
	ret = split_machines(o.machines, &machines, &err);
	if (!ret)
		ret = read_limits(&o, &limits, &err);
	if (!ret)
		ret = o.resume ? submit_again(dir, &limits, &machines, &err) :
				 submit_new(&o, dir, &limits, &machines, &err);
	return cmd__fail(ret, &err);
}

/* Print the state of a machine's last job (NULL: it has none): from Slurm's queue or, if the job is
 * not there any more, from its directory. */
static void print_job(const char *machine, const char *job, const struct slurm_list *queue,
		      const struct slurm_list *nodes)
{
	_free_ char *id = job ? job__read(job, JOB_ID) : NULL;
	_free_ char *code = job ? job__read(job, JOB_EXIT) : NULL, *state = NULL;
	const struct slurm_line *node = slurm_list__find(nodes, machine);
	const struct slurm_line *queued = id ? slurm_list__find(queue, id) : NULL;

	if (queued && !streq(queued->state, "running"))
		state = xasprintf("%s (%s)", queued->state, queued->reason);
	else if (queued)
		state = xstrdup("running");
	else if (code)
		state = xasprintf("ended, exit code %.8s", code);
	else
		state = xstrdup(job ? "lost: `kduel fleet submit --resume` continues it" :
				      "no job");
	printf("%-16s %-10s %-8.15s %s", machine, node ? node->state : "no-node", id ? id : "-",
	       state);
	if (node && *node->reason && !streq(node->reason, "none"))
		printf("; node: %s", node->reason);
	putchar('\n');
}

static int fleet_status(int argc, char **argv)
{
	_cleanup_(strvec__release) struct strvec machines = { 0 };
	struct slurm_list queue = { 0 }, nodes = { 0 };
	struct fleet_opts o = { 0 };
	_free_ char *dir = NULL;
	struct err err;
	int ret;

	if (!options__parse(&status_options, argc, argv, &o, &ret))
		return ret;
	dir = fleet_dir(o.dir);
	ret = fs__names(dir, &machines);
	if (ret)
		err__errno(&err, ret, dir);
	if (!ret)
		ret = slurm__jobs(&queue, &err);
	if (!ret)
		ret = slurm__nodes(&nodes, &err);
	if (!ret)
		printf("%-16s %-10s %-8s %s\n", "machine", "node", "job", "state");
	for (size_t i = 0; !ret && i < machines.n; i++) {
		_cleanup_(strvec__release) struct strvec jobs = { 0 };

		job__list(dir, machines.v[i], &jobs);
		print_job(machines.v[i], jobs.n ? jobs.v[jobs.n - 1] : NULL, &queue, &nodes);
	}
	free(queue.v);
	free(nodes.v);
	return cmd__fail(ret, &err);
}

/* Import the results of a job, unless it has ended and `db` has them all. Returns an exit code. */
static int collect(const char *job, const char *db)
{
	_free_ char *results = xasprintf("%s/" JOB_RESULTS, job);
	_free_ char *code = job__read(job, JOB_EXIT), *where = job__read(job, JOB_COLLECTED);
	char *argv[] = { (char[]){ "import" }, (char[]){ "--db" }, (char *)db, results, NULL };
	struct err err;
	int ret;

	if (!fs__exists(results) || (code && where && streq(where, db)))
		return 0;
	ret = cmd_import(ARRAY_SIZE(argv) - 1, argv);
	if (!ret && code && job__write(job, JOB_COLLECTED, db, &err)) {
		log__error("%s", err.msg);
		ret = EXIT_UNFIT;
	}
	return ret;
}

/* Try all jobs; the first failure decides the exit code. */
static int fleet_collect(int argc, char **argv)
{
	_cleanup_(strvec__release) struct strvec machines = { 0 };
	_free_ char *dir = NULL, *db = NULL;
	struct fleet_opts o = { 0 };
	struct err err;
	int ret, code = 0;

	if (!options__parse(&collect_options, argc, argv, &o, &ret))
		return ret;
	dir = fleet_dir(o.dir);
	db = o.db ? fs__absolute(o.db) : store__default_path();
	ret = fs__names(dir, &machines);
	if (ret) {
		err__errno(&err, ret, dir);
		return cmd__fail(ret, &err);
	}
	for (size_t i = 0; i < machines.n; i++) {
		_cleanup_(strvec__release) struct strvec jobs = { 0 };

		job__list(dir, machines.v[i], &jobs);
		for (size_t k = 0; k < jobs.n; k++) {
			ret = collect(jobs.v[k], db);
			code = code ? code : ret;
		}
	}
	return code;
}

static const struct cmd verbs[] = {
	{ "collect", "import the results of all jobs into one database", fleet_collect, false },
	{ "job", "run a job, as Slurm does", fleet_job, true },
	{ "slurm", "print the lines of slurm.conf for the machines", fleet_slurm, false },
	{ "status", "print the last job of each machine", fleet_status, false },
	{ "submit", "give Slurm a job for each machine", fleet_submit, false },
	{ 0 },
};

int cmd_fleet(int argc, char **argv)
{
	return cmd__run_below(verbs, " fleet", "", argc, argv);
}
