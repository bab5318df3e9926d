// SPDX-License-Identifier: GPL-2.0-only
/* claim.c - claims of processes on campaigns: taken, refreshed, and found to be void. */
#include "reports/store/claim.h"
#include "lib/clock.h"
#include "lib/date.h"
#include "lib/fs.h"
#include "lib/units.h"
#include "reports/store/db.h"

#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

struct claim_row {
	const char *host, *boot_id;
	int64_t pid, started,
		pid_ns; /* start time in ticks since boot; inode of the PID namespace */
	uint64_t taken_ns, seen_ns;
};

static const struct sql_column claim_columns[] = {
	SQL_COLUMN(struct claim_row, host),    SQL_COLUMN(struct claim_row, boot_id),
	SQL_COLUMN(struct claim_row, pid),     SQL_COLUMN(struct claim_row, started),
	SQL_COLUMN(struct claim_row, pid_ns),  SQL_COLUMN(struct claim_row, taken_ns),
	SQL_COLUMN(struct claim_row, seen_ns),
};
static const struct row_type claim_type = ROW_TYPE(struct claim_row, claim_columns, NULL);

/* A pid means something only within its namespace. */
static int64_t pid_namespace(void)
{
	struct stat st;

	return stat("/proc/self/ns/pid", &st) ? 0 : (int64_t)st.st_ino;
}

/* When a process began, in ticks since boot (proc(5), field 22 of stat); 0: there is none. A pid that
 * was given to another process since has another one. */
static int64_t start_of(int64_t pid)
{
	_free_ char *path = xasprintf("/proc/%lld/stat", (long long)pid), *text = NULL;
	uint64_t ticks = 0;
	char *at;

	if (fs__read(path, 4096, &text, NULL))
		return 0;
	at = strrchr(text, ')'); /* the name before it may hold anything */
	for (int field = 2; at && field < 22; field++)
		at = strchr(at + 1, ' ');
	if (!at)
		return 0;
	at[1 + strcspn(at + 1, " ")] = '\0';
	return units__u64(at + 1, &ticks) ? 0 : (int64_t)ticks;
}

/* The row of this process; row_type__release() frees its texts. */
static struct claim_row own_row(void)
{
	struct utsname u = { .nodename = "" };
	const uint64_t now = clock__wall_ns();

	uname(&u);
	return (struct claim_row){ .host = xstrdup(u.nodename),
				   .boot_id = fs__boot_id(""),
				   .pid = getpid(),
				   .started = start_of(getpid()),
				   .pid_ns = pid_namespace(),
				   .taken_ns = now,
				   .seen_ns = now };
}

static bool is_same_process(const struct claim_row *a, const struct claim_row *b)
{
	return streq(a->boot_id, b->boot_id) && a->pid_ns == b->pid_ns && a->pid == b->pid &&
	       a->started == b->started;
}

/* A clock that was set back makes a claim of the future: it is as old as one of the past. */
static bool is_fresh(const struct claim_row *row)
{
	const uint64_t now = clock__wall_ns(), seen = row->seen_ns;

	return (now > seen ? now - seen : seen - now) < CLAIM_AGE_S * NSEC_PER_SEC;
}

/* As far as can be known from here. */
static bool is_alive(const struct claim_row *row)
{
	struct claim_row me = own_row();
	const bool here = *me.boot_id && streq(me.boot_id, row->boot_id) &&
			  me.pid_ns == row->pid_ns;

	row_type__release(&claim_type, &me, 1);
	return here ? row->started && start_of(row->pid) == row->started : is_fresh(row);
}

/* Read the claim on a campaign: 1, 0 when nobody has it, or -errno. */
static int read_claim(struct store *st, int64_t campaign, struct claim_row *row, struct err *err)
{
	_query_ struct query q = { 0 };
	int ret = query__begin(&q, st,
			       "SELECT host, boot_id, pid, started, pid_ns, taken_ns, seen_ns"
			       " FROM claim WHERE campaign = ?",
			       ARGS(campaign), err);

	if (ret)
		return ret < 0 ? ret : 0; /* 1 would mean that `row` is filled */
	return query__row(&q, &claim_type, row, err);
}

int claim__settle(struct store *st, const char *campaign, const char **state, struct err *err)
{
	struct claim_row row = { 0 };
	int64_t id = 0;
	int ret = streq(*state, "running") ? store_db__campaign_id(st, campaign, &id, err) : 0;

	if (ret || !id)
		return ret;
	ret = read_claim(st, id, &row, err);
	if (ret > 0 && !is_alive(&row)) {
		free((char *)*state);
		*state = xstrdup("interrupted (killed)");
	}
	row_type__release(&claim_type, &row, 1);
	return ret < 0 ? ret : 0;
}

/* Within the caller's transaction. */
static int take(struct store *st, int64_t id, const char *campaign, const struct claim_row *me,
		struct err *err)
{
	_query_ struct query q = { 0 };
	struct claim_row old = { 0 };
	char date[DATE_LEN];
	int ret = read_claim(st, id, &old, err);

	if (ret > 0 && !is_same_process(&old, me) && is_alive(&old))
		ret = err__set(err, -EBUSY,
			       "campaign %.8s is being run by another kduel, process %lld on %.64s "
			       "since %s",
			       campaign, (long long)old.pid, old.host,
			       date__utc(old.taken_ns, DATE_MINUTES, date));
	row_type__release(&claim_type, &old, 1);
	if (ret < 0)
		return ret;
	ret = query__begin(&q, st,
			   "INSERT OR REPLACE INTO claim (host, boot_id, pid, started, pid_ns,"
			   " taken_ns, seen_ns, campaign) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
			   NULL, err);
	if (ret)
		return ret;
	bind__row(&q, &claim_type, me);
	ret = query__run(&q, ARGS(id), err);
	return ret ? ret :
		     store_db__run(st,
				   "UPDATE campaign SET state = 'running' WHERE id = ?"
				   " AND state <> 'finished'",
				   ARGS(id), err);
}

int store__claim(struct store *st, const char *campaign, struct err *err)
{
	struct claim_row me = own_row();
	int64_t id = 0;
	int ret = store_db__begin(st, err);

	if (!ret) {
		ret = store_db__campaign_id(st, campaign, &id, err);
		if (!ret)
			ret = take(st, id, campaign, &me, err);
		ret = store_db__end(st, ret, err);
	}
	row_type__release(&claim_type, &me, 1);
	return ret;
}

/* Run a statement with the campaign and the four columns that are this process. *changed: rows. */
static int change_own(struct store *st, const char *sql, const char *campaign, int *changed,
		      struct err *err)
{
	struct claim_row me = own_row();
	int ret = store_db__run(st, sql,
				ARGS(campaign, me.boot_id, me.pid_ns, me.pid, me.started,
				     me.seen_ns),
				err);

	*changed = sqlite3_changes(st->db);
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
