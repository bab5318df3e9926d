// SPDX-License-Identifier: GPL-2.0-only
/*
 * json_formats.c - parses the output of hyperfine --export-json, Google Benchmark's
 * --benchmark_format=json, mmtests' extract-mmtests.pl --print-json, and matrix.json and stats.json
 * of lkp-tests.
 */
#include "reports/foreign/json_formats.h"
#include "reports/foreign/json.h"

#include <fnmatch.h>

/* Get the member of an object that must be an array or object; -EINVAL if not. */
static int member(const struct source *s, const json_t *of, const char *key, json_type type,
		  json_t **out)
{
	*out = json_object_get(of, key);
	if (*out && json_typeof(*out) == type)
		return 0;
	return source__fail(s, 1, "not what %s writes: expected '%s' to be %s", s->tool, key,
			    type == JSON_ARRAY ? "an array" : "an object");
}

static const char *text_of(const json_t *of, const char *key)
{
	return json_string_value(json_object_get(of, key));
}

/* --- hyperfine ----------------------------------------------------------------------------- */

/* The runs of one command. Older versions do not export them: use the median instead. */
static int put_times(struct source *s, const json_t *result, size_t i, struct figure *fig)
{
	const json_t *times = json_object_get(result, "times");
	const json_t *median = json_object_get(result, "median");
	int ret = 0;

	if (!json_array_size(times)) {
		if (!json_is_number(median))
			return source__fail_at(s, WAY(KEY("results"), INDEX(i)),
					       "expected 'times' or 'median'");
		source__lack(s,
			     "has only the median of the runs, so how far runs are apart is unknown");
		fig->value = json_number_value(median);
		return source__put(s, fig);
	}
	for (size_t k = 0; !ret && k < json_array_size(times); k++) {
		const json_t *v = json_array_get(times, k);

		if (!json_is_number(v))
			return source__fail_at(s,
					       WAY(KEY("results"), INDEX(i), KEY("times"),
						   INDEX(k)),
					       "expected a number of seconds");
		fig->value = json_number_value(v);
		ret = source__put(s, fig);
	}
	return ret;
}

/* User and system time are means over all runs. */
static int put_cpu_times(struct source *s, const json_t *result, struct figure *fig)
{
	static const char *const names[] = { "user", "system" };
	int ret = 0;

	fig->secondary = true;
	for (size_t k = 0; !ret && k < ARRAY_SIZE(names); k++) {
		const json_t *v = json_object_get(result, names[k]);

		if (!json_is_number(v))
			continue;
		fig->metric = names[k];
		fig->value = json_number_value(v);
		ret = source__put(s, fig);
	}
	return ret;
}

/* The time of a failed run is not meaningful. Hyperfine exports null for a run that was killed by a
 * signal. */
static void note_failures(const struct source *s, const json_t *result, size_t i)
{
	const json_t *codes = json_object_get(result, "exit_codes");

	for (size_t k = 0; k < json_array_size(codes); k++) {
		const json_t *v = json_array_get(codes, k);

		if (json_is_number(v) && json_number_value(v) == 0)
			continue;
		source__note(s,
			     source__line(s, WAY(KEY("results"), INDEX(i), KEY("exit_codes"),
						 INDEX(k))),
			     "run %zu of '%.80s' did not exit with 0; its time counts nevertheless",
			     k + 1, text_of(result, "command"));
		return;
	}
}

/* Normally the commands of a file are what is compared. If the file is assigned to a variant, they
 * are separate benchmarks; a single one is just "hyperfine", as each side may have a different
 * command. */
static int put_result(struct source *s, const json_t *result, size_t i, bool single,
		      struct names *seen)
{
	const char *command = text_of(result, "command");
	struct figure fig = { .variant = command,
			      .workload = s->variant && !single ? command : "hyperfine",
			      .metric = "time",
			      .unit = "s",
			      .better = BETTER_LOWER };
	size_t known = seen->n;
	int ret;

	if (!command)
		return source__fail_at(s, WAY(KEY("results"), INDEX(i)), "expected 'command'");
	if (names__add(seen, command) != known)
		return source__fail_at(s, WAY(KEY("results"), INDEX(i), KEY("command")),
				       "'%.80s' occurs twice; give names with hyperfine -n",
				       command);
	fig.line = source__line(s, WAY(KEY("results"), INDEX(i)));
	note_failures(s, result, i);
	ret = put_times(s, result, i, &fig);
	return ret ? ret : put_cpu_times(s, result, &fig);
}

int hyperfine__parse(struct source *s)
{
	struct names seen = { 0 };
	json_t *root, *results;
	int ret = source__json(s, &root);

	if (!ret)
		ret = member(s, root, "results", JSON_ARRAY, &results);
	if (!ret)
		s->f->one_boot |= !s->variant;
	for (size_t i = 0; !ret && i < json_array_size(results); i++)
		ret = put_result(s, json_array_get(results, i), i, json_array_size(results) == 1,
				 &seen);
	names__release(&seen);
	json_decref(root);
	return ret;
}

/* --- Google Benchmark ---------------------------------------------------------------------- */

