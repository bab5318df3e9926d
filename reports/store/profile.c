// SPDX-License-Identifier: GPL-2.0-only
/* profile.c - profiles as text and in the database. */
#include "reports/store/profile.h"

#include "reports/store/db.h"
#include "reports/store/packed.h"

#include <inttypes.h>

/* Limits for all profiles of one side together: a kernel runs some ten thousand functions, with
 * about 60 bytes of text each, but a file of kilobytes can decompress to any number. */
#define FUNCTIONS_MAX (1u << 22)
#define TEXTS_MAX (256u << 20)
#define PERIOD_MAX (1ull << 40)

/* A sampled profile begins with a line with this word, the event and the period. */
#define SAMPLED "sampled\t"

/* One line per function, with fields separated by tabs: six counts; the line of its main caller
 * (from 1; 0: none) and its calls from there; name; module. Zeros, which are most of the numbers,
 * are left empty. */
char *profile__format(const struct store_profile *p, size_t *len)
{
	char *text;
	FILE *f = xmemstream(&text, len);

	if (p->event)
		fprintf(f, SAMPLED "%s\t%" PRIu64 "\t\n", p->event, p->period);
	for (size_t i = 0; i < p->n; i++) {
		const struct profile_function *fn = &p->v[i];

		for (size_t c = 0; c < FUNCTION_COUNTS; c++) {
			if (fn->count[c])
				fprintf(f, "%" PRIu64, fn->count[c]);
			fputc('\t', f);
		}
		if (fn->caller != NO_FUNCTION)
			fprintf(f, "%u\t%" PRIu64, fn->caller + 1, fn->caller_calls);
		else
			fputc('\t', f);
		fprintf(f, "\t%s\t%s\n", fn->name, fn->module);
	}
	fclose(f);
	return text;
}

/* Parse a number and the tab after it; an empty field is 0. */
static bool number(char **at, uint64_t *v)
{
	char *end = *at;

	errno = 0;
	*v = **at >= '0' && **at <= '9' ? strtoull(*at, &end, 10) : 0;
	*at = end + 1;
	return !errno && *end == '\t';
}

/* Terminate the field at *at, which must end with `last`; NULL if it does not. */
static const char *word(char **at, char last)
{
	char *s = *at, *end = s + strcspn(s, "\t\n");

	if (*end != last)
		return NULL;
	*end = '\0';
	*at = end + 1;
	return s;
}

static bool read_function(char **at, struct profile_function *f)
{
	uint64_t caller;
	bool ok = true;

	for (size_t c = 0; ok && c < FUNCTION_COUNTS; c++)
		ok = number(at, &f->count[c]);
	ok = ok && number(at, &caller) && number(at, &f->caller_calls) &&
	     (f->name = word(at, '\t')) && (f->module = word(at, '\n'));
	f->caller = ok && caller && caller < NO_FUNCTION ? (uint32_t)caller - 1 : NO_FUNCTION;
	return ok;
}

/* Check the invariants: callers exist, and the functions add up to the kernel's instructions. */
static bool is_whole(const struct store_profile *p)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < p->n; i++) {
		if (p->v[i].caller != NO_FUNCTION && p->v[i].caller >= p->n)
			return false;
		if (__builtin_add_overflow(sum, p->v[i].count[FUNCTION_INSNS], &sum))
			return false;
	}
	return sum == p->kernel;
}

/* Parse the first line of a sampled profile, if there is one. */
static bool read_sampled(char **at, struct store_profile *p)
{
	if (!str_starts(*at, SAMPLED))
		return true;
	*at += strlen(SAMPLED);
	p->event = word(at, '\t');
	return p->event && *p->event && number(at, &p->period) && p->period &&
	       p->period <= PERIOD_MAX && *(*at)++ == '\n';
}

int profile__parse(struct store_profile *p, char *text, struct err *err)
{
	char *at = text;

	p->text = text;
	if (!read_sampled(&at, p))
		return err__set(err, -EUCLEAN, "a profile of samples is damaged");
	while (*at) {
		if (p->n == FUNCTIONS_MAX)
			return err__set(err, -EUCLEAN, "a profile of more than %u functions",
					FUNCTIONS_MAX);
		GROW(p->v, p->n);
		if (!read_function(&at, &p->v[p->n]))
			return err__set(err, -EUCLEAN, "function %zu of a profile is damaged",
					p->n + 1);
		p->n++;
	}
	return is_whole(p) ? 0 :
			     err__set(err, -EUCLEAN,
				      "a profile is damaged: its functions are not the kernel's "
				      "%" PRIu64 " instructions",
				      p->kernel);
}

