// SPDX-License-Identifier: GPL-2.0-only
/*
 * pages.c - the dashboard over ten million samples: how long eight clients wait for pages that must be
 * rendered (each request has a unique URL), and for cached pages. `--make FILE` only makes the database,
 * `--db FILE` uses an existing one. A cached page is also compared with nginx, which serves the same bytes
 * from a file. The sizes of all kinds of pages are checked. Fails if a page takes more of the server's CPU
 * time, or is larger, than promised; also if it takes longer, unless other processes kept the machine busy
 * (then the output says so).
 */
#include "lib/fs.h"
#include "tests/bench/big_db.h"
#include "tests/bench/nginx.h"

#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>

#define READERS 8
#define KINDS 4
#define ROUNDS 250 /* requests of each reader */
#define FRESH_ROUNDS 40 /* the same, if every page must be rendered */
#define KEPT_PAGES 100 /* pages of each kind that fit into the cache */
#define WANT_P99_MS 50.0
#define WANT_PER_S 500.0
#define WANT_FIRST_MS 300.0
/* Limits of the server's CPU time: for each kind of page when it is rendered; for a cached page; for the
 * first page, which waits until all medians are read: a constant and a part for each million medians. */
static const double want_cpu_ms[] = { 6, 16, 16, 6 };
#define WANT_KEPT_CPU_MS 0.2
#define WANT_FIRST_CPU_S 0.3
#define WANT_FIRST_CPU_S_A_MILLION 0.7
#define WANT_MIB 130
#define WANT_MIB_A_MILLION 25
#define MILLIONS ((double)BIG_CAMPAIGNS * BIG_BOOTS * BIG_METRICS / 1e6)
/* The machine is quiet if all other processes together use less than this share of it. */
#define QUIET 0.1
#define WANT_PAGE_KIB 200
#define WANT_CODED_KIB 60 /* compressed */
#define WANT_OF_NGINX 0.5 /* of nginx's requests per second */
#define RACES 7 /* turns of each server */
#define RACE_NS 500000000 /* duration of a turn */

static const char *const kinds[KINDS] = { "overview", "campaign", "compare", "history" };

/* Every page is rendered; some pages are requested for the first time; all pages are cached. */
enum how { FRESH, FIRST, KEPT };
static const char *const hows[] = { "fresh", "first", "kept" };

struct reader {
	pthread_t thread;
	size_t largest; /* bytes of the largest page */
	double ms[ROUNDS];
	int kind, number, rounds;
	uint16_t port;
	bool fresh, kept, failed;
};

static void path_of(int kind, unsigned int i, char *out, size_t size)
{
	unsigned int m = i % BIG_METRICS;
	const char *w = big_workloads[m * BIG_WORKLOADS / BIG_METRICS];
	char uuid[UUID_LEN];

	big_db__uuid(i % BIG_CAMPAIGNS, uuid);
	if (kind == 0)
		snprintf(out, size, "/");
	else if (kind == 1)
		snprintf(out, size, "/campaign/%s", uuid);
	else if (kind == 2)
		snprintf(out, size, "/compare/%s.next/%s.base", uuid, uuid);
	else
		snprintf(out, size, "/history/%s.%s.%s", w, w, big_names[m]);
}

