// SPDX-License-Identifier: GPL-2.0-only
/*
 * cache.c - `kduel cache`: list the cache, and remove what was not used for long.
 *
 * What a running kduel uses is locked: most entries by the files of use.h; builds and apt's
 * directories by the lock that their writer holds. Downloaded packages have no lock of their own:
 * they are only read by builders and apt, so hold the locks of all of these.
 */
#include "lib/clock.h"
#include "lib/date.h"
#include "lib/fs.h"
#include "lib/units.h"
#include "reports/render/grid.h"
#include "reports/render/json.h"
#include "runner/cli/common.h"
#include "runner/cli/log.h"
#include "runner/cli/options.h"
#include "runner/host/cache.h"
#include "runner/host/use.h"
#include "runner/kernels/names.h"

#include <fcntl.h>
#include <fts.h>
#include <sys/file.h>
#include <unistd.h>

#define DEFAULT_AGE_NS (30 * 24 * 3600 * NSEC_PER_SEC)
#define HEX "0123456789abcdef"

enum lock_kind { LOCK_OF_USE, LOCK_OF_ENTRY, LOCK_OF_MAKERS };

static const struct cache_kind {
	const char *name; /* also the name of the directory */
	const char *ends; /* suffix that a name, a hash, may have; NULL: none */
	enum lock_kind lock;
} kinds[] = {
	{ "apt", NULL, LOCK_OF_ENTRY },	       { "builds", ".log", LOCK_OF_ENTRY },
	{ "debs", NULL, LOCK_OF_MAKERS },      { "guest", NULL, LOCK_OF_USE },
	{ "initramfs", ".cpio", LOCK_OF_USE }, { "kernels", NULL, LOCK_OF_USE },
	{ "modules", NULL, LOCK_OF_USE },      { "qemu", NULL, LOCK_OF_USE },
	{ "sources", NULL, LOCK_OF_USE },
};

#define KINDS "apt|builds|debs|guest|initramfs|kernels|modules|qemu|sources"

struct entry {
	const struct cache_kind *kind;
	char *name, *path;
	uint64_t bytes; /* disk usage */
	time_t used; /* last use */
	bool busy;
	char *kept; /* why it is never removed; NULL: it may be */
};

struct entries {
	struct entry *v;
	size_t n;
};

struct cache_opts {
	struct strvec kinds; /* empty: all */
	uint64_t age_ns;
	bool json, dry_run;
};

static void release(struct entries *list)
{
	for (size_t i = 0; i < list->n; i++) {
		free(list->v[i].name);
		free(list->v[i].path);
		free(list->v[i].kept);
	}
	free(list->v);
}

static bool is_entry(const struct cache_kind *kind, const char *name)
{
	const size_t hex = strspn(name, HEX);

	if (streq(kind->name, "apt"))
		return !str_ends(name, ".lock");
	return hex >= 32 && (!name[hex] || (kind->ends && streq(name + hex, kind->ends)));
}

/* Set the disk usage and, for packages, the last use, by the atime of the files. */
static void measure(struct entry *e)
{
	FTS *fts = fs__walk(e->path);
	FTSENT *ent;

	while (fts && (ent = fts_read(fts))) {
		if (ent->fts_info == FTS_DP || !ent->fts_statp)
			continue;
		e->bytes += (uint64_t)ent->fts_statp->st_blocks * 512;
		if (e->kind->lock == LOCK_OF_MAKERS && ent->fts_statp->st_atime > e->used &&
		    ent->fts_info == FTS_F)
			e->used = ent->fts_statp->st_atime;
	}
	if (fts)
		fts_close(fts);
}

/* Append the hashes of kernels that can be made again, from packages or by a build: those in the
 * index files of two directories. */
static void find_remade(struct strvec *hashes)
{
	static const char *const dirs[] = { "kernels/by-lock", "builds/by-key" };

	for (size_t d = 0; d < ARRAY_SIZE(dirs); d++) {
		_free_ char *dir = cache__path("%s", dirs[d]);
		_cleanup_(strvec__release) struct strvec names = { 0 };

		(void)fs__names(dir, &names);
		for (size_t i = 0; i < names.n; i++) {
			_free_ char *path = xasprintf("%s/%s", dir, names.v[i]), *hash = NULL;

			if (!fs__read(path, 64, &hash, NULL))
				strvec__push(hashes, hash);
		}
	}
}

