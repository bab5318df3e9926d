// SPDX-License-Identifier: GPL-2.0-only
/* cross.c - the cross compiler, named as in Debian. */
#include "runner/host/cross.h"

#include "lib/proc.h"

const char *cross__prefix(const char *deb_arch)
{
#if defined(__aarch64__)
	return streq(deb_arch, "arm64") ? "" : "x86_64-linux-gnu-";
#else
	return streq(deb_arch, "arm64") ? "aarch64-linux-gnu-" : "";
#endif
}

int cross__compiler(const char *deb_arch, char **version, struct err *err)
{
	const char *prefix = cross__prefix(deb_arch);
	_free_ char *cc = xasprintf("%sgcc", prefix);
	const char *argv[] = { cc, "--version", NULL };
	_cleanup_(proc_result__release) struct proc_result res = { 0 };
	int ret = proc__run(&(struct proc_opts){ .argv = (char *const *)argv, .timeout_ms = 30000 },
			    &res);

	if (ret || res.status)
		ret = err__set(err, -EOPNOTSUPP, "%s cannot be run: install gcc%s", cc,
			       !*prefix			     ? "" :
			       str_starts(prefix, "aarch64") ? "-aarch64-linux-gnu" :
							       "-x86-64-linux-gnu");
	else
		*version = xstrndup(res.out, strcspn(res.out, "\n"));
	return ret;
}
