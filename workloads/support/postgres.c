// SPDX-License-Identifier: GPL-2.0-only
/* postgres.c - runs initdb, server and psql, as user nobody if we are root. */
#include "workloads/support/postgres.h"

#include "lib/fs.h"
#include "lib/strvec.h"

#include <glob.h>
#include <stdarg.h>
#include <unistd.h>

#define MIB (1ull << 20)
#define NOBODY 65534 /* user and group ID on every Debian system */
#define USER "kduel"
#define DATABASE "postgres" /* exists in every new cluster */

/* The directory with the programs of the newest installed server; the caller frees. NULL: none. */
static char *bin_dir(void)
{
	char *dir = NULL;
	glob_t g;

	if (!glob("/usr/lib/postgresql/*/bin", 0, NULL, &g))
		dir = xstrdup(g.gl_pathv[g.gl_pathc - 1]);
	globfree(&g);
	return dir;
}

static int check_programs(struct job *job)
{
	static const char *const programs[] = { "initdb", "pg_ctl", "pgbench", "postgres", "psql" };
	_free_ char *dir = bin_dir(), *setpriv = fs__find_program("setpriv");

	for (size_t i = 0; i < ARRAY_SIZE(programs); i++) {
		_free_ char *path = xasprintf("%s/%s", dir ? dir : "", programs[i]);

		if (!dir || access(path, X_OK) < 0)
			return job__fail(job, -EOPNOTSUPP,
					 "there is no program %s in %s (package postgresql)",
					 programs[i], dir ? dir : "/usr/lib/postgresql/*/bin");
	}
	return setpriv ? 0 :
			 job__fail(job, -EOPNOTSUPP,
				   "there is no program setpriv here (package util-linux)");
}

int postgres__supported(struct job *job)
{
	if (!fs__exists("/proc/sys/kernel/shmmax"))
		return job__fail(job, -EOPNOTSUPP,
				 "this kernel has no System V shared memory, "
				 "which PostgreSQL needs (CONFIG_SYSVIPC)");
	return check_programs(job);
}

/* The words before the program: run it in job->dir, which belongs to user nobody, with messages in
 * English, and let it find the server by its socket. */
static void begin_command(const struct job *job, struct strvec *argv, const char *program)
{
	_free_ char *dir = bin_dir();

	strvec__push_all(argv, "env", "-C", job->dir, "LC_ALL=C", "PGUSER=" USER,
			 "PGDATABASE=" DATABASE, NULL);
	strvec__pushf(argv, "PGHOST=%s", job->dir);
	if (!geteuid())
		strvec__push_all(argv, "setpriv", "--reuid=nobody", "--regid=nogroup",
				 "--clear-groups", "--", NULL);
	strvec__pushf(argv, "%s/%s", dir ? dir : "", program);
}

int postgres__exec(struct job *job, struct proc_result *res, const char *program, ...)
{
	_cleanup_(strvec__release) struct strvec argv = { 0 };
	const char *word;
	va_list ap;
	int ret;

	begin_command(job, &argv, program);
	va_start(ap, program);
	while ((word = va_arg(ap, const char *)))
		strvec__push(&argv, word);
	va_end(ap);
	ret = job__execv(job, 0, res, argv.v);
	return ret ? err__prefix(&job->err, ret, "%s: ", program) : 0;
}

/* Appended to initdb's file, where the last setting wins. No TCP, so that two runs cannot
 * collide. */
static int configure(struct job *job, const struct postgres_opts *o, const char *data)
{
	_free_ char *path = xasprintf("%s/postgresql.conf", data), *text = NULL;
	FILE *f;

	text = xasprintf("listen_addresses = ''\nunix_socket_directories = '%s'\n"
			 "shared_buffers = '%lluMB'\nmax_wal_size = '%lluMB'\nmin_wal_size = '32MB'\n"
			 "max_connections = %llu\n",
			 job->dir, (unsigned long long)(o->shared_buffers / MIB),
			 (unsigned long long)(o->max_wal / MIB),
			 (unsigned long long)o->connections);
	f = fopen(path, "ae");
	if (!f)
		return job__fail(job, -errno, "%s: %s", path, strerror(errno));
	fputs(text, f);
	return fclose(f) ? job__fail(job, -EIO, "%s: %s", path, strerror(errno)) : 0;
}

int postgres__start(struct job *job, const struct postgres_opts *o)
{
	_free_ char *data = xasprintf("%s/data", job->dir), *log = xasprintf("%s/log", job->dir);
	_free_ char *text = NULL;
	int ret;

	if (o->max_wal < 32 * MIB)
		return job__fail(job, -EINVAL, "less than 32 MiB of write-ahead log");
	if (!geteuid() && chown(job->dir, NOBODY, NOBODY) < 0)
		return job__fail(job, -errno, "%s: %s", job->dir, strerror(errno));
	ret = postgres__exec(job, NULL, "initdb", "-D", data, "-U", USER, "-A", "trust",
			     "--locale=C", "--encoding=UTF8", "--no-sync", NULL);
	if (!ret)
		ret = configure(job, o, data);
	if (ret)
		return ret;
	ret = postgres__exec(job, NULL, "pg_ctl", "-w", "-t", "300", "-D", data, "-l", log, "start",
			     NULL);
	if (ret && !fs__read(log, 1u << 20, &text, NULL)) {
		size_t len = strlen(text);

		ret = job__fail(job, ret, "the server does not start: %s",
				len > 600 ? text + len - 600 : text);
	}
	return ret;
}

/* The PID from the first line of postmaster.pid; 0 if there is none. */
static pid_t server_pid(const char *data)
{
	_free_ char *path = xasprintf("%s/postmaster.pid", data), *text = NULL;

	return fs__read(path, 4096, &text, NULL) ? 0 : (pid_t)strtol(text, NULL, 10);
}

void postgres__stop(struct job *job)
{
	_free_ char *data = xasprintf("%s/data", job->dir), *log = xasprintf("%s/log", job->dir);
	pid_t pid = server_pid(data);
	struct err before = job->err;

	/* pg_ctl checks that the PID belongs to a server, and was not reused. */
	if (pid > 1 &&
	    postgres__exec(job, NULL, "pg_ctl", "-w", "-D", data, "-m", "immediate", "stop",
			   NULL) &&
	    server_pid(data) == pid)
		job__fact(job, "pgbench/left", "server %d could not be stopped: %s", (int)pid,
			  job->err.msg);
	fs__rm_rf(data);
	unlink(log);
	job->err = before;
}
