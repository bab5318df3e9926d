// SPDX-License-Identifier: GPL-2.0-only
/*
 * patch.c - applies patches as `git am` and `git apply` do, and explains failures. Git decides
 * which lines of a text are a diff and which only quote one: patch(1) would also take indented
 * diffs, ed scripts and "Prereq:".
 */
#include "runner/kernels/build/patch.h"

#include "lib/fs.h"
#include "lib/proc.h"
#include "lib/text.h"
#include "runner/host/paths.h"
#include "runner/host/tool.h"

#include <ctype.h>
#include <unistd.h>

/* Bytes of a patch or mailbox. */
#define PATCH_MAX (64u << 20)
#define TIMEOUT_MS (600u * 1000)
#define NAME_MAX_LEN 200
#define NO_DIFF "there is no diff in it"

/* The source tree is not a repository: git must not take it for a part of one that contains the
 * cache, and no git configuration of the user may change the result. */
static const char *const git_env[] = {
	"LC_ALL=C",
	"GIT_DIR=/dev/null",
	"GIT_CONFIG_GLOBAL=/dev/null",
	"GIT_CONFIG_SYSTEM=/dev/null",
	"GIT_CONFIG_PARAMETERS=",
	"GIT_CONFIG_COUNT=0",
	NULL,
};

/* "mm/x.c:12" does not apply: find out which hunk that is. Below "Applying patch mm/x.c with 1
 * reject..." git prints a line for each hunk of the file. */
static char *failed_hunk(const char *where, const char *output)
{
	const char *colon = strrchr(where, ':');
	int len = (int)(colon ? colon - where : (long)strlen(where));
	_free_ char *heading = xasprintf("\nApplying patch %.*s with ", len, where);
	const char *l = strstr(output, heading);
	long hunks = 0, bad = 0;

	for (l = l ? strchr(l + 1, '\n') : NULL; l; l = strchr(l + 1, '\n')) {
		bool rejected = str_starts(l, "\nRejected hunk #");

		if (!rejected && !str_starts(l, "\nHunk #"))
			break;
		hunks++;
		if (rejected && !bad)
			bad = hunks;
	}
	len = len > NAME_MAX_LEN ? NAME_MAX_LEN : len;
	return bad ? xasprintf("%.*s: hunk %ld of %ld does not apply at line %.9s", len, where, bad,
			       hunks, colon ? colon + 1 : "?") :
		     xasprintf("%.*s: a hunk does not apply at line %.9s", len, where,
			       colon ? colon + 1 : "?");
}

/* Express git's message in words that need no knowledge of git. */
static char *reword(char *msg, const char *output)
{
	static const char gone[] = ": No such file or directory";
	static const char there[] = ": already exists in working directory";

	if (str_starts(msg, "patch failed: "))
		return failed_hunk(msg + strlen("patch failed: "), output);
	if (str_starts(msg, "No valid patches in input") || str_starts(msg, "unrecognized input"))
		return xstrdup(NO_DIFF);
	if (str_starts(msg, "corrupt patch at ") || str_starts(msg, "patch with only garbage at "))
		return xasprintf("the diff is damaged or cut off (%.*s)", NAME_MAX_LEN, msg);
	if (str_ends(msg, gone)) {
		msg[strlen(msg) - strlen(gone)] = '\0';
		return xasprintf("there is no %.*s", NAME_MAX_LEN, msg);
	}
	if (str_ends(msg, there)) {
		msg[strlen(msg) - strlen(there)] = '\0';
		return xasprintf("%.*s exists already", NAME_MAX_LEN, msg);
	}
	return xasprintf("%.*s", NAME_MAX_LEN, msg);
}

/* `output` is that of `git apply --reject --verbose` in the C locale. The first failure tells
 * most. */
