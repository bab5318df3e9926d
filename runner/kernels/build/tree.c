// SPDX-License-Identifier: GPL-2.0-only
/* tree.c - lists, hashes, copies and links a source directory. */
#include "runner/kernels/build/tree.h"

#include "lib/fs.h"
#include "lib/proc.h"
#include "runner/host/cache.h"
#include "runner/host/git.h"

#include <fcntl.h>
#include <fts.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#define LIST_MAX (64u << 20)

/* List what git tracks or would add. With -z names end in NUL. Deleted files are listed, too: skip
 * them. */
static int list_git(const char *dir, struct strvec *files, struct err *err)
{
	const char *argv[] = { "git", "-C",	  dir,	      "ls-files",
			       "-z",  "--cached", "--others", "--exclude-standard",
			       NULL };
	struct proc_opts o = { .argv = (char *const *)argv,
			       .env = (char *const *)git__env,
			       .max_output = LIST_MAX,
			       .timeout_ms = 600 * 1000 };
	struct proc_result res;
	struct stat st;
	int ret = proc__run(&o, &res);

	if (ret)
		err__set(err, ret, "git cannot be run: %s", strerror(-ret));
	else if (res.status)
		ret = err__set(err, -EINVAL, "%s: git ls-files: %.300s", dir, res.err);
	for (size_t at = 0; !ret && at < res.out_len; at += strlen(res.out + at) + 1) {
		_free_ char *path = xasprintf("%s/%s", dir, res.out + at);

		if (!lstat(path, &st) && !S_ISDIR(st.st_mode))
			strvec__push(files, res.out + at);
	}
	proc_result__release(&res);
	return ret;
}

/* List all files of a tree that is not in git. Objects of an earlier build in it count as well. */
static int list_all(const char *dir, struct strvec *files, struct err *err)
{
	FTS *fts = fs__walk(dir);
	FTSENT *e;

	if (!fts)
		return err__errno(err, -errno, dir);
	while ((e = fts_read(fts)))
		if (e->fts_info == FTS_F || e->fts_info == FTS_SL || e->fts_info == FTS_SLNONE)
			strvec__push(files, e->fts_path + strlen(dir) + 1);
	fts_close(fts);
	return 0;
}

/* Sorted by bytes, as the hash depends on the order. */
int build_tree__list(const char *dir, struct strvec *files, struct err *err)
{
	_free_ char *git = xasprintf("%s/.git", dir), *kbuild = xasprintf("%s/Kbuild", dir);
	_free_ char *make = xasprintf("%s/Makefile", dir);
	int ret;

	if (!fs__exists(kbuild) || !fs__exists(make))
		return err__set(err, -EINVAL,
				"%s: expected the source of a kernel, with Makefile "
				"and Kbuild in it",
				dir);
	ret = fs__exists(git) ? list_git(dir, files, err) : list_all(dir, files, err);
	strvec__sort_unique(files);
	return ret;
}

/* Mode (only the executable bit counts) and hash of a file, or of the target of a symlink. */
static int describe(const char *path, char hash[65], unsigned int *mode)
{
	struct stat st;

	if (lstat(path, &st) < 0)
		return -errno;
	*mode = S_ISLNK(st.st_mode) ? 0120000 : st.st_mode & 0100;
	return cache__sha256_entry(path, &st, hash);
}

/* Hash "MODE HASH NAME" and a NUL for each file: names may contain newlines. */
int build_tree__hash(const char *dir, const struct strvec *files, char hash[65], struct err *err)
{
	char *text = NULL, one[65];
	unsigned int mode = 0;
	size_t len = 0;
	FILE *f = xmemstream(&text, &len);
	int ret = 0;

	for (size_t i = 0; !ret && i < files->n; i++) {
		_free_ char *path = xasprintf("%s/%s", dir, files->v[i]);

		ret = describe(path, one, &mode);
		if (ret)
			err__set(err, ret, "%s: cannot be read: %s", path, strerror(-ret));
		else
			fprintf(f, "%o %s %s%c", mode, one, files->v[i], 0);
	}
	fclose(f);
	if (!ret)
		cache__sha256(text, len, hash);
	free(text);
	return ret;
}

/* Symlinks are copied as such: they may point outside of the tree, or nowhere. */
static int copy_one(const char *from, const char *to, struct err *err)
{
	char target[PATH_MAX];
	struct stat st;
	ssize_t n;

	if (lstat(from, &st) < 0)
		return err__errno(err, -errno, from);
	if (!S_ISLNK(st.st_mode))
		return fs__copy(from, to, 0644 | (st.st_mode & 0100 ? 0111 : 0), err);
	n = readlink(from, target, sizeof(target) - 1);
	if (n < 0)
		return err__errno(err, -errno, from);
	target[n] = '\0';
	return symlink(target, to) < 0 ? err__errno(err, -errno, to) : 0;
}

/* The files are sorted: create the directory only when it changes. */
int build_tree__copy(const char *dir, const struct strvec *files, const char *to, struct err *err)
{
	char last[PATH_MAX] = "";

	for (size_t i = 0; i < files->n; i++) {
		_free_ char *from = xasprintf("%s/%s", dir, files->v[i]);
		_free_ char *path = xasprintf("%s/%s", to, files->v[i]);
		_free_ char *parent = xstrndup(path, (size_t)(strrchr(path, '/') - path));
		int ret = streq(parent, last) ? 0 : fs__mkdir_p(parent);

		snprintf(last, sizeof(last), "%s", parent);
		if (ret)
			return err__errno(err, ret, parent);
		ret = copy_one(from, path, err);
		if (ret)
			return ret;
	}
	return 0;
}

/* Copy instead if the file cannot have another link. */
static int link_one(const char *from, const char *to)
{
	if (!linkat(AT_FDCWD, from, AT_FDCWD, to, 0))
		return 0;
	return errno == EMLINK || errno == EXDEV || errno == EPERM ? copy_one(from, to, NULL) :
								     -errno;
}

int build_tree__link(const char *dir, const char *to, struct err *err)
{
	FTS *fts = fs__walk(dir);
	int ret = 0;
	FTSENT *e;

	if (!fts)
		return err__errno(err, -errno, dir);
	while (!ret && (e = fts_read(fts))) {
		_free_ char *path = xasprintf("%s%s", to, e->fts_path + strlen(dir));

		if (e->fts_info == FTS_D && e->fts_level && mkdir(path, 0755) < 0)
			ret = -errno;
		else if (e->fts_info == FTS_F || e->fts_info == FTS_SL || e->fts_info == FTS_SLNONE)
			ret = link_one(e->fts_path, path);
		else if (e->fts_info == FTS_ERR || e->fts_info == FTS_DNR)
			ret = -e->fts_errno;
		if (ret)
			err__errno(err, ret, path);
	}
	fts_close(fts);
	return ret;
}
