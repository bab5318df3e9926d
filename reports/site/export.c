// SPDX-License-Identifier: GPL-2.0-only
/* export.c - crawls the site from the overview and writes every page that is linked to. */
#include "reports/site/export.h"
#include "lib/fs.h"
#include "lib/names.h"
#include "reports/site/site.h"
#include "reports/web/cache.h"
#include "reports/web/link.h"

#include <dirent.h>
#include <fts.h>

#define MARK ".kduel-site" /* marks a directory as an export that may be overwritten */

struct crawl {
	struct store *st;
	struct export_site *x;
	struct page_caches caches;
	struct names paths; /* URL paths, each of which is written once */
};

/* The relative path from a page to the top: "../" for each directory level. */
static char *root_of(const char *path)
{
	char *root = xstrdup("");

	for (const char *p = path + 1; (p = strchr(p, '/')); p++) {
		_free_ char *old = root;

		root = xasprintf("../%s", old);
	}
	return root;
}

/* The URL path of the page that a link refers to; NULL for a place on the same page or another
 * site. */
static char *path_of(const char *root, const char *link, size_t len)
{
	size_t skip = strlen(root), n = len;
	_free_ char *text = NULL;

	if (len < skip || strncmp(link, root, skip) != 0)
		return NULL;
	link += skip;
	n = strcspn(link, "?#\"");
	n = n < len - skip ? n : len - skip;
	if (!n || str_starts(link, "../"))
		return NULL;
	text = xstrndup(link, n);
	if (streq(text, "index.html"))
		return xstrdup("/");
	if (str_ends(text, ".html"))
		text[n - strlen(".html")] = '\0';
	else if (!str_starts(text, "api/") && !str_starts(text, "assets/"))
		return NULL;
	_free_ char *path = link__path(text);

	return path ? xasprintf("/%s", path) : NULL;
}

/* Collect links from the finished HTML rather than from the code of the pages: whatever a page
 * links to is exported, and nothing else. html.h escapes quotes, so an attribute ends at the next
 * one. */
static void add_links(struct crawl *c, const char *root, const char *html)
{
	static const char *const names[] = { " href=\"", " src=\"" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		for (const char *p = html; (p = strstr(p, names[i]));) {
			_free_ char *path = NULL;

			p += strlen(names[i]);
			path = path_of(root, p, strcspn(p, "\""));
			if (path)
				names__add(&c->paths, path);
		}
	}
}

/* No fsync(): there are thousands of files, and they can be made again. */
static int write_quick(const char *path, const char *data, size_t len)
{
	FILE *f = fopen(path, "we");
	bool good;

	if (!f)
		return -errno;
	errno = EIO;
	good = fwrite(data, 1, len, f) == len;
	good = !fclose(f) && good;
	return good ? 0 : -errno;
}

/* Write a reply to the file that link__file() gives, creating directories as needed. */
static int write_file(const struct crawl *c, const char *path, const struct page_reply *reply,
		      struct err *err)
{
	_free_ char *name = link__file(path);
	_free_ char *full = name ? xasprintf("%s/%s", c->x->dir, name) : NULL;
	_free_ char *dir = full ? xstrndup(full, (size_t)(strrchr(full, '/') - full)) : NULL;
	int ret = dir ? fs__mkdir_p(dir) : -EINVAL;

	if (!ret)
		ret = write_quick(full, reply->body, reply->len);
	return ret ? err__set(err, ret, "%s: %s", full ? full : path, strerror(-ret)) : 0;
}

/* Make and write one page. `state` is constant, as an export sees a single snapshot: reports and
 * histories are shared. -EINVAL: the URL names no page, such as a metric with a slash in its
 * name. */
static int write_page(struct crawl *c, const char *path, struct err *err)
{
	_free_ char *root = root_of(path);
	const struct query none = { 0 };
	const struct page_request req = { .path = path,
					  .query = &none,
					  .static_site = true,
					  .root = root,
					  .published = c->x->published,
					  .commit_url = c->x->commit_url,
					  .caches = &c->caches,
					  .state = 1 };
	_cleanup_(page_reply__release) struct page_reply reply = { 0 };
	int ret = site__render(c->st, &req, &reply, err);

	if (!ret && reply.type && str_starts(reply.type, "text/html"))
		add_links(c, root, reply.body);
	if (ret == -EINVAL) {
		c->x->n_without++;
		ret = 0;
	} else if (ret) {
		ret = err__prefix(err, ret, "%s: ", path);
	} else {
		ret = write_file(c, path, &reply, err);
		c->x->n_files += !ret;
	}
	return ret;
}

/* An export contains no symbolic links: following one would write elsewhere. */
static int check_links(const char *dir, struct err *err)
{
	_free_ char *root = realpath(dir, NULL);
	FTS *fts = root ? fs__walk(root) : NULL;
	const FTSENT *ent;
	int ret = 0;

	if (!fts)
		return err__errno(err, -errno, dir);
	while (!ret && (ent = fts_read(fts)))
		if (ent->fts_info == FTS_SL || ent->fts_info == FTS_SLNONE)
			ret = err__set(err, -EEXIST,
				       "%s is a link, which no export has: remove it, or name a new "
				       "directory",
				       ent->fts_path);
	fts_close(fts);
	return ret;
}

/* Refuse a directory that is neither empty nor an earlier export. */
static int check_dir(const char *dir, struct err *err)
{
	_free_ char *mark = xasprintf("%s/" MARK, dir);
	const struct dirent *e;
	bool empty = true;
	DIR *d = opendir(dir);

	if (!d)
		return errno == ENOENT ? 0 : err__set(err, -errno, "%s: %s", dir, strerror(errno));
	while ((e = readdir(d)))
		empty &= streq(e->d_name, ".") || streq(e->d_name, "..");
	closedir(d);
	if (!empty && !fs__exists(mark))
		return err__set(err, -EEXIST,
				"%s is neither empty nor an earlier export: name a new directory",
				dir);
	return check_links(dir, err);
}

int export_site__write(struct store *st, struct export_site *x, struct err *err)
{
	struct crawl c = { .st = st, .x = x };
	_free_ char *mark = xasprintf("%s/" MARK, x->dir);
	int ret = check_dir(x->dir, err);

	x->n_files = x->n_without = 0;
	if (ret)
		return ret;
	page_caches__init(&c.caches);
	ret = fs__mkdir_p(x->dir);
	if (!ret)
		ret = fs__write_atomic(mark, "", 0);
	if (ret)
		ret = err__set(err, ret, "%s: %s", x->dir, strerror(-ret));
	names__add(&c.paths, "/");
	/* The list grows while it is processed, until no page links to a new one. */
	for (size_t i = 0; !ret && i < c.paths.n; i++) {
		_free_ char *path = xstrdup(c.paths.v[i]);

		if (x->progress)
			x->progress(i, c.paths.n);
		ret = write_page(&c, path, err);
	}
	names__release(&c.paths);
	page_caches__release(&c.caches);
	return ret;
}
