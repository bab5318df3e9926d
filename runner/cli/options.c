// SPDX-License-Identifier: GPL-2.0-only
/* options.c - argp(3) with kduel's messages, exit codes and help layout. */
#include "runner/cli/options.h"

#include "lib/fs.h"
#include "lib/units.h"
#include "reports/history/history.h"
#include "reports/report/gate.h"
#include "runner/cli/common.h"
#include "runner/cli/log.h"

#define KIND_SHIFT 17
#define OFFSET_MASK ((1 << KIND_SHIFT) - 1)
#define ARGP_EVENT ARGP_KEY_END /* argp's own keys start here, except ARGP_KEY_ARG (0) */
#define MAX_ROWS 64

/* Replaces the user's $ARGP_HELP_FMT. No column for short options: few options have one. */
#define HELP_FORMAT                                                                 \
	"short-opt-col=2,long-opt-col=2,doc-opt-col=2,header-col=0,opt-doc-col=22," \
	"usage-indent=8,rmargin=79,no-dup-args,no-dup-args-note"

enum { KEY_HELP = 'h', KEY_USAGE = OPTION_TAKE_FIRST };

static const struct options help_options = {
	.table = OPTION_TABLE(OPTION_ROW("help", KEY_HELP, NULL, "print this help", .group = -1),
			      OPTION_ROW("usage", KEY_USAGE, NULL, "print a short usage message",
					 .group = -1)),
};

/* State of one options__parse(): an argp tree with a leaf for each table. */
struct parse {
	struct argp top, leaf[OPTIONS_MAX_SHARED + 2];
	struct argp_child children[OPTIONS_MAX_SHARED + 3];
	struct leaf {
		const struct options *options;
		void *opts;
		struct parse *parse;
	} input[OPTIONS_MAX_SHARED + 2];
	size_t n;
	int asked; /* KEY_HELP or KEY_USAGE, once one of them was read */
	int next; /* where argp stopped in argv */
	struct err err; /* "" unless an option's value was refused */
};

/* The member that a key of kind OPTION_TO_* refers to. */
static void *place(const struct leaf *in, int key)
{
	return (char *)in->opts + (key & OFFSET_MASK);
}

/* The argp parser of the leaves: store the value where the key says, or pass it to `take`. */
static error_t take_option(int key, char *value, struct argp_state *state)
{
	const struct leaf *in = state->input;
	struct parse *p;

	if (key == ARGP_KEY_ARG || key >= ARGP_EVENT)
		return ARGP_ERR_UNKNOWN;
	p = in->parse;
	switch (key & ~OFFSET_MASK) {
	case OPTION_TO_TEXT:
		*(const char **)place(in, key) = value;
		return 0;
	case OPTION_TO_FLAG:
		*(bool *)place(in, key) = true;
		return 0;
	case OPTION_TO_LIST:
		strvec__push(place(in, key), value);
		return 0;
	}
	if (in->options == &help_options) {
		p->asked = key;
		return ECANCELED;
	}
	return in->options->take(in->opts, key, value, &p->err) ? EINVAL : 0;
}

/* The argp parser of the root: give each leaf its input, and record where argp stopped. */
static error_t watch(int key, char *value __unused, struct argp_state *state)
{
	struct parse *p = state->input;

	if (key == ARGP_KEY_INIT)
		for (size_t i = 0; i < p->n; i++)
			state->child_inputs[i] = &p->input[i];
	else if (key == ARGP_KEY_ERROR)
		p->next = state->next;
	else
		return ARGP_ERR_UNKNOWN;
	return 0;
}

/* All leaves have the same parser, each with an input of its own. */
static void add_leaf(struct parse *p, const struct options *o, void *opts)
{
	p->input[p->n] = (struct leaf){ o, opts, p };
	p->leaf[p->n] = (struct argp){ .options = o->table, .parser = take_option };
	p->children[p->n].argp = &p->leaf[p->n];
	p->n++;
}

/* The root has the documentation, the leaves have the options, which argp merges and sorts. */
static void build(struct parse *p, const struct options *o, void *opts)
{
	p->top = (struct argp){
		.parser = watch,
		.args_doc = o->args,
		.doc = o->doc,
		.children = p->children,
		.help_filter = o->help_filter,
	};
	if (o->table)
		add_leaf(p, o, opts);
	for (size_t i = 0; i < OPTIONS_MAX_SHARED && o->shared[i].options; i++)
		add_leaf(p, o->shared[i].options, (char *)opts + o->shared[i].offset);
	add_leaf(p, &help_options, NULL);
}

/* Find out what getopt_long() did not like about "--NAME" or "--NAME=VALUE". Returns 0 if nothing
 * is wrong with it, else -EINVAL. `is_last`: it is the last word, so that no value follows. */
