// SPDX-License-Identifier: GPL-2.0-only
/* render.c - looks up the format of a report by name. */
#include "reports/render/render.h"
#include "lib/fs.h"

static const struct {
	const char *name;
	void (*render)(const struct report_view *v, FILE *out);
	bool folds; /* read by people: fold unchanged secondary metrics */
} formats[] = {
#define X(name, folds) { #name, format_##name, folds },
#include "reports/render/list.h"
#undef X
};

int render__check_format(const char *format, struct err *err)
{
	for (size_t i = 0; i < ARRAY_SIZE(formats); i++)
		if (streq(format, formats[i].name))
			return (int)i;
	return err__set(err, -EINVAL,
			"unknown format \"%s\": expected text, "
			"markdown, csv, json, junit or mail",
			format);
}

bool render__folds(const char *format)
{
	int i = render__check_format(format, NULL);

	return i >= 0 && formats[i].folds;
}

bool render__is_brief(const char *format)
{
	return streq(format, "text") || streq(format, "mail");
}

int render__report(const struct report_view *v, const char *format, FILE *out, struct err *err)
{
	int i = render__check_format(format, err);

	if (i < 0)
		return i;
	formats[i].render(v, out);
	if (fs__is_short(out))
		return err__set(err, errno ? -errno : -EIO, "cannot write the report: %s",
				strerror(errno ? errno : EIO));
	return 0;
}

int render__default(const struct report *r, const char *format, size_t width, FILE *out,
		    struct err *err)
{
	const struct report_filter filter = { .fold = render__folds(format),
					      .brief = render__is_brief(format) };
	struct report_view v;
	int ret = report_view__make(r, &filter, &v, err);

	v.width = width;
	if (!ret)
		ret = render__report(&v, format, out, err);
	report_view__release(&v);
	return ret;
}
