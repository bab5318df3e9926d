// SPDX-License-Identifier: GPL-2.0-only
/* share.c - exports campaigns to a compressed file, and imports such files. */
#include "reports/store/share.h"
#include "lib/fs.h"
#include "reports/store/db.h"
#include "reports/store/snapshot.h"
#include "reports/store/upkeep.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

#define SELECTED "export.db" /* the temporary database in `dir` */
#define LEVEL 9
#define FRAME_MAGIC "\x28\xb5\x2f\xfd" /* RFC 8878, 3.1.1 */
#define MAGIC_LEN 4
/* A night of boots takes some MB; a file that decompresses to more is not ours. */
#define UNPACKED_MAX (64ull << 30)
/* Nor is a file that compresses too well: kilobytes could fill the disk. */
#define RATIO_MAX 100
#define ANY_RATIO (64u << 20) /* up to this size, any ratio is fine */
#define WINDOW_LOG_MAX 27 /* 128 MiB to decompress: enough for any level that we use */

/* Input and output of a (de)compression. */
struct stream {
	FILE *in, *out;
	const char *from, *to, *name; /* name: what messages call `to` */
	char *src, *dst;
	size_t n_src, n_dst; /* sizes of the buffers */
};

static void stream__close(struct stream *s)
{
	if (s->in)
		fclose(s->in);
	if (s->out)
		fclose(s->out);
	free(s->src);
	free(s->dst);
}

static int stream__open(struct stream *s, size_t n_src, size_t n_dst, struct err *err)
{
	s->in = fopen(s->from, "re");
	if (!s->in)
		return err__errno(err, -errno, s->from);
	s->out = fopen(s->to, "wxe");
	if (!s->out)
		return err__errno(err, -errno, s->name);
	s->n_src = n_src;
	s->n_dst = n_dst;
	s->src = xcalloc(1, n_src);
	s->dst = xcalloc(1, n_dst);
	return 0;
}

/* Sync the output to disk. */
static int stream__sync(struct stream *s, struct err *err)
{
	if (ferror(s->in))
		return err__errno(err, -EIO, s->from);
	if (fflush(s->out) || fsync(fileno(s->out)))
		return err__errno(err, -errno, s->name);
	return 0;
}

/* `name` is what the user calls the output file. */
static int compress_file(const char *from, const char *to, const char *name, struct err *err)
{
	_cleanup_(stream__close) struct stream s = { .from = from, .to = to, .name = name };
	ZSTD_CCtx *z = ZSTD_createCCtx();
	size_t left = 1;
	bool last = false;
	int ret = stream__open(&s, ZSTD_CStreamInSize(), ZSTD_CStreamOutSize(), err);

	ZSTD_CCtx_setParameter(z, ZSTD_c_compressionLevel, LEVEL);
	ZSTD_CCtx_setParameter(z, ZSTD_c_checksumFlag, 1);
	while (!ret && !last) {
		ZSTD_inBuffer in = { s.src, fread(s.src, 1, s.n_src, s.in), 0 };

		last = in.size < s.n_src;
		do {
			ZSTD_outBuffer out = { s.dst, s.n_dst, 0 };

			left = ZSTD_compressStream2(z, &out, &in,
						    last ? ZSTD_e_end : ZSTD_e_continue);
			if (ZSTD_isError(left))
				ret = err__set(err, -EIO, "cannot compress %s: %s", from,
					       ZSTD_getErrorName(left));
			else if (fwrite(s.dst, 1, out.pos, s.out) != out.pos)
				ret = err__errno(err, -errno, name);
		} while (!ret && (last ? left > 0 : in.pos < in.size));
	}
	ZSTD_freeCCtx(z);
	return ret ? ret : stream__sync(&s, err);
}

static int decompress_file(const char *from, const char *to, struct err *err)
{
	_cleanup_(stream__close) struct stream s = { .from = from, .to = to, .name = to };
	ZSTD_DCtx *z = ZSTD_createDCtx();
	uint64_t read = 0, total = 0;
	size_t n, left = 1;
	int ret = stream__open(&s, ZSTD_DStreamInSize(), ZSTD_DStreamOutSize(), err);

	ZSTD_DCtx_setParameter(z, ZSTD_d_windowLogMax, WINDOW_LOG_MAX);
	while (!ret && (n = fread(s.src, 1, s.n_src, s.in)) > 0) {
		ZSTD_inBuffer in = { s.src, n, 0 };

		read += n;
		if (!left)
			ret = err__set(err, -EUCLEAN, "%s: damaged: more follows its end", from);
		while (!ret && in.pos < in.size) {
			ZSTD_outBuffer out = { s.dst, s.n_dst, 0 };

			left = ZSTD_decompressStream(z, &out, &in);
			total += out.pos;
			if (ZSTD_isError(left))
				ret = err__set(err, -EUCLEAN, "%s: damaged: %s", from,
					       ZSTD_getErrorName(left));
			else if (!left && in.pos < in.size)
				ret = err__set(err, -EUCLEAN, "%s: damaged: more follows its end",
					       from);
			else if (total > UNPACKED_MAX)
				ret = err__set(err, -EFBIG, "%s unpacks to more than %llu GiB",
					       from, UNPACKED_MAX >> 30);
			else if (total > ANY_RATIO && total / RATIO_MAX > read)
				ret = err__set(err, -EFBIG,
					       "%s unpacks to more than %d times its size", from,
					       RATIO_MAX);
			else if (fwrite(s.dst, 1, out.pos, s.out) != out.pos)
				ret = err__errno(err, -errno, to);
		}
	}
	if (!ret && left)
		ret = err__set(err, -EUCLEAN, "%s: damaged: it ends too early", from);
	ZSTD_freeDCtx(z);
	return ret ? ret : stream__sync(&s, err);
}