void profile__free(struct store_profile *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free((char *)list[i].workload);
		free(list[i].v);
		free(list[i].text);
	}
	free(list);
}

int store_profile__add(struct store *st, int64_t boot, const struct store_profile *list, size_t n,
		       struct err *err)
{
	_query_ struct query q = { 0 };
	int ret =
		query__begin(&q, st,
			     "INSERT INTO profile (boot, workload, iter, operations, kernel, user,"
			     " bytes, zstd) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
			     NULL, err);

	for (size_t i = 0; !ret && i < n; i++) {
		const struct store_profile *p = &list[i];
		size_t len;
		_free_ char *text = profile__format(p, &len);

		query__bind(&q,
			    ARGS(boot, p->workload, p->iter, p->operations, p->kernel, p->user));
		ret = bind__packed(&q, "profile", text, len, err);
		if (!ret)
			ret = query__run(&q, NULL, err);
	}
	return ret;
}

/* Goes through the campaign: boot has an index on it, but none on variant. */
#define SELECT_PROFILES                                                                        \
	"SELECT p.bytes, p.zstd, p.boot, p.iter, p.operations, p.kernel, p.user"               \
	" FROM boot b JOIN profile p ON p.boot = b.id"                                         \
	" JOIN iteration i ON i.boot = p.boot AND i.workload = p.workload AND i.iter = p.iter" \
	" WHERE b.campaign = (SELECT campaign FROM variant WHERE id = ?1) AND b.variant = ?1"  \
	" AND b.status = 'ok' AND p.workload = ?2 AND NOT i.warmup AND NOT i.tainted"          \
	" ORDER BY p.boot, p.iter"

/* Memory used so far, checked against the limits above. */
struct room {
	size_t texts, functions;
};

/* On error, the caller still frees what was read into `p`. */
static int read_row(struct query *q, const char *workload, struct store_profile *p,
		    struct room *used, struct err *err)
{
	char *text;
	size_t len;
	int ret;

	/* Check before decompressing. */
	if (col__u64(q, 0) > TEXTS_MAX - used->texts)
		return err__set(err, -EUCLEAN, "%s: profiles of more than %u MB: damaged",
				q->st->path, TEXTS_MAX >> 20);
	ret = col__packed(q, "a profile", &text, &len, err);
	if (ret)
		return ret;
	used->texts += len;
	*p = (struct store_profile){ .boot = col__int(q, 2),
				     .iter = (int)col__int(q, 3),
				     .operations = col__u64(q, 4),
				     .kernel = col__u64(q, 5),
				     .user = col__u64(q, 6) };
	p->workload = xstrdup(workload);
	ret = profile__parse(p, text, err);
	used->functions += p->n;
	if (!ret && used->functions > FUNCTIONS_MAX)
		ret = err__set(err, -EUCLEAN, "profiles of more than %u functions", FUNCTIONS_MAX);
	return ret ? err__prefix(err, ret, "%s: ", q->st->path) : 0;
}

int store__check_profiles(struct store *st, struct err *err)
{
	_query_ struct query q = { 0 };
	int ret = query__begin(&q, st,
			       "SELECT bytes, zstd, boot, iter, operations, kernel, user, workload"
			       " FROM profile",
			       NULL, err);

	while (!ret && (ret = query__step(&q, err)) > 0) {
		struct store_profile *p = xcalloc(1, sizeof(*p));

		ret = read_row(&q, col__peek(&q, 7), p, &(struct room){ 0 }, err);
		if (ret)
			err__prefix(err, ret, "profile of boot %lld, workload %.100s: ",
				    (long long)col__int(&q, 2), col__peek(&q, 7));
		profile__free(p, 1);
	}
	return ret;
}

int store__profiles(struct store *st, int64_t variant, const char *workload,
		    struct store_profile **list, size_t *n, struct err *err)
{
	struct room used = { 0 };
	_query_ struct query q = { 0 };
	int ret = query__begin(&q, st, SELECT_PROFILES, ARGS(variant, workload), err);

	*list = NULL;
	*n = 0;
	if (ret)
		return ret;
	while ((ret = query__step(&q, err)) > 0) {
		GROW(*list, *n);
		(*list)[*n] = (struct store_profile){ 0 };
		ret = read_row(&q, workload, &(*list)[(*n)++], &used, err);
		if (ret)
			break;
	}
	if (!ret)
		return 0;
	profile__free(*list, *n);
	*list = NULL;
	*n = 0;
	return ret;
}
