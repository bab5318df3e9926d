// SPDX-License-Identifier: GPL-2.0-only
/*
 * Running make. A supervisor owns it, so that no compiler outlives kduel; its output is the log,
 * and the log's growth is the progress.
 */
#include "runner/kernels/build/make.h"

#include "lib/clock.h"
#include "lib/fs.h"
#include "lib/units.h"
#include "runner/host/cross.h"
#include "runner/host/rundir.h"
#include "runner/host/supervise.h"

#include <ctype.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define LOOK_MS 500
#define TAIL_LINES 30
#define TAIL_LINE_LEN 110 /* so that all of them fit an error */
#define TAIL_BYTES (64u << 10)

/* What was read of the log so far. */
struct watch {
	int fd;
	uint64_t begin;
	unsigned int steps; /* lines that say "  CC      file.o" */
	char last[120], line[256];
	size_t len;
};

static void take_line(struct watch *w)
{
	w->line[w->len] = '\0';
	w->len = 0;
	if (!str_starts(w->line, "  ") || !isupper((unsigned char)w->line[2]))
		return;
	w->steps++;
	snprintf(w->last, sizeof(w->last), "%s", w->line + 2);
}

static void look(struct watch *w)
{
	char buf[8192];
	ssize_t n;

	while ((n = read(w->fd, buf, sizeof(buf))) > 0) {
		for (ssize_t i = 0; i < n; i++) {
			if (buf[i] == '\n')
				take_line(w);
			else if (w->len < sizeof(w->line) - 1)
				w->line[w->len++] = buf[i];
		}
	}
}

static void tell(const struct build *b, const char *what, const struct watch *w)
{
	char took[32];

	units__fmt_duration((clock__ns() - w->begin) / NSEC_PER_SEC * NSEC_PER_SEC, took,
			    sizeof(took));
	b->hooks->progress("build %.12s: %s, %u steps in %s: %s", b->key, what, w->steps, took,
			   w->last);
}

/* The end of the log, from line `from_end`; the caller frees. */
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

static int judge(const struct build *b, const char *what, int ret, int status, struct err *err)
{
	_free_ char *tail = NULL;

	if (ret)
		return err__set(err, -EINTR, "%s: the build's supervisor was killed", what);
	if (!status)
		return 0;
	tail = tail_of(b->log);
	return err__set(err, -EPROTO, "%s failed with %d; all of it is in %s, which ends so:%s",
			what, status, b->log, tail);
}

static int run(struct build *b, const char *what, const struct strvec *argv, struct err *err)
{
	/* A make that called kduel must not hand its flags down. */
	_free_ char *base = xasprintf("CCACHE_BASEDIR=%s", b->dir);
	char *env[] = { base,
			(char *)"CCACHE_NOHASHDIR=1",
			(char *)"LC_ALL=C",
			(char *)"MAKEFLAGS=",
			(char *)"MAKELEVEL=",
			(char *)"KBUILD_BUILD_USER=kduel",
			(char *)"KBUILD_BUILD_HOST=kduel",
			(char *)"KBUILD_BUILD_VERSION=1",
			(char *)"KBUILD_BUILD_TIMESTAMP=Thu Jan  1 00:00:00 UTC 1970",
			NULL };
	_free_ char *run_dir = rundir__make(err);
	_close_ int fd = open(b->log, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
	struct watch w = { .fd = fd, .begin = clock__ns() };
	struct supervised s;
	int ret, status = 0;

	if (!run_dir)
		return -EIO;
	if (fd < 0 || lseek(fd, 0, SEEK_END) < 0)
		return err__errno(err, -errno, b->log);
	ret = supervise__start(&(struct supervise_opts){ .argv = argv->v,
							 .env = env,
							 .run_dir = run_dir,
							 .output = b->log,
							 .channel = -1 },
			       &s, err);
	if (ret)
		return ret;
	while ((ret = supervise__wait(&s, LOOK_MS, &status)) == -ETIMEDOUT) {
		look(&w);
		tell(b, what, &w);
	}
	supervise__stop(&s);
	return judge(b, what, ret, status, err);
}

int build_make__run(struct build *b, const char *what, const struct strvec *words, struct err *err)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	_free_ char *make = fs__find_program("make"), *ccache = fs__find_program("ccache");
	struct strvec argv = { 0 };
	int ret;

	if (!make)
		return err__set(err, -EOPNOTSUPP, "make: no such program (package make)");
	strvec__push(&argv, make);
	strvec__push_all(&argv, "-C", b->src, "ARCH=arm64", NULL);
	strvec__pushf(&argv, "O=%s", b->out);
	strvec__pushf(&argv, "CROSS_COMPILE=%s", cross__prefix(b->spec->arch));
	if (ccache)
		strvec__pushf(&argv, "CC=ccache %sgcc", cross__prefix(b->spec->arch));
	strvec__pushf(&argv, "-j%u",
		      b->hooks->jobs ? b->hooks->jobs :
		      cpus > 0	     ? (unsigned int)cpus :
				       1);
	for (size_t i = 0; i < words->n; i++)
		strvec__push(&argv, words->v[i]);
	ret = run(b, what, &argv, err);
	strvec__release(&argv);
	return ret;
}
