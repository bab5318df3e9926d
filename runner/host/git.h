/* SPDX-License-Identifier: GPL-2.0-only */
/* git.h - query a git repository without changing it; it may belong to anybody. */
#ifndef KDUEL_HOST_GIT_H
#define KDUEL_HOST_GIT_H

#include "lib/err.h"
#include "lib/proc.h"
#include "lib/strvec.h"

/*
 * Environment for every git that reads a repository, for proc_opts.env: it must not prompt, and must
 * use the repository given by -C. kduel may itself run from a git hook or `git rebase --exec`, which
 * set GIT_DIR and the like: names without a value are removed from the environment.
 */
extern const char *const git__env[];

/* Options to put after "git": they override the user's settings that would change git's output. */
#define GIT_PLAIN                                                                                \
	"-c", "core.fsmonitor=false", "-c", "core.autocrlf=false", "-c", "color.ui=false", "-c", \
		"color.grep=false", "-c", "grep.lineNumber=false", "-c", "grep.column=false",    \
		"-c", "log.showSignature=false", "-c", "i18n.logOutputEncoding=UTF-8"

/*
 * Run git with these arguments in `dir`, without fsmonitor, optional locks or prompts, for at most
 * `timeout_ms` and with at most `max_output` bytes of output (0: proc__run()'s default). 0 if git ran to
 * its end, whatever its exit status: see res->status and res->err. -EOPNOTSUPP: git could not be run, or
 * took too long. The caller releases `res` in any case.
 */
int git__ask(const char *dir, const struct strvec *words, unsigned int timeout_ms,
	     size_t max_output, struct proc_result *res, struct err *err);

#endif
