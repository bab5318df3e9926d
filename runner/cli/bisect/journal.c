// SPDX-License-Identifier: GPL-2.0-only
/* journal.c - the journal of a bisection, a JSON file. */
#include "runner/cli/bisect/journal.h"

#include "lib/fs.h"
#include "lib/utf8.h"
#include "reports/render/json.h"
#include "runner/host/cache.h"

#include <math.h>

#define SCHEMA 1
#define FILE_MAX (64u << 20)
#define SECONDS_MAX 1e9 /* 30 years */
#define DIR_NAME "bisect" /* directory beside the database */

static const char *const sides[] = {
	[BISECT_OPEN] = "open",
	[BISECT_GOOD] = "good",
	[BISECT_BAD] = "bad",
	[BISECT_SKIP] = "skip",
};
static const char *const ends[BISECT_END_MAX] = {
	[BISECT_RUNNING] = "running",
	[BISECT_FOUND] = "found",
	[BISECT_RANGE] = "range",
	[BISECT_NOT_WORSE] = "not-worse",
};

const char *bisect_side__name(enum bisect_side s)
{
	return sides[s];
}

const char *bisect_end__name(enum bisect_end e)
{
	return ends[e];
}

/* Index of a word in a table, or -1. */
static int word_index(const char *const *table, size_t n, const char *word)
{
	for (size_t i = 0; i < n; i++)
		if (streq(table[i], word))
			return (int)i;
	return -1;
}

int bisect_journal__name(struct bisect_journal *j, const char *db, struct err *err)
{
	_free_ char *dir = fs__beside(db, DIR_NAME), *text = NULL;
	char hex[65];
	int ret = fs__mkdir_p(dir);

	if (ret)
		return err__errno(err, ret, dir);
	text = xasprintf("%s\n%s\n%s\n%s\n%s", j->git, j->good, j->bad, j->metric, j->plan_text);
	cache__sha256(text, strlen(text), hex);
	snprintf(j->id, sizeof(j->id), "%.12s", hex);
	free(j->path);
	j->path = xasprintf("%s/%s.json", dir, j->id);
	return 0;
}

int bisect_journal__find(const char *db, const char *id, char **path, struct err *err)
{
	_cleanup_(strvec__release) struct strvec names = { 0 };
	_free_ char *dir = fs__beside(db, DIR_NAME);
	const char *found = NULL;
	unsigned int n = 0;

	*path = NULL;
	fs__names(dir, &names);
	for (size_t i = 0; i < names.n; i++) {
		if (!str_ends(names.v[i], ".json") || !str_starts(names.v[i], id))
			continue;
		found = names.v[i];
		n++;
	}
	if (n > 1)
		return err__set(err, -EINVAL, "'%.40s' is ambiguous: %u bisections begin with it",
				id, n);
	if (!n || strlen(id) < 4)
		return err__set(err, -ENOENT, "there is no bisection '%.40s' in %s", id, dir);
	*path = xasprintf("%s/%s", dir, found);
	return 0;
}

static json_t *step_json(const struct bisect_step *s)
{
	return json_pack("{s:s, s:o, s:s, s:s, s:o, s:s, s:s, s:o, s:o, s:o, s:i, s:i, s:i, s:o, s:o,"
			 " s:o}",
			 "commit", s->commit, "subject", json__text(s->subject), "kernel",
			 s->kernel, "side", sides[s->side], "why", json__text(s->why), "verdict",
			 s->verdict, "unit", s->unit, "change", json__number(s->change), "lo",
			 json__number(s->lo), "hi", json__number(s->hi), "boots", (int)s->boots,
			 "boots_good", (int)s->boots_good, "boots_needed", (int)s->needed,
			 "build_s", json__number(s->build_s), "boot_s", json__number(s->boot_s),
			 "campaigns", json__texts(&s->campaigns));
}

