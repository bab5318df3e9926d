// SPDX-License-Identifier: GPL-2.0-only
/* files.c - checks, copies and installs the files that a plan adds to its guest. */
#include "runner/guest/files.h"

#include "lib/fs.h"
#include "runner/host/cache.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#define DEPTH_MAX 64

void guest_files__release(struct guest_files *files)
{
	for (size_t i = 0; i < files->n; i++) {
		free(files->v[i].to);
		free(files->v[i].from);
		free(files->v[i].where);
	}
	free(files->v);
	*files = (struct guest_files){ 0 };
}

/* Is `path` this directory or below it? */
static bool lies_in(const char *path, const char *dir)
{
	size_t len = strlen(dir);

	return !strncmp(path, dir, len) && (!path[len] || path[len] == '/');
}

const char *guest_files__check_place(const char *to)
{
	/* The agent mounts file systems on the former; the latter are its own paths in the
	 * initramfs. */
	static const char *const mounted[] = { "/dev", "/proc", "/run", "/sys", "/tmp" };
	static const char *const ours[] = { "/init", "/lower", "/modules", "/newroot", "/upper" };

	if (*to != '/' || !to[1])
		return "expected an absolute path such as /opt/bench";
	if (strlen(to) >= PATH_MAX / 4)
		return "the path is too long";
	for (const char *p = to; *p; p++)
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			return "expected a path without control characters";
	for (const char *p = to; *p;) {
		size_t len = strcspn(++p, "/");

		if (!len || (len == 1 && *p == '.') || (len == 2 && !strncmp(p, "..", 2)))
			return "expected a path without '.', '..', and empty parts";
		if (len > NAME_MAX)
			return "a part of the path is too long";
		p += len;
	}
	for (size_t i = 0; i < ARRAY_SIZE(mounted); i++)
		if (lies_in(to, mounted[i]))
			return "the guest mounts a file system there";
	for (size_t i = 0; i < ARRAY_SIZE(ours); i++)
		if (lies_in(to, ours[i]))
			return "kduel's own files are there";
	return NULL;
}

/* One pass over an entry, which either checks it or, with `digest`, copies it. */
struct walk {
	size_t n;
	uint64_t bytes;
	FILE *digest; /* receives a line to be hashed for each copied file; NULL: check only */
	struct err *err;
};

/* The file, directory or symlink that is being visited. */
struct spot {
	int dir; /* fd of the directory it is in */
	const char *name; /* relative to `dir` */
	const char *path; /* for messages */
	const char *copy; /* path of its copy */
	const char *place; /* relative to the entry; "" for the entry itself */
	unsigned int depth;
};

static const char *kind_of(mode_t mode)
{
	switch (mode & S_IFMT) {
	case S_IFSOCK:
		return "a socket";
	case S_IFIFO:
		return "a FIFO";
	case S_IFCHR:
	case S_IFBLK:
		return "a device";
	default:
		return "a file of an unknown kind";
	}
}

static int changed(const struct walk *w, const struct spot *s)
{
	return err__set(w->err, -EINVAL, "%s changed while it was copied", s->path);
}

/* A file has vanished, is of another kind by now, or cannot be read. Errors that the user can fix
 * are -EINVAL, whatever errno is. */
static int explain_error(const struct walk *w, const struct spot *s, int error)
{
	const bool denied = error == EACCES || error == EPERM;

	if (error == ENOENT && (w->digest || s->depth))
		return err__set(w->err, -ENOENT, "%s vanished while it was %s", s->path,
				w->digest ? "copied" : "checked");
	if (w->digest && (error == ELOOP || error == ENOTDIR || error == ENXIO))
		return changed(w, s);
	return err__set(w->err, denied ? -EINVAL : -error, "%s: %s", s->path, strerror(error));
}

/* Was the file changed since `before`? ctime does not count: reading may change it. */
static int check_same(const struct walk *w, const struct spot *s, const struct stat *before)
{
	struct stat now;

	if (fstatat(s->dir, s->name, &now, AT_SYMLINK_NOFOLLOW) < 0)
		return explain_error(w, s, errno);
	if (now.st_ino == before->st_ino && now.st_dev == before->st_dev &&
	    now.st_mode == before->st_mode && fs__unwritten(before, &now))
		return 0;
	return changed(w, s);
}

/* Fields are separated by blanks. The place may contain blanks, so its length precedes it. */
static void add_line(const struct walk *w, const struct spot *s, char kind, mode_t mode,
		     const char *what)
{
	fprintf(w->digest, "%c %o %zu %s %s\n", kind, (unsigned int)mode & 07777, strlen(s->place),
		s->place, what);
}

/* Opened relative to the directory fd, as the path may lead elsewhere by now. A file that grows
 * endlessly is copied up to the size that it had; check_same() then notices the change. */
