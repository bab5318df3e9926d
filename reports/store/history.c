// SPDX-License-Identifier: GPL-2.0-only
/* history.c - tags, notes on changes, noise of machines, and the cost of boots. */
#include "reports/store/history.h"
#include "reports/store/db.h"
#include "reports/store/refs.h"

#include "lib/clock.h"
#include "lib/utf8.h"

#include <ctype.h>

#define OFFSET_MAX_S (14 * 3600) /* largest time zone offset from UTC */

/* Parse a date. It is in UTC unless an offset follows, as printed by `date -Iseconds` and Git's
 * %cI; a date without a time is midnight. */
int tag__date(const char *text, uint64_t *ns)
{
	static const char *const forms[] = { "%Y-%m-%d",
					     "%Y-%m-%d %H:%M",
					     "%Y-%m-%dT%H:%M",
					     "%Y-%m-%d %H:%M:%S",
					     "%Y-%m-%dT%H:%M:%S",
					     "%Y-%m-%dT%H:%M%z",
					     "%Y-%m-%dT%H:%M:%S%z",
					     "%Y-%m-%d %H:%M:%S%z" };

	for (size_t i = 0; i < ARRAY_SIZE(forms); i++) {
		struct tm tm = { .tm_isdst = 0 }, back;
		const char *end = strptime(text, forms[i], &tm);
		time_t t;

		if (!end || *end)
			continue;
		back = tm;
		t = timegm(&back) - tm.tm_gmtoff; /* timegm() ignores the offset */
		/* timegm() turns 30 February into 2 March. */
		if (labs(tm.tm_gmtoff) > OFFSET_MAX_S || t < 0 || back.tm_mday != tm.tm_mday ||
		    back.tm_mon != tm.tm_mon)
			return -EINVAL;
		*ns = (uint64_t)t * NSEC_PER_SEC;
		return 0;
	}
	return -EINVAL;
}

/* Is this a single line that any page, terminal or JSON file can show unchanged? */
static bool is_line(const char *text)
{
	return utf8__is_clean(text, strlen(text), false);
}

int tag__check(const char *key, const char *value, struct err *err)
{
	uint64_t ns;

	if (!*key || strlen(key) > TAG_KEY_MAX ||
	    key[strspn(key, "abcdefghijklmnopqrstuvwxyz0123456789._-")])
		return err__set(err, -EINVAL,
				"'%.40s' cannot be the name of a tag: expected at most %d of "
				"a-z, 0-9, '.', '_' and '-'",
				key, TAG_KEY_MAX);
	if (strlen(value) > TAG_VALUE_MAX)
		return err__set(err, -EINVAL, "the value of tag '%s' is longer than %d bytes", key,
				TAG_VALUE_MAX);
	if (!is_line(value))
		return err__set(err, -EINVAL,
				"the value of tag '%s' must be one line of text in UTF-8, without control "
				"characters and marks that turn the direction of writing",
				key);
	if (streq(key, TAG_NAME) && (value[strcspn(value, ",:=~")] ||
				     str_starts(value, "last-good") || str_starts(value, "latest")))
		return err__set(err, -EINVAL,
				"'%s' cannot be the name of a campaign: expected one without ',', ':', "
				"'=' and '~' that does not begin with 'latest' or 'last-good'",
				value);
	if (*value && streq(key, "date") && tag__date(value, &ns))
		return err__set(err, -EINVAL,
				"tag 'date': expected 2026-11-21 or "
				"2026-11-21T05:40:00Z, found '%s'",
				value);
	return 0;
}

bool tag__is_machine(const char *machine, const char *want)
{
	return streq(machine, want) ||
	       (strlen(want) >= 4 && strlen(machine) == 12 &&
		!machine[strspn(machine, "0123456789abcdef")] && str_starts(machine, want));
}

int store__tag(struct store *st, const char *campaign, const char *key, const char *value,
	       uint64_t now_ns, struct err *err)
{
	int64_t id;
	int ret = tag__check(key, value, err);

	if (!ret)
		ret = store_db__campaign_id(st, campaign, &id, err);
	if (ret)
		return ret;
	/* The time is part of the key, and the newest value wins: a second value within the same
	 * clock tick, or after the clock was set back, is made 1 ns newer than the first. */
	return store_db__run(st,
			     "INSERT INTO tag (campaign, key, value, set_ns)"
			     " SELECT ?1, ?2, ?3, max(?4, coalesce((SELECT max(set_ns) + 1"
			     " FROM tag WHERE campaign = ?1 AND key = ?2), 0))",
			     ARGS(id, key, value, now_ns), err);
}

static const struct row_type tag_row = ROW_TYPE(struct campaign_tag, (key, value), .n_key = 1);

/* SQLite takes bare columns from the row with the maximum. */
#define NEWEST(where)                                              \
	"SELECT key, value, campaign, max(set_ns) FROM tag " where \
	" GROUP BY campaign, key HAVING value <> '' ORDER BY campaign, key"