/* Is this a counter of the benchmark's own? All other numeric members are standard. */
static bool is_counter(const char *key)
{
	static const char *const known[] = { "family_index",	"per_family_instance_index",
					     "repetitions",	"repetition_index",
					     "threads",		"iterations",
					     "real_time",	"cpu_time",
					     "aggregate_value", "items_per_second",
					     "bytes_per_second" };

	for (size_t i = 0; i < ARRAY_SIZE(known); i++)
		if (streq(key, known[i]))
			return false;
	return true;
}

/* The values of one entry: times, converted to nanoseconds; rates; and counters, which have no
 * known direction. */
static int put_entry(struct source *s, const json_t *e, size_t i, struct figure *fig, double to_ns)
{
	const char *key;
	json_t *v;
	int ret = 0;

	if (!json_is_number(json_object_get(e, "real_time")))
		return source__fail_at(s, WAY(KEY("benchmarks"), INDEX(i)),
				       "expected 'real_time', a number");
	json_object_foreach((json_t *)e, key, v)
	{
		bool time = streq(key, "real_time") || streq(key, "cpu_time");
		bool rate = str_ends(key, "_per_second");

		if (ret || !json_is_number(v) || !(time || rate || is_counter(key)))
			continue;
		fig->metric = key;
		fig->unit = time			   ? "ns" :
			    streq(key, "bytes_per_second") ? "B/s" :
			    rate			   ? "1/s" :
							     "";
		fig->better = time ? BETTER_LOWER : rate ? BETTER_HIGHER : -1;
		fig->secondary = !streq(key, "real_time");
		fig->value = json_number_value(v) * (time ? to_ns : 1);
		ret = source__put(s, fig);
	}
	return ret;
}

/* Does any entry have the value of a single repetition? Not with
 * --benchmark_report_aggregates_only. */
static bool has_repetitions(const json_t *list)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		const char *type = text_of(json_array_get(list, i), "run_type");

		if (!type || streq(type, "iteration"))
			return true;
	}
	return false;
}

static int put_benchmark(struct source *s, const json_t *e, size_t i, bool aggregates)
{
	static const char *const units[] = { "ns", "us", "ms", "s" };
	static const double ns[] = { 1, 1e3, 1e6, 1e9 };
	const char *name = text_of(e, "run_name"), *type = text_of(e, "run_type");
	const char *unit = text_of(e, "time_unit"), *what = text_of(e, "aggregate_name");
	struct figure fig = { .workload = name ? name : text_of(e, "name") };
	size_t k = 0;

	if (!fig.workload)
		return source__fail_at(s, WAY(KEY("benchmarks"), INDEX(i)), "expected 'name'");
	if (type && streq(type, "aggregate") && !(aggregates && what && streq(what, "median")))
		return 0;
	fig.line = source__line(s, WAY(KEY("benchmarks"), INDEX(i)));
	if (json_is_true(json_object_get(e, "error_occurred")) ||
	    json_is_true(json_object_get(e, "skipped"))) {
		source__note(s, fig.line, "%.80s failed or was skipped: left out", fig.workload);
		return 0;
	}
	while (k < ARRAY_SIZE(units) && !(unit && streq(unit, units[k])))
		k++;
	if (k == ARRAY_SIZE(units))
		return source__fail_at(s, WAY(KEY("benchmarks"), INDEX(i)),
				       "expected 'time_unit' to be ns, us, ms or s");
	return put_entry(s, e, i, &fig, ns[k]);
}

int gbench__parse(struct source *s)
{
	json_t *root, *context, *list;
	bool aggregates;
	int ret = source__json(s, &root);

	if (!ret)
		ret = member(s, root, "context", JSON_OBJECT, &context);
	if (!ret)
		ret = member(s, root, "benchmarks", JSON_ARRAY, &list);
	if (!ret) {
		aggregates = !has_repetitions(list);
		if (aggregates)
			source__lack(s,
				     "has only the median of the repetitions, so how far they are "
				     "apart is unknown");
		for (size_t i = 0; !ret && i < json_array_size(list); i++)
			ret = put_benchmark(s, json_array_get(list, i), i, aggregates);
	}
	json_decref(root);
	return ret;
}

/* --- mmtests ------------------------------------------------------------------------------- */

/* Perl writes a number as a string if it was read as one. */
static bool number_of(const json_t *v, double *out)
{
	char *end;

	if (json_is_number(v)) {
		*out = json_number_value(v);
		return true;
	}
	if (!json_is_string(v) || !*json_string_value(v))
		return false;
	*out = strtod(json_string_value(v), &end);
	return !*end;
}

