// SPDX-License-Identifier: GPL-2.0-only
/* spawn.c - fork, exec, wait; the result is checked against the kernel's count of forks. */
#include "workloads/support/spawn.h"

#include "lib/clock.h"
#include "lib/fs.h"
#include "lib/units.h"
#include "workloads/support/fixed.h"

#include <unistd.h>

struct state {
	const struct spawn *what;
	uint64_t took_ns, ended_well, forks; /* forks: the kernel's count at the start */
	char *program;
};

/* The line "processes N" of /proc/stat: forks since boot (proc_stat(5)). */
static int count_forks(struct job *job, uint64_t *n)
{
	static const char key[] = "\nprocesses ";
	_free_ char *text = NULL;
	int ret = fs__read("/proc/stat", 4u << 20, &text, NULL);
	char *p = ret ? NULL : strstr(text, key);

	if (!p)
		return job__fail(job, ret ? ret : -EPROTO,
				 "cannot read the number of forks from /proc/stat");
	p += strlen(key);
	p[strcspn(p, "\n")] = '\0';
	return units__u64(p, n) ? job__fail(job, -EPROTO, "/proc/stat counts '%s' forks", p) : 0;
}

int spawn__setup(struct job *job, const struct spawn *what)
{
	struct state *st = xcalloc(1, sizeof(*st));

	job->priv = st;
	st->what = what;
	st->program = fs__find_program(what->argv[0]);
	if (!st->program)
		return job__fail(job, -ENOENT, "there is no program '%s': install the package %s",
				 what->argv[0], what->package);
	return count_forks(job, &st->forks);
}

/* proc__wait() returns 128 + N for signal N, so a crash never has the expected status. */
static int start_one(struct job *job, const struct state *st)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		execv(st->program, (char *const *)st->what->argv);
		_exit(127);
	}
	status = pid < 0 ? -errno : proc__wait(pid);
	if (status < 0)
		return job__fail(job, status, "fork: %s", strerror(-status));
	return status == st->what->status ? 0 :
					    job__fail(job, -EIO, "%s ended with %d, expected %d",
						      st->program, status, st->what->status);
}

int spawn__run(struct job *job)
{
	struct state *st = job->priv;
	uint64_t n = job__u64(job, "count"), begin = clock__ns();
	int ret = 0;

	for (st->ended_well = 0; st->ended_well < n && !ret; st->ended_well += !ret)
		ret = start_one(job, st);
	st->took_ns = clock__ns() - begin;
	job->operations = n;
	return ret;
}

int spawn__verify(struct job *job)
{
	struct state *st = job->priv;
	uint64_t n = job__u64(job, "count"), ended = st->ended_well, before = st->forks;
	int ret = count_forks(job, &st->forks);

	st->ended_well = 0; /* never reuse a result of this iteration */
	if (ret)
		return ret;
	if (ended != n || st->forks - before < n)
		return job__fail(job, -EIO,
				 "%llu of %llu programs ended as they should, and the "
				 "kernel counted %llu forks",
				 (unsigned long long)ended, (unsigned long long)n,
				 (unsigned long long)(st->forks - before));
	return fixed__report(job, st->took_ns);
}

void spawn__teardown(struct job *job)
{
	struct state *st = job->priv;

	if (st)
		free(st->program);
	job__free_priv(job);
}
