// SPDX-License-Identifier: GPL-2.0-only
/*
 * nightly.c - `kduel nightly`: if there is anything new, test it against the last good commit or
 * kernel, and send out the result. All state is in the database: what a night tested, and its
 * verdict, are tags of its campaign.
 */
#include "lib/fs.h"
#include "lib/text.h"
#include "reports/campaigns/campaigns.h"
#include "reports/history/load.h"
#include "reports/render/history/text.h"
#include "reports/render/render.h"
#include "reports/report/open.h"
#include "reports/report/outcome.h"
#include "reports/store/history.h"
#include "reports/store/refs.h"
#include "runner/cli/common.h"
#include "runner/cli/execute.h"
#include "runner/cli/log.h"
#include "runner/cli/nightly/deliver.h"
#include "runner/cli/nightly/template.h"
#include "runner/cli/terminal.h"
#include "runner/cli/verdicts.h"
#include "runner/config/yaml.h"
#include "runner/host/cache.h"
#include "runner/kernels/files/kernel.h"
#include "runner/plan/gate.h"

#define TAG_NIGHTLY "nightly"
#define TAG_COMMIT "commit"
#define TAG_SUBJECT "subject"
#define TAG_TOLD \
	"told" /* was the result sent out: "yes", "no" (that failed); missing: not judged yet */

struct nightly_opts {
	const char *db, *config, *until;
	bool dry_run, always;
};

static int check_nightly_options(void *opts, size_t n, char **args, struct err *err)
{
	struct nightly_opts *o = opts;

	o->config = n ? args[0] : NULL;
	return n ? 0 : err__set(err, -EINVAL, "expected the configuration file of a nightly run");
}

static const struct options options = {
	.command = "nightly",
	.args = "CONFIG",
	.doc = "Tests what is new tonight, a commit or a kernel, against the last good one: fetches, "
	       "builds, boots, judges, and reports. If there is nothing new it does nothing. If "
	       "interrupted, the same command continues. See docs/NIGHTLY.md for the keys of CONFIG.\v"
	       "Exit codes: " EXIT_CODES_HELP,
	.table = OPTION_TABLE(OPTION_FLAG("always", struct nightly_opts, always,
					  "run even if there is nothing new"),
			      OPTION_FLAG("dry-run", struct nightly_opts, dry_run,
					  "fetch, and print every boot; boot and report nothing"),
			      OPTION_TEXT("until", "HH:MM", struct nightly_opts, until,
					  "end by this time of day; overrides the file's 'until'")),
	.max_args = 1,
	.check = check_nightly_options,
	.shared = { { &options__db, offsetof(struct nightly_opts, db) }, { &options__quiet, 0 } },
};

/* Earlier nights, according to the database. */
struct past {
	struct nightly_commit good; /* what the last good night tested; hash NULL: there is none */
	char *same; /* UUID of the newest night that tested tonight's commit or kernel, or NULL */
	bool same_is_over; /* all its boots are done */
	bool same_is_told; /* it was judged, and its result was sent out */
};

static void past__release(struct past *p)
{
	nightly_commit__release(&p->good);
	free(p->same);
}

/* Can it be booted again? A commit can be rebuilt, but a kernel may be gone from the cache. */
static bool can_boot_again(const struct nightly *n, const char *hash)
{
	_cleanup_(kernel__freep) struct kernel *k = NULL;
	struct err err;

	if (!n->kernel || !kernel__from_cache(hash, &k, &err))
		return true;
	log__warn("a kernel that a night found good can no longer be booted: %s", err.msg);
	return false;
}

/* Find the last good night, and the last one that tested `commit`. Campaigns are listed newest
 * first. */
static int read_past(struct store *st, const struct nightly *n, const char *commit, struct past *p,
		     struct err *err)
{
	_cleanup_(campaign_list__release) struct campaign_list list;
	int ret = campaign_list__load(st, &(struct campaign_filter){ 0 }, &list, err);

