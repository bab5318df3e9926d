// SPDX-License-Identifier: GPL-2.0-only
/*
 * untar.c - unpack packages and archives into a tree.
 *
 * One package may contain a symlink to a directory, and another one a file below that link. So each
 * member's path is resolved with the tree as the root directory (fs__in_tree()), and libarchive gets a
 * path without symlinks, and is told to follow none.
 */
#include "runner/host/untar.h"

#include "lib/fs.h"
#include "runner/host/unpack.h"

#include <archive_entry.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#define CHUNK (1u << 16)

/* An archive that is being unpacked into the tree `root`. */
struct untar {
	struct archive *in, *disk;
	const char *root;
	bool strip;
	uint64_t bytes;
	unsigned int members;
	struct err *err;
};

/* Normalise a member's name: "./usr/bin/" becomes "usr/bin", and "" is the top directory. With `strip`,
 * the first directory is removed. NULL with a reason for a name that no sane package has. The caller
 * frees. */
static char *member_name(const struct untar *u, const char *name)
{
	char *out, *to;

	if (!name || strlen(name) >= PATH_MAX) {
		err__set(u->err, 0, "it has a member without a name, or with a very long one");
		return NULL;
	}
	out = to = xcalloc(1, strlen(name) + 1);
	for (bool skip = u->strip; *name;) {
		size_t n = strcspn(name, "/");

		if (n == 2 && !strncmp(name, "..", 2)) {
			err__set(u->err, 0, "it has a member with \"..\" in its name");
			free(out);
			return NULL;
		}
		if (n && !(n == 1 && *name == '.')) {
			if (!skip) {
				if (to > out)
					*to++ = '/';
				memcpy(to, name, n);
				to += n;
			}
			skip = false;
		}
		name += n + (name[n] == '/');
	}
	return out;
}

