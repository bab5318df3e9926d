// SPDX-License-Identifier: GPL-2.0-only
/* changes.c - the change points of all metrics, and what people say of them. */
#include "lib/clock.h"
#include "reports/render/history.h"
#include "runner/cli/common.h"

#define USAGE                                                                             \
	"[--all] [--workload W] [--variant V] [--plan P] [--machine M] [--reference V]\n" \
	"                     [--format text|json] [--db FILE]\n"                         \
	"       kduel changes --confirm|--dismiss|--expected|--note TEXT ID... [--note TEXT]"

struct changes_opts {
	struct history_filter filter;
	const char *db, *state, *text;
	char **ids;
	int n_ids;
	bool all, json;
};

static int help(void)
{
	printf("usage: kduel changes %s\n\n"
	       "Lists the changes of level of every metric, newest first: since when, how large,\n"
	       "which commits may have made it (after the first, up to the second), and its state:\n"
	       "provisional until an A/B of the commits at both ends says that it is real.\n\n"
	       "  --all          also dismissed and expected ones, and restarts\n"
	       "  --workload W   of this workload only; so --variant, --plan, --machine\n"
	       "  --reference V  of the ratio to this variant of the same campaign\n"
	       "  --format F     text (default) or json\n"
	       "  --db FILE      the database (default: $KDUEL_DB, else\n"
	       "                 $XDG_DATA_HOME/kduel/kduel.db)\n\n"
	       "With ids (or beginnings of them), what people found out is kept:\n"
	       "  --confirm      the change is real\n"
	       "  --dismiss      it is noise\n"
	       "  --expected     it is known and meant: a new baseline begins there\n"
	       "  --note TEXT    a remark, alone or with one of the above\n",
	       USAGE);
	return EXIT_NO_REGRESSION;
}

static int set_state(struct changes_opts *o, const char *state)
{
	if (o->state && !streq(o->state, state))
		return cmd__usage("changes", USAGE,
				  "a change is either confirmed, dismissed or "
				  "expected");
	o->state = state;
	return 0;
}

/* 0, an exit code, or -1 when help was asked for. */
static int take(void *arg, int c)
{
	struct changes_opts *o = arg;

	switch (c) {
	case 'a':
		o->all = true;
		return 0;
	case 'c':
		return set_state(o, "confirmed");
	case 'x':
		return set_state(o, "dismissed");
	case 'e':
		return set_state(o, "expected");
	case 'n':
		o->text = optarg;
		return 0;
	case 'd':
		o->db = optarg;
		return 0;
	case 'f':
		return results__is_json("changes", USAGE, optarg, &o->json);
	case 'm':
		o->filter.machine = optarg;
		return 0;
	case 'p':
		o->filter.plan = optarg;
		return 0;
	case 'r':
		o->filter.reference = optarg;
		return 0;
	case 'v':
		o->filter.variant = optarg;
		return 0;
	case 'w':
		o->filter.workload = optarg;
		return 0;
	case 'h':
		return -1;
	default:
		return cmd__usage("changes", USAGE, "see `kduel changes --help`");
	}
}

static int parse(int argc, char **argv, struct changes_opts *o)
{
	static const struct option options[] = {
		{ "all", no_argument, NULL, 'a' },
		{ "confirm", no_argument, NULL, 'c' },
		{ "db", required_argument, NULL, 'd' },
		{ "dismiss", no_argument, NULL, 'x' },
		{ "expected", no_argument, NULL, 'e' },
		{ "format", required_argument, NULL, 'f' },
		{ "help", no_argument, NULL, 'h' },
		{ "machine", required_argument, NULL, 'm' },
		{ "note", required_argument, NULL, 'n' },
		{ "plan", required_argument, NULL, 'p' },
		{ "reference", required_argument, NULL, 'r' },
		{ "variant", required_argument, NULL, 'v' },
		{ "workload", required_argument, NULL, 'w' },
		{ NULL, 0, NULL, 0 },
	};
	int ret = cmd__options(argc, argv, options, take, o);

	if (ret)
		return ret;
	o->ids = argv + optind;
	o->n_ids = argc - optind;
	if (!o->n_ids != !(o->state || o->text))
		return cmd__usage("changes", USAGE,
				  o->n_ids ?
					  "say what is known of the change: --confirm, --dismiss, "
					  "--expected or --note" :
					  "expected the id of a change");
	return 0;
}

static int list(const struct changes_opts *o, const struct history *h)
{
	if (o->json)
		results__print_json(history_json__changes(h, o->all));
	else if (!history_text__print_changes(h, o->all, stdout))
		log__info("no change in %zu streams of values%s", h->n_streams,
			  o->all ? "" :
				   " that waits for a word or is confirmed (--all: the others)");
	if (h->n_orphans)
		log__info("%zu notes are about changes that are no longer found", h->n_orphans);
	return 0;
}

static int note(const struct changes_opts *o, struct store *st, const struct history *h,
		struct err *err)
{
	int ret = 0;

	for (int i = 0; !ret && i < o->n_ids; i++) {
		const struct history_stream *s;
		const struct history_change *c;

		ret = history__find(h, o->ids[i], &s, &c, err);
		if (ret)
			break;
		ret = store__note_change(st,
					 &(struct change_note){
						 .stream = s->key,
						 .campaign = s->points[c->c.at].campaign,
						 .state = (char *)(o->state ? o->state : "note"),
						 .text = (char *)(o->text ? o->text : ""),
						 .made_ns = clock__wall_ns(),
					 },
					 err);
	}
	return ret;
}

int cmd_changes(int argc, char **argv)
{
	struct changes_opts o = { 0 };
	struct history *h = NULL;
	struct store *st = NULL;
	struct err err;
	int ret = parse(argc, argv, &o);

	if (ret)
		return ret < 0 ? help() : ret;
	_free_ char *path = o.db ? xstrdup(o.db) : store__default_path();

	ret = store__open(path, STORE_READ, &st, &err);
	if (!ret && o.n_ids) { /* it is there: writing will not make a new one */
		store__close(st);
		ret = store__open(path, STORE_WRITE, &st, &err);
	}
	if (!ret)
		ret = history__build(st, &o.filter, &h, &err);
	if (!ret)
		ret = o.n_ids ? note(&o, st, h, &err) : list(&o, h);
	if (ret)
		log__error("%s", err.msg);
	history__free(h);
	store__close(st);
	return cmd__exit_code(ret);
}
