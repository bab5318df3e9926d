// SPDX-License-Identifier: GPL-2.0-only
/* cpio.c - writes reproducible newc archives with libarchive. */
#include "runner/guest/cpio.h"

#include "lib/fs.h"

#include <archive.h>
#include <archive_entry.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

/* Size limit of a user's initramfs, in bytes. */
#define PREFIX_MAX (1u << 30)
#define CHUNK (1u << 16)
/* The kernel looks for the next archive at a multiple of 4 bytes; cpio(1) pads to 512. */
#define ALIGN 512u

/* An archive being written. The first error is kept until cpio__finish(). */
struct cpio {
	struct archive *a;
	FILE *f;
	char *path;
	int64_t ino;
	int failed;
};

/* Remember the first error. Errors from libarchive may have no errno. */
static void fail(struct cpio *c, int ret)
{
	if (!c->failed)
		c->failed = ret ? ret : -EIO;
}

/* Write callback of libarchive. */
static la_ssize_t write_cb(struct archive *a, void *arg, const void *data, size_t len)
{
	struct cpio *c = arg;

	if (fwrite(data, 1, len, c->f) == len)
		return (la_ssize_t)len;
	archive_set_error(a, errno, "%s", strerror(errno));
	return -1;
}

/* Copy the archive that comes first, padded to where the kernel looks for the next one. */
static int copy_prefix(FILE *f, const char *prefix)
{
	static const char zeros[ALIGN];
	_free_ char *buf = xcalloc(1, CHUNK);
	FILE *in = fopen(prefix, "re");
	size_t n, pad, len = 0;
	int ret = 0;

	if (!in)
		return -errno;
	while (!ret && (n = fread(buf, 1, CHUNK, in)) > 0) {
		len += n;
		ret = len > PREFIX_MAX ? -EFBIG : fwrite(buf, 1, n, f) != n ? -errno : 0;
	}
	if (!ret && ferror(in))
		ret = -EIO;
	fclose(in);
	pad = (ALIGN - len % ALIGN) % ALIGN;
	if (!ret && fwrite(zeros, 1, pad, f) != pad)
		ret = -errno;
	return ret;
}

/* The kernel unpacks concatenated archives one after another
 * (Documentation/driver-api/early-userspace/buffer-format.rst): files in the second one replace
 * those in the first. */
int cpio__create(const char *path, const char *prefix, struct cpio **out, struct err *err)
{
	struct cpio *c;
	FILE *f = fopen(path, "we");
	int ret;

	*out = NULL;
	if (!f)
		return err__errno(err, -errno, path);
	ret = prefix ? copy_prefix(f, prefix) : 0;
	if (ret) {
		fclose(f);
		return err__set(err, ret, "%s: cannot be copied to %s: %s", prefix, path,
				strerror(-ret));
	}
	c = xcalloc(1, sizeof(*c));
	c->f = f;
	c->path = xstrdup(path);
	c->a = archive_write_new();
	if (!c->a || archive_write_set_format_cpio_newc(c->a) != ARCHIVE_OK ||
	    archive_write_open(c->a, c, NULL, write_cb, NULL) != ARCHIVE_OK)
		fail(c, -ENOMEM);
	*out = c;
	return 0;
}

/* Whatever could differ between two builds is constant: owner, time, inode number. */
static void add(struct cpio *c, const char *name, mode_t mode, dev_t rdev, const void *data,
		size_t len)
{
	struct archive_entry *e = archive_entry_new();

	if (c->failed || !e) {
		fail(c, -ENOMEM);
		archive_entry_free(e);
		return;
	}
	archive_entry_set_pathname(e, name);
	archive_entry_set_mode(e, mode);
	archive_entry_set_uid(e, 0);
	archive_entry_set_gid(e, 0);
	archive_entry_set_mtime(e, 0, 0);
	archive_entry_set_ino64(e, ++c->ino);
	archive_entry_set_nlink(e, 1);
	archive_entry_set_size(e, (la_int64_t)len);
	archive_entry_set_rdev(e, rdev);
	if (archive_write_header(c->a, e) != ARCHIVE_OK ||
	    (len && archive_write_data(c->a, data, len) != (la_ssize_t)len))
		fail(c, -archive_errno(c->a));
	archive_entry_free(e);
}

void cpio__dir(struct cpio *c, const char *name, mode_t mode)
{
	add(c, name, S_IFDIR | mode, 0, NULL, 0);
}

void cpio__file(struct cpio *c, const char *name, mode_t mode, const void *data, size_t len)
{
	add(c, name, S_IFREG | mode, 0, data, len);
}

void cpio__chardev(struct cpio *c, const char *name, mode_t mode, unsigned int major_no,
		   unsigned int minor_no)
{
	add(c, name, S_IFCHR | mode, makedev(major_no, minor_no), NULL, 0);
}

/* Later errors follow from the first, so only that is reported. */
int cpio__finish(struct cpio *c, struct err *err)
{
	int ret;

	if (c->a && archive_write_close(c->a) != ARCHIVE_OK)
		fail(c, -archive_errno(c->a));
	if (c->a)
		archive_write_free(c->a);
	if (fclose(c->f) != 0)
		fail(c, -errno);
	ret = c->failed;
	if (ret)
		err__set(err, ret, "%s: cannot be written: %s", c->path, strerror(-ret));
	free(c->path);
	free(c);
	return ret;
}
