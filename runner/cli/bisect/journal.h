/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * journal.h - what a bisection is to find, and what became of each commit so far: a file beside the
 * database, replaced in one step whenever something is known. The boots are in the database, in campaigns with
 * tags, so that a step that was cut off goes on there; only what left no campaign is here alone.
 */
#ifndef KDUEL_BISECT_JOURNAL_H
#define KDUEL_BISECT_JOURNAL_H

#include "lib/err.h"
#include "lib/strvec.h"
#include "runner/cli/bisect/judge.h"

#include <jansson.h>

#define BISECT_ID_LEN 13

/* A commit that was tested, or could not be. Strings are owned and never NULL. */
struct bisect_step {
	char *commit, *subject;
	enum bisect_side side; /* never BISECT_OPEN */
	char *why; /* it was skipped, or whose kernel it has; else "" */
	char *kernel; /* hash of what was built of it; "": nothing, or not known */
	char *verdict; /* kduel's word for it; "": it was not measured */
	char *unit; /* of the three below: "%" of GOOD, or "points" */
	double change, lo, hi; /* against GOOD, with its 95 % interval; NAN: not measured */
	unsigned int boots, boots_good; /* that count, of it and of GOOD beside it */
	unsigned int
		needed; /* boots a side that find a difference of the margin's size; 0: unknown */
	double build_s, boot_s; /* how long building and booting took */
	struct strvec campaigns;
};

enum bisect_end { BISECT_RUNNING, BISECT_FOUND, BISECT_RANGE, BISECT_NOT_WORSE, BISECT_END_MAX };

struct bisect_journal {
	char id[BISECT_ID_LEN], *path; /* path: of the file */
	char *git, *good, *bad; /* directory; full hashes */
	char *good_subject;
	char *good_kernel; /* as in a step */
	char *plan_path, *plan_text; /* as the file was, with its ${...} */
	char *metric; /* WORKLOAD/METRIC */
	struct bisect_step *steps; /* in the order in which they were told */
	size_t n;
	enum bisect_end end;
	char *why; /* a range remains, or BAD is not worse; else "" */
	struct strvec range; /* commits that may be the first bad one, newest first; one: found */
};

/* Name a bisection by what it is to find: the same question is the same journal, that of `db`, a path. Fills
 * id and path. 0 or -errno: there is no such directory. */
int bisect_journal__name(struct bisect_journal *j, const char *db, struct err *err);
/* The path of the journal that `id`, or the beginning of it, names beside `db`; the caller frees. -ENOENT:
 * there is none; -EINVAL: several are. */
int bisect_journal__find(const char *db, const char *id, char **path, struct err *err);
/* Read it; what is in *j is to be released in both cases. -ENOENT: there is none; -EBADMSG: it is damaged. */
int bisect_journal__load(const char *path, struct bisect_journal *j, struct err *err);
/* Put it on the disk, whole or not at all. */
int bisect_journal__save(const struct bisect_journal *j, struct err *err);
/* What is known of a commit; NULL: nothing yet. */
const struct bisect_step *bisect_journal__step(const struct bisect_journal *j, const char *commit);
/* Take over a step. */
void bisect_journal__add(struct bisect_journal *j, struct bisect_step *s);
void bisect_journal__release(struct bisect_journal *j);
void bisect_step__release(struct bisect_step *s);
/* All of it as JSON; the text of the plan only with `plan`. */
json_t *bisect_journal__json(const struct bisect_journal *j, bool plan);
const char *bisect_side__name(enum bisect_side s); /* "good", "bad", "skip" */
const char *bisect_end__name(enum bisect_end e); /* "running", "found", "range", "not-worse" */

#endif
