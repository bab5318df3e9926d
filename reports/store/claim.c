// SPDX-License-Identifier: GPL-2.0-only
/* claim.c - claims of processes on campaigns: take, refresh, drop, and detect stale ones. */
#include "reports/store/claim.h"
#include "lib/clock.h"
#include "lib/date.h"
#include "lib/fs.h"
#include "lib/units.h"
#include "reports/store/db.h"
#include "reports/store/ids.h"
#include "reports/store/refs.h"

#include <errno.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

struct claim_row {
	const char *host, *boot_id;
	int64_t pid, started,
		pid_ns; /* start time in clock ticks since boot; inode of the PID namespace */
	uint64_t taken_ns, seen_ns;
};

/* Table columns, and members of the struct. */
#define CLAIM host, boot_id, pid, started, pid_ns, taken_ns, seen_ns
#define CLAIM_NAMES TEXT_OF(CLAIM)

static const struct row_type claim_type = ROW_TYPE(struct claim_row, (CLAIM));

/* A PID identifies a process only within its PID namespace. */
static int64_t pid_namespace(void)
{
	struct stat st;

	return stat("/proc/self/ns/pid", &st) ? 0 : (int64_t)st.st_ino;
}

/* The start time of a process in clock ticks since boot (proc(5), field 22 of stat), which tells it
 * from a later process with the same PID. -ESRCH: there is no such process; any other error:
 * unknown. */
static int start_of(int64_t pid, int64_t *start)
{
	_free_ char *path = xasprintf("/proc/%lld/stat", (long long)pid), *text = NULL;
	uint64_t ticks = 0;
	char *at;
	int ret = fs__read(path, 4096, &text, NULL);

	/* With hidepid=, processes of other users exist but are invisible. */
	if (ret == -ENOENT)
		return kill((pid_t)pid, 0) && errno == ESRCH ? -ESRCH : -EACCES;
	if (ret)
		return ret;
	at = strrchr(text, ')'); /* the command name before it may contain anything */
	for (int field = 2; at && field < 22; field++)
		at = strchr(at + 1, ' ');
	if (!at)
		return -EIO;
	at[1 + strcspn(at + 1, " ")] = '\0';
	ret = units__u64(at + 1, &ticks);
	*start = (int64_t)ticks;
	return ret;
}

/* Fill in the row for this process; call row_type__release() even after an error. An incomplete
 * claim would be taken for one from another machine, and block others for minutes. */
static int own_row(struct claim_row *row, struct err *err)
{
	struct utsname u = { .nodename = "" };
	const uint64_t now = clock__wall_ns();
	int ret;

	uname(&u);
	*row = (struct claim_row){ .host = xstrdup(u.nodename),
				   .boot_id = fs__boot_id(""),
				   .pid = getpid(),
				   .pid_ns = pid_namespace(),
				   .taken_ns = now,
				   .seen_ns = now };
	ret = start_of(getpid(), &row->started);
	if (!ret && (!*row->boot_id || !row->pid_ns))
		ret = -EIO;
	return !ret ? 0 :
		      err__set(err, ret,
			       "cannot read from /proc which process this is, to claim the campaign: %s",
			       strerror(-ret));
}

static bool is_same_process(const struct claim_row *a, const struct claim_row *b)
{
	return streq(a->boot_id, b->boot_id) && a->pid_ns == b->pid_ns && a->pid == b->pid &&
	       a->started == b->started;
}

/* If the clock was set back, the claim may lie in the future: take the absolute difference. */
static bool is_fresh(const struct claim_row *row)
{
	const uint64_t now = clock__wall_ns(), seen = row->seen_ns;

	return (now > seen ? now - seen : seen - now) < CLAIM_AGE_S * NSEC_PER_SEC;
}

/* 1: the process lives, 0: it does not, -errno: cannot be told from here. */
static int look_up(const struct claim_row *row)
{
	struct claim_row me;
	const bool here = !own_row(&me, NULL) && streq(me.boot_id, row->boot_id) &&
			  me.pid_ns == row->pid_ns;
	int64_t start;
	int ret = here ? start_of(row->pid, &start) : -EXDEV;

	row_type__release(&claim_type, &me, 1);
	return ret == -ESRCH ? 0 : ret ? ret : start == row->started;
}

/* Is the process alive, as far as can be told from here? If it cannot be looked up, an old claim
 * counts as void, but with `watched` only if it has not been refreshed since then. */
static bool is_alive(const struct claim_row *row, const uint64_t *watched)
{
	const int lives = look_up(row);

	if (lives >= 0)
		return lives;
	return is_fresh(row) || (watched && row->seen_ns != *watched);
}

/* Read the claim on a campaign: 1, 0 if there is none, or -errno. `schema` is "main" or that of an
 * attached database. */
static int read_claim(struct store *st, const char *schema, const char *campaign,
		      struct claim_row *row, struct err *err)
{
	_query_ struct query q = { 0 };
	_free_ char *sql =
		xasprintf("SELECT k.host, boot_id, pid, started, pid_ns, taken_ns, seen_ns"
			  " FROM %s.claim k JOIN %s.campaign c ON c.id = k.campaign WHERE uuid = ?",
			  schema, schema);
	int ret = query__begin(&q, st, sql, ARGS(campaign), err);

	if (ret)
		return ret < 0 ? ret : 0; /* 1 would mean that `row` is filled */
	return query__row(&q, &claim_type, row, err);
}