static int copy_bytes(const struct spot *s, const struct stat *st)
{
	_close_ int in = openat(s->dir, s->name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	_close_ int out = in < 0 ? -1 :
				   open(s->copy, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	const struct timespec times[] = { st->st_mtim, st->st_mtim };
	off_t lacking;

	if (in < 0 || out < 0)
		return -errno;
	lacking = fs__copy_data(in, out, st->st_size);
	if (lacking < 0)
		return (int)lacking;
	/* mke2fs must be able to read the copy, just as we could read the file. */
	return fchmod(out, (st->st_mode & 07777) | S_IRUSR) < 0 || futimens(out, times) < 0 ?
		       -errno :
		       0;
}

/* Files in /proc have size 0: their copies would be empty, so refuse them. 0 or -errno. */
static int check_empty(const struct walk *w, const struct spot *s)
{
	_close_ int fd = openat(s->dir, s->name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, &(char){ 0 }, 1);

	if (n < 0)
		return explain_error(w, s, errno);
	return !n ? 0 :
		    err__set(w->err, -EINVAL,
			     "%s has size 0, but is not empty, like files in /proc: name a "
			     "copy of it",
			     s->path);
}

static int visit_file(struct walk *w, const struct spot *s, const struct stat *st)
{
	char hex[65];
	int ret;

	w->bytes += (uint64_t)st->st_size;
	if ((uint64_t)st->st_size > GUEST_FILES_BYTES || w->bytes > GUEST_FILES_BYTES)
		return err__set(w->err, -EINVAL,
				"%s: the limit of %llu MiB for all files is exceeded", s->path,
				GUEST_FILES_BYTES >> 20);
	if (!w->digest && faccessat(s->dir, s->name, R_OK, AT_EACCESS) < 0)
		return explain_error(w, s, errno);
	ret = st->st_size ? 0 : check_empty(w, s);
	if (ret || !w->digest)
		return ret;
	ret = copy_bytes(s, st);
	if (ret)
		return explain_error(w, s, -ret);
	ret = check_same(w, s, st);
	if (ret)
		return ret;
	ret = cache__sha256_file(s->copy, hex);
	if (ret)
		return err__errno(w->err, ret, s->copy);
	add_line(w, s, 'f', st->st_mode, hex);
	return 0;
}

static int visit_link(struct walk *w, const struct spot *s, const struct stat *st)
{
	char target[PATH_MAX], hex[65];
	ssize_t n = readlinkat(s->dir, s->name, target, sizeof(target) - 1);

	if (!s->depth)
		return err__set(w->err, -EINVAL,
				"%s is a symbolic link, which is not followed: name what it points to",
				s->path);
	if (n < 0)
		return explain_error(w, s, errno);
	target[n] = '\0';
	if (!w->digest)
		return 0;
	if (symlink(target, s->copy) < 0)
		return err__errno(w->err, -errno, s->copy);
	cache__sha256(target, (size_t)n, hex);
	add_line(w, s, 'l', 0, hex);
	return check_same(w, s, st);
}

static int visit(struct walk *w, const struct spot *s);

/* Sorted, so that the hash does not depend on the order in the file system. Takes ownership of
 * `fd`. */
static int read_names(int fd, struct strvec *names)
{
	DIR *d = fdopendir(fd);
	const struct dirent *e;
	int ret;

	if (!d) {
		ret = -errno;
		close(fd);
		return ret;
	}
	/* Read one name more than the limit: the walk then reports it. */
	while ((errno = 0, e = readdir(d)) && names->n <= GUEST_FILES_MAX)
		if (!streq(e->d_name, ".") && !streq(e->d_name, ".."))
			strvec__push(names, e->d_name);
	ret = e ? 0 : -errno;
	closedir(d);
	strvec__sort_unique(names);
	return ret;
}

static int visit_dir(struct walk *w, const struct spot *s, const struct stat *st)
{
	_cleanup_(strvec__release) struct strvec names = { 0 };
	_close_ int fd = openat(s->dir, s->name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	int ret = fd < 0 ? -errno : read_names(dup(fd), &names);

	if (ret)
		return explain_error(w, s, -ret);
	if (s->depth == DEPTH_MAX)
		return err__set(w->err, -EINVAL, "%s: directories are nested deeper than %d",
				s->path, DEPTH_MAX);
	if (w->digest) {
		if (mkdir(s->copy, 0700) < 0 || chmod(s->copy, (st->st_mode & 07777) | S_IRWXU) < 0)
			return err__errno(w->err, -errno, s->copy);
		add_line(w, s, 'd', st->st_mode, "");
	}
	for (size_t i = 0; !ret && i < names.n; i++) {
		_free_ char *path = xasprintf("%s/%s", s->path, names.v[i]);
		_free_ char *copy = xasprintf("%s/%s", s->copy, names.v[i]);
		_free_ char *place = xasprintf("%s/%s", s->place, names.v[i]);

		ret = visit(w, &(struct spot){ fd, names.v[i], path, copy, place, s->depth + 1 });
	}
	return ret || !w->digest ? ret : check_same(w, s, st);
}

static int visit(struct walk *w, const struct spot *s)
{
	struct stat st;

	if (fstatat(s->dir, s->name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return explain_error(w, s, errno);
	if (++w->n > GUEST_FILES_MAX)
		return err__set(w->err, -EINVAL, "%s: the limit of %d files is exceeded", s->path,
				GUEST_FILES_MAX);
	switch (st.st_mode & S_IFMT) {
	case S_IFREG:
		return visit_file(w, s, &st);
	case S_IFLNK:
		return visit_link(w, s, &st);
	case S_IFDIR:
		return visit_dir(w, s, &st);
	default:
		return err__set(w->err, -EINVAL,
				"%s is %s: a guest can be given files, directories and symbolic "
				"links",
				s->path, kind_of(st.st_mode));
	}
}

int guest_files__check(const struct guest_file *f, size_t *n, uint64_t *bytes, struct err *err)
{
	struct walk w = { .n = *n, .bytes = *bytes, .err = err };
	int ret = visit(&w, &(struct spot){ AT_FDCWD, f->from, f->from, "", "", 0 });

	*n = w.n;
	*bytes = w.bytes;
	return ret;
}

/* The copy of entry `i` is DIR/i: its place in the guest may not exist yet. */
static char *copy_path(const char *dir, size_t i)
{
	return xasprintf("%s/%zu", dir, i);
}

int guest_files__copy(const struct guest_files *files, const char *dir, char hex[65],
		      struct err *err)
{
	_free_ char *text = NULL;
	size_t len;
	struct walk w = { .digest = xmemstream(&text, &len), .err = err };
	int ret = 0;

	for (size_t i = 0; !ret && i < files->n; i++) {
		const struct guest_file *f = &files->v[i];
		_free_ char *copy = copy_path(dir, i);

		fprintf(w.digest, "%zu %s\n", strlen(f->to), f->to);
		ret = visit(&w, &(struct spot){ AT_FDCWD, f->from, f->from, copy, "", 0 });
		if (ret)
			err__prefix(err, ret, "%s: 'files': ", f->where);
	}
	fclose(w.digest);
	cache__sha256(text, len, hex);
	return ret;
}

/* Create missing parent directories of `path` in `tree`; with `whole`, `path` itself as well. */
static int make_dirs(const char *tree, const char *path, bool whole)
{
	for (const char *end = path; *end;) {
		_free_ char *part = NULL, *at = NULL;

		end += strspn(end, "/");
		end += strcspn(end, "/");
		if (!*end && !whole)
			return 0;
		part = xstrndup(path, (size_t)(end - path));
		at = fs__in_tree(tree, part, true);
		if (at && !fs__is_dir(at))
			return -ENOTDIR;
		if (at)
			continue;
		at = errno == ENOENT ? fs__in_tree(tree, part, false) : NULL;
		if (!at || mkdir(at, 0755) < 0)
			return -errno;
	}
	return 0;
}

/* Move one of the copies to its place. */
static int install_one(const char *tree, const char *path, const FTSENT *ent)
{
	_free_ char *at = NULL;
	int ret = make_dirs(tree, path, ent->fts_info == FTS_D);

	if (ret)
		return ret;
	at = fs__in_tree(tree, path, ent->fts_info == FTS_D);
	if (!at)
		return -errno;
	if (ent->fts_info == FTS_D)
		return chmod(at, ent->fts_statp->st_mode & 07777) < 0 ? -errno : 0;
	/* rename() replaces a symlink from a package instead of writing through it. */
	return rename(ent->fts_path, at) < 0 ? -errno : 0;
}

int guest_files__install(const struct guest_files *files, const char *dir, const char *tree,
			 struct err *err)
{
	int ret = 0;

	for (size_t i = 0; !ret && i < files->n; i++) {
		const struct guest_file *f = &files->v[i];
		_free_ char *copy = copy_path(dir, i);
		FTS *fts = fs__walk(copy);
		FTSENT *ent;

		if (!fts)
			return err__errno(err, -errno, copy);
		while (!ret && (errno = 0, ent = fts_read(fts))) {
			_free_ char *path = xasprintf("%s%s", f->to, ent->fts_path + strlen(copy));

			if (ent->fts_info == FTS_DP)
				continue;
			ret = install_one(tree, path, ent);
			if (ret)
				err__set(err, ret, "%s: 'files': %s: %s", f->where, path,
					 ret == -ENOTDIR || ret == -EISDIR || ret == -ENOTEMPTY ?
						 "a file and a directory of the guest have the same "
						 "path there" :
						 strerror(-ret));
		}
		fts_close(fts);
	}
	return ret;
}
