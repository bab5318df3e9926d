// SPDX-License-Identifier: GPL-2.0-only
/* files.c - names and directories, in the file system of the job's directory. */
#include "workloads/micro/op.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define FILES 100 /* in the directory that is read */
#define SIZE 17 /* bytes of the file that is examined */

static const char *const names[] = { "one", "two" };

static int open_dir(struct micro *m)
{
	m->fd[0] = open(m->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return m->fd[0] < 0 ? micro__fail(m, m->dir) : 0;
}

/* Create the file "one", of SIZE bytes. */
static int open_one(struct micro *m)
{
	int ret = open_dir(m), fd;

	if (ret)
		return ret;
	fd = openat(m->fd[0], names[0], O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return micro__fail(m, names[0]);
	if (ftruncate(fd, SIZE))
		ret = micro__fail(m, "ftruncate");
	close(fd);
	return ret;
}

static void remove_names(struct micro *m)
{
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		unlinkat(m->fd[0], names[i], 0);
}

static int check_each(struct micro *m)
{
	return micro__expect(m, "operations that did what they should", m->got, m->done);
}

static int run_open(struct micro *m, uint64_t n)
{
	for (uint64_t i = 0; i < n; i++) {
		int fd = openat(m->fd[0], names[0], O_RDONLY | O_CLOEXEC);

		if (fd < 0)
			return micro__fail(m, "openat");
		m->got += !close(fd);
	}
	return 0;
}

static int run_stat(struct micro *m, uint64_t n)
{
	for (uint64_t i = 0; i < n; i++) {
		struct stat st = { 0 };

		if (fstatat(m->fd[0], names[0], &st, 0))
			return micro__fail(m, "fstatat");
		m->got += st.st_size == SIZE;
	}
	return 0;
}

static int run_create(struct micro *m, uint64_t n)
{
	for (uint64_t i = 0; i < n; i++) {
		int fd = openat(m->fd[0], names[0], O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

		if (fd < 0)
			return micro__fail(m, "openat");
		close(fd);
		if (unlinkat(m->fd[0], names[0], 0))
			return micro__fail(m, "unlinkat");
		m->got++;
	}
	return 0;
}

static bool exists(const struct micro *m, const char *name)
{
	return !faccessat(m->fd[0], name, F_OK, 0);
}

static int check_gone(struct micro *m)
{
	return exists(m, names[0]) ?
		       err__set(&m->err, -EIO, "the file still exists after unlink()") :
		       check_each(m);
}

/* Rename to the other name, and back the next time. */
static int run_rename(struct micro *m, uint64_t n)
{
	for (uint64_t i = 0; i < n; i++) {
		if (renameat(m->fd[0], names[m->got & 1], m->fd[0], names[~m->got & 1]))
			return micro__fail(m, "renameat");
		m->got++;
	}
	return 0;
}

static int check_renamed(struct micro *m)
{
	if (!exists(m, names[m->got & 1]) || exists(m, names[~m->got & 1]))
		return err__set(&m->err, -EIO,
				"the file does not have the name that it was given last");
	return check_each(m);
}

static void numbered(char name[8], unsigned int i)
{
	snprintf(name, 8, "%u", i);
}

static int open_full(struct micro *m)
{
	int ret = open_dir(m);

	for (unsigned int i = 0; !ret && i < FILES; i++) {
		char name[8];
		int fd;

		numbered(name, i);
		fd = openat(m->fd[0], name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
		if (fd < 0)
			ret = micro__fail(m, name);
		else
			close(fd);
	}
	return ret;
}

static void remove_numbered(struct micro *m)
{
	for (unsigned int i = 0; i < FILES; i++) {
		char name[8];

		numbered(name, i);
		unlinkat(m->fd[0], name, 0);
	}
}

/* Counts the entries by walking the records that the kernel wrote. */
static int run_readdir(struct micro *m, uint64_t n)
{
	char buf[16384];

	for (uint64_t i = 0; i < n; i++) {
		long len;

		if (lseek(m->fd[0], 0, SEEK_SET))
			return micro__fail(m, "lseek");
		while ((len = syscall(SYS_getdents64, m->fd[0], buf, sizeof(buf))) > 0) {
			for (long at = 0; at < len; m->got++) {
				/* d_reclen of struct linux_dirent64, after d_ino and d_off */
				uint16_t size;

				memcpy(&size, buf + at + 16, sizeof(size));
				at += size;
			}
		}
		if (len < 0)
			return micro__fail(m, "getdents64");
	}
	return 0;
}

static int check_entries(struct micro *m)
{
	return micro__expect(m, "entries read", m->got, m->done * (FILES + 2)); /* "." and ".." */
}

const struct micro_op micro_files[] = {
	{ "open-close", "openat() of a file, and close()", 8000, false, open_one, run_open,
	  check_each, remove_names },
	{ "stat", "fstatat() of a file by its name", 15000, false, open_one, run_stat, check_each,
	  remove_names },
	{ "create-unlink", "a new empty file, closed and removed", 1500, false, open_dir,
	  run_create, check_gone, remove_names },
	{ "rename", "renameat() of a file", 4000, false, open_one, run_rename, check_renamed,
	  remove_names },
	{ "readdir", "getdents64() of a directory of 100 files", 800, false, open_full, run_readdir,
	  check_entries, remove_numbered },
	{ .name = NULL },
};
