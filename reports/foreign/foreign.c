// SPDX-License-Identifier: GPL-2.0-only
/* foreign.c - the table of formats, the assignment of values to boots, and samples as CSV. */
#include "lib/csv.h"
#include "reports/foreign/foreign.h"
#include "reports/foreign/json_formats.h"
#include "reports/foreign/line_formats.h"
#include "reports/foreign/pts.h"

const char foreign__formats[] = "hyperfine|gbench|benchstat|fastpath|mmtests|pts|lkp|perf-stat";

/* In the order of foreign__formats. */
static const struct format {
	const char *tool;
	int (*parse)(struct source *s);
	const char *lacks; /* what every file of this format lacks; NULL: nothing but boots */
	bool names_sides; /* files name the variants that are compared */
	bool may_boot; /* the tool may boot the machine between runs */
} formats[] = {
	{ .tool = "hyperfine",
	  .parse = hyperfine__parse,
	  .lacks = "does not name the kernel",
	  .names_sides = true },
	{ .tool = "gbench",
	  .parse = gbench__parse,
	  .lacks = "does not name the kernel; a value is the mean of a repetition" },
	{ .tool = "benchstat",
	  .parse = benchstat__parse,
	  .lacks = "does not name the kernel; a value is the mean of a run" },
	{ .tool = "fastpath",
	  .parse = fastpath__parse,
	  .lacks =
		  "has only the means of all runs, so how far runs and boots are apart is unknown" },
	{ .tool = "mmtests", .parse = mmtests__parse, .may_boot = true },
	{ .tool = "pts",
	  .parse = pts__parse,
	  .lacks = "does not say in which order the runs were made",
	  .names_sides = true,
	  .may_boot = true },
	{ .tool = "lkp",
	  .parse = lkp__parse,
	  .lacks =
		  "does not name units; which direction is better is derived from the names of metrics",
	  .may_boot = true },
	{ .tool = "perf-stat", .parse = perf_stat__parse, .lacks = "does not name the kernel" },
};

/* The variant for a file whose format names none: the base name without its extension. */
static char *stem(const char *path)
{
	const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path;
	const char *dot = strrchr(base, '.');

	return xstrndup(base, dot && dot > base ? (size_t)(dot - base) : strlen(base));
}

int foreign__parse(struct foreign *f, unsigned int format, const char *variant, const char *name,
		   char *text, size_t len, struct err *err)
{
	const struct format *fmt = &formats[format];
	_free_ char *own = variant || fmt->names_sides ? NULL : stem(name);
	struct source s = { .f = f,
			    .name = name,
			    .variant = variant ? variant : own,
			    .tool = fmt->tool,
			    .len = len,
			    .file = f->files.n,
			    .err = err };
	size_t before = f->n_samples;
	int ret;

	s.text = text;
	strvec__push(&f->files, name);
	if (fmt->lacks)
		source__lack(&s, fmt->lacks);
	ret = fmt->parse(&s);
	if (!ret && f->n_samples == before)
		ret = source__fail(&s, 1, "it has no value of %s", fmt->tool);
	return ret;
}

char *foreign__tool(unsigned int format)
{
	return xstrdup(formats[format].tool);
}

int foreign__check_boot(unsigned int format, enum foreign_boot boot, struct err *err)
{
	if (boot != FOREIGN_RUN || formats[format].may_boot)
		return 0;
	return err__set(err, -EINVAL,
			"--boot run: all runs in a file of %s were made on one boot; expected one or "
			"file",
			formats[format].tool);
}

/* For each run, the number of boots that its variant has in earlier runs, where a boot is a file
 * or, with `values`, a value. The caller frees. */
static uint32_t *boots_before(const struct foreign *f, bool values)
{
	uint32_t *before = xcalloc(f->n_runs, sizeof(*before));
	_free_ uint32_t *boots = xcalloc(f->n_runs, sizeof(*boots));
	_free_ uint32_t *sum = xcalloc(f->variants.n, sizeof(*sum));

	for (size_t i = 0; i < f->n_samples; i++) {
		const struct foreign_sample *s = &f->samples[i];

		boots[s->run] = values && s->iter >= boots[s->run] ? s->iter + 1 :
				boots[s->run]			   ? boots[s->run] :
								     1;
	}
	for (size_t i = 0; i < f->n_runs; i++) {
		before[i] = sum[f->runs[i].variant];
		sum[f->runs[i].variant] += boots[i];
	}
	return before;
}

