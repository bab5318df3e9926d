// SPDX-License-Identifier: GPL-2.0-only
/*
 * shim.c - an LD_PRELOAD library that makes a call of kduel fail or do nothing, or steps the clock.
 *
 *	SHIM_OP=write,fsync,...	calls that are counted: write, fsync, rename, mkdir, open
 *	SHIM_N=5		the fifth of them ...
 *	SHIM_ERRNO=28		... fails with this error
 *	SHIM_LOG=FILE		receives a byte for each call that was counted
 *	SHIM_LOSE=1		instead of all that: every fsync does nothing and reports success
 *	SHIM_STEP=-3600		with SHIM_OP=clock: from its Nth read on the real-time clock is back by an
 *				hour, from the 2Nth on it is right again, and so on
 *
 * Programs that kduel starts are not affected.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

static atomic_int calls;
static int nth, with, log_fd = -1;
static pid_t self;
static bool lose;
static long step;
static char ops[128];

/* The real function, which is interposed here. */
#define NEXT(ret, name, ...) \
	ret (*name##_next)(__VA_ARGS__) = (ret(*)(__VA_ARGS__))dlsym(RTLD_NEXT, #name)

static int number(const char *name)
{
	const char *s = getenv(name);

	return s ? (int)strtol(s, NULL, 10) : 0;
}

static void __attribute__((constructor)) init(void)
{
	const char *op = getenv("SHIM_OP"), *log = getenv("SHIM_LOG");
	NEXT(int, open, const char *, int, ...);

	if (strcmp(program_invocation_short_name, "kduel") != 0)
		return;
	lose = getenv("SHIM_LOSE");
	if (!op)
		return;
	if (log)
		log_fd = open_next(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
	self = getpid();
	nth = number("SHIM_N");
	with = number("SHIM_ERRNO");
	step = number("SHIM_STEP");
	snprintf(ops, sizeof(ops), ",%s,", op);
}

/* Must this call fail? If so, sets errno. */
static bool fails(const char *op)
{
	NEXT(ssize_t, write, int, const void *, size_t);
	char word[16];
	int keep = errno;

	snprintf(word, sizeof(word), ",%s,", op);
	if (!*ops || !strstr(ops, word))
		return false;
	/* A supervisor may have closed the descriptor, or may use its number for something else. */
	if (log_fd >= 0 && getpid() == self && write_next(log_fd, ".", 1) != 1)
		abort();
	errno = keep;
	if (atomic_fetch_add(&calls, 1) + 1 != nth)
		return false;
	errno = with;
	return true;
}

/* The offset of the real-time clock at this read. */
static long offset(void)
{
	return step && nth > 0 && atomic_fetch_add(&calls, 1) / nth % 2 ? step : 0;
}

int clock_gettime(clockid_t id, struct timespec *t)
{
	NEXT(int, clock_gettime, clockid_t, struct timespec *);
	int ret = clock_gettime_next(id, t);

	if (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE)
		t->tv_sec += offset();
	return ret;
}

int gettimeofday(struct timeval *restrict t, void *restrict zone)
{
	NEXT(int, gettimeofday, struct timeval *, void *);
	int ret = gettimeofday_next(t, zone);

	t->tv_sec += offset();
	return ret;
}

time_t time(time_t *t)
{
	NEXT(time_t, time, time_t *);
	time_t now = time_next(NULL) + offset();

	if (t)
		*t = now;
	return now;
}

/* Only files count, not terminals, pipes and sockets. */
static bool is_file(int fd)
{
	struct stat st;
	int keep = errno;
	bool yes = *ops && !fstat(fd, &st) && S_ISREG(st.st_mode);

	errno = keep;
	return yes;
}

ssize_t write(int fd, const void *buf, size_t n)
{
	NEXT(ssize_t, write, int, const void *, size_t);
	return is_file(fd) && fails("write") ? -1 : write_next(fd, buf, n);
}

ssize_t pwrite(int fd, const void *buf, size_t n, off_t at)
{
	NEXT(ssize_t, pwrite, int, const void *, size_t, off_t);
	return fails("write") ? -1 : pwrite_next(fd, buf, n, at);
}

ssize_t pwrite64(int fd, const void *buf, size_t n, off64_t at)
{
	NEXT(ssize_t, pwrite64, int, const void *, size_t, off64_t);
	return fails("write") ? -1 : pwrite64_next(fd, buf, n, at);
}

int fsync(int fd)
{
	NEXT(int, fsync, int);
	return lose ? 0 : fails("fsync") ? -1 : fsync_next(fd);
}

int fdatasync(int fd)
{
	NEXT(int, fdatasync, int);
	return lose ? 0 : fails("fsync") ? -1 : fdatasync_next(fd);
}

int syncfs(int fd)
{
	NEXT(int, syncfs, int);
	return lose ? 0 : fails("fsync") ? -1 : syncfs_next(fd);
}

int rename(const char *from, const char *to)
{
	NEXT(int, rename, const char *, const char *);
	return fails("rename") ? -1 : rename_next(from, to);
}

int renameat2(int from_dir, const char *from, int to_dir, const char *to, unsigned int flags)
{
	NEXT(int, renameat2, int, const char *, int, const char *, unsigned int);
	return fails("rename") ? -1 : renameat2_next(from_dir, from, to_dir, to, flags);
}

int mkdir(const char *path, mode_t mode)
{
	NEXT(int, mkdir, const char *, mode_t);
	return fails("mkdir") ? -1 : mkdir_next(path, mode);
}

int mkdirat(int dir, const char *path, mode_t mode)
{
	NEXT(int, mkdirat, int, const char *, mode_t);
	return fails("mkdir") ? -1 : mkdirat_next(dir, path, mode);
}

char *mkdtemp(char *path)
{
	NEXT(char *, mkdtemp, char *);
	return fails("mkdir") ? NULL : mkdtemp_next(path);
}

/* The caller passes a mode only with O_CREAT and O_TMPFILE; otherwise the value that is passed on is ignored. */
#define OPEN(name, dirs, dirs_types, dirs_names)                                       \
	int name(dirs const char *path, int flags, ...)                                \
	{                                                                              \
		NEXT(int, name, dirs_types const char *, int, ...);                    \
		va_list args;                                                          \
		mode_t mode;                                                           \
                                                                                       \
		va_start(args, flags);                                                 \
		mode = va_arg(args, mode_t);                                           \
		va_end(args);                                                          \
		return fails("open") ? -1 : name##_next(dirs_names path, flags, mode); \
	}
#define COMMA ,
OPEN(open, , , )
OPEN(open64, , , )
OPEN(openat, int dir COMMA, int COMMA, dir COMMA)
OPEN(openat64, int dir COMMA, int COMMA, dir COMMA)