json_t *bisect_journal__json(const struct bisect_journal *j, bool plan)
{
	json_t *steps = json_array();
	json_t *out;

	for (size_t i = 0; i < j->n; i++)
		json_array_append_new(steps, step_json(&j->steps[i]));
	out = json_pack("{s:i, s:s, s:s, s:o, s:s, s:s, s:o, s:s, s:o, s:s, s:s, s:o, s:o, s:o}",
			"schema", SCHEMA, "kind", "bisect", "id", j->id, "git", json__text(j->git),
			"good", j->good, "bad", j->bad, "good_subject", json__text(j->good_subject),
			"good_kernel", j->good_kernel, "plan", json__text(j->plan_path), "metric",
			j->metric, "end", ends[j->end], "why", json__text(j->why), "range",
			json__texts(&j->range), "steps", steps);
	if (plan)
		json_object_set_new(out, "plan_text", json__text(j->plan_text));
	return out;
}

int bisect_journal__save(const struct bisect_journal *j, struct err *err)
{
	json_t *json = bisect_journal__json(j, true);
	_free_ char *text = json_dumps(json, JSON_INDENT(1) | JSON_REAL_PRECISION(17));

	json_decref(json);
	return fs__write_text(j->path, text, err);
}

/* A copy of a member that is a string; NULL if there is none. For paths, and the plan with its
 * newlines. */
static char *get_raw(const json_t *j, const char *key)
{
	const char *s = json_string_value(json_object_get(j, key));

	return s ? xstrdup(s) : NULL;
}

/* The same for what is printed, without control characters: somebody else may be able to write the
 * file. */
static char *get_text(const json_t *j, const char *key)
{
	char *text = get_raw(j, key);

	if (text)
		utf8__clean(text, strlen(text), false);
	return text;
}

/* A kernel's hash; "" if there is none, as in journals of earlier versions of kduel. */
static char *get_hash(const json_t *j, const char *key)
{
	char *text = get_text(j, key);

	return text ? text : xstrdup("");
}

/* A number; NAN for null. */
static double get_number(const json_t *j, const char *key)
{
	const json_t *v = json_object_get(j, key);

	return json_is_number(v) ? json_number_value(v) : NAN;
}

/* A duration; NAN if it is implausible. */
static double get_seconds(const json_t *j, const char *key)
{
	const double v = get_number(j, key);

	return v < SECONDS_MAX ? v : NAN;
}

static unsigned int get_count(const json_t *j, const char *key)
{
	const json_int_t v = json_integer_value(json_object_get(j, key));

	return v > 0 && v <= INT32_MAX ? (unsigned int)v : 0;
}

static void get_list(const json_t *j, const char *key, struct strvec *out)
{
	const json_t *list = json_object_get(j, key);
	const json_t *v;
	size_t i;

	json_array_foreach(list, i, v) if (json_is_string(v))
		strvec__push(out, json_string_value(v));
}

static bool is_hash(const char *s)
{
	const size_t n = strspn(s, "0123456789abcdef");

	return n >= 40 && !s[n];
}

/* Returns false, with *s empty, if it is not a valid step. */
static bool read_step(const json_t *j, struct bisect_step *s)
{
	_free_ char *side = get_text(j, "side");
	const int at = side ? word_index(sides, ARRAY_SIZE(sides), side) : -1;

	*s = (struct bisect_step){
		.commit = get_text(j, "commit"),
		.subject = get_text(j, "subject"),
		.side = at > BISECT_OPEN ? (enum bisect_side)at : BISECT_OPEN,
		.why = get_text(j, "why"),
		.kernel = get_hash(j, "kernel"),
		.verdict = get_text(j, "verdict"),
		.unit = get_text(j, "unit"),
		.change = get_number(j, "change"),
		.lo = get_number(j, "lo"),
		.hi = get_number(j, "hi"),
		.boots = get_count(j, "boots"),
		.boots_good = get_count(j, "boots_good"),
		.needed = get_count(j, "boots_needed"),
		.build_s = get_seconds(j, "build_s"),
		.boot_s = get_seconds(j, "boot_s"),
	};
	get_list(j, "campaigns", &s->campaigns);
	if (s->commit && is_hash(s->commit) && s->subject && s->side && s->why && s->verdict &&
	    s->unit)
		return true;
	bisect_step__release(s);
	return false;
}

