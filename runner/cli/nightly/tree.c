// SPDX-License-Identifier: GPL-2.0-only
/* tree.c - fetch and resolve a commit, or get a kernel. */
#include "runner/cli/nightly/tree.h"

#include "lib/date.h"
#include "lib/clock.h"
#include "lib/utf8.h"
#include "reports/store/history.h"
#include "runner/host/git.h"
#include "runner/host/tool.h"
#include "runner/cli/log.h"
#include "runner/kernels/resolve.h"

#define FETCH_MS (30 * 60 * 1000)
#define ASK_MS (60 * 1000)
#define HASH_LEN 64 /* SHA-256 in hex, the longest that git has */

int nightly_tree__fetch(const struct nightly *n, struct err *err)
{
	const char *argv[] = { "git", "-C", n->git, "fetch", "--quiet", "--", n->fetch, NULL };

	if (!n->fetch)
		return 0;
	return tool__exec(err, "fetch what is new (package git)",
			  &(struct proc_opts){ .argv = (char *const *)argv,
					       .env = (char *const *)git__env,
					       .timeout_ms = FETCH_MS });
}

/* Make a text valid as a tag: truncate it, and clean it, also of a character that was cut in half.
 * The caller frees. */
static char *as_subject(const char *text)
{
	char *subject = xstrndup(text, strnlen(text, TAG_VALUE_MAX));

	utf8__clean(subject, strlen(subject), false);
	return subject;
}

/* Parse the output of git show: hash, date in seconds, and subject, each on a line. */
static int parse(char *text, struct nightly_commit *c)
{
	char *save = NULL, *end = NULL;
	const char *hash = strtok_r(text, "\n", &save), *date = strtok_r(NULL, "\n", &save);
	char *subject = strtok_r(NULL, "\n", &save);
	long long seconds = date ? strtoll(date, &end, 10) : -1;

	if (!hash || strlen(hash) > HASH_LEN || hash[strspn(hash, "0123456789abcdef")] ||
	    seconds < 0 || *end || seconds > INT64_MAX / (long long)NSEC_PER_SEC)
		return -EBADMSG;
	c->hash = xstrdup(hash);
	date__utc((uint64_t)seconds * NSEC_PER_SEC, DATE_ISO, c->date);
	c->subject = as_subject(subject ? subject : "");
	return 0;
}

int nightly_tree__commit(const char *git, const char *ref, struct nightly_commit *c,
			 struct err *err)
{
	_free_ char *commit = xasprintf("%s^{commit}", ref);
	_cleanup_(strvec__release) struct strvec words = { 0 };
	_cleanup_(proc_result__release) struct proc_result res;
	int ret;

	*c = (struct nightly_commit){ 0 };
	strvec__push_all(&words, "show", "--no-patch", "--format=%H%n%ct%n%s", "--end-of-options",
			 commit, NULL);
	ret = git__ask(git, &words, ASK_MS, 0, &res, err);
	if (!ret && res.status)
		ret = err__set(err, -EINVAL, "%s: no commit '%s': %.300s", git, ref, res.err);
	else if (!ret && parse(res.out, c))
		ret = err__set(err, -EINVAL, "%s: unexpected output of git about '%s'", git, ref);
	return ret;
}

int nightly_tree__kernel(const struct kernel_spec *spec, struct nightly_commit *c, struct err *err)
{
	static const struct build_hooks hooks = { .note = log__info, .progress = log__progress };
	_cleanup_(lock__release) struct lock lock = { 0 };
	_cleanup_(kernel__freep) struct kernel *k = NULL;
	int ret = kernel__resolve(spec, NULL, &lock, &hooks, &k, err);

	*c = (struct nightly_commit){ 0 };
	log__progress_end();
	if (!ret && lock.stale)
		ret = err__set(err, -ENOTCONN,
			       "cannot tell whether there is anything new: no archive answers");
	if (ret)
		return ret;
	c->hash = xstrdup(k->hash);
	c->subject = as_subject(k->origin);
	return 0;
}

void nightly_commit__release(struct nightly_commit *c)
{
	free(c->hash);
	free(c->subject);
	*c = (struct nightly_commit){ 0 };
}
