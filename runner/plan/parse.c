// SPDX-License-Identifier: GPL-2.0-only
/* parse.c - values that occur in more than one part of a plan: variants, titles, paths, words. */
#include "runner/plan/parse.h"

#include "lib/fs.h"

#include <sys/stat.h>

#define MAX_TITLE 120

/* A variant whose name was rejected has none; that is noted already. */
int plan_variant__find(struct plan_ctx *ctx, yaml_node_t *n, const char *key, size_t *index)
{
	const char *text = yaml__scalar(&ctx->y, n, key, "the name of a variant");
	const struct plan *p = ctx->plan;
	_cleanup_(strvec__release) struct strvec known = { 0 };

	if (!text)
		return -ENOENT;
	for (size_t i = 0; i < p->n_variants; i++) {
		if (p->variants[i].name && streq(p->variants[i].in_plan, text)) {
			*index = i;
			return 0;
		}
	}
	for (size_t i = 0; i < p->n_variants; i += plan_target__sweep(&p->target))
		if (p->variants[i].name)
			strvec__push(&known, p->variants[i].in_plan);
	yaml__unknown(&ctx->y, n, "variant", text, "", &known);
	return -ENOENT;
}

bool plan_title__check(struct plan_ctx *ctx, yaml_node_t *n, const char *title)
{
	if (!title || (*title && strlen(title) <= MAX_TITLE))
		return true;
	yaml__note(&ctx->y, n, "'title' must have 1 to %d bytes", MAX_TITLE);
	return false;
}

/* Paths are relative to the plan's directory, so that a plan can be run from anywhere. */
char *plan_path__resolve(const struct plan_ctx *ctx, const char *path)
{
	return fs__beside(ctx->plan->path, path);
}

/* Check files when the plan is read: a missing one shows at once, not after an hour of boots. */
char *plan_path__file(struct plan_ctx *ctx, yaml_node_t *n, const char *name)
{
	const char *text = yaml__scalar(&ctx->y, n, name, "the path of a file");
	char *path = text ? plan_path__resolve(ctx, text) : NULL;
	const char *why = NULL;
	struct stat st;

	if (!path)
		return NULL;
	if (stat(path, &st) < 0)
		why = strerror(errno);
	else if (!S_ISREG(st.st_mode))
		why = "not a regular file";
	else if (!st.st_size)
		why = "the file is empty";
	if (!why)
		return path;
	yaml__note(&ctx->y, n, "'%s': %s: %s", name, path, why);
	free(path);
	return NULL;
}

void plan_words__read(struct plan_ctx *ctx, yaml_node_t *n, const char *name, enum plan_word kind,
		      struct strvec *out)
{
	static const struct {
		const char *what, *chars;
	} kinds_of[] = {
		[PLAN_PACKAGE] = { "a package name", "a-z, 0-9 and +.-" },
		[PLAN_PACKAGE_GLOB] = { "a package name or glob", "a-z, 0-9 and +.-*?[]" },
		[PLAN_SUITE] = { "a suite such as trixie-backports", "a-z, 0-9 and .-/" },
	};
	const char *letters = "abcdefghijklmnopqrstuvwxyz0123456789";
	const char *more = strrchr(kinds_of[kind].chars, ' ') + 1;
	size_t count = yaml__count(&ctx->y, n, name);

	if (yaml__is_empty_list(n))
		yaml__note(&ctx->y, n, "'%s' is an empty list: name at least one", name);
	for (size_t i = 0; i < count; i++) {
		yaml_node_t *item = yaml__item(&ctx->y, n, i);
		const char *s = yaml__scalar(&ctx->y, item, name, kinds_of[kind].what);
		/* Words become arguments of apt: they must not look like an option or a path. */
		bool ok = s && *s && !strchr("-./+", *s);

		for (const char *c = s; ok && *c; c++)
			ok = strchr(letters, *c) || strchr(more, *c);
		if (ok)
			strvec__push(out, s);
		else if (s)
			yaml__note(&ctx->y, item, "'%s' must hold %s (%s), not '%.80s'", name,
				   kinds_of[kind].what, kinds_of[kind].chars, s);
	}
}