	for (size_t i = 0; !ret && i < list.n; i++) {
		const struct campaign_line *l = &list.v[i];
		const char *its = campaign_line__tag(l, TAG_COMMIT);

		if (!streq(campaign_line__tag(l, TAG_NIGHTLY), n->name))
			continue;
		if (!p->good.hash && *its &&
		    streq(campaign_line__tag(l, TAG_VERDICT), VERDICT_GOOD) &&
		    can_boot_again(n, its)) {
			p->good.hash = xstrdup(its);
			p->good.subject = xstrdup(campaign_line__tag(l, TAG_SUBJECT));
		}
		if (!p->same && streq(its, commit)) {
			p->same = xstrdup(l->c->uuid);
			p->same_is_over = streq(l->c->state, "finished");
			/* Older versions of kduel set only the verdict. */
			p->same_is_told = *campaign_line__tag(l, TAG_TOLD) ?
						  streq(campaign_line__tag(l, TAG_TOLD), "yes") :
						  *campaign_line__tag(l, TAG_VERDICT);
		}
	}
	return ret;
}

/* State of this night. */
struct tonight {
	const struct nightly_opts *o;
	struct nightly config;
	struct nightly_commit commit; /* commit or kernel to test; hash NULL: neither */
	struct execute_opts x;
	struct nightly_commit good, reference; /* hash NULL: there is none */
	bool told; /* files, mail and webhook all succeeded */
	char uuid[UUID_LEN]; /* of the campaign, once it is judged; else "" */
	int code; /* exit code, once the campaign is judged; else -1 */
};

static void tonight__release(struct tonight *t)
{
	nightly__release(&t->config);
	nightly_commit__release(&t->commit);
	tags__release(&t->x.tags);
	nightly_commit__release(&t->good);
	nightly_commit__release(&t->reference);
}

/* For execute_opts.load: fill the commits or kernels of tonight into the plan. */
static int load_plan(const char *path, struct plan **plan, struct plan_diag *diag, void *arg)
{
	const struct tonight *t = arg;
	const struct nightly *n = &t->config;
	const char *none = n->git || n->kernel ?
				   "there has been no good night yet, and there is no 'reference'" :
				   "there is no 'git' or 'kernel'";
	const struct template_value values[] = {
		{ "commit", n->git ? t->commit.hash : NULL, "there is no 'git'" },
		{ "kernel", n->kernel ? t->commit.hash : NULL, "there is no 'kernel'" },
		{ "good", t->good.hash, none },
		{ "reference", t->reference.hash, "there is no 'reference'" }
	};
	_free_ char *text = NULL, *filled = NULL;
	size_t len;
	struct err err;
	int ret = text__read(path, YAML_FILE_MAX, &text, &len, &err);

	*plan = NULL;
	if (!ret)
		ret = template__fill(path, text, values, ARRAY_SIZE(values), &filled, &err);
	if (!ret)
		return plan__parse(path, filled, strlen(filled), plan, diag);
	strvec__push(&diag->msgs, err.msg);
	return ret;
}

/* For execute_opts.check. */
static int check_plan(const struct plan *plan, void *arg __unused, struct err *err)
{
	if (plan->n_compares)
		return 0;
	return err__set(err, -EINVAL,
			"%s: a nightly plan must compare something: add another variant, and 'baseline'",
			plan->path);
}

/* Store verdict and TAG_TOLD, as the last step: if kduel is killed before this, or the result could
 * not be sent out, the next call judges the campaign again and sends out the result. */
static int put_verdict(struct store *st, const struct tonight *t, const char *verdict,
		       struct err *err)
{
	struct tags tags = { 0 };
	int ret = tags__put(&tags, TAG_TOLD, t->told ? "yes" : "no", err);

	if (!ret && *verdict)
		ret = tags__put(&tags, TAG_VERDICT, verdict, err);
	if (!ret)
		ret = tags__store(&tags, st, t->uuid, err);
	tags__release(&tags);
	return ret;
}

/* The open changes of level of this plan on this machine, as text; the caller frees. */
static char *open_changes(struct store *st, const struct campaign *c)
{
	_cleanup_(history__freep) struct history *h = NULL;
	struct campaign_tag *tags = NULL;
	size_t n = 0;
	struct err err;
	char *text;
	FILE *f = xmemstream(&text, &(size_t){ 0 });
	int ret = store__tags(st, c->id, &tags, &n, &err);

	if (!ret) {
		const struct history_filter filter = {
			.plan = c->name, .machine = campaign_tag__find(tags, n, "machine")
		};

		ret = history__build(st, &filter, &h, &err);
		if (!ret)
			history_text__mail_changes(h, filter.machine, f);
	}
	if (ret)
		log__warn("changes of level: %s", err.msg);
	campaign_tag__free(tags, n);
	fclose(f);
	return text;
}