static bool read_steps(const json_t *list, struct bisect_journal *j)
{
	const json_t *v;
	struct bisect_step s;
	size_t i;

	json_array_foreach(list, i, v)
	{
		if (!read_step(v, &s))
			return false;
		bisect_journal__add(j, &s);
	}
	return json_is_array(list);
}

static bool are_hashes(const struct strvec *list)
{
	for (size_t i = 0; i < list->n; i++)
		if (!is_hash(list->v[i]))
			return false;
	return true;
}

int bisect_journal__load(const char *path, struct bisect_journal *j, struct err *err)
{
	_free_ char *text = NULL, *id = NULL, *end = NULL;
	size_t len;
	json_t *json;
	int at, ret = fs__read(path, FILE_MAX, &text, &len);

	*j = (struct bisect_journal){ .path = xstrdup(path) };
	if (ret)
		return err__errno(err, ret, path);
	json = json_loadb(text, len, 0, NULL);
	id = get_text(json, "id");
	end = get_text(json, "end");
	at = end ? word_index(ends, ARRAY_SIZE(ends), end) : -1;
	j->git = get_raw(json, "git");
	j->good = get_text(json, "good");
	j->bad = get_text(json, "bad");
	j->good_subject = get_text(json, "good_subject");
	j->good_kernel = get_hash(json, "good_kernel");
	j->plan_path = get_raw(json, "plan");
	j->plan_text = get_raw(json, "plan_text");
	j->metric = get_text(json, "metric");
	j->why = get_text(json, "why");
	get_list(json, "range", &j->range);
	if (!read_steps(json_object_get(json, "steps"), j) || at < 0 || !id || !j->git ||
	    !j->good || !j->bad || !j->good_subject || !j->plan_path || !j->plan_text ||
	    !j->metric || !j->why || !is_hash(j->good) || !is_hash(j->bad) ||
	    !are_hashes(&j->range) || get_count(json, "schema") != SCHEMA) {
		ret = err__set(err, -EBADMSG,
			       "%s: damaged, or from another version of kduel: the bisection starts "
			       "over, with the boots that are stored",
			       path);
	} else {
		j->end = (enum bisect_end)at;
		snprintf(j->id, sizeof(j->id), "%s", id);
	}
	json_decref(json);
	return ret;
}

const struct bisect_step *bisect_journal__step(const struct bisect_journal *j, const char *commit)
{
	for (size_t i = 0; i < j->n; i++)
		if (streq(j->steps[i].commit, commit))
			return &j->steps[i];
	return NULL;
}

void bisect_journal__add(struct bisect_journal *j, struct bisect_step *s)
{
	*APPEND(j->steps, j->n) = *s;
	*s = (struct bisect_step){ 0 };
}

void bisect_step__release(struct bisect_step *s)
{
	free(s->commit);
	free(s->subject);
	free(s->why);
	free(s->kernel);
	free(s->verdict);
	free(s->unit);
	strvec__release(&s->campaigns);
	*s = (struct bisect_step){ 0 };
}

void bisect_journal__release(struct bisect_journal *j)
{
	for (size_t i = 0; i < j->n; i++)
		bisect_step__release(&j->steps[i]);
	free(j->steps);
	free(j->path);
	free(j->git);
	free(j->good);
	free(j->bad);
	free(j->good_subject);
	free(j->good_kernel);
	free(j->plan_path);
	free(j->plan_text);
	free(j->metric);
	free(j->why);
	strvec__release(&j->range);
	*j = (struct bisect_journal){ 0 };
}