char *build_patch__complaint(const char *output)
{
	for (const char *l = output; *l; l += strcspn(l, "\n"), l += *l == '\n') {
		_free_ char *line = xstrndup(l, strcspn(l, "\n"));
		char *msg = line + strlen("error: ");

		if (!str_starts(line, "error: ") && !str_starts(line, "fatal: "))
			continue;
		if (!str_starts(msg, "while searching for:"))
			return reword(msg, output);
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

/* Run `git apply` in the source tree with two more options. 0 if it ran, whatever its exit status,
 * or -EOPNOTSUPP. The caller releases `res`. */
static int git_apply(const struct build *b, const char *diff, const char *option,
		     const char *another, struct proc_result *res, struct err *err)
{
	/* git allows no fuzz: if the context of a hunk has changed, a person must look at it. */
	const char *argv[] = { "git", "apply", "-p1", "--whitespace=nowarn", option, another,
			       "--",  diff,    NULL };
	struct proc_opts o = { .argv = (char *const *)argv,
			       .env = (char *const *)git_env,
			       .cwd = b->src,
			       .timeout_ms = TIMEOUT_MS,
			       .merge_stderr = true };
	int ret = proc__run(&o, res);

	if (ret)
		return err__set(err, -EOPNOTSUPP, "git cannot be run: %s", strerror(-ret));
	return res->timed_out ? err__set(err, -EOPNOTSUPP, "git apply did not end in time") : 0;
}

/* Why git finds no diff in a text that looks like one, and what to do; "" if no reason is found. */
static const char *why_no_diff(const char *text)
{
	static const struct {
		const char *mark, *why;
	} forms[] = {
		{ "\ndiff --cc ",
		  ": this is the combined diff of a merge; show the merge against one "
		  "parent, with git diff MERGE^1 MERGE" },
		{ "\n***************\n", ": this is a context diff; make it with diff -u" },
		{ "\033[", ": it is coloured; make it with --color=never" },
		{ "\n> @@ -", ": each line is quoted with '> '" },
		{ "\n< ", ": it has no context and no names of files; make it with diff -u" },
		{ "\n> ", ": it has no context and no names of files; make it with diff -u" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(forms); i++)
		if (strstr(text, forms[i].mark))
			return forms[i].why;
	return "";
}

static int no_diff(const char *path, const char *text, struct err *err)
{
	return err__set(err, -EINVAL, "%s: " NO_DIFF "%s", path, why_no_diff(text));
}

/* Would the diff apply with -p0, as its file names lack a/ and b/? 1: yes; 0: no; or -errno. With
 * b/ the question does not arise: a diff that only adds files would apply with any prefix. */
static int lacks_prefix(const struct build *b, const char *diff, const char *text, struct err *err)
{
	struct proc_result res;
	int ret;

	if (strstr(text, "\n+++ b/"))
		return 0;
	ret = git_apply(b, diff, "--check", "-p0", &res, err);
	ret = ret ? ret : !res.status;
	proc_result__release(&res);
	return ret;
}

/* Find out why the diff was refused. Returns -EINVAL with the answer, or -EOPNOTSUPP. */
static int explain(const struct build *b, const char *name, const char *diff, struct err *err)
{
	_free_ char *why = NULL, *text = NULL;
	struct proc_result res;
	int ret = git_apply(b, diff, "--check", "--reverse", &res, err);

	if (!ret && !res.status)
		ret = err__set(err, -EINVAL, "%s is applied already: %s has all of its changes",
			       name, b->origin);
	proc_result__release(&res);
	if (ret)
		return ret;
	ret = fs__read(diff, PATCH_MAX, &text, NULL);
	if (ret)
		return err__set(err, -EOPNOTSUPP, "%s: %s", diff, strerror(-ret));
	ret = lacks_prefix(b, diff, text, err);
	if (ret)
		return ret < 0 ?
			       ret :
			       err__set(err, -EINVAL,
					"%s does not apply to %s: its file names lack a/ and b/ in "
					"front; make it without --no-prefix",
					name, b->origin);
	/* The tree is discarded after a failure anyway, so the hunks can be tried one by one. */
	ret = git_apply(b, diff, "--verbose", "--reject", &res, err);
	if (!ret) {
		why = build_patch__complaint(res.out);
		if (why && streq(why, NO_DIFF))
			ret = no_diff(name, text, err);
		else
			ret = err__set(err, -EINVAL, "%s does not apply to %s: %s%s", name,
				       b->origin, why ? why : res.out,
				       strstr(text, "\r\n") ? " (its lines end in CR LF)" : "");
	}
	proc_result__release(&res);
	return ret;
}

/* Apply one diff; `name` is what the user calls it. */
static int apply(const struct build *b, const char *name, const char *diff, struct err *err)
{
	struct proc_result res;
	int ret = git_apply(b, diff, "--verbose", "--no-reject", &res, err);

	if (!ret && res.status)
		ret = explain(b, name, diff, err);
	proc_result__release(&res);
	return ret;
}

/* Is there "Subject: [PATCH v2 00/12] ..." in the headers? A cover letter may contain the changes
 * since the previous version as a diff that is not indented. */
static bool is_cover_letter(const char *headers)
{
	const char *p = strstr(headers, "Subject: "), *end;

	p = p ? p + strlen("Subject: ") : "";
	end = p + strcspn(p, "]\n");
	if (*p != '[' || *end != ']')
		return false;
	while (p < end && *p != '/')
		p++;
	if (p == end || !isdigit((unsigned char)p[1]) || p[-1] != '0')
		return false;
	while (*--p == '0')
		;
	return *p == ' ' || *p == '[';
}

/* Apply the diff in one mail of a mailbox. 1: the mail has none, or is a cover letter. */
static int apply_mail(const struct build *b, const char *name, const char *dir, const char *mail,
		      struct err *err)
{
	_free_ char *from = xasprintf("%s/%s", dir, mail);
	_free_ char *msg = xasprintf("%s.msg", from), *diff = xasprintf("%s.diff", from);
	_free_ char *headers = xasprintf("%s.headers", from), *text = NULL, *patch = NULL;
	char *argv[] = { (char *)"git", (char *)"mailinfo", (char *)"-k", msg, diff, NULL };
	int ret = tool__exec(err, "decode mails (package git)",
			     &(struct proc_opts){ .argv = argv,
						  .env = (char *const *)git_env,
						  .stdin_path = from,
						  .stdout_path = headers,
						  .timeout_ms = TIMEOUT_MS });

	if (ret)
		return ret;
	ret = fs__read(headers, PATCH_MAX, &text, NULL);
	if (!ret)
		ret = fs__read(diff, PATCH_MAX, &patch, NULL);
	if (ret)
		return err__set(err, ret, "%s: cannot be decoded: %s", name, strerror(-ret));
	return !*patch || is_cover_letter(text) ? 1 : apply(b, name, diff, err);
}

/* Apply the diffs of all mails of a mailbox in order. At least one mail must have one. */
static int apply_mails(const struct build *b, const char *path, const char *text, struct err *err)
{
	_free_ char *dir = xasprintf("%s/mails", b->dir), *to = xasprintf("-o%s", dir);
	char *argv[] = { (char *)"git", (char *)"mailsplit", (char *)"-b", to,
			 (char *)"--",	(char *)path,	     NULL };
	_cleanup_(strvec__release) struct strvec names = { 0 };
	size_t empty = 0;
	int ret;

	fs__rm_rf(dir);
	ret = fs__mkdir_p(dir);
	if (ret)
		return err__errno(err, ret, dir);
	ret = tool__exec(err, "take a mailbox apart (package git)",
			 &(struct proc_opts){ .argv = argv,
					      .env = (char *const *)git_env,
					      .timeout_ms = TIMEOUT_MS });
	if (!ret) {
		/* mailsplit names the mails 0001, 0002, ... */
		ret = fs__names(dir, &names);
		if (ret)
			err__errno(err, ret, dir);
	}
	for (size_t i = 0; ret >= 0 && i < names.n; i++) {
		_free_ char *name = xasprintf("%s, mail %zu of %zu", path, i + 1, names.n);

		ret = apply_mail(b, names.n > 1 ? name : path, dir, names.v[i], err);
		empty += ret > 0;
	}
	fs__rm_rf(dir);
	return ret < 0 ? ret : empty >= names.n ? no_diff(path, text, err) : 0;
}

/* A directory has the same change for several ranges of versions: apply the first that fits. */
static int apply_fitting(const struct build *b, const char *dir, struct err *err)
{
	_cleanup_(strvec__release) struct strvec names = { 0 }, why = { 0 };
	int ret = fs__names(dir, &names);

	if (ret)
		return err__errno(err, ret, dir);
	for (size_t i = 0; i < names.n; i++) {
		_free_ char *path = xasprintf("%s/%s", dir, names.v[i]), *told = NULL;
		struct proc_result res;
		bool fits;

		ret = git_apply(b, path, "--check", "--verbose", &res, err);
		if (ret)
			return ret;
		fits = !res.status;
		told = fits ? NULL : build_patch__complaint(res.out);
		proc_result__release(&res);
		if (fits) {
			b->hooks->note("patch   %s", path);
			return apply(b, path, path, err);
		}
		strvec__pushf(&why, "%s: %s", names.v[i], told ? told : "it does not apply");
	}
	_free_ char *list = strvec__join(&why, "; ");

	return err__set(err, -EINVAL, "%s: none of its patches applies to %s (%.600s)", dir,
			b->origin, why.n ? list : "there is none");
}

char *build_patch__named(const char *name)
{
	_free_ char *file = xasprintf("patches/%s", name);
	char *path = strpbrk(name, "/.") || !*name ? NULL : paths__config(file);

	if (path && fs__is_dir(path))
		return path;
	free(path);
	return NULL;
}

/* A failure leaves the tree half patched: it is exported again for the next attempt. */
int build_patch__apply(struct build *b, struct err *err)
{
	int ret = 0;

	for (size_t i = 0; !ret && i < b->spec->patches.n; i++) {
		const char *path = b->spec->patches.v[i];
		_free_ char *text = NULL;
		const char *misnomer;
		size_t len;

		if (fs__is_dir(path)) {
			ret = apply_fitting(b, path, err);
			continue;
		}
		ret = fs__read(path, PATCH_MAX, &text, &len);
		if (ret)
			return err__set(err, ret, "%s: cannot be read: %s", path, strerror(-ret));
		misnomer = text__misnomer(text, len);
		if (misnomer)
			return err__set(err, -EINVAL, "%s: this is %s", path, misnomer);
		b->hooks->note("patch   %s", path);
		ret = is_mail(text) ? apply_mails(b, path, text, err) : apply(b, path, path, err);
	}
	return ret;
}