/* Send out the result. Returns `code`, but EXIT_UNFIT instead of 0 if that fails. */
static int deliver(struct store *st, struct tonight *t, const struct report *r, const char *verdict,
		   int code)
{
	_free_ char *changes = r ? open_changes(st, r->campaign) : xstrdup("");
	struct night n = { .config = &t->config,
			   .commit = t->commit.hash ? &t->commit : NULL,
			   .good = t->good.hash ? &t->good : NULL,
			   .report = r,
			   .campaign = t->uuid,
			   .changes = changes,
			   .code = code,
			   .verdict = verdict };
	struct err err;
	int ret;

	deliver__make(&n);
	ret = deliver__files(&n, &err);
	if (ret)
		log__error("%s", err.msg);
	if (deliver__hooks(&n, &err)) {
		log__error("%s", err.msg);
		ret = -EIO;
	}
	deliver__release(&n);
	t->told = !ret;
	return ret && !code ? EXIT_UNFIT : code;
}

/* Judge a campaign whose boots are done: print the report, send out the result, store the verdict,
 * and prune. Returns an exit code. */
static int judge(struct store *st, struct tonight *t, const char *campaign)
{
	struct report *r;
	struct err err;
	const char *verdict;
	int ret = report__open(st, campaign, &r, NULL, &err);

	snprintf(t->uuid, sizeof(t->uuid), "%s", campaign);
	if (ret)
		return cmd__fail(ret, &err);
	verdicts__set_gate(r, &(struct gate){ 0 });
	t->code = report__exit_code(r);
	terminal__colour();
	if (render__default(r, "text", terminal__width(), stdout, &err))
		log__error("%s", err.msg);
	verdict = t->code == EXIT_NO_REGRESSION ? VERDICT_GOOD :
		  t->code == EXIT_REGRESSION	? "bad" :
						  "";
	t->code = deliver(st, t, r, verdict, t->code);
	if (put_verdict(st, t, verdict, &err)) {
		log__error("%s", err.msg);
		t->code = t->code ? t->code : EXIT_UNFIT;
	}
	log__info("campaign %.8s: %s", t->uuid, *verdict ? verdict : "no verdict");
	if (prune__run(st, &t->config.keep, false, &err)) {
		log__error("'keep': %s", err.msg);
		t->code = t->code ? t->code : EXIT_UNFIT;
	}
	report__free(r);
	return t->code;
}

/* For execute_opts.finish. */
static int finish(struct store *st, const struct campaign_run *c, void *arg)
{
	return judge(st, arg, c->uuid);
}

/* Tags of the file come last, as they may override "branch". */
static int make_tags(const struct tonight *t, struct tags *tags, struct err *err)
{
	int ret = tags__put(tags, TAG_NIGHTLY, t->config.name, err);

	if (!ret && t->commit.hash) {
		ret = tags__put(tags, TAG_COMMIT, t->commit.hash, err);
		if (!ret)
			ret = tags__put(tags, TAG_SUBJECT, t->commit.subject, err);
		if (!ret && t->config.git)
			ret = tags__put(tags, "date", t->commit.date, err);
		if (!ret && t->config.git)
			ret = tags__put(tags, "branch", t->config.ref, err);
		if (!ret && t->good.hash)
			ret = tags__put(tags, "good", t->good.hash, err);
	}
	for (size_t i = 0; !ret && i < t->config.tags.n; i++)
		ret = tags__add(tags, t->config.tags.v[i], err);
	return ret;
}

/* Find what to test tonight, and the reference: fetch from git, or resolve the kernel. */
static int find_tested(struct tonight *t, struct err *err)
{
	const struct nightly *n = &t->config;
	int ret = 0;

	if (n->git) {
		ret = nightly_tree__fetch(n, err);
		if (!ret)
			ret = nightly_tree__commit(n->git, n->ref, &t->commit, err);
		if (!ret && n->reference)
			ret = nightly_tree__commit(n->git, n->reference, &t->reference, err);
	} else if (n->kernel) {
		ret = nightly_tree__kernel(n->kernel, &t->commit, err);
		if (!ret && n->reference_kernel)
			ret = nightly_tree__kernel(n->reference_kernel, &t->reference, err);
	}
	return ret;
}