uint32_t *foreign__boots(const struct foreign *f, enum foreign_boot boot)
{
	uint32_t *before = boots_before(f, boot == FOREIGN_RUN);
	uint32_t *of = xcalloc(f->n_samples, sizeof(*of));

	for (size_t i = 0; i < f->n_samples; i++)
		of[i] = before[f->samples[i].run] + (boot == FOREIGN_RUN ? f->samples[i].iter : 0);
	free(before);
	return of;
}

void foreign__caveats(const struct foreign *f, unsigned int format, enum foreign_boot boot,
		      struct strvec *out)
{
	const char *tool = formats[format].tool;

	strvec__pushf(out,
		      "imported from %s: kduel did not measure this, and knows nothing about "
		      "the machine or how quiet it was",
		      tool);
	if (boot == FOREIGN_ONE)
		strvec__pushf(out,
			      "%s does not say which boot a value was measured on: each side "
			      "counts as one boot",
			      tool);
	else
		strvec__pushf(out,
			      "%s does not say which boot a value was measured on: at import "
			      "--boot declared that each %s has its own",
			      tool, boot == FOREIGN_FILE ? "file" : "run");
	if (f->one_boot)
		strvec__pushf(out, "%s: the variants of a file were measured on the same boot",
			      tool);
	for (size_t i = 0; i < f->lacks.n; i++)
		strvec__push(out, f->lacks.v[i]);
}

/* With a variant's results all on one boot, iterations are numbered across files. */
int foreign__print_csv(const struct foreign *f, enum foreign_boot boot, FILE *out, struct err *err)
{
	_free_ uint32_t *before = boots_before(f, boot != FOREIGN_FILE);
	struct csv_record r = { .out = out };

	if (f->variants.n != 2)
		return err__set(err, -EINVAL,
				"a CSV file of samples compares two kernels, these results have %zu: "
				"name two, as VARIANT=FILE",
				f->variants.n);
	fputs("metric,kernel,slot,boot,iter,value,unit,better,primary\n", out);
	for (size_t i = 0; i < f->n_samples; i++) {
		const struct foreign_sample *s = &f->samples[i];
		const struct foreign_metric *m = &f->metrics[s->metric];
		bool b = f->runs[s->run].variant == 1;
		uint32_t at = before[s->run] + (boot == FOREIGN_FILE ? 0 : s->iter);
		uint32_t n = boot == FOREIGN_ONE ? 0 : at;
		_free_ char *name = xasprintf("%s/%s", m->workload, m->metric.name);

		if (m->metric.describes)
			continue;
		csv_record__text(&r, name);
		csv_record__text(&r, b ? "B" : "A");
		csv_record__u64(&r, 2 * (uint64_t)n + b);
		csv_record__u64(&r, n);
		csv_record__u64(&r, boot == FOREIGN_ONE ? at : boot == FOREIGN_FILE ? s->iter : 0);
		csv_record__number(&r, s->value);
		csv_record__text(&r, m->metric.unit);
		csv_record__text(&r, metric__better_name(m->metric.better));
		csv_record__text(&r, m->metric.primary ? "yes" : "no");
		csv_record__end(&r);
	}
	if (fflush(out) || ferror(out))
		return err__set(err, errno ? -errno : -EIO, "cannot write the samples: %s",
				strerror(errno ? errno : EIO));
	return 0;
}

void foreign__release(struct foreign *f)
{
	for (size_t i = 0; i < f->n_metrics; i++) {
		free(f->metrics[i].workload);
		free((char *)f->metrics[i].metric.name);
		free((char *)f->metrics[i].metric.unit);
	}
	strvec__release(&f->variants);
	names__release(&f->sides);
	names__release(&f->keys);
	names__release(&f->taken);
	free(f->numbers);
	names__release(&f->places);
	strvec__release(&f->files);
	strvec__release(&f->lacks);
	strvec__release(&f->notes);
	free(f->runs);
	free(f->metrics);
	free(f->samples);
	free(f->next);
	*f = (struct foreign){ 0 };
}
