/* SPDX-License-Identifier: GPL-2.0-only */
/* git.h - asks git about a repository that may be anybody's, which is only read. */
#ifndef KDUEL_HOST_GIT_H
#define KDUEL_HOST_GIT_H

#include "lib/err.h"
#include "lib/proc.h"
#include "lib/strvec.h"

/*
 * The environment of every git that is to read a repository, NULL-terminated, for proc_opts.env: nobody is there
 * to answer, and the repository is that of -C. A hook, `git rebase --exec` and the like name another one.
 */
extern const char *const git__env[];

/* Behind "git": without what a user may have configured and would change what is read from git. */
#define GIT_PLAIN                                                                                \
	"-c", "core.fsmonitor=false", "-c", "core.autocrlf=false", "-c", "color.ui=false", "-c", \
		"color.grep=false", "-c", "grep.lineNumber=false", "-c", "grep.column=false",    \
		"-c", "log.showSignature=false", "-c", "i18n.logOutputEncoding=UTF-8"

/*
 * Run git in `dir` with these words, without its monitor, locks or questions, for `timeout_ms` at most and
 * with up to `max_output` bytes of output (0: as proc__run() has it). 0 when it came to its end, whatever
 * it said: res->status and res->err tell. -EOPNOTSUPP: it did not. The caller releases `res` in any case.
 */
int git__ask(const char *dir, const struct strvec *words, unsigned int timeout_ms,
	     size_t max_output, struct proc_result *res, struct err *err);

#endif