/* The iterations of one operation, each with a list of values. */
static int put_operation(struct source *s, const json_t *iterations, struct figure *fig,
			 const char *op, const struct json_step *module, size_t n_module)
{
	int ret = 0;

	for (size_t i = 0; !ret && i < json_array_size(iterations); i++) {
		const json_t *it = json_array_get(iterations, i);
		const json_t *values = json_object_get(it, "Values");
		struct json_step way[6] = { { 0 } };
		size_t n = 0;

		if (n_module)
			way[n++] = *module;
		way[n++] = KEY("_ResultData");
		way[n++] = KEY(op);
		way[n++] = INDEX(i);
		/* An iteration that did not run the operation is null or empty. */
		if (json_is_null(it))
			continue;
		if (!json_is_array(values))
			return source__fail_at(s, way, n, "expected 'Values', an array");
		way[n++] = KEY("Values");
		for (size_t k = 0; !ret && k < json_array_size(values); k++) {
			way[n] = INDEX(k);
			if (!number_of(json_array_get(values, k), &fig->value))
				return source__fail_at(s, way, n + 1, "expected a number");
			ret = source__put(s, fig);
		}
	}
	return ret;
}

static int put_module(struct source *s, const json_t *m, const struct json_step *at, size_t n_at)
{
	const char *name = text_of(m, "_ModuleName"), *prefers = text_of(m, "_PreferredVal");
	const char *axis = text_of(m, "_PlotYaxis"), *op;
	const json_t *data = json_object_get(m, "_ResultData");
	struct figure fig = { .line = source__line(s, at, n_at), .unit = axis ? axis : "" };
	json_t *iterations;
	int ret = 0;

	if (!name || !json_is_object(data))
		return source__fail_at(s, at, n_at,
				       "expected '_ModuleName' and '_ResultData', as "
				       "extract-mmtests.pl --print-json writes them");
	fig.workload = str_starts(name, "Extract") ? name + strlen("Extract") : name;
	fig.better = prefers ? (streq(prefers, "Higher") ? BETTER_HIGHER : BETTER_LOWER) :
			       unit__better(fig.unit);
	json_object_foreach((json_t *)data, op, iterations)
	{
		fig.metric = op;
		if (!ret && !json_is_array(iterations))
			ret = source__fail(s, fig.line, "expected '_ResultData' to hold arrays");
		if (!ret)
			ret = put_operation(s, iterations, &fig, op, at, n_at);
	}
	return ret;
}

/* A single module, or an array of them. */
int mmtests__parse(struct source *s)
{
	json_t *root;
	int ret = source__json(s, &root);

	if (!ret && json_is_array(root))
		for (size_t i = 0; !ret && i < json_array_size(root); i++)
			ret = put_module(s, json_array_get(root, i), WAY(INDEX(i)));
	else if (!ret)
		ret = put_module(s, root, NULL, 0);
	json_decref(root);
	return ret;
}

/* --- lkp-tests ----------------------------------------------------------------------------- */

/* Only the name tells what is better. A metric that matches no pattern has no direction. */
static int lkp_better(const char *key)
{
	static const struct {
		const char *pattern;
		int better;
	} rules[] = {
		{ "*throughput*", BETTER_HIGHER },
		{ "*ops_per_sec*", BETTER_HIGHER },
		{ "*per_process_ops", BETTER_HIGHER },
		{ "*per_thread_ops", BETTER_HIGHER },
		{ "*_ops", BETTER_HIGHER },
		{ "*iops*", BETTER_HIGHER },
		{ "*bandwidth*", BETTER_HIGHER },
		{ "*MBps*", BETTER_HIGHER },
		{ "*_MB_per_sec*", BETTER_HIGHER },
		{ "*workload", BETTER_HIGHER },
		{ "*score*", BETTER_HIGHER },
		{ "*latency*", BETTER_LOWER },
		{ "*elapsed_time*", BETTER_LOWER },
		{ "*runtime*", BETTER_LOWER },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rules); i++)
		if (!fnmatch(rules[i].pattern, key, 0))
			return rules[i].better;
	return -1;
}

/* "PROGRAM.METRIC": an array with one value per run (matrix.json), or a single value
 * (stats.json). */
int lkp__parse(struct source *s)
{
	const char *key;
	json_t *root, *v;
	int ret = source__json(s, &root);

	if (!ret && !json_is_object(root))
		ret = source__fail(s, 1, "expected an object of \"PROGRAM.METRIC\": [VALUE, ...]");
	json_object_foreach(root, key, v)
	{
		const char *dot = strchr(key, '.');
		_free_ char *program = dot ? xstrndup(key, (size_t)(dot - key)) : NULL;
		struct figure fig = { .workload = program ? program : "lkp",
				      .metric = dot ? dot + 1 : key,
				      .better = lkp_better(key) };
		size_t n = json_is_array(v) ? json_array_size(v) : 1;

		for (size_t i = 0; !ret && i < n; i++) {
			const json_t *value = json_is_array(v) ? json_array_get(v, i) : v;

			if (json_is_number(value)) {
				fig.value = json_number_value(value);
				ret = source__put(s, &fig);
			} else if (json_is_array(v)) {
				ret = source__fail_at(s, WAY(KEY(key), INDEX(i)),
						      "expected a number");
			} else {
				ret = source__fail_at(s, WAY(KEY(key)),
						      "expected a number or an array of numbers, as in "
						      "matrix.json or stats.json");
			}
		}
		if (ret)
			break;
	}
	json_decref(root);
	return ret;
}
