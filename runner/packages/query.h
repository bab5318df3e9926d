/* SPDX-License-Identifier: GPL-2.0-only */
/* query.h - questions to the package lists: which packages are there, and what belongs to them. */
#ifndef KDUEL_PACKAGES_QUERY_H
#define KDUEL_PACKAGES_QUERY_H

#include "runner/packages/apt.h"
#include "runner/packages/lock.h"
#include "runner/packages/stanza.h"

/* Records of `names` ("pkg" or "pkg=version"): the candidates, or every version. Names
 * that do not exist give no record. */
int apt__show(struct apt *apt, const struct strvec *names, bool all_versions, struct stanzas *out,
	      struct err *err);
/* All package names that match a shell glob, sorted by version, newest last. */
int apt__match(struct apt *apt, const char *glob, struct strvec *names, struct err *err);
/* Version that would be installed; caller frees. -ENOENT if there is no such package. */
int apt__candidate(struct apt *apt, const char *name, char **version, struct err *err);
/* The newest version in any of the suites, whichever the host would prefer (packages of
 * backports are only taken by name); caller frees. -ENOENT if there is no such package. */
int apt__newest(struct apt *apt, const char *name, char **version, struct err *err);
/* Resolve `names` ("pkg" or "pkg=version") with their dependency closure (or alone, when
 * `closure` is false) into `lock`. With `want`, each package has exactly that version and
 * hash; one that cannot be had any more is -ENOENT naming it. */
int apt__resolve(struct apt *apt, const struct strvec *names, bool closure, const struct lock *want,
		 struct lock *lock, struct err *err);
/* The `want` case of apt__resolve(), which needs no package lists. */
int apt__resolve_locked(const char *arch, const struct strvec *names, bool closure,
			const struct lock *want, struct lock *lock, struct err *err);

#endif
