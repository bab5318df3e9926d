// SPDX-License-Identifier: GPL-2.0-only
/* Counters of the running kernel: what they count in each scope, and which ones cannot be
 * opened. */
#include "collectors/pmc/pmu.h"
#include "collectors/pmc/proof.h"
#include "collectors/pmc/set.h"

#include <setjmp.h>
#include <stdarg.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#define PAGES 1000
#define NOT_PERMITTED UINT64_MAX

static char *map_pages(size_t page)
{
	/* cppcheck-suppress invalidFunctionArg ; -1 is how a mapping says that it has no file */
	char *at = mmap(NULL, PAGES * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
			0);

	assert_ptr_not_equal(at, MAP_FAILED);
	madvise(at, PAGES * page, MADV_NOHUGEPAGE);
	return at;
}

static void touch_pages(char *at, size_t page)
{
	for (size_t i = 0; i < PAGES; i++)
		at[i * page] = 1;
}

/* Real counters of the kernel: as many faults as pages touched, in any scope. */
static uint64_t faults_in(const struct pmc_scope *scope)
{
	struct pmc_slot slot = { .spec = { .event = PMC_page_faults,
					   .side = PMC_ALL,
					   .type = 1,
					   .config = pmc_event__code(PMC_page_faults) } };
	struct pmc_group g = { .slots = { &slot }, .n = 1 };
	struct pmc_reading r[1024] = { 0 };
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	struct pmc_set *set;
	uint64_t n = 0;
	char *at;

	if (pmc_set__open(&g, scope, false, &set))
		return NOT_PERMITTED;
	assert_in_range(pmc_set__cpus(set), 1, ARRAY_SIZE(r));
	at = map_pages(page);
	pmc_set__start(set);
	touch_pages(at, page);
	pmc_set__stop(set);
	pmc_set__read(set, r);
	munmap(at, PAGES * page);
	for (size_t i = 0; i < pmc_set__cpus(set); i++)
		n += r[i].value;
	pmc_set__close(set);
	return n;
}

static void expect_faults(uint64_t n, uint64_t min, uint64_t max)
{
	if (n == NOT_PERMITTED)
		skip();
	assert_in_range(n, min, max);
}

static void counts_what_happens(void **state __unused)
{
	uint64_t self = faults_in(&(struct pmc_scope){ .self = true });

	expect_faults(self, PAGES, 2 * PAGES); /* a sanitizer causes faults of its own */
	expect_faults(faults_in(&(struct pmc_scope){ .cpus = "" }), PAGES, UINT64_MAX - 1);
}

/* Our own faults and those of a child that starts while we count and is alive or dead when we
 * read. */
static void counts_the_own_processes(void **state __unused)
{
	struct pmc_slot slot = { .spec = { .event = PMC_page_faults,
					   .side = PMC_ALL,
					   .type = 1,
					   .config = pmc_event__code(PMC_page_faults) } };
	struct pmc_group g = { .slots = { &slot }, .n = 1 };
	const struct pmc_scope tree = { .tree = true };
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	struct pmc_reading r = { 0 };
	struct pmc_set *set;
	pid_t child;
	int status;

	expect_faults(faults_in(&tree), PAGES, 2 * PAGES);
	assert_true(pmc_proof__permitted(&tree));
	assert_int_equal(pmc_set__open(&g, &tree, true, &set), 0);
	assert_int_equal(pmc_set__cpus(set), 1);
	pmc_set__start(set);
	child = fork();
	assert_true(child >= 0);
	if (!child) {
		touch_pages(map_pages(page), page);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	pmc_set__stop(set);
	pmc_set__read(set, &r);
	pmc_set__close(set);
	assert_in_range(r.value, PAGES, 100 * PAGES);
	assert_true(r.running_ns && r.running_ns == r.enabled_ns);
}

/* We belong to the root cgroup and not to a new one, in which nothing happens. */
static void counts_a_cgroup_alone(void **state __unused)
{
	const char *root = access("/sys/fs/cgroup/unified", W_OK) ? "/sys/fs/cgroup" :
								    "/sys/fs/cgroup/unified";
	_free_ char *dir = xasprintf("%s/kduel-test-XXXXXX", root);
	uint64_t none;

	if (!mkdtemp(dir))
		skip();
	none = faults_in(&(struct pmc_scope){ .cgroup = dir });
	assert_int_equal(rmdir(dir), 0);
	expect_faults(none, 0, 0);
	expect_faults(faults_in(&(struct pmc_scope){ .cgroup = root }), PAGES, UINT64_MAX - 1);
}

static void what_cannot_be_opened(void **state __unused)
{
	struct pmc_slot slot = {
		.spec = { .event = PMC_page_faults, .side = PMC_ALL, .type = 1, .config = 2 }
	};
	struct pmc_group g = { .slots = { &slot }, .n = 1 };
	struct pmc_set *set = (struct pmc_set *)&g;

	assert_true(pmc_set__open(&g, &(struct pmc_scope){ .cgroup = "/nowhere" }, false, &set) <
		    0);
	assert_null(set);
	assert_true(pmc_set__open(&g, &(struct pmc_scope){ .cpus = "1999" }, false, &set) < 0);
	slot.spec.type = 0x7fffffff;
	pmc_proof__slots(&slot, 1, &(struct pmc_scope){ .cpus = "" });
	assert_true(strlen(slot.status) > 10);
}

/* Each counter needs a file on each CPU: the limit of the process is raised accordingly. */
static void more_counters_than_files(void **state __unused)
{
	const struct pmc_scope self = { .self = true };
	struct rlimit was, few;

	if (faults_in(&self) == NOT_PERMITTED)
		skip();
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &was), 0);
	few = (struct rlimit){ .rlim_cur = 3, .rlim_max = was.rlim_max };
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
	assert_in_range(faults_in(&self), PAGES, NOT_PERMITTED - 1);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &was), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_what_happens),
		cmocka_unit_test(counts_the_own_processes),
		cmocka_unit_test(counts_a_cgroup_alone),
		cmocka_unit_test(what_cannot_be_opened),
		cmocka_unit_test(more_counters_than_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
