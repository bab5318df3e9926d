// SPDX-License-Identifier: GPL-2.0-only
/*
 * make.c - runs make under a supervisor, so that no compiler outlives kduel. Its output goes to the
 * log, which is read as it grows to report progress.
 */
#include "runner/kernels/build/make.h"

#include "lib/clock.h"
#include "lib/fs.h"
#include "lib/units.h"
#include "runner/host/arch.h"
#include "runner/host/cross.h"
#include "runner/host/rundir.h"
#include "runner/host/supervise.h"
#include "runner/kernels/files/config.h"

#include <ctype.h>
#include <fcntl.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <unistd.h>

#define POLL_MS 500
#define TAIL_LINES 30
#define TAIL_LINE_LEN 110 /* so that all lines fit into an error */
/* Size of the end of the log that is searched for its last lines. */
#define TAIL_BYTES (64u << 10)

/* Progress, as read from the log so far. */
struct progress {
	int fd;
	uint64_t begin;
	unsigned int steps; /* lines like "  CC      file.o" */
	char last[120], line[256];
	size_t len;
};

/* Read what make has added to the log. */
static void read_log(struct progress *w)
{
	char buf[8192];
	ssize_t n;

	while ((n = read(w->fd, buf, sizeof(buf))) > 0) {
		for (ssize_t i = 0; i < n; i++) {
			if (buf[i] == '\n') {
				w->line[w->len] = '\0';
				w->len = 0;
				if (str_starts(w->line, "  ") &&
				    isupper((unsigned char)w->line[2])) {
					w->steps++;
					snprintf(w->last, sizeof(w->last), "%s", w->line + 2);
				}
			} else if (w->len < sizeof(w->line) - 1)
				w->line[w->len++] = buf[i];
		}
	}
}

/* The last TAIL_LINES lines of the log, indented. The caller frees. */
static char *tail_of(const char *path)
{
	_free_ char *text = NULL;
	char *out = NULL, *save = NULL, *lines[TAIL_LINES] = { 0 };
	size_t len = 0, n = 0;
	FILE *f;

	if (fs__read(path, 1u << 30, &text, &len))
		return xstrdup("");
	for (char *l = strtok_r(len > TAIL_BYTES ? text + len - TAIL_BYTES : text, "\n", &save); l;
	     l = strtok_r(NULL, "\n", &save))
		lines[n++ % TAIL_LINES] = l;
	f = xmemstream(&out, &len);
	for (size_t i = n < TAIL_LINES ? 0 : n - TAIL_LINES; i < n; i++)
		fprintf(f, "\n  %.*s", TAIL_LINE_LEN, lines[i % TAIL_LINES]);
	fclose(f);
	return out;
}

/* The value of make's KCFLAGS or KAFLAGS. Without it, paths in debug information would name the
 * directory of this build or, in objects from ccache, of an earlier one: they would be of no use
 * later, and the build id would depend on them. They are mapped to /kernel. The caller frees. */
static char *compiler_flags(const struct build *b, const char *variable)
{
	_free_ char *path = xasprintf("%s/.config", b->out), *config = NULL;
	size_t len;

	if (fs__read(path, KERNEL_CONFIG_MAX, &config, &len) ||
	    kernel_config__tristate(config, "DEBUG_INFO") != 'y')
		return xasprintf("%s=", variable);
	return xasprintf("%s=-fdebug-prefix-map=%s=/kernel", variable, b->dir);
}

/* Run make under a supervisor and report progress until it exits. -EPROTO if it fails. */
static int run(struct build *b, const char *what, const struct strvec *argv, struct err *err)
{
	/* Flags from a make that runs kduel, or set for other kernels in the environment, must not
	 * apply. User, host, timestamps and paths are fixed so that the same source gives the same
	 * image. */
	_free_ char *base = xasprintf("CCACHE_BASEDIR=%s", b->dir);
	_free_ char *cflags = compiler_flags(b, "KCFLAGS"), *aflags = compiler_flags(b, "KAFLAGS");
	char *env[] = { base,
			cflags,
			aflags,
			(char *)"KCPPFLAGS=",
			(char *)"KRUSTFLAGS=",
			(char *)"CCACHE_NOHASHDIR=1",
			(char *)"LC_ALL=C",
			(char *)"MAKEFLAGS=",
			(char *)"MAKELEVEL=",
			(char *)"KBUILD_BUILD_USER=kduel",
			(char *)"KBUILD_BUILD_HOST=kduel",
			(char *)"KBUILD_BUILD_VERSION=1",
			(char *)"KBUILD_BUILD_TIMESTAMP=Thu Jan  1 00:00:00 UTC 1970",
			NULL };
	_free_ char *tail = NULL;
	_close_ int fd = open(b->log, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
	struct progress w = { .fd = fd, .begin = clock__ns() };
	struct supervised s;
	struct tmpdir dir;
	char took[32];
	int ret, status = 0;

	if (fd < 0 || lseek(fd, 0, SEEK_END) < 0)
		return err__errno(err, -errno, b->log);
	ret = rundir__make(&dir, err);
	if (ret)
		return ret;
	ret = supervise__start(&(struct supervise_opts){ .argv = argv->v,
							 .env = env,
							 .run_dir = dir.path,
							 .output = b->log,
							 .channel = -1 },
			       &s, err);
	if (ret) {
		tmpdir__remove(&dir);
		return ret;
	}
	while ((ret = supervise__wait(&s, POLL_MS, &status)) == -ETIMEDOUT) {
		read_log(&w);
		units__fmt_duration((clock__ns() - w.begin) / NSEC_PER_SEC * NSEC_PER_SEC, took,
				    sizeof(took)); /* in whole seconds */
		b->hooks->progress("build %.12s: %s, %u steps in %s: %s", b->key, what, w.steps,
				   took, w.last);
	}
	supervise__stop(&s);
	tmpdir__remove(&dir);
	if (ret)
		return err__set(err, -EINTR, "%s: the build's supervisor was killed", what);
	if (!status)
		return 0;
	tail = tail_of(b->log);
	return err__set(err, -EPROTO, "%s failed with %d; see %s, which ends in:%s", what, status,
			b->log, tail);
}

/* The variable arguments are targets and variables, up to NULL. ccache is used if it is
 * installed. */
int build_make__run(struct build *b, struct err *err, const char *what, ...)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	_free_ char *make = fs__find_program("make"), *ccache = fs__find_program("ccache");
	struct strvec argv = { 0 };
	const char *word;
	va_list ap;
	int ret;

	if (!make)
		return err__set(err, -EOPNOTSUPP, "make: no such program (package make)");
	strvec__push(&argv, make);
	strvec__push_all(&argv, "-C", b->src, NULL);
	strvec__pushf(&argv, "ARCH=%s", arch__find(b->spec->arch)->make);
	strvec__pushf(&argv, "O=%s", b->out);
	strvec__pushf(&argv, "CROSS_COMPILE=%s", cross__prefix(b->spec->arch));
	if (ccache)
		strvec__pushf(&argv, "CC=ccache %sgcc", cross__prefix(b->spec->arch));
	strvec__pushf(&argv, "-j%u",
		      b->hooks->jobs ? b->hooks->jobs :
		      cpus > 0	     ? (unsigned int)cpus :
				       1);
	va_start(ap, what);
	while ((word = va_arg(ap, const char *)))
		strvec__push(&argv, word);
	va_end(ap);
	ret = run(b, what, &argv, err);
	strvec__release(&argv);
	return ret;
}
