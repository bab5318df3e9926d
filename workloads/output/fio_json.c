// SPDX-License-Identifier: GPL-2.0-only
/* fio_json.c - extracts the figures of the single job in a run's last document. */
#include "workloads/output/fio_json.h"

#include "lib/units.h"
#include "workloads/output/json_text.h"

#include <math.h>

/* A finite, non-negative number at a path of keys below "write". */
static int get_number(const json_t *write, const char *const *keys, double *out, struct err *err)
{
	const json_t *v = write;

	for (const char *const *k = keys; v && *k; k++)
		v = json_object_get(v, *k);
	if (!json_is_number(v))
		return err__set(err, -EPROTO, "fio: no number at jobs[0].write.%s%s%s", keys[0],
				keys[1] ? "." : "", keys[1] ? keys[1] : "");
	*out = json_number_value(v);
	if (!isfinite(*out) || *out < 0)
		return err__set(err, -EPROTO, "fio: jobs[0].write.%s is %g", keys[0], *out);
	return 0;
}

static int get_count(const json_t *write, const char *key, uint64_t *out, struct err *err)
{
	double d = 0;
	int ret = get_number(write, (const char *const[]){ key, NULL }, &d, err);

	if (!ret && d >= 0x1p63)
		ret = err__set(err, -EPROTO, "fio: jobs[0].write.%s is %g", key, d);
	if (!ret)
		*out = (uint64_t)d;
	return ret;
}

/* Version 2 uses microseconds and KiB where version 3 uses nanoseconds and bytes; 2.99, the first
 * release of 3, already has the names of 3. */
static int read_figures(const json_t *w, bool v2, struct fio_write *out, struct err *err)
{
	const char *clat = v2 ? "clat" : "clat_ns";
	int ret = get_number(w, (const char *const[]){ "iops", NULL }, &out->iops, err);

	if (!ret)
		ret = get_number(w, (const char *const[]){ "bw", NULL }, &out->bw, err);
	if (!ret)
		ret = get_count(w, "io_bytes", &out->io_bytes, err);
	if (!ret)
		ret = get_count(w, "total_ios", &out->total_ios, err);
	if (!ret)
		ret = get_number(w, (const char *const[]){ clat, "mean", NULL }, &out->clat_mean_ns,
				 err);
	if (!ret)
		ret = get_number(w, (const char *const[]){ clat, "percentile", "99.000000", NULL },
				 &out->clat_p99_ns, err);
	if (v2) {
		out->io_bytes <<= 10;
		out->clat_mean_ns *= 1000;
		out->clat_p99_ns *= 1000;
	}
	return ret;
}

/* Check "error" of all jobs, and errors that --continue_on_error ignored. */
static int check_errors(const json_t *jobs, struct err *err)
{
	const json_t *job;
	size_t i;

	json_array_foreach(jobs, i, job)
	{
		const json_t *error = json_object_get(job, "error");
		double total = json_number_value(json_object_get(job, "total_err"));
		double code = json_number_value(error);

		if (!json_is_number(error))
			return err__set(err, -EPROTO, "fio: jobs[%zu].error is missing", i);
		if (code != 0)
			return err__set(err, -EIO, "fio: jobs[%zu] failed with error %.0f (%s)", i,
					code, fabs(code) < 4096 ? strerror((int)code) : "unknown");
		if (total != 0)
			return err__set(err, -EIO, "fio: jobs[%zu] went over %.0f errors", i,
					total);
	}
	return 0;
}

static const char *option(const json_t *doc, const json_t *job, const char *name)
{
	const json_t *own = json_object_get(json_object_get(job, "job options"), name);

	return json_string_value(
		own ? own : json_object_get(json_object_get(doc, "global options"), name));
}

/* Has the job done everything that its options ask for? True if they do not tell. */
static bool has_ended(const json_t *doc, const json_t *job)
{
	static const char *const limits[] = { "number_ios", "io_size", "io_limit" };
	const json_t *write = json_object_get(job, "write");
	const char *size = option(doc, job, "size"), *time = option(doc, job, "runtime");
	const char *jobs = option(doc, job, "numjobs");
	const json_t *kib = json_object_get(write, "io_kbytes"); /* in 2 "io_bytes" counts them */
	double bytes = 1024 * json_number_value(kib ? kib : json_object_get(write, "io_bytes"));
	uint64_t most, ns, n = 1;

	if (time && (units__duration(time, &ns) ||
		     json_number_value(json_object_get(write, "runtime")) * 1e6 > .99 * (double)ns))
		return true;
	if (option(doc, job, "time_based"))
		return !time;
	for (size_t i = 0; i < ARRAY_SIZE(limits); i++)
		if (option(doc, job, limits[i]))
			return true;
	if (json_number_value(json_object_get(json_object_get(job, "read"), "total_ios")) > 0 ||
	    !size || units__size(size, &most) || (jobs && units__u64(jobs, &n)))
		return !time;
	/* The last block is left out if the size is not a multiple of the block size. */
	return bytes > .99 * (double)most * (double)n;
}

/* With --status-interval, the last document may be from the middle of a run: the output was cut
 * off, or the run was ended early. fio's "eta" is then not 0; INT_MAX means unknown. */
static int check_end(const json_t *doc, const json_t *job, struct err *err)
{
	double eta = json_number_value(json_object_get(job, "eta"));

	if (eta == 0 || (eta >= INT32_MAX && has_ended(doc, job)))
		return 0;
	return err__set(err, -EPROTO,
			"fio: the last document was written while the job ran: it was stopped "
			"early, or the output is truncated");
}