/* A page of each kind, in the campaign or metric with the most data. */
static size_t all_paths(char *out[])
{
	const char *w = big_workloads[0], *m = big_names[0];
	_free_ char *metric = xasprintf("%s.%s.%s", w, w, m);
	char uuid[UUID_LEN];
	size_t n = 0;

	big_db__uuid(BIG_CAMPAIGNS - 1, uuid);
	out[n++] = xstrdup("/");
	out[n++] = xasprintf("/campaign/%s", uuid);
	out[n++] = xasprintf("/campaign/%s?all=1", uuid);
	out[n++] = xasprintf("/campaign/%s?open=%s", uuid, metric);
	out[n++] = xasprintf("/campaign/%s/row/1/%s", uuid, metric);
	out[n++] = xasprintf("/campaign/%s/boot/1", uuid);
	out[n++] = xasprintf("/campaign/%s/boot/1/console", uuid);
	out[n++] = xasprintf("/campaign/%s/layout", uuid);
	out[n++] = xasprintf("/campaign/%s/tlb", uuid);
	out[n++] = xasprintf("/campaign/%s/memory", uuid);
	out[n++] = xasprintf("/campaign/%s/creation", uuid);
	out[n++] = xstrdup("/compare");
	out[n++] = xstrdup("/compare?search=nightly");
	out[n++] = xasprintf("/compare/%s.next/%s.base", uuid, uuid);
	out[n++] = xasprintf("/compare/%s.next/%s.base/%s", uuid, uuid, metric);
	out[n++] = xstrdup("/metrics");
	out[n++] = xasprintf("/metric/%s", metric);
	out[n++] = xasprintf("/history/%s", metric);
	out[n++] = xasprintf("/history/%s?variant=next", metric);
	out[n++] = xstrdup("/changes");
	out[n++] = xstrdup("/changes?all=1");
	out[n++] = xstrdup("/noise");
	out[n++] = xstrdup("/memory");
	out[n++] = xstrdup("/feed/changes.xml");
	out[n++] = xstrdup("/feed/nights.xml");
	return n;
}

static int dial(uint16_t port)
{
	struct sockaddr_in sa = { .sin_family = AF_INET,
				  .sin_port = htons(port),
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd >= 0 && connect(fd, (struct sockaddr *)&sa, sizeof(sa)) < 0) {
		close(fd);
		fd = -1;
	}
	return fd;
}

/* Request a page on a persistent connection. *text, unless NULL, is set to the body, which is valid until
 * the thread's next call. Returns the size of the body, or 0 on an error. */
static size_t get_coded(int fd, const char *path, const char *coding, const char **text)
{
	static __thread char buf[1 << 20];
	size_t have = 0, body = 0, want = 0;
	int n = snprintf(buf, sizeof(buf),
			 "GET %s HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: %s\r\n\r\n", path,
			 coding);

	if (write(fd, buf, (size_t)n) != n)
		return 0;
	while (!body || have < body + want) {
		ssize_t got = read(fd, buf + have, sizeof(buf) - 1 - have);
		const char *end, *length;

		if (got <= 0)
			return 0;
		have += (size_t)got;
		buf[have] = '\0';
		end = body ? NULL : strstr(buf, "\r\n\r\n");
		if (!end)
			continue;
		length = strstr(buf, "Content-Length: ");
		if (!str_starts(buf, "HTTP/1.1 200") || !length)
			return 0;
		body = (size_t)(end + 4 - buf);
		want = strtoul(length + strlen("Content-Length: "), NULL, 10);
	}
	if (text)
		*text = buf + body;
	return want;
}

static size_t get(int fd, const char *path)
{
	return get_coded(fd, path, "identity", NULL);
}

static void *run(void *arg)
{
	struct reader *r = arg;
	int fd = dial(r->port);

	r->failed = fd < 0;
	for (unsigned int i = 0; !r->failed && i < (unsigned int)r->rounds; i++) {
		uint64_t start = clock__ns();
		char path[256];
		size_t len;

		path_of(r->kind,
			(i * READERS + (unsigned int)r->number) % (r->kept ? KEPT_PAGES : UINT_MAX),
			path, sizeof(path));
		if (r->fresh)
			snprintf(path + strlen(path), sizeof(path) - strlen(path), "?n=%u",
				 i * READERS + (unsigned int)r->number);
		len = get(fd, path);
		r->ms[i] = (double)(clock__ns() - start) / 1e6;
		r->failed = !len;
		r->largest = len > r->largest ? len : r->largest;
	}
	if (fd >= 0)
		close(fd);
	return NULL;
}