/* Rows come ordered by campaign, so a tag belongs to the last group or starts a new one. */
int store__all_tags(struct store *st, struct campaign_tags **list, size_t *n, struct err *err)
{
	_query_ struct query q = { 0 };
	struct campaign_tag tag;
	int ret = query__begin(&q, st, NEWEST(""), NULL, err);

	*list = NULL;
	*n = 0;
	while (!ret && (ret = query__row(&q, &tag_row, &tag, err)) > 0) {
		int64_t campaign = col__int(&q, 2);
		struct campaign_tags *of = *n ? &(*list)[*n - 1] : NULL;

		if (!of || of->campaign != campaign) {
			of = APPEND(*list, *n);
			*of = (struct campaign_tags){ .campaign = campaign };
		}
		*APPEND(of->tags, of->n) = tag;
		ret = 0;
	}
	if (ret) {
		campaign_tags__free(*list, *n);
		*list = NULL;
		*n = 0;
	}
	return ret;
}

int store__tags(struct store *st, int64_t campaign, struct campaign_tag **tags, size_t *n,
		struct err *err)
{
	return store_db__rows(st, NEWEST("WHERE campaign = ?"), ARGS(campaign), &tag_row, tags, n,
			      err);
}

void campaign_tags__free(struct campaign_tags *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		campaign_tag__free(list[i].tags, list[i].n);
	free(list);
}

const char *campaign_tag__find(const struct campaign_tag *tags, size_t n, const char *key)
{
	for (size_t i = 0; i < n; i++)
		if (streq(tags[i].key, key))
			return tags[i].value;
	return NULL;
}

void campaign_tag__free(struct campaign_tag *tags, size_t n)
{
	row_type__free(&tag_row, tags, n);
}

bool note__is_address(const char *text)
{
	size_t scheme = str_starts(text, "https://") ? strlen("https://") :
			str_starts(text, "http://")  ? strlen("http://") :
						       0;

	for (const char *s = text; *s; s++)
		if (iscntrl((unsigned char)*s) || strchr(" \"'<>\\`", *s))
			return false;
	return scheme && text[scheme] && strlen(text) <= NOTE_BUG_MAX;
}

/* Check that a name is one line of text, and not too long. */
static int check_name(const char *what, const char *name, struct err *err)
{
	if (strlen(name) > NOTE_NAME_MAX)
		return err__set(err, -EINVAL, "%s: a name has at most %d bytes", what,
				NOTE_NAME_MAX);
	if (!is_line(name))
		return err__set(err, -EINVAL, "%s: a name must be one line of text in UTF-8", what);
	return 0;
}

static int check_note(const struct change_note *note, struct err *err)
{
	int ret = check_name("author", note->author, err);

	if (!ret)
		ret = check_name("assignee", note->assignee, err);
	if (ret)
		return ret;
	if (*note->bug && !streq(note->bug, NOTE_NONE) && !note__is_address(note->bug))
		return err__set(err, -EINVAL,
				"bug: expected an address, http://... or https://..., of at most %d "
				"bytes, found '%.60s'",
				NOTE_BUG_MAX, note->bug);
	if (strlen(note->text) > NOTE_TEXT_MAX)
		return err__set(err, -EINVAL, "a note has at most %d bytes", NOTE_TEXT_MAX);
	if (!utf8__is_clean(note->text, strlen(note->text), true))
		return err__set(err, -EINVAL,
				"a note must be text in UTF-8, without control characters and marks that turn "
				"the direction of writing");
	if (streq(note->state, "note") && !*note->text && !*note->assignee && !*note->bug)
		return err__set(err, -EINVAL, "a note without words");
	return 0;
}

/* The UUID identifies a note when databases are merged. */
int store__note_change(struct store *st, const struct change_note *note, struct err *err)
{
	char uuid[UUID_LEN];
	int64_t id;
	int ret = check_note(note, err);

	if (!ret)
		ret = store_db__campaign_id(st, note->campaign, &id, err);
	if (ret)
		return ret;
	store__uuid(uuid);
	/* The newest note wins, even if the clock was set back. */
	return store_db__run(st,
			     "INSERT INTO change_note (uuid, stream, campaign, state, text,"
			     " made_ns, author, assignee, bug) SELECT ?1, ?2, ?3, ?4, ?5, max(?6,"
			     " coalesce((SELECT max(made_ns) + 1 FROM change_note"
			     " WHERE stream = ?2 AND campaign = ?3), 0)), ?7, ?8, ?9",
			     ARGS(uuid, note->stream, id, note->state, note->text, note->made_ns,
				  note->author, note->assignee, note->bug),
			     err);
}

/* A database may come from elsewhere, and pages turn `bug` into a link: drop what is not a URL. */
static int parse_note(struct query *q __unused, int at __unused, void *row,
		      struct err *err __unused)
{
	struct change_note *note = row;

	if (!streq(note->bug, NOTE_NONE) && !note__is_address(note->bug))
		*(char *)note->bug = '\0';
	return 0;
}

