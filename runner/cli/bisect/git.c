// SPDX-License-Identifier: GPL-2.0-only
/* git.c - choose the next commit of a bisection with `git rev-list --bisect-vars`, which keeps no
 * state in the repository. */
#include "runner/cli/bisect/git.h"

#include "runner/host/git.h"

#define ASK_MS (10 * 60 * 1000) /* a range with many merges takes a while */
#define OUTPUT_MAX (256u << 20)

/* Run git in `dir`. Returns -errno if it cannot be run; *status is its exit status, for which `err`
 * is set unless it is 0; *out is its output, which the caller frees. */
static int ask(const char *dir, const struct strvec *words, char **out, int *status,
	       struct err *err)
{
	_cleanup_(proc_result__release) struct proc_result res;
	int ret = git__ask(dir, words, ASK_MS, OUTPUT_MAX, &res, err);

	*out = NULL;
	if (ret)
		return ret;
	*status = res.status;
	if (res.status)
		err__set(err, -EINVAL, "%s: git %s failed: %.300s", dir, words->v[0], res.err);
	*out = xstrdup(res.out);
	return 0;
}

/* The same if any exit status but 0 is an error. */
static int ask_or_fail(const char *dir, const struct strvec *words, char **out, struct err *err)
{
	int status = 0, ret = ask(dir, words, out, &status, err);

	return ret ? ret : status ? -EINVAL : 0;
}

static int check_ancestor(const char *dir, const char *good, const char *bad, struct err *err)
{
	_cleanup_(strvec__release) struct strvec words = { 0 };
	_free_ char *out = NULL;
	int status = 0, ret;

	if (streq(good, bad))
		return err__set(err, -EINVAL, "GOOD and BAD are the same commit, %.12s", good);
	strvec__push_all(&words, "merge-base", "--is-ancestor", good, bad, NULL);
	ret = ask(dir, &words, &out, &status, err);
	if (ret || !status)
		return ret;
	return status != 1 ?
		       -EINVAL :
		       err__set(err, -EINVAL,
				"%s: GOOD (%.12s) is not an ancestor of BAD (%.12s): there is "
				"nothing to bisect between them",
				dir, good, bad);
}

static int check_clean(const char *dir, struct err *err)
{
	_cleanup_(strvec__release) struct strvec bare = { 0 }, words = { 0 };
	_free_ char *is_bare = NULL, *out = NULL;
	int ret;

	strvec__push_all(&bare, "rev-parse", "--is-bare-repository", NULL);
	ret = ask_or_fail(dir, &bare, &is_bare, err);
	if (ret || str_starts(is_bare, "true"))
		return ret;
	strvec__push_all(&words, "status", "--porcelain", "--untracked-files=no", NULL);
	ret = ask_or_fail(dir, &words, &out, err);
	if (ret || !*out)
		return ret;
	return err__set(err, -EINVAL,
			"%s has uncommitted changes, which no step would have (%.80s): commit or "
			"stash them, or pass --dirty",
			dir, strtok_r(out, "\n", &(char *){ NULL }));
}

int bisect_git__check(const char *dir, const char *good, const char *bad, bool dirty,
		      struct err *err)
{
	int ret = check_ancestor(dir, good, bad, err);

	return ret || dirty ? ret : check_clean(dir, err);
}

/* The words of "git rev-list OPTION BAD ^GOOD...". */
static void put_list(const struct bisect_sets *s, const char *option, struct strvec *words)
{
	strvec__push_all(words, "rev-list", option, s->bad, NULL);
	for (size_t i = 0; i < s->good.n; i++)
		strvec__pushf(words, "^%s", s->good.v[i]);
}

/* Copy the hash at the beginning of a line; false if there is none. */
static bool read_hash(const char *line, char hash[BISECT_HASH_LEN])
{
	const size_t n = strspn(line, "0123456789abcdef");

	if (n < 40 || n >= BISECT_HASH_LEN)
		return false;
	memcpy(hash, line, n);
	hash[n] = '\0';
	return true;
}

/* Find a value in the output of `git rev-list --bisect-vars`, NAME=VALUE lines for a shell. */
static const char *find_var(const char *text, const char *name)
{
	const char *at = strstr(text, name);

	return at ? at + strlen(name) : "";
}

/* Choose from all commits that can be tested, which git lists best first: the n*n-th best (n: the
 * number of skipped ones), or the last. "" if there is none. */
static int choose_farther(const char *dir, const struct bisect_sets *s,
			  char commit[BISECT_HASH_LEN], struct err *err)
{
	_cleanup_(strvec__release) struct strvec words = { 0 }, fit = { 0 };
	_free_ char *out = NULL;
	char *save = NULL, hash[BISECT_HASH_LEN];
	size_t skipped = 0, at;
	int ret;

	put_list(s, "--bisect-all", &words);
	ret = ask_or_fail(dir, &words, &out, err);
	commit[0] = '\0';
	for (char *l = ret ? NULL : strtok_r(out, "\n", &save); l;
	     l = strtok_r(NULL, "\n", &save)) {
		if (!read_hash(l, hash) || streq(hash, s->bad))
			continue;
		if (strvec__has(&s->skip, hash))
			skipped++;
		else
			strvec__push(&fit, hash);
	}
	if (ret || !fit.n)
		return ret;
	at = skipped ? skipped * skipped - 1 : 0;
	read_hash(fit.v[at < fit.n ? at : fit.n - 1], commit);
	return 0;
}

int bisect_git__next(const char *dir, const struct bisect_sets *s, struct bisect_next *next,
		     struct err *err)
{
	_cleanup_(strvec__release) struct strvec words = { 0 };
	_free_ char *out = NULL;
	int ret;

	*next = (struct bisect_next){ 0 };
	put_list(s, "--bisect-vars", &words);
	ret = ask_or_fail(dir, &words, &out, err);
	if (ret)
		return ret;
	next->left = (unsigned int)strtoul(find_var(out, "bisect_all="), NULL, 10);
	next->steps = (unsigned int)strtoul(find_var(out, "bisect_steps="), NULL, 10);
	if (!next->left || !read_hash(find_var(out, "bisect_rev='"), next->commit))
		return err__set(err, -EINVAL, "%s: unexpected output of git about %.12s", dir,
				s->bad);
	if (next->left == 1)
		next->commit[0] = '\0';
	else if (streq(next->commit, s->bad) || strvec__has(&s->skip, next->commit))
		ret = choose_farther(dir, s, next->commit, err);
	/* git's bisect_steps does not count the test of this commit. */
	next->steps += *next->commit != '\0';
	return ret;
}

int bisect_git__range(const char *dir, const struct bisect_sets *s, struct strvec *commits,
		      struct err *err)
{
	_cleanup_(strvec__release) struct strvec words = { 0 };
	_free_ char *out = NULL;
	char *save = NULL, hash[BISECT_HASH_LEN];
	int ret;

	put_list(s, "--topo-order", &words);
	ret = ask_or_fail(dir, &words, &out, err);
	for (char *l = ret ? NULL : strtok_r(out, "\n", &save); l; l = strtok_r(NULL, "\n", &save))
		if (read_hash(l, hash))
			strvec__push(commits, hash);
	return ret;
}
