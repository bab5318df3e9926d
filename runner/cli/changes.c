// SPDX-License-Identifier: GPL-2.0-only
/* changes.c - list the change points of all metrics, or annotate them. */
#include "lib/clock.h"
#include "reports/history/load.h"
#include "reports/render/history/json.h"
#include "reports/render/history/text.h"
#include "reports/render/json.h"
#include "runner/cli/common.h"
#include "runner/cli/log.h"
#include "runner/cli/options.h"

struct changes_opts {
	struct history_filter filter;
	const char *db, *state, *text, *author, *assignee, *bug;
	char **ids;
	size_t n_ids;
	bool all, json;
};

enum { OPT_CONFIRM = OPTION_TAKE_FIRST, OPT_DISMISS, OPT_EXPECTED, OPT_FIXED };

/* --confirm, --dismiss, --expected and --fixed: at most one of these states can be stored. */
static int take_changes_option(void *opts, int key, const char *value __unused, struct err *err)
{
	const char *state = key == OPT_CONFIRM ? "confirmed" :
			    key == OPT_DISMISS ? "dismissed" :
			    key == OPT_FIXED   ? "fixed" :
						 "expected";
	struct changes_opts *o = opts;

	if (o->state && !streq(o->state, state))
		return err__set(err, -EINVAL,
				"a change is either confirmed, dismissed, expected or fixed");
	o->state = state;
	return 0;
}

/* With ids there must be something to store, and vice versa. */
static int check_changes_options(void *opts, size_t n, char **args, struct err *err)
{
	struct changes_opts *o = opts;

	o->ids = args;
	o->n_ids = n;
	bool says = o->state || o->text || o->assignee || o->bug;

	if (n && !says)
		return err__set(err, -EINVAL,
				"what about the change? --confirm, --dismiss, --expected, --fixed, "
				"--note, --assign or --bug");
	if (!n && (says || o->author))
		return err__set(err, -EINVAL, "expected the id of a change");
	return 0;
}

static const struct options options = {
	.command = "changes",
	.args = "[ID...]",
	.doc = "Lists the changes of level of every metric, newest first: since when, how large, "
	       "which commits may have caused it (after the first, up to the second), and its "
	       "state: provisional until an A/B of the commits at both ends confirms it.\n\n"
	       "With ids (or the beginnings of ids), stores what people found out about them.",
	.table =
		OPTION_TABLE(OPTION_FLAG("all", struct changes_opts, all,
					 "also dismissed, expected and fixed changes, and restarts"),
			     OPTION_GROUP(1, "About the changes whose ids are given:"),
			     OPTION_TAKE("confirm", OPT_CONFIRM, NULL, "the change is real"),
			     OPTION_TAKE("dismiss", OPT_DISMISS, NULL, "it is noise"),
			     OPTION_TAKE("expected", OPT_EXPECTED, NULL,
					 "it is known and intended: a new baseline begins there"),
			     OPTION_TAKE("fixed", OPT_FIXED, NULL,
					 "its cause was fixed: it is settled"),
			     OPTION_TEXT("note", "TEXT", struct changes_opts, text,
					 "a remark, alone or with any of the others"),
			     OPTION_TEXT("assign", "NAME", struct changes_opts, assignee,
					 "who looks into it (\"\": nobody)"),
			     OPTION_TEXT("bug", "URL", struct changes_opts, bug,
					 "where it is reported (\"\": nowhere)"),
			     OPTION_TEXT("author", "NAME", struct changes_opts, author,
					 "who says so (default: $LOGNAME)")),
	.max_args = OPTIONS_ANY,
	.take = take_changes_option,
	.check = check_changes_options,
	.shared = { { &options__db, offsetof(struct changes_opts, db) },
		    { &options__format, offsetof(struct changes_opts, json) },
		    { &options__history, offsetof(struct changes_opts, filter) } },
};

/* Print the changes that are provisional or confirmed; with --all the others, too. */
static int list_changes(const struct changes_opts *o, const struct history *h)
{
	if (o->json)
		json__print(history_json__changes(h, o->all), stdout);
	else if (!history_text__print_changes(h, o->all, stdout))
		log__info("no change in %zu streams of values%s", h->n_streams,
			  o->all ? "" :
				   " that is provisional or confirmed (--all shows the others)");
	if (h->n_orphans)
		log__info("%zu notes belong to changes that are no longer found", h->n_orphans);
	return 0;
}

/* What to store for an option: "" (no change) if it was not given, NOTE_NONE (clear) if it is
 * empty. */
static const char *word_of(const char *option)
{
	return !option ? "" : *option ? option : NOTE_NONE;
}

/* Store a note for each id. A note refers to its change by stream and campaign, as changes are not
 * stored themselves. */
static int annotate(const struct changes_opts *o, struct store *st, const struct history *h,
		    struct err *err)
{
	const char *login = getenv("LOGNAME");
	int ret = 0;

	for (size_t i = 0; !ret && i < o->n_ids; i++) {
		const struct history_stream *s;
		const struct history_change *c;

		ret = history__find(h, o->ids[i], &s, &c, err);
		if (ret)
			break;
		ret = store__note_change(st,
					 &(struct change_note){
						 .stream = s->key,
						 .campaign = s->points[c->c.at].campaign,
						 .state = o->state ? o->state : "note",
						 .text = o->text ? o->text : "",
						 .author = o->author ? o->author :
							   login     ? login :
								       "",
						 .assignee = word_of(o->assignee),
						 .bug = word_of(o->bug),
						 .made_ns = clock__wall_ns(),
					 },
					 err);
	}
	return ret;
}

/* Changes are computed each time, from the history of all metrics; only the notes are stored. */
int cmd_changes(int argc, char **argv)
{
	struct changes_opts o = { 0 };
	_cleanup_(history__freep) struct history *h = NULL;
	struct store *st = NULL;
	struct err err;
	int ret;

	if (!options__parse(&options, argc, argv, &o, &ret))
		return ret;
	ret = results__open(o.db, STORE_READ, &st, &err);
	if (!ret && o.n_ids) { /* the database exists, so opening it for writing creates none */
		store__close(st);
		ret = results__open(o.db, STORE_WRITE, &st, &err);
	}
	if (!ret)
		ret = history__build(st, &o.filter, &h, &err);
	if (!ret)
		ret = o.n_ids ? annotate(&o, st, h, &err) : list_changes(&o, h);
	store__close(st);
	return cmd__fail(ret, &err);
}
