// SPDX-License-Identifier: GPL-2.0-only
/*
 * exec: any command, with rules that extract metrics from its output; without rules, its duration.
 * Whether metrics of rules stay comparable from release to release is up to the author of the plan.
 */
#include "lib/clock.h"
#include "lib/fs.h"
#include "lib/text.h"
#include "workloads/output/exec_rule.h"
#include "workloads/workload.h"

#include <sys/stat.h>

#define OUTPUT_MAX (16u << 20)
/* Limits of a parameter on the wire, and of all together, allowing for two bytes per byte there. */
#define TEXT_MAX (16 * 1024)
#define TEXTS_MAX (24 * 1024)
#define SCRIPT ".kduel-exec-script"
#define BLANKS " \t\n"
#define MODULE_NAME 55 /* MODULE_NAME_LEN of the kernel, without the NUL */
#define MODULE_CHARS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"

/* The file that the rules are applied to: below the job's directory, where the command runs, or as
 * named in the plan. */
static void output_path(const struct job *job, char *path, size_t size)
{
	const char *file = job__text(job, "output");

	if (*file == '/')
		snprintf(path, size, "%s", file);
	else
		snprintf(path, size, "%s/%s", job->dir, *file ? file : ".kduel-exec-output");
}

/* Check early: too long a parameter would fail only when the job is sent to the guest. */
static int check_texts(const struct param_set *ps, struct err *err)
{
	size_t all = 0;

	for (size_t i = 0; i < ps->n; i++) {
		all += strlen(ps->v[i].text);
		if (strlen(ps->v[i].text) > TEXT_MAX || all > TEXTS_MAX)
			return err__set(err, -EINVAL,
					"%s: longer than %d bytes%s; put it into a file in the guest "
					"(guest: {files: ...})",
					ps->v[i].param->name,
					all > TEXTS_MAX ? TEXTS_MAX : TEXT_MAX,
					all > TEXTS_MAX ?
						" together with the parameters before it" :
						"");
	}
	return *param_set__get(ps, "command")->text ?
		       0 :
		       err__set(err, -EINVAL, "command: there is none");
}

/* Split parameter `modules`, whose lines have a name and possibly options, into `names` and
 * `options` ("" if there are none). */
static void split_modules(const char *text, struct strvec *names, struct strvec *options)
{
	for (const char *at = text + strspn(text, BLANKS); *at; at += strspn(at, BLANKS)) {
		const char *rest = at + strcspn(at, BLANKS);
		size_t blanks = strspn(rest, " \t"), len = strcspn(rest + blanks, "\n");

		strvec__pushf(names, "%.*s", (int)(rest - at), at);
		strvec__pushf(options, "%.*s", (int)len, rest + blanks);
		at = rest + blanks + len;
	}
}

static int check_modules(const char *text, struct err *err)
{
	_cleanup_(strvec__release) struct strvec names = { 0 }, options = { 0 };

	split_modules(text, &names, &options);
	for (size_t i = 0; i < names.n; i++) {
		const char *name = names.v[i];

		if (strlen(name) > MODULE_NAME || name[strspn(name, MODULE_CHARS)])
			return err__set(err, -EINVAL,
					"modules: expected a line 'NAME' or 'NAME OPTIONS' for each, "
					"found '%.64s'",
					name);
	}
	return 0;
}

/* Puts them into the guest; setup() loads them. */
static void more_modules(const struct param_set *ps, struct strvec *out)
{
	_cleanup_(strvec__release) struct strvec options = { 0 };

	split_modules(param_set__get(ps, "modules")->text, out, &options);
}

static const struct metric time_metric =
	METRIC(.name = "time", .unit = "s", .better = BETTER_LOWER, .kind = METRIC_TIME,
	       .primary = true, .margin_rel = 0.02,
	       .help = "from the start of the shell that runs the command to its end");

/* Metrics of the rules. Whatever the number is, it is judged like a time, with the usual margin. */
static int declare(const struct param_set *ps, struct metric_list *out, struct err *err)
{
	_cleanup_(exec_rules__release) struct exec_rules rules = { 0 };
	const char *text = param_set__get(ps, "metrics")->text;
	int ret = check_texts(ps, err);

	if (!ret)
		ret = check_modules(param_set__get(ps, "modules")->text, err);
	if (!ret && !*text)
		metric_list__add(out, &time_metric);
	else if (!ret)
		ret = exec_rules__parse(text, &rules, err);
	for (size_t i = 0; !ret && i < rules.n; i++)
		metric_list__add(out, &(struct metric){
					      .name = rules.v[i].name,
					      .unit = rules.v[i].unit,
					      .better = rules.v[i].better,
					      .kind = METRIC_TIME,
					      .primary = true,
					      .margin_rel = 0.02,
					      .help = "from the output of the plan's command" });
	return ret;
}

static int shell(struct job *job, const char *script)
{
	char path[4096];

	output_path(job, path, sizeof(path));
	/* Passed as arguments of the shell, so they need no quoting. */
	return job__exec(job, 0, NULL, "/bin/sh", "-c",
			 *job__text(job, "output") ? "cd \"$1\" && eval \"$2\"" :
						     "cd \"$1\" && { eval \"$2\"; } >\"$3\"",
			 "exec", job->dir, script, path, NULL);
}