static const struct row_type note_row = ROW_TYPE(struct change_note,
						 (stream, campaign, state, text, made_ns, author,
						  assignee, bug),
						 .parse = parse_note);

int store__change_notes(struct store *st, struct change_note **notes, size_t *n, struct err *err)
{
	return store_db__rows(
		st,
		"SELECT n.stream, c.uuid, n.state, n.text, n.made_ns,"
		" n.author, n.assignee, n.bug FROM change_note n JOIN campaign c ON c.id = n.campaign"
		" ORDER BY n.made_ns, n.id",
		NULL, &note_row, notes, n, err);
}

void change_note__free(struct change_note *notes, size_t n)
{
	row_type__free(&note_row, notes, n);
}

static int parse_noise(struct query *q, int at, void *row, struct err *err);

/* Table columns, and members of the struct; the other members come from the campaign and the
 * series. */
#define NOISE                                                                                  \
	machine, linear, typical, sd_boot, sd_iter, lag1, false_rate, n_boots, n_iter, boot_s, \
		iter_s
#define NOISE_NAMES TEXT_OF(NOISE)

static const struct row_type noise_row = ROW_TYPE(struct noise,
						  (NOISE, campaign, workload, source, metric, unit,
						   version, created_ns),
						  .parse = parse_noise);
static const struct row_type own_noise_row = ROW_TYPE(struct noise, (NOISE));

/* The basis, which the database stores as a word, in the column after the plain ones. */
static int parse_noise(struct query *q, int at, void *row, struct err *err)
{
	struct noise *v = row;
	int basis = metric__basis_parse(col__peek(q, at));

	if (basis < 0)
		return err__set(err, -EUCLEAN, "%s: a series has an unknown basis", q->st->path);
	v->basis = (enum metric_basis)basis;
	return 0;
}

int store__add_noise(struct store *st, const char *campaign, int64_t series,
		     const struct noise *noise, struct err *err)
{
	_query_ struct query q = { 0 };
	int64_t id;
	int ret = store_db__campaign_id(st, campaign, &id, err);

	if (!ret)
		ret = query__begin(&q, st,
				   "INSERT INTO noise (" NOISE_NAMES ", campaign, series)"
				   " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
				   " ON CONFLICT DO NOTHING",
				   NULL, err);
	if (ret)
		return ret;
	bind__row(&q, &own_noise_row, noise);
	return query__run(&q, ARGS(id, series), err);
}

/* For each metric, the row of the newest campaign: bare columns go with max(). Machines match as in
 * tag__is_machine(). */
#define NEWEST_NOISE                                                                          \
	"SELECT x.machine, x.linear, x.typical, x.sd_boot, x.sd_iter, x.lag1, x.false_rate,"  \
	" x.n_boots, x.n_iter, x.boot_s, x.iter_s, c.uuid, s.workload, s.source, s.metric,"   \
	" s.unit, s.version, max(c.created_ns), s.basis"                                      \
	" FROM noise x JOIN campaign c ON c.id = x.campaign JOIN series s ON s.id = x.series" \
	" WHERE ?1 IN ('', x.machine) OR (length(?1) >= 4 AND length(x.machine) = 12"         \
	" AND x.machine NOT GLOB '*[^0-9a-f]*' AND substr(x.machine, 1, length(?1)) = ?1)"    \
	" GROUP BY x.machine, s.workload, s.source, s.metric"                                 \
	" ORDER BY x.machine, s.workload, s.source, s.metric"

int store__noise(struct store *st, const char *machine, struct noise **list, size_t *n,
		 struct err *err)
{
	return store_db__rows(st, NEWEST_NOISE, ARGS(machine), &noise_row, list, n, err);
}

void noise__free(struct noise *list, size_t n)
{
	row_type__free(&noise_row, list, n);
}

static const struct row_type cost_row = ROW_TYPE(struct workload_cost, (workload, n, total_s),
						 .n_key = 1);

/* Boots are timed by the host's clock, iterations by the guest's. */
int store__costs(struct store *st, int64_t campaign, struct workload_cost **list, size_t *n,
		 double *boots_s, struct err *err)
{
	_query_ struct query boots = { 0 };
	int ret = store_db__rows(st,
				 "SELECT i.workload, count(*), total(i.ns) / 1e9"
				 " FROM boot b JOIN iteration i ON i.boot = b.id"
				 " WHERE b.campaign = ? AND b.status = 'ok'"
				 " GROUP BY i.workload ORDER BY i.workload",
				 ARGS(campaign), &cost_row, list, n, err);

	*boots_s = 0;
	if (!ret)
		ret = query__begin(&boots, st,
				   "SELECT total(ended_ns - started_ns) / 1e9 FROM boot"
				   " WHERE campaign = ? AND status = 'ok'",
				   ARGS(campaign), err);
	if (!ret && (ret = query__step(&boots, err)) > 0)
		*boots_s = col__double(&boots, 0);
	return ret < 0 ? ret : 0;
}

void workload_cost__free(struct workload_cost *list, size_t n)
{
	row_type__free(&cost_row, list, n);
}
