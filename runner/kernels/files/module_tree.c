// SPDX-License-Identifier: GPL-2.0-only
/*
 * module_tree.c - copies a directory of modules. It may be the user's own, with symlinks to build
 * and source trees: it is only read.
 */
#include "runner/kernels/files/module_tree.h"

#include "lib/fs.h"
#include "runner/host/unpack.h"

#include <fts.h>
#include <sys/stat.h>

bool module_tree__is_module(const char *name)
{
	const char *ext = strstr(name, ".ko");

	return ext && (!ext[3] || ext[3] == '.');
}

/* Skip what lies beside the modules: symlinks to whole source trees, and 60 MB of device trees. */
static bool is_unused(const FTSENT *ent)
{
	static const char *const names[] = { "build", "source", "dtb" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (ent->fts_level == 1 && streq(ent->fts_name, names[i]))
			return true;
	return false;
}

/* Modules, and kbuild's lists of them in the top directory: modules.order, modules.builtin, ... */
static bool is_wanted(const FTSENT *ent)
{
	return module_tree__is_module(ent->fts_name) ||
	       (ent->fts_level == 1 && str_starts(ent->fts_name, "modules."));
}

/* Copy one entry of the walk to `to`. Directories are created in pre-order. */
static int copy_entry(const FTSENT *ent, const char *to, struct err *err)
{
	int ret = 0;

	switch (ent->fts_info) {
	case FTS_D:
		ret = fs__mkdir_p(to);
		return ret ? err__errno(err, ret, to) : 0;
	case FTS_F:
		return is_wanted(ent) ? fs__copy(ent->fts_path, to, 0644, err) : 0;
	case FTS_DC:
		return err__set(err, -ELOOP, "%s: it is a link to a directory that contains it",
				ent->fts_path);
	case FTS_SLNONE:
		return is_wanted(ent) ?
			       err__set(err, -ENOENT, "%s: it is a dangling link", ent->fts_path) :
			       0;
	case FTS_DEFAULT:
		return is_wanted(ent) ? err__set(err, -EINVAL, "%s: it is not a regular file",
						 ent->fts_path) :
					0;
	case FTS_DNR:
	case FTS_ERR:
	case FTS_NS:
		return err__errno(err, -ent->fts_errno, ent->fts_path);
	default: /* directory in post-order; symlink that is not followed */
		return 0;
	}
}

/* Copy `from` to `to`, or, if `to` is NULL, only check the size limits. */
static int walk(const char *from, const char *to, bool follow, struct err *err)
{
	_free_ char *root = xstrdup(from);
	char *const roots[] = { root, NULL };
	FTS *fts = fts_open(roots, (follow ? FTS_LOGICAL : FTS_PHYSICAL) | FTS_NOCHDIR, NULL);
	uint64_t bytes = 0, entries = 0;
	FTSENT *ent;
	int ret = 0;

	if (!fts)
		return err__errno(err, -errno, from);
	/* fts_read() returns NULL for both: only errno tells the end from an error. */
	while (!ret && (errno = 0, ent = fts_read(fts))) {
		_free_ char *path = xasprintf("%s%s", to ? to : "", ent->fts_path + strlen(root));

		if (ent->fts_level == 0 && ent->fts_info != FTS_D && ent->fts_info != FTS_DP)
			ret = err__set(err, -ENOTDIR, "%s: expected a directory of modules", from);
		else if (is_unused(ent))
			fts_set(fts, ent, FTS_SKIP);
		else if (++entries > MODULE_TREE_ENTRIES_MAX)
			ret = err__set(err, -EFBIG,
				       "%s: more than %u files and directories with what its links lead to, "
				       "such as %s",
				       from, MODULE_TREE_ENTRIES_MAX, ent->fts_path);
		else if (ent->fts_info == FTS_F && is_wanted(ent) &&
			 (bytes += (uint64_t)ent->fts_statp->st_size) > MODULE_TREE_MAX)
			ret = err__set(err, -EFBIG,
				       "%s: more than 8 GiB of modules, %s among them: expected what `make "
				       "modules_install` leaves",
				       from, ent->fts_path);
		else if (to)
			ret = copy_entry(ent, path, err);
	}
	if (!ret && errno)
		ret = err__errno(err, -errno, from);
	fts_close(fts);
	return ret;
}

/* Check the limits before anything is written. */
int module_tree__copy(const char *from, const char *to, bool follow, struct err *err)
{
	int ret = walk(from, NULL, follow, err);

	return ret ? ret : walk(from, to, follow, err);
}

int module_tree__check(const char *dir, struct err *err)
{
	FTS *fts = fs__walk(dir);
	FTSENT *ent;
	int ret = 0;

	if (!fts)
		return err__errno(err, -errno, dir);
	while (!ret && (ent = fts_read(fts)))
		if (ent->fts_info == FTS_F && module_tree__is_module(ent->fts_name) &&
		    !str_ends(ent->fts_name, ".ko"))
			ret = unpack__check_size(ent->fts_path, MODULE_MAX, err);
	fts_close(fts);
	return ret;
}
