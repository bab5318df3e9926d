/* SPDX-License-Identifier: GPL-2.0-only */
/* query.h - queries to the package lists: which packages exist, and what they depend on. */
#ifndef KDUEL_PACKAGES_QUERY_H
#define KDUEL_PACKAGES_QUERY_H

#include "runner/packages/apt.h"
#include "runner/packages/lock.h"
#include "runner/packages/stanza.h"

/* Get the records of `names` ("pkg" or "pkg=version"): of their candidate versions, or of all
 * versions. Names that do not exist have no record. Release `out`. */
int apt__show(struct apt *apt, const struct strvec *names, bool all_versions, struct stanzas *out,
	      struct err *err);
/* Append all package names that match a shell glob, sorted by version, newest last. */
int apt__match(struct apt *apt, const char *glob, struct strvec *names, struct err *err);
/* The version that apt would install; the caller frees. -ENOENT: there is no such package. */
int apt__candidate(struct apt *apt, const char *name, char **version, struct err *err);
/* The newest version in any of the suites, even if apt would not prefer it (packages from backports
 * are installed only on request). The caller frees. -ENOENT: there is no such package. */
int apt__newest(struct apt *apt, const char *name, char **version, struct err *err);
/* Add `names` ("pkg" or "pkg=version") to `lock`; with `closure`, including everything they depend
 * on. With `want`, versions and hashes are those of that lock. -ENOENT: a package does not exist
 * or, with `want`, is not in that lock. */
int apt__resolve(struct apt *apt, const struct strvec *names, bool closure, const struct lock *want,
		 struct lock *lock, struct err *err);
/* apt__resolve() with `want`, which needs no package lists. */
int apt__resolve_locked(const char *arch, const struct strvec *names, bool closure,
			const struct lock *want, struct lock *lock, struct err *err);

#endif