static int compare_ms(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* User and system time of a process and of its children, as nginx has workers. */
static double cpu_seconds(pid_t pid)
{
	_free_ char *path = xasprintf("/proc/%d/task/%d/children", (int)pid, (int)pid);
	_free_ char *stat = xasprintf("/proc/%d/stat", (int)pid), *text = NULL, *list = NULL;
	double s = 0;
	char *next;

	next = fs__read(stat, 4096, &text, NULL) ? NULL : strrchr(text, ')');
	/* After the command name, utime is the twelfth field and stime the next. */
	for (int i = 0; next && i < 12; i++)
		next = strchr(next + 1, ' ');
	if (next) {
		s = (double)strtoul(next, &next, 10);
		s = (s + (double)strtoul(next, NULL, 10)) / (double)sysconf(_SC_CLK_TCK);
	}
	if (fs__read(path, 4096, &list, NULL))
		return s;
	for (char *at = list; *at; at = next) {
		long child = strtol(at, &next, 10);

		if (next == at)
			break;
		s += cpu_seconds((pid_t)child);
	}
	return s;
}

/* Time of all CPUs from /proc/stat: total, busy, and used by the server and the readers. */
struct load {
	double all_s, busy_s, own_s;
};

static struct load load__now(pid_t pid)
{
	_free_ char *text = NULL;
	struct load l = { 0 };
	struct rusage self;
	char *next;

	/* user, nice, system, idle, iowait, irq, softirq, steal; the first two include guest time. */
	if (fs__read("/proc/stat", 1 << 20, &text, NULL) || !str_starts(text, "cpu "))
		return l;
	next = text + strlen("cpu ");
	for (int i = 0; i < 8; i++) {
		double s = (double)strtoul(next, &next, 10) / (double)sysconf(_SC_CLK_TCK);

		l.all_s += s;
		l.busy_s += i == 3 || i == 4 ? 0 : s;
	}
	getrusage(RUSAGE_SELF, &self);
	l.own_s = cpu_seconds(pid) + (double)(self.ru_utime.tv_sec + self.ru_stime.tv_sec) +
		  (double)(self.ru_utime.tv_usec + self.ru_stime.tv_usec) / 1e6;
	return l;
}

/* The share of all CPUs that other processes have used since `before`. */
static double others_since(const struct load *before, pid_t pid)
{
	const struct load now = load__now(pid);
	double all = now.all_s - before->all_s;
	double busy = now.busy_s - before->busy_s - (now.own_s - before->own_s);

	return all > 0 && busy > 0 ? busy / all : 0;
}

/* Request the pages of a kind once, so that they are cached. */
static void fill_cache(int kind, uint16_t port)
{
	int fd = dial(port);
	char path[256];

	for (unsigned int i = 0; fd >= 0 && i < KEPT_PAGES; i++) {
		path_of(kind, i, path, sizeof(path));
		get(fd, path);
	}
	if (fd >= 0)
		close(fd);
}

/* Run all readers at once and print their results. False: too slow, or a request failed. */
static bool measure(int kind, uint16_t port, pid_t pid, enum how how)
{
	static struct reader readers[READERS];
	static double ms[READERS * ROUNDS];
	uint64_t start = clock__ns();
	size_t n = 0, largest = 0;
	bool failed = false;
	const struct load before = load__now(pid);
	double cpu = cpu_seconds(pid),
	       want_cpu = how == KEPT ? WANT_KEPT_CPU_MS : want_cpu_ms[kind];
	double p99, rate, others;
	bool slow;

	for (int i = 0; i < READERS; i++) {
		readers[i] = (struct reader){ .kind = kind,
					      .number = i,
					      .port = port,
					      .fresh = how == FRESH,
					      .kept = how == KEPT,
					      .rounds = how == FRESH ? FRESH_ROUNDS : ROUNDS };
		pthread_create(&readers[i].thread, NULL, run, &readers[i]);
	}
	for (int i = 0; i < READERS; i++) {
		pthread_join(readers[i].thread, NULL);
		failed = failed || readers[i].failed;
		largest = readers[i].largest > largest ? readers[i].largest : largest;
		for (int k = 0; k < readers[i].rounds; k++)
			ms[n++] = readers[i].ms[k];
	}
	rate = (double)n / ((double)(clock__ns() - start) / 1e9);
	qsort(ms, n, sizeof(*ms), compare_ms);
	p99 = ms[n * 99 / 100];
	cpu = 1e3 * (cpu_seconds(pid) - cpu) / (double)n;
	others = others_since(&before, pid);
	slow = p99 >= WANT_P99_MS || (how == KEPT && kind == 1 && rate <= WANT_PER_S);
	printf("pages: %-8s %-5s %.2f ms of CPU a page (promised: %.1f); p50 %.2f ms, p99 %.2f ms, "
	       "%.0f pages/s, at most %zu KiB; others had %.0f %% of the machine%s%s\n",
	       kinds[kind], hows[how], cpu, want_cpu, ms[n / 2], p99, rate, largest / 1024,
	       100 * others,
	       !slow	      ? "" :
	       others < QUIET ? ": TOO SLOW" :
				", which is not quiet: p99 does not count",
	       failed ? ", and an answer that is no page" : "");
	return !failed && largest <= WANT_PAGE_KIB * 1024 && cpu < want_cpu &&
	       !(slow && others < QUIET);
}

/* One of the two servers in a race, and its number of answers. */
struct racer {
	const char *name, *path, *coding;
	uint16_t port;
	pid_t pid;
	double rate[RACES], cpu_s;
	size_t answers;
};

struct lap {
	pthread_t thread;
	const struct racer *racer;
	size_t answers, want;
	bool failed;
};

static void *run_lap(void *arg)
{
	struct lap *l = arg;
	uint64_t end = clock__ns() + RACE_NS;
	int fd = dial(l->racer->port);

	l->failed = fd < 0;
	while (!l->failed && clock__ns() < end) {
		l->failed = get_coded(fd, l->racer->path, l->racer->coding, NULL) != l->want;
		l->answers++;
	}
	if (fd >= 0)
		close(fd);
	return NULL;
}

static bool run_race(struct racer *racer, size_t want, int round)
{
	struct lap laps[READERS];
	double before = cpu_seconds(racer->pid);
	uint64_t start = clock__ns();
	size_t answers = 0;
	bool ok = true;

	for (int i = 0; i < READERS; i++) {
		laps[i] = (struct lap){ .racer = racer, .want = want };
		pthread_create(&laps[i].thread, NULL, run_lap, &laps[i]);
	}
	for (int i = 0; i < READERS; i++) {
		pthread_join(laps[i].thread, NULL);
		answers += laps[i].answers;
		ok = ok && !laps[i].failed;
	}
	racer->rate[round] = (double)answers / ((double)(clock__ns() - start) / 1e9);
	racer->answers += answers;
	racer->cpu_s += cpu_seconds(racer->pid) - before;
	return ok;
}

/* Compare the cached overview with the same bytes in a file that nginx serves. */
static bool race(uint16_t port, pid_t pid, const char *dir, uint16_t nginx_port, pid_t nginx,
		 const char *coding)
{
	_free_ char *file = xasprintf("%s/%s", dir, coding), *path = xasprintf("/%s", coding);
	struct racer a = { "kduel", "/", coding, port, pid, { 0 }, 0, 0 };
	struct racer b = { "nginx", path, "identity", nginx_port, nginx, { 0 }, 0, 0 };
	double ratio[RACES];
	const char *body;
	int fd = dial(port);
	size_t len = fd >= 0 ? get_coded(fd, "/", coding, &body) : 0;
	bool ok = len && !fs__write_atomic(file, body, len);

	if (fd >= 0)
		close(fd);
	for (int i = 0; ok && i < RACES; i++) {
		ok = run_race(&a, len, i) && run_race(&b, len, i);
		ratio[i] = a.rate[i] / b.rate[i];
	}
	if (!ok) {
		printf("pages: %s: an answer that is not the page\n", coding);
		return false;
	}
	qsort(ratio, RACES, sizeof(*ratio), compare_ms);
	qsort(a.rate, RACES, sizeof(*a.rate), compare_ms);
	qsort(b.rate, RACES, sizeof(*b.rate), compare_ms);
	printf("pages: kept %s, %zu bytes: %.0f pages/s, nginx %.0f (medians); %.2f of nginx, %.2f to "
	       "%.2f (promised: %.2f); CPU %.1f us a page, nginx %.1f\n",
	       coding, len, a.rate[RACES / 2], b.rate[RACES / 2], ratio[RACES / 2], ratio[0],
	       ratio[RACES - 1], WANT_OF_NGINX, 1e6 * a.cpu_s / (double)a.answers,
	       1e6 * b.cpu_s / (double)b.answers);
	return ratio[RACES / 2] >= WANT_OF_NGINX &&
	       (streq(coding, "identity") || len <= WANT_CODED_KIB * 1024);
}

static bool race_nginx(uint16_t port, pid_t pid)
{
	char dir[] = "/var/tmp/kduel-bench-XXXXXX";
	pid_t nginx = 0;
	uint16_t nginx_port = mkdtemp(dir) ? nginx__start(dir, &nginx) : 0;
	int fd = -1;
	bool ok;

	for (int i = 0; nginx_port && fd < 0 && i < 100; i++) {
		usleep(20000);
		fd = dial(nginx_port);
	}
	ok = fd >= 0;
	if (ok)
		close(fd);
	else
		printf("pages: nginx does not start\n");
	ok = ok && race(port, pid, dir, nginx_port, nginx, "identity");
	ok = race(port, pid, dir, nginx_port, nginx, "gzip") && ok;
	nginx__stop(nginx);
	fs__rm_rf(dir);
	return ok;
}

/* Start the server and wait until it prints its URL. Returns its port, or 0 if it does not start. */
static uint16_t start_server(const char *db, pid_t *pid)
{
	const char *kduel = getenv("KDUEL");
	char line[128] = "";
	const char *colon;
	int out[2];
	FILE *f;

	if (pipe(out) < 0)
		return 0;
	*pid = fork();
	if (!*pid) {
		dup2(out[1], STDOUT_FILENO);
		execl(kduel ? kduel : "./kduel", "kduel", "serve", "--db", db, "--listen",
		      "127.0.0.1:0", (char *)NULL);
		_exit(127);
	}
	close(out[1]);
	f = fdopen(out[0], "r");
	colon = f && fgets(line, sizeof(line), f) ? strrchr(line, ':') : NULL;
	if (f)
		fclose(f);
	return colon ? (uint16_t)strtoul(colon + 1, NULL, 10) : 0;
}

static long resident_mib(pid_t pid)
{
	_free_ char *path = xasprintf("/proc/%d/status", (int)pid), *text = NULL;
	const char *line = fs__read(path, 1 << 16, &text, NULL) ? NULL : strstr(text, "VmHWM:");

	return line ? strtol(line + strlen("VmHWM:"), NULL, 10) / 1024 : -1;
}

/* Check the size of each kind of page, plain and compressed. */
static bool weigh(uint16_t port)
{
	char *paths[32];
	size_t n = all_paths(paths);
	bool ok = true;
	int fd = dial(port);

	for (size_t i = 0; i < n; i++) {
		size_t coded = fd < 0 ? 0 : get_coded(fd, paths[i], "gzip", NULL);
		size_t plain = fd < 0 ? 0 : get_coded(fd, paths[i], "identity", NULL);
		bool light = coded && plain && coded <= WANT_CODED_KIB * 1024 &&
			     plain <= WANT_PAGE_KIB * 1024;

		printf("pages: %s%s: %.1f KiB compressed (promised: %d), %.1f as text (%d)\n",
		       light ? "" : "TOO HEAVY OR MISSING: ", paths[i], (double)coded / 1024,
		       WANT_CODED_KIB, (double)plain / 1024, WANT_PAGE_KIB);
		ok = ok && light;
		free(paths[i]);
	}
	if (fd >= 0)
		close(fd);
	return ok;
}

/* Request the first page. The server answers 503 after 10 s if it is still reading millions of medians: then
 * request it again, for ten minutes at most. */
static bool get_first(uint16_t port, unsigned int *again)
{
	const uint64_t until = clock__ns() + 600 * NSEC_PER_SEC;
	bool ok = false;

	for (*again = 0; !ok && clock__ns() < until; ++*again) {
		int fd = dial(port);

		ok = fd >= 0 && get(fd, "/") > 0;
		if (fd >= 0)
			close(fd);
	}
	--*again;
	return ok;
}

static bool measure_all(const char *db)
{
	const struct load before = load__now(0);
	uint64_t start = clock__ns();
	pid_t pid = 0;
	uint16_t port = start_server(db, &pid);
	unsigned int again = 0;
	bool ok = port && get_first(port, &again);
	double first = (double)(clock__ns() - start) / 1e6, cpu = cpu_seconds(pid);
	double want_cpu = WANT_FIRST_CPU_S + WANT_FIRST_CPU_S_A_MILLION * MILLIONS;
	double want_mib = WANT_MIB + WANT_MIB_A_MILLION * MILLIONS,
	       others = others_since(&before, pid);
	bool slow = first >= WANT_FIRST_MS + 1e3 * WANT_FIRST_CPU_S_A_MILLION * MILLIONS;
	long mib;

	printf("pages: the first one after %.2f s of CPU (promised: %.2f), %.0f ms after the start, %ld MiB%s\n",
	       cpu, want_cpu, first, resident_mib(pid),
	       !slow ? "" :
	       others < QUIET ?
		       ": TOO SLOW" :
		       ", while others kept the machine busy: the wall time does not count");
	ok = ok && cpu < want_cpu && !(slow && others < QUIET);
	if (again)
		printf("pages: it was asked for %u times before it was there\n", again);
	for (int kind = 0; kind < KINDS; kind++) {
		for (enum how how = FRESH; how <= KEPT; how++) {
			if (how == KEPT)
				fill_cache(kind, port);
			ok = measure(kind, port, pid, how) && ok;
		}
	}
	ok = weigh(port) && ok;
	ok = race_nginx(port, pid) && ok;
	mib = resident_mib(pid);
	printf("pages: largest resident size %ld MiB (promised: %.0f); promised on a quiet machine: p99 %.0f ms, "
	       "%.0f pages/s\n",
	       mib, want_mib, WANT_P99_MS, WANT_PER_S);
	kill(pid, SIGTERM);
	waitpid(pid, NULL, 0);
	return ok && mib > 0 && (double)mib < want_mib;
}

int main(int argc, char **argv)
{
	bool make = argc == 3 && streq(argv[1], "--make");
	const char *given = argc == 3 && streq(argv[1], "--db") ? argv[2] : NULL;
	char dir[] = "/var/tmp/kduel-bench-XXXXXX", own[64];
	struct err err = { "" };
	bool ok;
	int ret;

	setvbuf(stdout, NULL, _IOLBF, 0); /* keep the output if this is killed */
	big_db__define();
	if (make || given) {
		ret = make ? big_db__make(argv[2], 1, &err) : 0;
		ok = !ret && (make || measure_all(given));
	} else {
		if (!mkdtemp(dir))
			return 1;
		snprintf(own, sizeof(own), "%s/k.db", dir);
		ret = big_db__make(own, 1, &err);
		ok = !ret && measure_all(own);
		fs__rm_rf(dir);
	}
	if (!ok)
		fprintf(stderr, "bench-pages: %s\n", ret ? err.msg : "slower than promised");
	return ok ? 0 : 1;
}
