// SPDX-License-Identifier: GPL-2.0-only
/* parse.c - the figures in a saved output of a workload's program. */
#include "lib/fs.h"
#include "reports/render/json.h"
#include "runner/cli/common.h"
#include "workloads/workload.h"

#include <math.h>

#define USAGE "WORKLOAD FILE [--param NAME=VALUE]... [--format text|json]"
#define OUTPUT_MAX (64u << 20)

struct parse_opts {
	const struct workload *wl;
	const char *path;
	struct param_set params;
	bool json;
};

static int help(void)
{
	printf("usage: kduel parse %s\n\n"
	       "Prints the metrics that a workload's parser finds in a saved output of its program:\n"
	       "of fio's JSON, of perf bench, of the kernel log after test_vmalloc, and so on. Use \"-\"\n"
	       "for standard input.\n\n"
	       "  --param NAME=VALUE   a parameter of the workload, as in a plan; what is to be found\n"
	       "                       may depend on it\n"
	       "  --format F           text (default) or json\n\n"
	       "Exit codes: 0 found, 2 usage or an output that is none of this program's.\n",
	       USAGE);
	printf("\nWorkloads:");
	for (size_t i = 0; i < workload__count; i++)
		if (workload__all[i]->parse)
			printf(" %s", workload__all[i]->name);
	printf("\n");
	return EXIT_NO_REGRESSION;
}

static int find_workload(struct parse_opts *o, const char *name)
{
	o->wl = workload__find(name);
	if (!o->wl)
		return cmd__usage("parse", USAGE,
				  "there is no workload '%s'; `kduel parse --help` "
				  "lists them",
				  name);
	if (!o->wl->parse)
		return cmd__usage("parse", USAGE,
				  "workload '%s' reads no program's output: it "
				  "measures by itself",
				  name);
	param_set__init(&o->params, o->wl->params);
	return 0;
}

static int put_param(struct parse_opts *o, const char *text)
{
	const char *eq = strchr(text, '=');
	_free_ char *name = eq ? xstrndup(text, (size_t)(eq - text)) : NULL;
	struct err err = { "" };
	int ret;

	if (!eq)
		return cmd__usage("parse", USAGE, "expected NAME=VALUE, found '%s'", text);
	ret = param_set__put(&o->params, name, eq + 1, &err);
	if (ret == -ENOENT)
		return cmd__usage("parse", USAGE, "workload '%s' has no parameter '%s'",
				  o->wl->name, name);
	return ret ? cmd__usage("parse", USAGE, "%s: %s", name, err.msg) : 0;
}

/* 0, an exit code, or -1 when help was asked for. */
static int read_options(struct parse_opts *o, struct strvec *params, int argc, char **argv)
{
	static const struct option options[] = {
		{ "format", required_argument, NULL, 'f' },
		{ "help", no_argument, NULL, 'h' },
		{ "param", required_argument, NULL, 'p' },
		{ NULL, 0, NULL, 0 },
	};
	int c, ret = 0;

	while (!ret && (c = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		if (c == 'h')
			return -1;
		if (c == 'p')
			strvec__push(params, optarg);
		else if (c != 'f')
			return cmd__usage("parse", USAGE, "see `kduel parse --help`");
		else
			ret = results__is_json("parse", USAGE, optarg, &o->json);
	}
	if (ret)
		return ret;
	if (argc - optind != 2)
		return cmd__usage("parse", USAGE, "expected a workload and a file");
	o->path = argv[optind + 1];
	return find_workload(o, argv[optind]);
}

static void print(const struct parse_opts *o, const struct job *job)
{
	json_t *rows = json_array();

	for (size_t i = 0; i < job->n_samples; i++) {
		const struct job_sample *s = &job->samples[i];
		const struct metric *m = metric__find(job->metrics, s->metric);

		if (!o->json) {
			printf("%s\t%.10g %s\n", m->name, s->value, m->unit);
			continue;
		}
		json_array_append_new(rows,
				      json_pack("{s:s, s:f, s:o, s:s}", "metric", m->name, "value",
						s->value, "unit", json__text(m->unit), "better",
						metric__better_name(m->better)));
	}
	if (o->json)
		results__print_json(json_pack("{s:i, s:s, s:s, s:i, s:O}", "schema", 1, "kind",
					      "parse", "workload", o->wl->name, "version",
					      (int)o->wl->version, "metrics", rows));
	json_decref(rows);
}

/* The parser's samples, of which each must be in the table. */
static int read_figures(const struct parse_opts *o, struct job *job, struct err *err)
{
	_free_ char *text = NULL;
	size_t len;
	int ret = fs__read(streq(o->path, "-") ? "/dev/stdin" : o->path, OUTPUT_MAX, &text, &len);

	if (ret)
		return err__set(err, ret, "%s: %s", o->path, strerror(-ret));
	ret = o->wl->parse(job, text, len);
	if (!ret && !job->n_samples)
		ret = job__fail(job, -EPROTO, "no metric of %s is in it", o->wl->name);
	for (size_t i = 0; !ret && i < job->n_samples; i++)
		if (!metric__find(job->metrics, job->samples[i].metric) ||
		    !isfinite(job->samples[i].value))
			ret = job__fail(job, -EPROTO, "'%s' is %g", job->samples[i].metric,
					job->samples[i].value);
	return ret ? err__set(err, -EINVAL, "%s: %s", o->path, job->err.msg) : 0;
}

static int run(const struct parse_opts *o)
{
	struct metric_list declared = { 0 };
	struct job_env env = { 0 };
	struct job job = {
		.source = o->wl->name, .params = &o->params, .env = &env, .iterations = 1
	};
	struct err err = { "" };
	int ret = workload__metrics(o->wl, &o->params, &declared, &job.metrics, &err);

	if (!ret)
		ret = read_figures(o, &job, &err);
	if (ret)
		log__error("%s", err.msg);
	else
		print(o, &job);
	job__release(&job);
	metric_list__release(&declared);
	return cmd__exit_code(ret);
}

int cmd_parse(int argc, char **argv)
{
	struct parse_opts o = { 0 };
	struct strvec params = { 0 };
	int ret = read_options(&o, &params, argc, argv);

	for (size_t i = 0; !ret && i < params.n; i++)
		ret = put_param(&o, params.v[i]);
	if (!ret && o.wl)
		ret = run(&o);
	param_set__release(&o.params);
	strvec__release(&params);
	return ret < 0 ? help() : ret;
}
