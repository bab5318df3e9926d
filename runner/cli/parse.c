// SPDX-License-Identifier: GPL-2.0-only
/* parse.c - extract the metrics from saved output of a workload's program. */
#include "lib/text.h"
#include "reports/render/json.h"
#include "runner/cli/common.h"
#include "runner/cli/log.h"
#include "runner/cli/options.h"
#include "runner/cli/parse_dmesg.h"
#include "workloads/output/formats.h"
#include "workloads/workload.h"

#include <math.h>

#define OUTPUT_MAX (64u << 20)

struct parse_opts {
	const struct workload *wl; /* NULL: a kernel log */
	const char *path;
	struct strvec words; /* --param NAME=VALUE */
	struct param_set params;
	bool json;
};

/* Set a parameter of the workload, with the same checks as in a plan. */
static int put_param(struct parse_opts *o, const char *text, struct err *err)
{
	const char *eq = strchr(text, '=');
	_free_ char *name = eq ? xstrndup(text, (size_t)(eq - text)) : NULL;
	int ret;

	if (!eq)
		return err__set(err, -EINVAL, "expected NAME=VALUE, found '%s'", text);
	ret = param_set__put(&o->params, name, eq + 1, err);
	if (ret == -ENOENT)
		return err__set(err, -EINVAL, "workload '%s' has no parameter '%s'", o->wl->name,
				name);
	return ret ? err__prefix(err, ret, "%s: ", name) : 0;
}

/* Parameters come last, as their names and types depend on the workload. */
static int check_parse_options(void *opts, size_t n, char **args, struct err *err)
{
	struct parse_opts *o = opts;
	int ret = 0;

	if (n != 2)
		return err__set(err, -EINVAL, "expected a workload and a file");
	o->path = args[1];
	if (streq(args[0], "dmesg"))
		return o->words.n ? err__set(err, -EINVAL, "dmesg has no parameters") : 0;
	o->wl = workload__find(args[0]);
	if (!o->wl)
		return err__set(err, -EINVAL,
				"there is no workload '%s'; `kduel parse --help` lists them",
				args[0]);
	if (!o->wl->parse)
		return err__set(err, -EINVAL,
				"workload '%s' parses no program's output: it measures by itself",
				args[0]);
	param_set__init(&o->params, o->wl->params);
	for (size_t i = 0; !ret && i < o->words.n; i++)
		ret = put_param(o, o->words.v[i], err);
	return ret;
}

/* For options.help_filter: append the workloads that can be parsed. argp frees the string. */
static char *list_workloads(int key, const char *text, void *unused __unused)
{
	struct strvec names = { 0 };
	char *all;

	if (key != ARGP_KEY_HELP_EXTRA)
		return (char *)text;
	strvec__push(&names, "Workloads:");
	for (size_t i = 0; i < workload__count; i++)
		if (workload__all[i]->parse)
			strvec__push(&names, workload__all[i]->name);
	all = strvec__join(&names, " ");
	strvec__release(&names);
	return all;
}

static const struct options options = {
	.command = "parse",
	.args = "WORKLOAD FILE\ndmesg FILE",
	.doc = "Prints the metrics that a workload's parser finds in saved output of its program: "
	       "fio's JSON, the text of perf bench, the kernel log after test_vmalloc, and so on. "
	       "FILE may be \"-\", standard input. `kduel parse dmesg FILE` lists what the kernel complains "
	       "about in a log or console: line, class (warning, bug, lockup, panic) and text; it reads "
	       "consoles, /dev/kmsg, dmesg with its options, journalctl -k and syslog.\v"
	       "Exit codes: 0 found; 2 usage, or output that is not this program's.",
	.table = OPTION_TABLE(
		OPTION_LIST("param", "NAME=VALUE", struct parse_opts, words,
			    "a parameter of the workload, as in a plan; the metrics to be found may "
			    "depend on it")),
	.max_args = 2,
	.check = check_parse_options,
	.shared = { { &options__format, offsetof(struct parse_opts, json) } },
	.help_filter = list_workloads,
};

/* Print lines "METRIC<tab>VALUE UNIT", with "<tab>run N" from the second value of a metric on, or
 * JSON. */