static int explain_long(const struct argp_option *const *rows, size_t n, const char *word,
			bool is_last, struct err *err)
{
	_free_ char *candidates = xstrdup("");
	size_t len = strcspn(word + 2, "="), n_near = 0;
	_free_ char *name = xstrndup(word + 2, len);
	const struct argp_option *row = NULL;
	const char *names[MAX_ROWS], *near;

	for (size_t i = 0; i < n; i++) {
		names[i] = rows[i]->name;
		if (streq(names[i], name)) {
			row = rows[i];
			n_near = 1;
			break;
		}
		if (str_starts(names[i], name)) {
			_free_ char *before = candidates;

			candidates = xasprintf("%s%s--%s", before, n_near++ ? ", " : "", names[i]);
			row = rows[i];
		}
	}
	if (n_near > 1)
		return err__set(err, -EINVAL, "option '--%s' is ambiguous: %s", name, candidates);
	if (!row) {
		near = units__nearest(name, names, n);
		return err__set(err, -EINVAL, "unknown option '--%s'%s%s%s", name,
				near ? " (did you mean '--" : "", near ? near : "",
				near ? "'?)" : "");
	}
	if (row->arg && is_last && !word[2 + len])
		return err__set(err, -EINVAL, "option '--%s' needs a value", row->name);
	if (!row->arg && word[2 + len])
		return err__set(err, -EINVAL, "option '--%s' takes no value", row->name);
	return 0;
}

/* The same for short options, "-abc". */
static int explain_short(const struct argp_option *const *rows, size_t n, const char *word,
			 struct err *err)
{
	if (word[0] != '-' || word[1] == '-')
		return 0;
	for (const char *c = word + 1; *c; c++) {
		size_t i = 0;

		while (i < n && rows[i]->key != *c)
			i++;
		if (i == n)
			return err__set(err, -EINVAL, "unknown option '-%c'", *c);
		if (rows[i]->arg)
			return c[1] ? 0 : err__set(err, -EINVAL, "option '-%c' needs a value", *c);
	}
	return 0;
}

/* Set p->err to what is wrong with the option that argp stopped at. argp does not tell, and
 * getopt's own messages have neither our format nor a suggestion. */
static void explain(struct parse *p, int argc, char **argv)
{
	const struct argp_option *rows[MAX_ROWS];
	const char *word = argv[p->next - 1];
	int ret = 0;
	size_t n = 0;

	for (size_t i = 0; i < p->n; i++)
		for (const struct argp_option *row = p->leaf[i].options; row->name || row->doc;
		     row++)
			if (row->name && n < MAX_ROWS)
				rows[n++] = row;
	if (str_starts(word, "--"))
		ret = explain_long(rows, n, word, p->next == argc, &p->err);
	if (!ret && p->next < argc) /* getopt is still within this word of short options */
		ret = explain_short(rows, n, argv[p->next], &p->err);
	if (!ret)
		ret = explain_short(rows, n, word, &p->err);
	if (!ret)
		err__set(&p->err, -EINVAL, "bad option '%s'", word);
}

/* Print the parts of the help that `what` (ARGP_HELP_*) selects. argp takes the layout from the
 * environment only. */
static void print_help(const struct parse *p, const struct options *o, unsigned int what, FILE *to)
{
	_free_ char *name = xasprintf("kduel %s", o->command);

	setenv("ARGP_HELP_FMT", HELP_FORMAT, 1);
	argp_help(&p->top, to, what, name);
	unsetenv("ARGP_HELP_FMT");
}

/* The shell does not expand the ~ of --db=~/k.db, as it is not at the start of the word, so do it
 * here. The new strings are never freed: options point to them, as to those of argv. */
static void expand_homes(int argc, char **argv)
{
	static struct strvec texts;

	for (int i = 1; i < argc && !streq(argv[i], "--"); i++) {
		const char *value = str_starts(argv[i], "--") ? strchr(argv[i], '=') : NULL;
		_free_ char *path = NULL;

		if (!value || !str_starts(value + 1, "~/"))
			continue;
		path = fs__beside("", value + 1);
		strvec__pushf(&texts, "%.*s=%s", (int)(value - argv[i]), argv[i], path);
		argv[i] = texts.v[texts.n - 1];
	}
}

