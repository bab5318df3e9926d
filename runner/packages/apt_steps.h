/* SPDX-License-Identifier: GPL-2.0-only */
/* apt_steps.h - what the files that make up apt.h share. */
#ifndef KDUEL_PACKAGES_APT_STEPS_H
#define KDUEL_PACKAGES_APT_STEPS_H

#include "lib/proc.h"
#include "runner/packages/apt.h"
#include "runner/packages/stanza.h"

struct apt {
	char *dir; /* the private directory, absolute */
	char *arch;
	char *suites; /* for messages: "trixie, trixie-backports" */
	char *env[3]; /* APT_CONFIG=..., LC_ALL=C, NULL */
};

bool apt__is_source(const struct apt *apt);
/* Run a program with the private configuration. 0 whatever its exit code (res->status);
 * -errno with `err` set when it could not be started. Release `res` in both cases. */
int apt__run(struct apt *apt, const struct strvec *argv, const char *cwd, struct proc_result *res,
	     struct err *err);
/* The "E: ..." lines of standard error in one line (else its end); the caller frees. */
char *apt__complaint(const struct proc_result *res);
/* Records of `names` ("pkg" or "pkg=version"): the candidates, or every version. Names
 * that do not exist give no record. */
int apt__show(struct apt *apt, const struct strvec *names, bool all_versions, struct stanzas *out,
	      struct err *err);
/* Forget when the lists were fetched, so that the next apt__open() asks the mirror. */
void apt__distrust_lists(struct apt *apt);

#endif
