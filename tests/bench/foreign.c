// SPDX-License-Identifier: GPL-2.0-only
/*
 * foreign.c - verdicts on a million imported samples: 20,000 metrics, 10 boots of 5 iterations, with rows
 * in order and shuffled. Fails when that takes more time or memory than promised.
 */
#include "lib/clock.h"
#include "lib/rng.h"
#include "reports/csv/compare.h"

#include <math.h>
#include <sys/resource.h>
#include <unistd.h>

#define METRICS 20000
#define BOOTS 10
#define ITERS 5
#define ROWS (METRICS * BOOTS * ITERS)
#define WANT_S 2.0
#define WANT_MIB 300.0

static void shuffle(uint32_t *order, struct rng *rng)
{
	for (size_t i = ROWS; i > 1; i--) {
		size_t k = rng__below(rng, i);
		uint32_t v = order[i - 1];

		order[i - 1] = order[k];
		order[k] = v;
	}
}

/* Print row `i` of the table: boots in the order A B B A; every tenth metric is 5 % slower in B. */
static void put_row(FILE *out, uint32_t i, double noise)
{
	unsigned int metric = i / (BOOTS * ITERS), slot = i / ITERS % BOOTS;
	bool b = (slot + slot / 2) % 2;

	fprintf(out, "workload/metric-%05u,%c,%u,%u,%u,%.9g\n", metric, b ? 'B' : 'A', slot,
		slot / 2, i % ITERS, 100 * (b && metric % 10 == 0 ? 1.05 : 1) * exp(noise));
}

static int write_table(const char *path, bool shuffled)
{
	_free_ uint32_t *order = xcalloc(ROWS, sizeof(*order));
	FILE *out = fopen(path, "w");
	struct rng rng;

	if (!out)
		return -errno;
	rng__seed(&rng, 9);
	for (uint32_t i = 0; i < ROWS; i++)
		order[i] = i;
	if (shuffled)
		shuffle(order, &rng);
	fputs("metric,kernel,slot,boot,iter,value\n", out);
	for (uint32_t i = 0; i < ROWS; i++)
		put_row(out, order[i], 0.01 * rng__normal(&rng));
	return fclose(out) ? -errno : 0;
}

/* CPU seconds for reading, judging and writing; negative on an error. */
static double run(const char *path, struct err *err)
{
	struct csv_compare_opts opts = { .margin = 0.02, .bh = true };
	uint64_t start = clock__read(CLOCK_PROCESS_CPUTIME_ID);
	FILE *null = fopen("/dev/null", "w");
	struct csv_comparison *f = NULL;
	struct csv *csv = NULL;
	int ret = null ? csv__open(path, &csv, err) : err__set(err, -errno, "no /dev/null");

	if (!ret)
		ret = csv_comparison__make(csv, &opts, &f, err);
	if (!ret && (f->n_rows != METRICS || f->count[VERDICT_REGRESSION] < METRICS / 20))
		ret = err__set(err, -EIO, "%zu metrics, %u of them worse", f->n_rows,
			       f->count[VERDICT_REGRESSION]);
	if (!ret)
		ret = csv_comparison__print_csv(f, null, err);
	csv_comparison__free(f);
	csv__close(csv);
	if (null)
		fclose(null);
	return ret ? -1 : (double)(clock__read(CLOCK_PROCESS_CPUTIME_ID) - start) / NSEC_PER_SEC;
}

int main(void)
{
	char path[] = "/tmp/kduel-bench-XXXXXX";
	struct rusage use;
	bool ok = true;
	int fd = mkstemp(path);

	if (fd < 0)
		return EXIT_FAILURE;
	close(fd);
	for (int shuffled = 0; shuffled < 2; shuffled++) {
		struct err err = { .msg = "cannot write the table" };
		double s = write_table(path, shuffled) ? -1 : run(path, &err);

		if (s < 0)
			printf("FAILED - foreign: %s\n", err.msg);
		else
			printf("%s - foreign: %d rows, %s, judged in %.2f s of a CPU, wanted < %.0f s\n",
			       s < WANT_S ? "ok" : "FAILED", ROWS,
			       shuffled ? "shuffled" : "in order", s, WANT_S);
		ok = ok && s >= 0 && s < WANT_S;
	}
	unlink(path);
	getrusage(RUSAGE_SELF, &use);
	printf("%s - foreign: %.0f MiB at most, wanted < %.0f MiB\n",
	       (double)use.ru_maxrss / 1024 < WANT_MIB ? "ok" : "FAILED",
	       (double)use.ru_maxrss / 1024, WANT_MIB);
	return ok && (double)use.ru_maxrss / 1024 < WANT_MIB ? EXIT_SUCCESS : EXIT_FAILURE;
}
