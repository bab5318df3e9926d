/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * journal.h - the state of a bisection: what to find, and the result of each commit so far. It is a
 * file beside the database, replaced atomically after each step. Boots are stored in the database,
 * in campaigns with tags, by which an interrupted step is found and continued. Steps without boots
 * are in the journal only.
 */
#ifndef KDUEL_BISECT_JOURNAL_H
#define KDUEL_BISECT_JOURNAL_H

#include "lib/err.h"
#include "lib/strvec.h"
#include "runner/cli/bisect/judge.h"

#include <jansson.h>

#define BISECT_ID_LEN 13

/* A commit that was tested or skipped. Strings are owned and never NULL. */
struct bisect_step {
	char *commit, *subject;
	enum bisect_side side; /* never BISECT_OPEN */
	char *why; /* why it was skipped, or which commit has the same kernel; else "" */
	char *kernel; /* hash of the kernel; "": not built, or not known */
	char *verdict; /* verdict__name(); "": not measured */
	char *unit; /* of the next three: "%" of GOOD, or "points" */
	double change, lo, hi; /* against GOOD, with a 95 % interval; NAN: not measured */
	unsigned int boots, boots_good; /* boots that count, of the commit and of GOOD */
	/* Boots of each side that find a difference of the margin's size; 0: unknown. */
	unsigned int needed;
	double build_s, boot_s; /* how long building and booting took, in seconds */
	struct strvec campaigns;
};

enum bisect_end { BISECT_RUNNING, BISECT_FOUND, BISECT_RANGE, BISECT_NOT_WORSE, BISECT_END_MAX };

struct bisect_journal {
	char id[BISECT_ID_LEN], *path; /* path: the journal's own file */
	char *git, *good, *bad; /* directory of the repository; full hashes */
	char *good_subject;
	char *good_kernel; /* hash; "": not known */
	char *plan_path, *plan_text; /* the text still has its ${...} */
	char *metric; /* WORKLOAD/METRIC */
	struct bisect_step *steps; /* in the order in which they were decided */
	size_t n;
	enum bisect_end end;
	char *why; /* why a range remains, or BAD is not worse; else "" */
	struct strvec range; /* at the end: commits that may be the first bad one, newest first */
};

/* Set id and path. The id is a hash of what is bisected, so that the same task has the same
 * journal; the path is beside the database `db`. The directory is created; 0 or -errno. */
int bisect_journal__name(struct bisect_journal *j, const char *db, struct err *err);
/* Find the journal beside `db` whose id begins with `id` (at least 4 characters). *path: the caller
 * frees. -ENOENT: none does; -EINVAL: several do. */
int bisect_journal__find(const char *db, const char *id, char **path, struct err *err);
/* Read a journal; the caller releases *j even on errors. -ENOENT: no such file; -EBADMSG: damaged,
 * or of another version of kduel. */
int bisect_journal__load(const char *path, struct bisect_journal *j, struct err *err);
/* Write it to j->path, atomically. 0 or -errno. */
int bisect_journal__save(const struct bisect_journal *j, struct err *err);
/* The step of a commit; NULL: it was not tested yet. */
const struct bisect_step *bisect_journal__step(const struct bisect_journal *j, const char *commit);
/* Append a step; its contents are moved. */
void bisect_journal__add(struct bisect_journal *j, struct bisect_step *s);
void bisect_journal__release(struct bisect_journal *j);
void bisect_step__release(struct bisect_step *s);
/* A new object with everything; the text of the plan only if `plan`. */
json_t *bisect_journal__json(const struct bisect_journal *j, bool plan);
const char *bisect_side__name(enum bisect_side s); /* "good", "bad", "skip" */
const char *bisect_end__name(enum bisect_end e); /* "running", "found", "range", "not-worse" */

#endif