static void print(const struct parse_opts *o, const struct job *job)
{
	_free_ unsigned int *runs = NULL; /* samples so far, per metric */
	json_t *rows = json_array();
	size_t metrics = 0;

	while (job->metrics[metrics].name)
		metrics++;
	runs = xcalloc(metrics, sizeof(*runs));
	for (size_t i = 0; i < job->n_samples; i++) {
		const struct job_sample *s = &job->samples[i];
		const struct metric *m = metric__find(job->metrics, s->metric);
		unsigned int n = ++runs[m - job->metrics];

		if (!o->json) {
			/* Print integers exactly: 17 digits suffice up to 2^53. */
			printf("%s\t%.*g %s", m->name, s->value == rint(s->value) ? 17 : 15,
			       s->value, m->unit);
			printf(n > 1 ? "\trun %u\n" : "\n", n);
			continue;
		}
		json_array_append_new(rows,
				      json_pack("{s:s, s:f, s:o, s:s, s:i}", "metric", m->name,
						"value", s->value, "unit", json__text(m->unit),
						"better", metric__better_name(m->better), "run",
						(int)n));
	}
	if (o->json)
		json__print(json_pack("{s:i, s:s, s:s, s:i, s:O}", "schema", 1, "kind", "parse",
				      "workload", o->wl->name, "version", (int)o->wl->version,
				      "metrics", rows),
			    stdout);
	json_decref(rows);
}

/* Run the workload's parser. Every sample must be of a declared metric, and finite. */
static int read_figures(const struct parse_opts *o, const char *text, size_t len, struct job *job)
{
	int ret = o->wl->parse(job, text, len);

	if (!ret && !job->n_samples)
		ret = job__fail(job, -EPROTO, "no metric of %s in it", o->wl->name);
	for (size_t i = 0; !ret && i < job->n_samples; i++)
		if (!metric__find(job->metrics, job->samples[i].metric) ||
		    !isfinite(job->samples[i].value))
			ret = job__fail(job, -EPROTO, "'%s' is %g", job->samples[i].metric,
					job->samples[i].value);
	return ret;
}

/* Log the parser's facts, and warn of a file that may be truncated. Complete JSON needs no newline
 * at the end. */
static void log_facts(const struct job *job, const char *name, const char *text, size_t len)
{
	for (size_t i = 0; i < job->n_facts; i++)
		log__info("%s: %s", name, job->facts[i].value);
	if (len && !strchr("\n}]", text[len - 1]))
		log__warn("%s: the last line has no newline: is the file truncated?", name);
}

/* Set up a job as the agent would, and let the workload parse the file as if its program had just
 * printed it. Returns an exit code. */
static int run(const struct parse_opts *o)
{
	struct metric_list declared = { 0 };
	struct job_env env = { 0 };
	struct job job = {
		.source = o->wl->name, .params = &o->params, .env = &env, .iterations = 1
	};
	_free_ char *text = NULL;
	const char *name = streq(o->path, "-") ? "standard input" : o->path;
	struct err err = { "" };
	size_t len;
	int ret = text__read(o->path, OUTPUT_MAX, &text, &len, &err);

	if (ret) {
		log__error("%s", err.msg);
		return cmd__exit_code(ret);
	}
	if (o->wl->declare_output) {
		ret = o->wl->declare_output(&o->params, text, &declared, &err);
		job.metrics = declared.v;
	} else {
		ret = workload__metrics(o->wl, &o->params, &declared, &job.metrics, &err);
	}
	if (!ret) {
		ret = read_figures(o, text, len, &job);
		err = job.err;
	}
	if (ret) {
		formats__say(text, len, o->wl->name, ret, &err);
		log__error("%s: %s", name, err.msg);
	} else {
		print(o, &job);
		log_facts(&job, name, text, len);
	}
	job__release(&job);
	metric_list__release(&declared);
	return cmd__exit_code(ret ? -EINVAL : 0);
}

int cmd_parse(int argc, char **argv)
{
	struct parse_opts o = { 0 };
	int ret;

	if (options__parse(&options, argc, argv, &o, &ret))
		ret = o.wl ? run(&o) : parse_dmesg__run(o.path, o.json);
	param_set__release(&o.params);
	strvec__release(&o.words);
	return ret;
}
