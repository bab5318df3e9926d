// SPDX-License-Identifier: GPL-2.0-only
/* tool.c - run helper programs and format messages about their failures. */
#include "runner/host/tool.h"

#include "lib/strvec.h"

#include <stdarg.h>

/* Long enough for mkfs or tar on a slow disk. */
#define TIMEOUT_MS (600u * 1000)

int tool__exec(struct err *err, const char *what, const struct proc_opts *opts)
{
	const char *prog = opts->argv[0];
	_cleanup_(proc_result__release) struct proc_result res = { 0 };
	int ret = proc__run(opts, &res);

	if (ret == -ENOENT)
		ret = err__set(err, -EOPNOTSUPP, "%s: no such program; it is needed to %s", prog,
			       what);
	else if (ret)
		err__set(err, ret, "%s: cannot be run: %s", prog, strerror(-ret));
	else if (res.timed_out)
		ret = err__set(err, -EIO, "%s: not finished in time (it was to %s)", prog, what);
	else if (res.status)
		ret = err__set(err, -EIO, "%s failed with %d (it was to %s): %.300s", prog,
			       res.status, what, res.err);
	return ret;
}

int tool__run(struct err *err, const char *what, const char *prog, ...)
{
	_cleanup_(strvec__release) struct strvec argv = { 0 };
	struct proc_opts o = { .timeout_ms = TIMEOUT_MS };
	const char *arg;
	va_list ap;

	strvec__push(&argv, prog);
	va_start(ap, prog);
	while ((arg = va_arg(ap, const char *)))
		strvec__push(&argv, arg);
	va_end(ap);
	o.argv = argv.v;
	return tool__exec(err, what, &o);
}