static int read_document(const json_t *doc, struct fio_write *out, struct err *err)
{
	const json_t *jobs = json_object_get(doc, "jobs"), *job = json_array_get(jobs, 0);
	const json_t *write = json_object_get(job, "write");
	const char *version = json_string_value(json_object_get(doc, "fio version"));
	int ret;

	if (json_object_get(doc, "client_stats"))
		return err__set(err, -EPROTO,
				"fio: client_stats in place of jobs: figures of fio's client of "
				"several servers, expected those of a local run");
	if (!job || !version)
		return err__set(err, -EPROTO,
				"fio: the JSON document has no 'fio version' or no "
				"jobs[0]");
	ret = check_errors(jobs, err);
	if (ret)
		return ret;
	if (json_array_size(jobs) > 1)
		return err__set(err, -EPROTO,
				"fio: %zu jobs or groups, each with figures of its own; expected "
				"one: run fio with --group_reporting and a single group",
				json_array_size(jobs));
	if (json_number_value(json_object_get(write, "total_ios")) == 0 &&
	    json_number_value(json_object_get(json_object_get(job, "read"), "total_ios")) > 0)
		return err__set(err, -EPROTO, "fio: the job read but did not write");
	snprintf(out->version, sizeof(out->version), "%s", version);
	ret = read_figures(write, str_starts(version, "fio-2.") && json_object_get(write, "clat"),
			   out, err);
	return ret ? ret : check_end(doc, job, err);
}

/* When a document was written, in ms. Version 2 has only whole seconds. */
static double written(const json_t *doc)
{
	const json_t *ms = json_object_get(doc, "timestamp_ms");

	return ms ? json_number_value(ms) :
		    1000 * json_number_value(json_object_get(doc, "timestamp"));
}

/* Do two consecutive documents belong to the same run? Then the run began before the first one was
 * written, and the counts of the second continue those of the first. */
static bool same_run(const json_t *a, const json_t *b)
{
	const json_t *job_a = json_array_get(json_object_get(a, "jobs"), 0);
	const json_t *job_b = json_array_get(json_object_get(b, "jobs"), 0);
	const json_t *write_a = json_object_get(job_a, "write");
	const json_t *write_b = json_object_get(job_b, "write");
	const char *name_a = json_string_value(json_object_get(job_a, "jobname"));
	const char *name_b = json_string_value(json_object_get(job_b, "jobname"));
	double begin = written(b) - json_number_value(json_object_get(write_b, "runtime"));

	/* With whole seconds, the computed start may be up to one second too early. */
	if (!json_object_get(b, "timestamp_ms"))
		begin += 999;
	return name_a && name_b && streq(name_a, name_b) && written(b) > 0 && begin < written(a) &&
	       json_number_value(json_object_get(write_a, "total_ios")) <=
		       json_number_value(json_object_get(write_b, "total_ios"));
}

/* Does a line that begins with "fio: " report that a job failed or was ended early? */
static bool is_bad_news(const char *line, size_t n)
{
	static const char *const words[] = { "terminating on signal", ", got signal=", "io_u error",
					     ", error=", "Doing forceful exit" };
	const char *e = memmem(line, n, ", err=", 6);

	if (e && e + 6 < line + n && e[6] != '0')
		return true;
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (memmem(line, n, words[i], strlen(words[i])))
			return true;
	return false;
}

/* In its normal format fio reports failed calls, even if the document says error 0. */
static int check_messages(const char *text, size_t len, struct err *err)
{
	const char *p = text, *end = text + len;

	while ((p = memmem(p, (size_t)(end - p), "fio: ", 5))) {
		const char *nl = memchr(p, '\n', (size_t)(end - p));
		size_t n = (size_t)((nl ? nl : end) - p);

		if ((p == text || p[-1] == '\n') && is_bad_news(p, n))
			return err__set(err, -EIO, "%.*s", n < 300 ? (int)n : 300, p);
		p += n;
	}
	return 0;
}

int fio_json__next(const char *text, size_t len, size_t *at, struct fio_write *out, struct err *err)
{
	size_t begin = *at, ahead;
	json_t *doc, *next = NULL;
	int ret = json_text__next(text, len, at, &doc, err);

	*out = (struct fio_write){ 0 };
	if (ret == -ENOENT && check_messages(text + begin, len - begin, err))
		return -EIO;
	if (ret)
		return err__prefix(err, ret, "fio: ");
	for (ahead = *at; !(ret = json_text__next(text, len, &ahead, &next, err)); *at = ahead) {
		if (!same_run(doc, next))
			break;
		json_decref(doc);
		doc = next;
	}
	if (!ret)
		json_decref(next);
	if (ret == -EPROTO)
		err__prefix(err, ret, "fio: ");
	else
		ret = read_document(doc, out, err);
	if (!ret)
		ret = check_messages(text + begin, *at - begin, err);
	json_decref(doc);
	return ret;
}

int fio_json__write(const char *text, size_t len, struct fio_write *out, struct err *err)
{
	struct fio_write second;
	size_t at = 0;
	int ret = fio_json__next(text, len, &at, out, err);

	if (ret)
		return ret == -ENOENT ? -EPROTO : ret;
	if (fio_json__next(text, len, &at, &second, NULL) != -ENOENT)
		return err__set(err, -EPROTO, "fio: more than one run, expected one");
	return 0;
}