static int supported(struct job *job)
{
	if (!job->env->scratch && !job->env->commands)
		return job__fail(job, -EOPNOTSUPP,
				 "exec runs any command: on this system only with 'allow_exec: yes' in "
				 "the plan, or --allow-exec");
	if (fs__exists("/bin/sh"))
		return 0;
	return job__fail(job, -EOPNOTSUPP,
			 "there is no /bin/sh here: a guest package such as dash has it");
}

/* The output of an earlier iteration must not be taken for the current one's. */
static int forget_output(struct job *job)
{
	char path[4096];
	int ret;

	output_path(job, path, sizeof(path));
	ret = fs__rm_rf(path);
	return ret ? job__fail(job, ret, "%s: %s", path, strerror(-ret)) : 0;
}

/* A command that begins with #! is a script for that interpreter: the shell's eval would take the
 * line for a comment. */
static bool is_script(const char *command)
{
	return str_starts(command, "#!");
}

static int write_script(struct job *job)
{
	_free_ char *path = xasprintf("%s/" SCRIPT, job->dir);
	int ret = fs__write_text(path, job__text(job, "command"), &job->err);

	if (!ret && chmod(path, 0700) < 0)
		ret = job__fail(job, -errno, "%s: %s", path, strerror(errno));
	return ret;
}

static int load_modules(struct job *job)
{
	_cleanup_(strvec__release) struct strvec names = { 0 }, options = { 0 };
	int ret = 0;

	split_modules(job__text(job, "modules"), &names, &options);
	for (size_t i = 0; !ret && i < names.n; i++)
		ret = job__modprobe(job, names.v[i], *options.v[i] ? options.v[i] : NULL);
	return ret;
}

static int setup(struct job *job)
{
	const char *script = job__text(job, "setup");
	int ret = forget_output(job);

	if (!ret)
		ret = load_modules(job);
	if (!ret && is_script(job__text(job, "command")))
		ret = write_script(job);
	return ret || !*script ?
		       ret :
		       job__exec(job, 0, NULL, "/bin/sh", "-c", "cd \"$1\" && eval \"$2\"", "exec",
				 job->dir, script, NULL);
}

static int run(struct job *job)
{
	const char *command = job__text(job, "command");
	uint64_t start = clock__ns();
	int ret = shell(job, is_script(command) ? "./" SCRIPT : command);
	uint64_t end = clock__ns();

	job->operations = 1;
	if (!ret && !*job__text(job, "metrics"))
		job__sample(job, "time", (double)(end - start) / 1e9);
	return ret;
}

/* Use the declared name from metric__find(), which outlives the rules. */
static int parse(struct job *job, const char *text, size_t len)
{
	_cleanup_(exec_rules__release) struct exec_rules rules = { 0 };
	int ret = exec_rules__parse(job__text(job, "metrics"), &rules, &job->err);

	for (size_t i = 0; !ret && i < rules.n; i++) {
		const char *name = metric__find(job->metrics, rules.v[i].name)->name;
		double v;

		ret = exec_rule__apply(&rules.v[i], text, len, &v, &job->err);
		if (!ret)
			job__sample(job, name, v);
	}
	return ret;
}

static int verify(struct job *job)
{
	_free_ char *text = NULL;
	char path[4096];
	size_t len;
	int ret;

	if (!*job__text(job, "metrics"))
		return forget_output(job);
	output_path(job, path, sizeof(path));
	ret = text__read(path, OUTPUT_MAX, &text, &len, &job->err);
	if (ret)
		return err__prefix(&job->err, ret, "the command's output ");
	ret = parse(job, text, len);
	return ret ? ret : forget_output(job);
}

static void teardown(struct job *job)
{
	const char *script = job__text(job, "cleanup");
	struct err before = job->err;

	if ((job->env->scratch || job->env->commands) && *script &&
	    job__exec(job, 0, NULL, "/bin/sh", "-c", script, "exec", NULL))
		job__fact(job, "exec/cleanup", "%s", job->err.msg);
	job->err = before;
}

static const struct param params[] = {
	PARAM(.name = "command", .type = PARAM_TEXT, .def = "",
	      .help = "what /bin/sh runs, in an empty directory, or a script with #! in its first line; "
		      "an exit code other than 0 is a failure. A plan may have 'script: FILE' instead"),
	PARAM(.name = "metrics", .type = PARAM_TEXT, .def = "",
	      .help = "one per line: NAME UNIT lower|higher regex|json RULE; none: the time that the "
		      "command takes"),
	PARAM(.name = "output", .type = PARAM_TEXT, .def = "",
	      .help = "file that the rules are applied to; none: the command's standard output"),
	PARAM(.name = "setup", .type = PARAM_TEXT, .def = "",
	      .help = "run once before the first iteration, in the same directory, not timed"),
	PARAM(.name = "cleanup", .type = PARAM_TEXT, .def = "",
	      .help = "run at the end, also after a failure"),
	PARAM(.name = "modules", .type = PARAM_TEXT, .def = "",
	      .help = "kernel modules that the guest gets and loads before setup, one per line: NAME, or "
		      "NAME OPTIONS"),
	{ .name = NULL },
};

const struct workload wl_exec = {
	.name = "exec",
	.version = 1,
	.summary = "any command, with rules that find metrics in its output",
	.packages = STRINGS("dash"),
	.params = params,
	.declare = declare,
	.more_modules = more_modules,
	.iteration_max_s = 600,
	.setup_max_s = 120,
	.supported = supported,
	.setup = setup,
	.run = run,
	.verify = verify,
	.teardown = teardown,
	.parse = parse,
};
