// SPDX-License-Identifier: GPL-2.0-only
/*
 * patch.c - applies patches with patch(1) and explains failures. Mails are decoded by git, which
 * knows their encodings; a mailbox may contain many.
 */
#include "runner/kernels/build/patch.h"

#include "lib/fs.h"
#include "lib/proc.h"
#include "runner/host/tool.h"

#include <dirent.h>
#include <unistd.h>

/* Bytes of a patch or mailbox. */
#define PATCH_MAX (64u << 20)
#define TIMEOUT_MS (600u * 1000)
#define NAME_MAX_LEN 200

/* The number after `key` in a line, or -1. */
static long number_after(const char *line, const char *key)
{
	const char *p = strstr(line, key);
	char *end;
	long n = p ? strtol(p + strlen(key), &end, 10) : -1;

	return p && end > p + strlen(key) ? n : -1;
}

/* "|+++ b/mm/gone.c" among the lines that patch quotes -> "mm/gone.c" */
static char *missing(const char *rest)
{
	const char *p = strstr(rest, "\n|+++ "), *slash;
	size_t n;

	if (!p)
		return xstrdup("a file that it changes is not there");
	p += strlen("\n|+++ ");
	n = strcspn(p, "\t\n");
	slash = memchr(p, '/', n);
	if (slash) {
		n -= (size_t)(slash + 1 - p);
		p = slash + 1;
	}
	return xasprintf("there is no %.*s", (int)(n < NAME_MAX_LEN ? n : NAME_MAX_LEN), p);
}

/* Reads what patch(1) prints, in the C locale: the first hunk that fails says most. */
char *build_patch__complaint(const char *output)
{
	char file[NAME_MAX_LEN + 1] = "the patch";

	for (const char *l = output; *l; l += strcspn(l, "\n"), l += *l == '\n') {
		_free_ char *line = xstrndup(l, strcspn(l, "\n"));

		if (str_starts(line, "patching file ") || str_starts(line, "checking file "))
			snprintf(file, sizeof(file), "%s", line + strlen("patching file "));
		else if (str_starts(line, "can't find file to patch"))
			return missing(l);
		else if (str_starts(line, "Hunk #") && strstr(line, "FAILED")) {
			long n = number_after(line, "Hunk #"),
			     at = number_after(line, "FAILED at ");
			const char *p = strstr(l, " out of "); /* "3 out of 5 hunks FAILED" */
			long of = p ? number_after(p, " out of ") : -1;

			return of < 0 ? xasprintf("%s: hunk %ld does not apply at line %ld", file,
						  n, at) :
					xasprintf("%s: hunk %ld of %ld does not apply at line %ld",
						  file, n, of, at);
		} else if (str_starts(line, "patch: **** "))
			return xasprintf("%s: %s", file, line + strlen("patch: **** "));
		else if (str_starts(line, "Reversed (or previously applied)"))
			return xasprintf("%s: it is in the source already", file);
	}
	return NULL;
}

/* Is there a mail header before the first line of a diff? */
static bool is_mail(const char *text)
{
	for (const char *l = text; *l; l += strcspn(l, "\n"), l += *l == '\n') {
		if (str_starts(l, "diff ") || str_starts(l, "--- ") || str_starts(l, "Index: "))
			return false;
		if (str_starts(l, "From ") || str_starts(l, "From: ") || str_starts(l, "Subject: "))
			return true;
	}
	return false;
}

/* Apply one diff; `name` is what the user calls it. */
static int apply(struct build *b, const char *name, const char *diff, struct err *err)
{
	/* No fuzz: if the context of a hunk has changed, a person must look at it. */
	const char *argv[] = { "patch",
			       "-p1",
			       "--batch",
			       "--forward",
			       "--fuzz=0",
			       "--no-backup-if-mismatch",
			       "--reject-file=-",
			       "-i",
			       diff,
			       NULL };
	struct proc_opts o = { .argv = (char *const *)argv,
			       .cwd = b->src,
			       .timeout_ms = TIMEOUT_MS,
			       .merge_stderr = true };
	struct proc_result res;
	_free_ char *why = NULL;
	int ret = proc__run(&o, &res);

	if (ret)
		ret = err__set(err, -EOPNOTSUPP, "patch cannot be run: %s", strerror(-ret));
	else if (res.status) {
		why = build_patch__complaint(res.out);
		ret = err__set(err, -EINVAL, "%s does not apply to %s: %s", name, b->origin,
			       why ? why : res.out);
	}
	proc_result__release(&res);
	return ret;
}