/* ARGP_NO_EXIT and ARGP_NO_ERRS, as argp would exit with 64 and print messages of its own. */
bool options__parse(const struct options *o, int argc, char **argv, void *opts, int *code)
{
	struct parse p = { .next = 1 };
	int end = argc, ret;

	expand_homes(argc, argv);
	build(&p, o, opts);
	ret = argp_parse(&p.top, argc, argv, ARGP_NO_EXIT | ARGP_NO_ERRS | ARGP_NO_HELP, &end, &p);
	*code = EXIT_NO_REGRESSION;
	if (p.asked) {
		print_help(&p, o,
			   p.asked == KEY_USAGE ?
				   ARGP_HELP_USAGE :
				   ARGP_HELP_SHORT_USAGE | ARGP_HELP_LONG | ARGP_HELP_DOC,
			   stdout);
		return false;
	}
	if (ret && !*p.err.msg)
		explain(&p, argc, argv);
	else if (!ret && (size_t)(argc - end) > o->max_args)
		ret = err__set(&p.err, -EINVAL, "unexpected argument '%s'",
			       argv[(size_t)end + o->max_args]);
	else if (!ret && o->check)
		ret = o->check(opts, (size_t)(argc - end), argv + end, &p.err);
	if (!ret)
		return true;
	log__error("%s", p.err.msg);
	print_help(&p, o, ARGP_HELP_SHORT_USAGE, stderr);
	fprintf(stderr, "`kduel %s --help` says more.\n", o->command);
	*code = EXIT_USAGE;
	return false;
}

int options__word(const char *option, const char *value, const char *words, struct err *err)
{
	_cleanup_(strvec__release) struct strvec all = { 0 };
	_free_ char *list = NULL;
	int index = -1;

	for (const char *w = words, *end; *w && index < 0; w = *end ? end + 1 : end) {
		end = strchrnul(w, '|');
		if (strlen(value) == (size_t)(end - w) && str_starts(w, value))
			index = (int)all.n;
		strvec__pushf(&all, "%.*s", (int)(end - w), w);
	}
	list = strvec__join(&all, " or ");
	return index >= 0 ?
		       index :
		       err__set(err, -EINVAL, "--%s must be %s, not '%s'", option, list, value);
}

int options__count(const char *option, const char *value, unsigned int max, unsigned int *out,
		   struct err *err)
{
	uint64_t n;

	if (units__u64(value, &n) || !n || n > max)
		return err__set(err, -EINVAL, "--%s must be 1 to %u, not '%s'", option, max, value);
	*out = (unsigned int)n;
	return 0;
}

int options__percent(const char *option, const char *value, double *ratio, struct err *err)
{
	size_t n = strcspn(value, "%");
	_free_ char *number = xstrndup(value, n);
	double v;

	if ((value[n] && value[n + 1]) || units__double(number, &v) || v < 0 || v > 1000)
		return err__set(err, -EINVAL, "--%s must be per cent from 0 to 1000, not '%s'",
				option, value);
	*ratio = v / 100;
	return 0;
}

const struct options options__db = {
	.table = OPTION_TABLE(
		{ .name = "db",
		  .key = OPTION_TO_TEXT,
		  .arg = "FILE",
		  .doc = "the database (default: $KDUEL_DB, else $XDG_DATA_HOME/kduel/kduel.db)" }),
};

/* `opts` is a bool, true for JSON. */
static int take_format(void *opts, int key __unused, const char *value, struct err *err)
{
	int i = options__word("format", value, "text|json", err);

	if (i < 0)
		return i;
	*(bool *)opts = i == 1;
	return 0;
}

const struct options options__format = {
	.table = OPTION_TABLE(
		OPTION_TAKE("format", OPTION_TAKE_FIRST, "FORMAT", "text (default) or json")),
	.take = take_format,
};

const struct options options__history = {
	.table = OPTION_TABLE(
		OPTION_TEXT("workload", "W", struct history_filter, workload, "only this workload"),
		OPTION_TEXT("variant", "V", struct history_filter, variant, "only this variant"),
		OPTION_TEXT("plan", "NAME", struct history_filter, plan,
			    "only campaigns of this name"),
		OPTION_TEXT(
			"machine", "M", struct history_filter, machine,
			"only this machine: its tag \"machine\", or four or more characters of a key"),
		OPTION_TEXT("reference", "V", struct history_filter, reference,
			    "ratios to this variant of the same campaign, instead of values")),
};

/* Affects the whole process; nothing is stored in `opts`. */
static int take_quiet(void *opts __unused, int key __unused, const char *value __unused,
		      struct err *err __unused)
{
	log__set_quiet(true);
	return 0;
}

const struct options options__quiet = {
	.table = OPTION_TABLE(
		OPTION_TAKE("quiet", OPTION_TAKE_FIRST, NULL, "no progress, no notes")),
	.take = take_quiet,
};

const struct options options__gate = {
	.table = OPTION_TABLE(
		OPTION_LIST("fail-on", "WHAT", struct gate, fail_on,
			    "which regressions give exit code 1: primary (default), any, none, or "
			    "METRIC, WORKLOAD/METRIC, SOURCE/METRIC with * and ?; may be repeated"),
		OPTION_FLAG("require-conclusive", struct gate, conclusive,
			    "exit code 6 if nothing got worse, but a primary row (or one that "
			    "--fail-on names) is inconclusive or insufficient")),
};