/* Keep kernels that have a name, and those added by hand, which cannot be made again. NULL: not
 * kept. The caller frees. */
static char *why_kept(const char *hash, const struct strvec *remade)
{
	_cleanup_(strvec__release) struct strvec names = { 0 };
	_free_ char *list = NULL;

	kernel_names__of(hash, &names);
	list = strvec__join(&names, ", ");
	return names.n			 ? xasprintf("named %s", list) :
	       strvec__has(remade, hash) ? NULL :
					   xstrdup("added by hand");
}

/* Try to take a lock of cache__lock(), until this process exits. Returns whether that succeeded, or
 * there is no such lock. */
static bool lock_now(const char *path)
{
	static struct strvec ours;
	int fd = strvec__has(&ours, path) ? -1 : open(path, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		return strvec__has(&ours, path) || errno == ENOENT;
	if (!flock(fd, LOCK_EX | LOCK_NB)) {
		strvec__push(&ours, path);
		return true;
	}
	close(fd);
	return false;
}

/* Try to take the locks of all that read packages: apt and the builders. */
static bool lock_makers(void)
{
	static const char *const builders[] = { "kernels/build", "guest/build", "modules/build",
						"qemu/build" };
	_free_ char *dir = cache__path("apt");
	_cleanup_(strvec__release) struct strvec names = { 0 };
	bool all = true;

	(void)fs__names(dir, &names);
	for (size_t i = 0; i < ARRAY_SIZE(builders); i++) {
		_free_ char *path = cache__path("%s.lock", builders[i]);

		all &= lock_now(path);
	}
	for (size_t i = 0; i < names.n; i++) {
		_free_ char *path = xasprintf("%s/%s", dir, names.v[i]);

		all &= !str_ends(path, ".lock") || lock_now(path);
	}
	return all;
}

/* Try to take the lock of an entry: "builds/KEY.lock", also for KEY.log. */
static bool lock_entry(const struct entry *e)
{
	const size_t len = strlen(e->path) - (str_ends(e->path, ".log") ? 4 : 0);
	_free_ char *path = xasprintf("%.*s.lock", (int)len, e->path);

	return lock_now(path);
}

static int compare_entries(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	int by_kind = strcmp(x->kind->name, y->kind->name);

	return by_kind ? by_kind : (x->used > y->used) - (x->used < y->used);
}

/* Find all entries of the kinds asked for, sorted by kind and last use. */
static void find_entries(const struct cache_opts *o, struct entries *list)
{
	_cleanup_(strvec__release) struct strvec remade = { 0 };

	find_remade(&remade);
	for (const struct cache_kind *k = kinds; k < kinds + ARRAY_SIZE(kinds); k++) {
		_cleanup_(strvec__release) struct strvec names = { 0 };
		_free_ char *dir = cache__path("%s", k->name);

		if (o->kinds.n && !strvec__has(&o->kinds, k->name))
			continue;
		(void)fs__names(dir, &names);
		for (size_t i = 0; i < names.n; i++) {
			struct entry *e;

			if (!is_entry(k, names.v[i]))
				continue;
			e = APPEND(list->v, list->n);
			*e = (struct entry){ .kind = k,
					     .name = xstrdup(names.v[i]),
					     .path = xasprintf("%s/%s", dir, names.v[i]) };
			e->used = use__last(e->path);
			e->busy = k->lock == LOCK_OF_USE && use__is_held(e->path);
			if (streq(k->name, "kernels"))
				e->kept = why_kept(e->name, &remade);
			measure(e);
		}
	}
	if (list->n)
		qsort(list->v, list->n, sizeof(*list->v), compare_entries);
}

static const char *date_of(time_t t, char buf[DATE_LEN])
{
	return date__utc((uint64_t)t * NSEC_PER_SEC, DATE_MINUTES, buf);
}

static void print_json(const struct entries *list)
{
	json_t *all = json_array();
	char date[DATE_LEN];

	for (size_t i = 0; i < list->n; i++) {
		const struct entry *e = &list->v[i];
		json_t *j = json_pack("{s:s, s:o, s:I, s:s, s:b}", "kind", e->kind->name, "name",
				      json__text(e->name), "bytes", (json_int_t)e->bytes, "used",
				      date__utc((uint64_t)e->used * NSEC_PER_SEC, DATE_ISO, date),
				      "in_use", e->busy);

		json_object_set_new(j, "kept", e->kept ? json__text(e->kept) : json_null());
		json_array_append_new(all, j);
	}
	json__print(json_pack("{s:i, s:o}", "schema", 1, "entries", all), stdout);
}

/* Add a row that sums up n entries of one kind; with `each`, also a row per entry. */
static void put_rows(struct grid *g, const struct entry *e, size_t n, bool each)
{
	uint64_t bytes = 0;
	size_t row, busy = 0;
	char size[16], first[DATE_LEN], last[DATE_LEN];

	for (size_t i = 0; i < n; i++) {
		bytes += e[i].bytes;
		busy += e[i].busy;
		if (!each)
			continue;
		row = grid__row(g);
		grid__put(g, row, 0, "%s/%.32s", e[i].kind->name, e[i].name);
		grid__put(g, row, 2, "%s", units__fmt_size(e[i].bytes, size, sizeof(size)));
		grid__put(g, row, 4, "%s", date_of(e[i].used, last));
		grid__put(g, row, 5, "%s", e[i].busy ? "in use" : e[i].kept ? e[i].kept : "");
	}
	row = grid__row(g);
	grid__put(g, row, 0, "%s", e->kind->name);
	grid__put(g, row, 1, "%zu", n);
	grid__put(g, row, 2, "%s", units__fmt_size(bytes, size, sizeof(size)));
	grid__put(g, row, 3, "%s", date_of(e->used, first));
	grid__put(g, row, 4, "%s", date_of(e[n - 1].used, last));
	if (busy)
		grid__put(g, row, 5, "%zu in use", busy);
}

static void print_text(const struct entries *list, bool each)
{
	static const char *const head[] = {
		"kind", "entries", "size", "oldest use", "last use", ""
	};
	struct grid g = { .n_cols = ARRAY_SIZE(head), .left = 1u << 0 | 1u << 5 };
	size_t row = grid__row(&g), n;

	for (size_t i = 0; i < ARRAY_SIZE(head); i++)
		grid__put(&g, row, i, "%s", head[i]);
	for (size_t i = 0; i < list->n; i += n) {
		for (n = 1; i + n < list->n && list->v[i + n].kind == list->v[i].kind;)
			n++;
		put_rows(&g, &list->v[i], n, each);
	}
	grid__print(&g, false, stdout);
	grid__release(&g);
}

enum { OPT_KIND = OPTION_TAKE_FIRST, OPT_AGE };

static int take_cache_option(void *opts, int key, const char *value, struct err *err)
{
	struct cache_opts *o = opts;

	if (key == OPT_AGE)
		return units__age(value, &o->age_ns) ?
			       err__set(err, -EINVAL,
					"--older-than: expected an age such as 30d, not '%.40s'",
					value) :
			       0;
	if (options__word("kind", value, KINDS, err) < 0)
		return -EINVAL;
	strvec__push(&o->kinds, value);
	return 0;
}

#define KIND_OPTION                                                                                  \
	OPTION_TAKE("kind", OPT_KIND, "KIND",                                                        \
		    "only this one of apt, builds, debs, guest, initramfs, kernels, modules, qemu, " \
		    "sources; may be repeated")

static const struct options list_options = {
	.command = "cache list",
	.doc = "Lists the cache by kind: how much space it takes, and when it was used. With --kind, "
	       "lists each entry.",
	.table = OPTION_TABLE(KIND_OPTION),
	.take = take_cache_option,
	.shared = { { &options__format, offsetof(struct cache_opts, json) } },
};

static int cache_list(int argc, char **argv)
{
	struct cache_opts o = { 0 };
	_cleanup_(release) struct entries list = { 0 };
	int ret = EXIT_NO_REGRESSION;

	if (options__parse(&list_options, argc, argv, &o, &ret)) {
		find_entries(&o, &list);
		if (o.json)
			print_json(&list);
		else if (list.n)
			print_text(&list, o.kinds.n);
		else
			log__info("the cache is empty");
	}
	strvec__release(&o.kinds);
	return ret;
}

static const struct options prune_options = {
	.command = "cache prune",
	.doc = "Removes what was not used for 30 days, or --older-than. What a running kduel uses is kept, "
	       "and so are kernels that have a name or were added by hand (`kduel kernel rm`). Everything "
	       "else can be made again; what is made from packages, only while the archive has them.",
	.table = OPTION_TABLE(OPTION_FLAG("dry-run", struct cache_opts, dry_run,
					  "say what would be removed"),
			      KIND_OPTION,
			      OPTION_TAKE("older-than", OPT_AGE, "AGE",
					  "not used for this long: 90m, 12h, 30d (default), 8w, 0")),
	.take = take_cache_option,
	.shared = { { &options__quiet, 0 } },
};

/* Remove the seal first, as an entry without one is not valid. Not with seal__discard(), as the
 * seal of apt's directories is a directory itself: they hold several entries. */
static int discard(const struct entry *e, struct err *err)
{
	_free_ char *seal = cache__path("seals/%s/%s", e->kind->name, e->name);
	int ret = cache__discard(seal, err);

	return ret ? ret : cache__discard(e->path, err);
}

/* Remove an entry. Returns 1 if it was removed, or with `dry_run` would be; 0 if it is in use; or
 * -errno. `makers`: lock_makers() succeeded. */
static int prune(const struct entry *e, bool makers, bool dry_run, struct err *err)
{
	int fd = -1, ret;

	if (e->busy || (e->kind->lock == LOCK_OF_ENTRY && !lock_entry(e)) ||
	    (e->kind->lock == LOCK_OF_MAKERS && !makers))
		return 0;
	if (dry_run)
		return 1;
	if (e->kind->lock == LOCK_OF_USE) {
		fd = use__take(e->path);
		if (fd < 0)
			return fd == -EWOULDBLOCK ? 0 : err__errno(err, fd, e->path);
	}
	ret = discard(e, err);
	if (fd >= 0)
		use__removed(e->path, fd);
	return ret ? ret : 1;
}

static int cache_prune(int argc, char **argv)
{
	struct cache_opts o = { .age_ns = DEFAULT_AGE_NS };
	_cleanup_(release) struct entries list = { 0 };
	const time_t now = time(NULL);
	uint64_t bytes = 0;
	size_t n = 0, busy = 0;
	char size[16], date[DATE_LEN];
	struct err err;
	bool makers;
	int ret;

	if (!options__parse(&prune_options, argc, argv, &o, &ret)) {
		strvec__release(&o.kinds);
		return ret;
	}
	makers = lock_makers();
	find_entries(&o, &list);
	for (size_t i = 0; i < list.n && ret >= 0; i++) {
		const struct entry *e = &list.v[i];

		/* Keep what was used in the future: the clock was or is wrong. */
		if (e->kept || e->used > now || (uint64_t)(now - e->used) < o.age_ns / NSEC_PER_SEC)
			continue;
		ret = prune(e, makers, o.dry_run, &err);
		busy += !ret;
		if (ret <= 0)
			continue;
		n++;
		bytes += e->bytes;
		log__info("%s %s/%.32s, %s, used %s", o.dry_run ? "would remove" : "removed",
			  e->kind->name, e->name, units__fmt_size(e->bytes, size, sizeof(size)),
			  date_of(e->used, date));
	}
	if (busy)
		log__info("%zu in use: left alone", busy);
	log__info("%s%zu entr%s, %s", o.dry_run ? "would remove " : "", n, n == 1 ? "y" : "ies",
		  units__fmt_size(bytes, size, sizeof(size)));
	strvec__release(&o.kinds);
	return ret < 0 ? cmd__fail(ret, &err) : EXIT_NO_REGRESSION;
}

static const struct cmd commands[] = {
	{ "list", "list it by kind, with size and last use", cache_list, false },
	{ "prune", "remove what was not used for a long time", cache_prune, false },
	{ 0 },
};

int cmd_cache(int argc, char **argv)
{
	return argc == 1 ? cache_list(argc, argv) :
			   cmd__run_below(commands, " cache", "", argc, argv);
}