/* Choose what to compare with: the last good one, else the reference. */
static void choose_good(struct tonight *t, const struct past *past)
{
	const struct nightly_commit *from = past->good.hash ? &past->good : &t->reference;

	if (!from->hash)
		return;
	t->good.hash = xstrdup(from->hash);
	t->good.subject = xstrdup(from->subject);
}

/* Run a campaign, or resume the one of an interrupted night. */
static int run(struct store *st, struct tonight *t, const struct past *past)
{
	const bool resume = past->same && !past->same_is_over && !t->o->dry_run;
	struct err err;
	int ret = resume ? 0 : make_tags(t, &t->x.tags, &err);

	t->x.plan_path = resume ? NULL : t->config.plan;
	t->x.resume = resume ? past->same : NULL;
	if (resume)
		log__info("continuing campaign %.8s", past->same);
	return ret ? cmd__fail(ret, &err) : execute__plan(st, &t->x);
}

/* The whole night. The caller holds the claim on the name, so that no other kduel tests the same.
 * Returns an exit code. */
static int run_alone(struct tonight *t)
{
	_cleanup_(store__closep) struct store *st = NULL;
	_cleanup_(past__release) struct past past = { 0 };
	struct err err;
	int ret = find_tested(t, &err);

	if (!ret)
		ret = results__open(t->o->db, t->o->dry_run ? STORE_READ : STORE_WRITE, &st, &err);
	if (ret == -ENOENT && t->o->dry_run)
		ret = 0;
	if (!ret && st)
		ret = read_past(st, &t->config, t->commit.hash ? t->commit.hash : "-", &past, &err);
	if (ret) {
		ret = cmd__fail(ret, &err);
	} else {
		choose_good(t, &past);
		if (past.same_is_over && !past.same_is_told && !t->o->dry_run) {
			log__info("judging campaign %.8s: kduel ended before that, or could not deliver the result",
				  past.same);
			ret = judge(st, t, past.same);
		} else if (past.same_is_over && !t->o->always && !t->config.always) {
			log__info("nothing new: %s is %.12s, which campaign %.8s has tested",
				  t->config.git ? t->config.ref : t->commit.subject, t->commit.hash,
				  past.same);
			return EXIT_NO_REGRESSION;
		} else {
			ret = run(st, t, &past);
		}
	}
	/* Also report a night that failed, but not one that was interrupted. */
	if (t->code < 0 && !t->o->dry_run && ret != EXIT_INTERRUPTED)
		ret = deliver(st, t, NULL, "", ret);
	return ret;
}

int cmd_nightly(int argc, char **argv)
{
	struct nightly_opts o = { 0 };
	_cleanup_(tonight__release) struct tonight t = { .o = &o,
							 .code = -1,
							 .x = { .command = "run",
								.load = load_plan,
								.check = check_plan,
								.finish = finish,
								.arg = &t } };
	const char *until;
	_free_ char *lock = NULL;
	struct cache_claim claim;
	struct err err;
	int ret;

	if (!options__parse(&options, argc, argv, &o, &ret))
		return ret;
	t.x.dry_run = o.dry_run;
	ret = nightly__load(o.config, &t.config, &err);
	/* Set the end before fetching and building, as these count, too. */
	until = o.until ? o.until : t.config.until;
	if (!ret && until && execute__set_until(&t.x, until, &err))
		ret = err__prefix(&err, -EINVAL, "--until: ");
	if (ret)
		return cmd__fail(ret, &err);
	lock = xasprintf("nightly-%s", t.config.name);
	ret = cache__claim(lock, &claim);
	if (ret) {
		log__error("another kduel is running the nights of %s (%s: %s)", t.config.name,
			   claim.path, strerror(-ret));
		ret = EXIT_UNFIT;
	} else {
		ret = run_alone(&t);
	}
	cache__release(&claim);
	return ret;
}