int share__select(struct store *st, const struct strvec *uuids, const char *dir, struct store **to,
		  struct err *err)
{
	_free_ char *own = xasprintf("%s/" SELECTED, dir), *all = xasprintf("%s/all.db", dir);
	const bool frozen = store_snapshot__is_frozen(st);
	struct merge_result r;
	/* In a read-only directory, a second connection cannot open the files beside the database;
	 * use a copy. */
	int ret = frozen ? store__copy(st, all, err) : 0;

	*to = NULL;
	if (!ret)
		ret = store__open(own, STORE_WRITE, to, err);
	return ret ? ret :
		     store__merge(*to, frozen ? all : st->path, &(struct merge){ .only = uuids },
				  &r, err);
}

int share__export(struct store *st, const struct strvec *uuids, const char *dir, const char *path,
		  struct err *err)
{
	_free_ char *own = xasprintf("%s/" SELECTED, dir);
	_free_ char *part = xasprintf("%s.part-%d", path, (int)getpid());
	struct store *to = NULL;
	int ret;

	if (fs__exists(path))
		return err__set(err, -EEXIST, "%s exists: name a new file", path);
	ret = share__select(st, uuids, dir, &to, err);
	store__close(to);
	unlink(part); /* left behind by a killed process with the same PID */
	if (!ret)
		ret = compress_file(own, part, path, err);
	if (!ret) {
		ret = fs__publish(part, path);
		if (ret)
			err__errno(err, ret, path);
	}
	if (ret)
		unlink(part);
	return ret;
}

/* Copy one consistent state of a database page by page, without executing anything in it; a running
 * campaign can go on writing meanwhile. */
static int copy_pages(sqlite3 *src, const char *from, const char *to, struct err *err)
{
	sqlite3 *dst = NULL;
	sqlite3_backup *b = NULL;
	int code = sqlite3_open_v2(to, &dst, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL);

	if (code == SQLITE_OK)
		code = sqlite3_exec(dst, "PRAGMA synchronous = OFF", NULL, NULL, NULL);
	if (code == SQLITE_OK) {
		b = sqlite3_backup_init(dst, "main", src, "main");
		code = sqlite3_errcode(dst);
	}
	if (b) {
		sqlite3_backup_step(b, -1);
		code = sqlite3_backup_finish(b);
	}
	sqlite3_close(dst);
	return code == SQLITE_OK ? 0 :
				   err__set(err, -EUCLEAN, "%s: cannot read the database: %s", from,
					    sqlite3_errstr(code));
}

/* Likewise for a database whose older schema store__open() does not accept as it is. */
static int copy_stranger(const char *from, const char *to, struct err *err)
{
	sqlite3 *src = NULL;
	int code = sqlite3_open_v2(from, &src, SQLITE_OPEN_READONLY, NULL), ret;

	if (code == SQLITE_OK)
		code = sqlite3_busy_timeout(src, 5000);
	ret = code == SQLITE_OK ? copy_pages(src, from, to, err) :
				  err__set(err, -EUCLEAN, "%s: cannot read the database: %s", from,
					   sqlite3_errstr(code));
	sqlite3_close(src);
	return ret;
}

static bool is_frame(const char *path)
{
	_close_ int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	char head[MAGIC_LEN];

	return fd >= 0 && read(fd, head, sizeof(head)) == (ssize_t)sizeof(head) &&
	       memcmp(head, FRAME_MAGIC, MAGIC_LEN) == 0;
}

/* Make a copy, which can be migrated to the current schema: a file from elsewhere is never
 * modified. */
static int make_copy(const char *path, const char *copy, struct err *err)
{
	struct store *st = NULL;
	struct stat sb;
	int ret;

	if (stat(path, &sb))
		return err__errno(err, -errno, path);
	if (!S_ISREG(sb.st_mode))
		return err__set(err, -EINVAL,
				"%s: expected a file from `kduel export campaign`, or a "
				"database",
				path);
	if (is_frame(path))
		return decompress_file(path, copy, err);
	ret = store__open(path, STORE_READ | STORE_AS_IS, &st, err);
	if (!ret)
		ret = copy_pages(st->db, path, copy, err);
	else if (ret == -ESTALE)
		ret = copy_stranger(path, copy, err);
	store__close(st);
	return ret;
}

/* Rewrite an error about the temporary copy, which the user does not know, to name the original
 * file. Returns `ret`. */
static int blame_file(int ret, const char *path, const char *copy, struct err *err)
{
	const char *at = err ? strstr(err->msg, copy) : NULL;
	_free_ char *old = at ? xstrdup(err->msg) : NULL;

	if (!at)
		return err__prefix(err, ret, "%s: ", path);
	return err__set(err, ret, "%.*s%s%s", (int)(at - err->msg), old, path,
			old + (at - err->msg) + strlen(copy));
}

int share__import(struct store *st, const char *path, const char *dir, struct merge_result *r,
		  struct err *err)
{
	_free_ char *copy = xasprintf("%s/import.db", dir);
	struct store *from = NULL;
	size_t n;
	int ret = make_copy(path, copy, err);

	*r = (struct merge_result){ 0 };
	/* Everything must be sound before any of it becomes part of the database. */
	if (!ret) {
		ret = store__open(copy, STORE_WRITE, &from, err);
		if (!ret)
			ret = store__check_copy(from, &n, err);
		if (ret)
			blame_file(ret, path, copy, err);
	}
	store__close(from);
	if (ret)
		return ret;
	ret = store__merge(st, copy, &(struct merge){ .unchecked = true }, r, err);
	return ret == -EUCLEAN ? blame_file(ret, path, copy, err) : ret;
}
