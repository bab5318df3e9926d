// SPDX-License-Identifier: GPL-2.0-only
/* fio_json.c - figures of the first job of the last complete document. */
#include "workloads/output/fio_json.h"

#include "workloads/output/last_json.h"

#include <math.h>

/* A number at a path of keys below "write", neither negative nor infinite. */
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

static int read_figures(const json_t *w, struct fio_write *out, struct err *err)
{
	int ret = get_number(w, (const char *const[]){ "iops", NULL }, &out->iops, err);

	if (!ret)
		ret = get_number(w, (const char *const[]){ "bw", NULL }, &out->bw, err);
	if (!ret)
		ret = get_count(w, "io_bytes", &out->io_bytes, err);
	if (!ret)
		ret = get_count(w, "total_ios", &out->total_ios, err);
	if (!ret)
		ret = get_number(w, (const char *const[]){ "clat_ns", "mean", NULL },
				 &out->clat_mean_ns, err);
	if (!ret)
		ret = get_number(w,
				 (const char *const[]){ "clat_ns", "percentile", "99.000000",
							NULL },
				 &out->clat_p99_ns, err);
	return ret;
}

/* With --group_reporting there is one job, whatever --numjobs is. */
static int read_job(const json_t *doc, struct fio_write *out, struct err *err)
{
	const json_t *job = json_array_get(json_object_get(doc, "jobs"), 0);
	const json_t *error = json_object_get(job, "error");
	const char *version = json_string_value(json_object_get(doc, "fio version"));

	if (!job || !version)
		return err__set(err, -EPROTO,
				"fio: the JSON document has no 'fio version' or no "
				"jobs[0]");
	if (!json_is_integer(error))
		return err__set(err, -EPROTO, "fio: jobs[0].error is missing");
	if (json_integer_value(error))
		return err__set(err, -EIO, "fio: the job failed with error %lld (%s)",
				(long long)json_integer_value(error),
				strerror((int)json_integer_value(error)));
	snprintf(out->version, sizeof(out->version), "%s", version);
	return read_figures(json_object_get(job, "write"), out, err);
}

int fio_json__write(const char *text, size_t len, struct fio_write *out, struct err *err)
{
	json_t *doc = last_json__read(text, len);
	int ret;

	*out = (struct fio_write){ 0 };
	if (!doc)
		return err__set(err, -EPROTO,
				"fio: no complete JSON document in %zu bytes of output", len);
	ret = read_job(doc, out, err);
	json_decref(doc);
	return ret;
}