static bool is_dir(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* The real path of directory `name` in the tree. If it does not exist, it is created; a dangling
 * symlink is replaced. The caller frees; NULL with a reason. */
static char *enter(const struct untar *u, const char *name)
{
	char *real = fs__in_tree(u->root, *name ? name : ".", true), *path;
	const char *slash = strrchr(name, '/');
	_free_ char *above = NULL, *parent = NULL;
	struct stat st;

	if (real && is_dir(real))
		return real;
	free(real);
	if (!*name) {
		err__errno(u->err, -errno, u->root);
		return NULL;
	}
	above = xstrndup(name, slash ? (size_t)(slash - name) : 0);
	parent = enter(u, above);
	if (!parent)
		return NULL;
	path = xasprintf("%s/%s", parent, slash ? slash + 1 : name);
	if (!lstat(path, &st) && S_ISLNK(st.st_mode))
		unlink(path);
	if (!mkdir(path, 0755))
		return path;
	err__set(u->err, 0, "%s: the directory cannot be created: %s", name, strerror(errno));
	free(path);
	return NULL;
}

/* The path at which to unpack a member. Its parent directories are created. The caller frees; NULL with
 * a reason. */
static char *place_of(const struct untar *u, const char *name)
{
	const char *slash = strrchr(name, '/');
	_free_ char *above = xstrndup(name, slash ? (size_t)(slash - name) : 0);
	_free_ char *parent = enter(u, above);

	return parent ? xasprintf("%s/%s", parent, slash ? slash + 1 : name) : NULL;
}

/* Make a hard link point to the file in this tree. */
static int point_hard_link(const struct untar *u, struct archive_entry *e)
{
	_free_ char *name = member_name(u, archive_entry_hardlink(e)), *real = NULL;
	struct stat st;

	if (!name)
		return -EIO;
	real = *name ? fs__in_tree(u->root, name, false) : NULL;
	if (!real || lstat(real, &st) < 0 || !S_ISREG(st.st_mode))
		return err__set(u->err, -EIO, "%s: a hard link to %s, which is not a file in it",
				archive_entry_pathname(e), name);
	archive_entry_set_hardlink(e, real);
	return 0;
}

/* Set the path at which to unpack an entry. 0; 1: skip the entry; or -EIO. */
static int place(const struct untar *u, struct archive_entry *e)
{
	_free_ char *name = member_name(u, archive_entry_pathname(e)), *path = NULL, *dir = NULL;
	mode_t type = archive_entry_filetype(e);
	int ret = 0;

	if (!name)
		return -EIO;
	if (!*name)
		return 1;
	if (archive_entry_hardlink(e))
		ret = point_hard_link(u, e);
	else if (type != AE_IFREG && type != AE_IFDIR && type != AE_IFLNK)
		ret = err__set(u->err, -EIO, "%s: a device, pipe or socket, which no package has",
			       name);
	if (ret)
		return ret;
	path = place_of(u, name);
	if (!path)
		return -EIO;
	/* Like dpkg: keep a symlink to a directory if the package has a directory of that name, and
	 * keep a directory if the package has a symlink. */
	if (type == AE_IFLNK && is_dir(path))
		return 1;
	if (type == AE_IFDIR) {
		dir = enter(u, name);
		if (!dir || !streq(dir, path))
			return dir ? 1 : -EIO;
	}
	archive_entry_set_pathname(e, path);
	/* Without root privileges, we need permissions to read files, and to fill and remove
	 * directories. */
	if (type != AE_IFLNK)
		archive_entry_set_perm(e, archive_entry_perm(e) |
						  (type == AE_IFDIR ? S_IRWXU : S_IRUSR));
	return 0;
}

/* Check the limits by the size in the header, before the entry is unpacked. */
static int check_bounds(struct untar *u, struct archive_entry *e)
{
	uint64_t size = archive_entry_size(e) > 0 ? (uint64_t)archive_entry_size(e) : 0;

	u->bytes += size < UNTAR_MAX ? size : UNTAR_MAX + 1;
	if (++u->members <= UNTAR_MEMBERS_MAX && u->bytes <= UNTAR_MAX)
		return 0;
	return err__set(u->err, -EFBIG,
			"it unpacks to more than %llu GiB, or more than %u files: %llu MiB in %u up "
			"to %s, which has %llu bytes",
			UNTAR_MAX >> 30, UNTAR_MEMBERS_MAX, (unsigned long long)(u->bytes >> 20),
			u->members, archive_entry_pathname(e), (unsigned long long)size);
}

static int read_failed(struct archive *a, struct err *err)
{
	const char *why = archive_error_string(a);

	return err__set(err, -EIO, "it cannot be unpacked: %s", why ? why : "it is damaged");
}

static int unpack_all(struct untar *u)
{
	struct archive_entry *e;
	int ret, what;

	while ((what = archive_read_next_header(u->in, &e)) != ARCHIVE_EOF) {
		if (what < ARCHIVE_WARN)
			return read_failed(u->in, u->err);
		ret = check_bounds(u, e);
		if (!ret)
			ret = place(u, e);
		if (ret < 0)
			return ret;
		if (!ret && archive_read_extract2(u->in, e, u->disk) < ARCHIVE_WARN)
			return read_failed(u->in, u->err);
	}
	/* Closing sets the modes and times of directories. */
	return archive_write_close(u->disk) < ARCHIVE_WARN ? read_failed(u->disk, u->err) : 0;
}

static int unpack_from(struct archive *in, const char *root, bool strip, struct err *err)
{
	struct untar u = { .in = in, .root = root, .strip = strip, .err = err };
	int ret = -ENOMEM;

	u.disk = archive_write_disk_new();
	if (u.disk) {
		archive_write_disk_set_options(u.disk, ARCHIVE_EXTRACT_PERM | ARCHIVE_EXTRACT_TIME |
							       ARCHIVE_EXTRACT_SECURE_SYMLINKS |
							       ARCHIVE_EXTRACT_SECURE_NODOTDOT);
		ret = unpack_all(&u);
	}
	archive_write_free(u.disk);
	return ret;
}

/* The archive inside a package, read by the callback read_inner(). */
struct inner {
	struct archive *outer;
	char buf[CHUNK];
};

static la_ssize_t read_inner(struct archive *a, void *arg, const void **data)
{
	struct inner *i = arg;
	la_ssize_t n = archive_read_data(i->outer, i->buf, sizeof(i->buf));

	if (n < 0)
		archive_set_error(a, EIO, "%s", archive_error_string(i->outer));
	*data = i->buf;
	return n < 0 ? -1 : n;
}

/* Unpack a Debian package (deb(5)): an ar archive whose member data.tar, perhaps compressed, has the
 * files. */
static int unpack_data(struct archive *deb, struct archive_entry *e, const char *root, bool strip,
		       struct err *err)
{
	struct archive *a = archive_read_new();
	struct inner *i = xcalloc(1, sizeof(*i));
	int ret = -ENOMEM;

	i->outer = deb;
	while (!str_starts(archive_entry_pathname(e), "data.tar"))
		if (archive_read_next_header(deb, &e) != ARCHIVE_OK) {
			ret = err__set(err, -EIO, "it is not a Debian package: it has no data.tar");
			goto out;
		}
	if (!a)
		goto out;
	unpack__filters(a);
	archive_read_support_format_tar(a);
	ret = archive_read_open(a, i, NULL, read_inner, NULL) == ARCHIVE_OK ?
		      unpack_from(a, root, strip, err) :
		      read_failed(a, err);
out:
	archive_read_free(a);
	free(i);
	return ret;
}

static int unpack_any(const char *archive, const char *root, bool strip, bool tar, struct err *err)
{
	struct archive *a = archive_read_new();
	struct archive_entry *e;
	int ret = -ENOMEM;

	if (!a)
		return ret;
	unpack__filters(a);
	if (tar)
		archive_read_support_format_tar(a);
	else
		archive_read_support_format_ar(a);
	if (archive_read_open_filename(a, archive, 1 << 20) != ARCHIVE_OK)
		ret = read_failed(a, err);
	else if (tar)
		ret = unpack_from(a, root, strip, err);
	else if (archive_read_next_header(a, &e) == ARCHIVE_OK)
		ret = unpack_data(a, e, root, strip, err);
	else
		ret = err__set(err, -EIO, "it is not a Debian package");
	archive_read_free(a);
	return ret;
}

int untar__tree(const char *archive, const char *dir, bool strip, struct err *err)
{
	int made = fs__mkdir_p(dir), ret;
	_free_ char *root = made ? NULL : realpath(dir, NULL);

	if (!root)
		return err__errno(err, made ? made : -errno, dir);
	err__errno(err, -ENOMEM, "libarchive"); /* the only failure that sets no message itself */
	ret = unpack_any(archive, root, strip, !str_ends(archive, ".deb"), err);
	return ret ? err__prefix(err, ret, "%s: ", archive) : 0;
}