/* Renames, mode changes and binary diffs have no "+++" line. */
static bool has_diff(const char *text)
{
	for (const char *l = text; *l; l += strcspn(l, "\n"), l += *l == '\n')
		if (str_starts(l, "diff --git ") || str_starts(l, "+++ "))
			return true;
	return false;
}

/* Returns -EINVAL. */
static int no_diff(const char *path, struct err *err)
{
	return err__set(err, -EINVAL, "%s: there is no diff in it", path);
}

/* mailsplit names mails 0001, 0002, ...: their order in the mailbox. */
static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int visible(const struct dirent *e)
{
	return *e->d_name != '.';
}

/* Apply the diff of one mail of a mailbox. 1: it has none, for example a cover letter. */
static int apply_mail(struct build *b, const char *name, const char *dir, const char *mail,
		      struct err *err)
{
	_free_ char *from = xasprintf("%s/%s", dir, mail);
	_free_ char *msg = xasprintf("%s.msg", from), *diff = xasprintf("%s.diff", from);
	char *argv[] = { (char *)"git", (char *)"mailinfo", msg, diff, NULL };
	_free_ char *text = NULL;
	int ret = tool__exec(err, "decode mails (package git)",
			     &(struct proc_opts){
				     .argv = argv, .stdin_path = from, .timeout_ms = TIMEOUT_MS });

	if (ret)
		return ret;
	ret = fs__read(diff, PATCH_MAX, &text, NULL);
	if (ret)
		return err__set(err, ret, "%s: cannot be decoded: %s", name, strerror(-ret));
	return has_diff(text) ? apply(b, name, diff, err) : 1;
}

/* Apply the diffs of all mails of a mailbox in order; at least one must have a diff. */
static int apply_mails(struct build *b, const char *path, struct err *err)
{
	_free_ char *dir = xasprintf("%s/mails", b->dir), *to = xasprintf("-o%s", dir);
	struct dirent **list = NULL;
	int n, ret, empty = 0;

	fs__rm_rf(dir);
	ret = fs__mkdir_p(dir);
	if (ret)
		return err__errno(err, ret, dir);
	ret = tool__run(err, "take a mailbox apart (package git)", "git", "mailsplit", "-b", to,
			path, NULL);
	n = ret ? 0 : scandir(dir, &list, visible, by_name);
	for (int i = 0; i < n; i++) {
		_free_ char *name = xasprintf("%s, mail %d of %d", path, i + 1, n);

		if (ret >= 0)
			ret = apply_mail(b, n > 1 ? name : path, dir, list[i]->d_name, err);
		empty += ret > 0;
		free(list[i]);
	}
	free(list);
	fs__rm_rf(dir);
	return ret < 0 ? ret : empty >= n ? no_diff(path, err) : 0;
}

/* A patch that fails leaves the tree half patched: it is exported again for the next attempt. */
int build_patch__apply(struct build *b, struct err *err)
{
	int ret = 0;

	for (size_t i = 0; !ret && i < b->spec->patches.n; i++) {
		const char *path = b->spec->patches.v[i];
		_free_ char *text = NULL;

		ret = fs__read(path, PATCH_MAX, &text, NULL);
		if (ret)
			return err__set(err, ret, "%s: cannot be read: %s", path, strerror(-ret));
		b->hooks->note("patch   %s", path);
		if (!*text) /* patch(1) accepts that */
			ret = no_diff(path, err);
		else
			ret = is_mail(text) ? apply_mails(b, path, err) : apply(b, path, path, err);
	}
	return ret;
}