int claim__settle(struct store *st, const char *campaign, const char **state, struct err *err)
{
	struct claim_row row = { 0 };
	int ret = streq(*state, "running") ? read_claim(st, "main", campaign, &row, err) : 0;

	if (ret > 0 && !is_alive(&row, NULL)) {
		free((char *)*state);
		*state = xstrdup("interrupted (killed)");
	}
	row_type__release(&claim_type, &row, 1);
	return ret < 0 ? ret : 0;
}

int store__still_runs(struct store *st, const char *campaign, struct err *err)
{
	struct claim_row row = { 0 };
	int ret = read_claim(st, "main", campaign, &row, err);

	if (ret >= 0)
		ret = !ret || is_alive(&row, NULL);
	row_type__release(&claim_type, &row, 1);
	return ret;
}

int store__doubt_claim(struct store *st, const char *campaign, uint64_t *seen_ns,
		       char host[static CLAIM_HOST_LEN], struct err *err)
{
	struct claim_row row = { 0 };
	int ret = read_claim(st, "main", campaign, &row, err);

	if (ret > 0) {
		snprintf(host, CLAIM_HOST_LEN, "%s", row.host);
		ret = look_up(&row) < 0 && !is_fresh(&row);
		if (ret)
			*seen_ns = row.seen_ns;
	}
	row_type__release(&claim_type, &row, 1);
	return ret;
}

/* 0, or -EBUSY if a process other than `me` (NULL: any process) holds the campaign. `watched` as
 * for is_alive(). */
static int check_free(struct store *st, const char *schema, const char *campaign,
		      const struct claim_row *me, const uint64_t *watched, struct err *err)
{
	struct claim_row old = { 0 };
	char date[DATE_LEN];
	int ret = read_claim(st, schema, campaign, &old, err);

	if (ret > 0 && !(me && is_same_process(&old, me)) && is_alive(&old, watched))
		ret = err__set(err, -EBUSY,
			       "campaign %.8s is being run by another kduel, process %lld on %.64s "
			       "since %s",
			       campaign, (long long)old.pid, old.host,
			       date__utc(old.taken_ns, DATE_MINUTES, date));
	row_type__release(&claim_type, &old, 1);
	return ret < 0 ? ret : 0;
}

int claim__is_free(struct store *st, const char *schema, const char *campaign, struct err *err)
{
	return check_free(st, schema, campaign, NULL, NULL, err);
}

/* Write the claim of `me`, within the caller's transaction. */
static int take(struct store *st, int64_t id, const char *campaign, const struct claim_row *me,
		uint64_t watched, struct err *err)
{
	_query_ struct query q = { 0 };
	int ret = check_free(st, "main", campaign, me, &watched, err);

	if (ret)
		return ret;
	ret = query__begin(&q, st,
			   "INSERT OR REPLACE INTO claim (" CLAIM_NAMES ", campaign)"
			   " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
			   NULL, err);
	if (ret)
		return ret;
	bind__row(&q, &claim_type, me);
	ret = query__run(&q, ARGS(id), err);
	return ret ? ret :
		     store_db__run(st,
				   "UPDATE campaign AS c SET state = 'running' WHERE id = ?"
				   " AND (state <> 'finished' OR " REFS_TAG_VALUE("'" TAG_CUT
										  "'") " <> '')",
				   ARGS(id), err);
}

int store__claim(struct store *st, const char *campaign, uint64_t watched, struct err *err)
{
	struct claim_row me;
	int64_t id = 0;
	int ret = own_row(&me, err);

	if (!ret)
		ret = store_db__begin(st, err);
	if (!ret) {
		ret = store_ids__check(st, err);
		if (!ret)
			ret = store_db__campaign_id(st, campaign, &id, err);
		if (!ret)
			ret = take(st, id, campaign, &me, watched, err);
		ret = store_db__end(st, ret, err);
	}
	row_type__release(&claim_type, &me, 1);
	return ret;
}

/* Run a statement with the campaign, the four columns that identify this process, and the time.
 * *changed: number of rows changed. */
static int change_own(struct store *st, const char *sql, const char *campaign, int *changed,
		      struct err *err)
{
	struct claim_row me;
	int ret = own_row(&me, err);

	if (!ret)
		ret = store_db__run(st, sql,
				    ARGS(campaign, me.boot_id, me.pid_ns, me.pid, me.started,
					 me.seen_ns),
				    err);
	*changed = ret ? 0 : sqlite3_changes(st->db);
	row_type__release(&claim_type, &me, 1);
	return ret;
}

#define OWN                                                                            \
	" WHERE campaign = (SELECT id FROM campaign WHERE uuid = ?1) AND boot_id = ?2" \
	" AND pid_ns = ?3 AND pid = ?4 AND started = ?5"

int store__refresh_claim(struct store *st, const char *campaign, struct err *err)
{
	int changed = 0;
	int ret = change_own(st, "UPDATE claim SET seen_ns = ?6" OWN, campaign, &changed, err);

	if (ret || changed)
		return ret;
	return err__set(err, -ESTALE,
			"campaign %.8s was taken over by another kduel, since this one said nothing "
			"for %d s",
			campaign, CLAIM_AGE_S);
}

int store__drop_claim(struct store *st, const char *campaign, struct err *err)
{
	int changed;

	return change_own(st, "DELETE FROM claim" OWN " AND ?6 > 0", campaign, &changed, err);
}
