// SPDX-License-Identifier: GPL-2.0-only
/* Which QEMU a plan gets: the system's, a fetched one, the locked one, or a clear error. */
/* run.sh: deadlines */
#include "tests/unit/fake_apt.h"

#include "runner/host/host.h"
#include "runner/packages/fetch.h"
#include "runner/packages/query.h"
#include "runner/boot/machine.h"
#include "runner/host/release.h"
#include "runner/targets/target.h"
#include "runner/targets/qemu_fetch.h"
#include "runner/targets/qemu_find.h"
#include "runner/targets/qemu_kvm.h"
#include "runner/plan/read.h"
#include "runner/plan/tlb_cores.h"

#include <sys/stat.h>

#define PACKAGE "1:10.0.2+ds-2~bpo12+1"

static char said[1000];

static void __printf(1, 2) note(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(said, sizeof(said), fmt, ap);
	va_end(ap);
}

static struct qemu *find(const char *min_version, const char *program, const struct lock *locked)
{
	struct qemu_want w = { min_version, program, locked, note, arch__find("arm64") };
	struct err err = { 0 };
	struct qemu *q;

	*said = '\0';
	if (qemu__find(&w, &q, &err))
		fail_msg("%s", err.msg);
	return q;
}

/* It must fail with `code` and a message that contains each of the texts, up to NULL. */
static __attribute__((sentinel)) void refused(int code, const char *min_version,
					      const char *program, ...)
{
	struct qemu_want w = { min_version, program, NULL, note, arch__find("arm64") };
	struct err err = { 0 };
	struct qemu *q;
	const char *text;
	va_list ap;

	assert_int_equal(qemu__find(&w, &q, &err), code);
	assert_null(q);
	va_start(ap, program);
	while ((text = va_arg(ap, const char *)))
		if (!strstr(err.msg, text))
			fail_msg("'%s' is not in: %s", text, err.msg);
	va_end(ap);
}

static void releases(void **state)
{
	unsigned int n;

	(void)state;
	assert_int_equal(qemu_release__parse("10.0.2", &n), 0);
	assert_int_equal(n, 1000);
	assert_int_equal(qemu_release__parse("9", &n), -EINVAL);
	assert_int_equal(qemu_release__parse("", &n), -EINVAL);
	assert_int_equal(qemu_release__parse("1.100", &n), -EINVAL);
	assert_int_equal(qemu_release__parse("9.x", &n), -EINVAL);
	assert_true(qemu_release__is_at_least("10.0.2", "9.2"));
	assert_true(qemu_release__is_at_least("9.2", "9.2"));
	assert_false(qemu_release__is_at_least("9.1.9", "9.2"));
	assert_false(qemu_release__is_at_least("new", "9.2"));
	assert_true(qemu_release__is_at_least("new", NULL));
}

static void system_is_new_enough(void **state)
{
	_free_ char *path = fake_path("bin/qemu-system-aarch64"), *text = NULL;
	struct qemu *q;

	(void)state;
	fake_put("system-qemu", "9.2.1");
	q = find("9.2", NULL, NULL);
	assert_string_equal(q->version, "9.2.1");
	assert_string_equal(q->program, path);
	assert_int_equal(q->data.n, 0);
	assert_int_equal(q->env.n, 0);
	assert_int_equal(q->lock.n, 0);
	text = qemu__describe(q);
	assert_non_null(strstr(text, path));
	assert_string_equal(said, "");
	assert_int_equal(fake_calls("apt"), 0);
	qemu__free(q);
}

static void check_fetched(const struct qemu *q)
{
	_free_ char *arch = hostinfo__deb_arch(), *marked = xasprintf("host-%s", arch);
	_free_ char *rom = xasprintf("%s/some.rom", q->data.v[0]);

	assert_string_equal(q->version, "10.0.2");
	assert_true(str_starts(q->program, fake_dir));
	assert_true(fs__exists(rom));
	assert_int_equal(q->env.n, 1);
	assert_true(str_starts(q->env.v[0], "LD_LIBRARY_PATH=/"));
	/* There is neither the C library nor what only an installed package needs. */
	assert_int_equal(q->lock.n, 4);
	assert_string_equal(lock__find(&q->lock, "qemu-system-arm", marked)->version, PACKAGE);
	assert_non_null(lock__find(&q->lock, "qemu-system-data", "host-all"));
	assert_non_null(lock__find(&q->lock, "libqdep", marked));
}

static void backport_is_fetched_once(void **state)
{
	struct qemu *q, *again;
	unsigned int calls;

	(void)state;
	fake_put("system-qemu", "7.2.22");
	q = find("8.2", NULL, NULL);
	check_fetched(q);
	assert_non_null(strstr(said, "fetching 10.0.2 from "));
	assert_int_equal(fake_calls("apt-get -q download"), 1);
	calls = fake_calls("apt");
	fake_put("offline", "");
	fake_put("dropped", "");
	again = find("8.2", NULL, NULL);
	check_fetched(again);
	assert_string_equal(q->program, again->program);
	assert_int_equal(fake_calls("apt"), calls);
	assert_string_equal(said, "");
	qemu__free(again);
	/* If the system's QEMU is new enough, it is used all the same. */
	again = find("7.0", NULL, NULL);
	assert_string_equal(again->version, "7.2.22");
	qemu__free(again);
	qemu__free(q);
}

static void no_system_qemu(void **state)
{
	struct qemu *q;

	(void)state;
	q = find(NULL, NULL, NULL);
	check_fetched(q);
	qemu__free(q);
}

static void named_one_is_never_replaced(void **state)
{
	_free_ char *path = fake_path("bin/qemu-system-aarch64"), *none = fake_path("none");
	struct qemu *q;

	(void)state;
	fake_put("system-qemu", "7.2.22");
	refused(-ENOTCONN, "8.2", path, "QEMU 8.2 or newer", path, "7.2.22", "target.qemu", NULL);
	refused(-ENOTCONN, "8.2", none, none, "no program", NULL);
	refused(-ENOTCONN, "8.2", "true", "true --version", NULL);
	assert_int_equal(fake_calls("apt"), 0);
	q = find("7.2", path, NULL);
	assert_string_equal(q->version, "7.2.22");
	qemu__free(q);
}

static void says_what_was_looked_for(void **state)
{
	(void)state;
	fake_put("system-qemu", "7.2.22");
	refused(-ENOTCONN, "11.0", NULL, "QEMU 11.0 or newer", "system has 7.2.22", "cache none",
		"-backports (", "has only 10.0.2", NULL);
	assert_int_equal(fake_calls("apt-get -q download"), 0);
	fake_remove("cache");
	fake_put("offline", "");
	refused(-ENOTCONN, "9.2", NULL, "QEMU 9.2 or newer", "system has 7.2.22",
		"cannot be fetched", NULL);
	fake_remove("system-qemu");
	fake_remove("offline");
	fake_put("dropped", "");
	refused(-ENOTCONN, NULL, NULL, "QEMU is not available", "system has none",
		"no package qemu-system-arm", NULL);
}

/* A QEMU that does not find its libraries must not be put into the cache. */
static void broken_one_is_not_kept(void **state)
{
	struct strvec dirs = { 0 };

	(void)state;
	fake_put("system-qemu", "7.2.22");
	fake_put("no-qdep", "");
	refused(-ENOTCONN, "9.2", NULL, "does not run here", "libqdep.so: not found", NULL);
	qemu_fetch__installed(&dirs);
	assert_int_equal(dirs.n, 0);
	strvec__release(&dirs);
}

static void lock_decides(void **state)
{
	struct strvec names = { 0 };
	struct lock guest = { 0 }, lock = { 0 };
	struct qemu *q, *locked;
	struct err err;

	(void)state;
	fake_put("system-qemu", "7.2.22");
	q = find("8.2", NULL, NULL);
	fake_put("system-qemu", "11.0.0");
	fake_remove("cache/kduel/qemu");
	fake_put("offline", "");
	locked = find("8.2", NULL, &q->lock);
	check_fetched(locked);
	/* Host packages in the lock are not taken for guest packages. */
	lock__merge(&lock, &q->lock);
	lock__add(&lock, "hello", "1.0-1", "all", q->lock.v[0].sha256);
	strvec__push(&names, "hello");
	assert_int_equal(apt__resolve_locked("arm64", &names, true, &lock, &guest, &err), 0);
	assert_int_equal(guest.n, 1);
	lock__release(&guest);
	lock__release(&lock);
	strvec__release(&names);
	qemu__free(locked);
	qemu__free(q);
}

static struct plan *plan_of(const char *target)
{
	_free_ char *text = xasprintf("variants:\n- name: a\n  cpu: max\n  kernel: {packages: [x], "
				      "suites: [y]}\n- name: b\n  cpu: neoverse-n2\n  kernel: "
				      "{packages: [x], suites: [y]}\nbaseline: a\n"
				      "workloads: [boot]\ntarget: {%s}\n",
				      target);
	struct plan_diag diag = { 0 };
	struct plan *plan;

	if (plan__parse("p.yaml", text, strlen(text), &plan, &diag))
		fail_msg("%s", diag.msgs.v[0]);
	return plan;
}

static int prepare(const struct plan *plan, struct lock *lock, struct qemu **q, struct err *err)
{
	const struct target_prep prep = { NULL, lock, note };

	return target_qemu.prepare(plan, &prep, q, err);
}

/* All variants use the same QEMU: one that is new enough for the most demanding CPU. */
static void plan_gets_one(void **state)
{
	struct plan *plan = plan_of("cpus: 2");
	struct strvec argv = { 0 };
	struct lock lock = { 0 };
	struct boot_spec spec;
	struct qemu *q;
	struct err err;

	(void)state;
	fake_put("system-qemu", "7.2.22");
	assert_int_equal(prepare(plan, &lock, &q, &err), 0);
	check_fetched(q);
	assert_int_equal(lock.n, 4);
	spec = (struct boot_spec){ .plan = plan,
				   .variant = &plan->variants[0],
				   .qemu = q,
				   .kernel = "K",
				   .initrd = "I",
				   .run_dir = "RUN" };
	assert_int_equal(target_qemu.command(&spec, &argv, &err), 0);
	assert_string_equal(argv.v[0], "env");
	assert_string_equal(argv.v[1], q->env.v[0]);
	assert_string_equal(argv.v[2], q->program);
	assert_string_equal(argv.v[3], "-L");
	assert_string_equal(argv.v[4], q->data.v[0]);
	strvec__release(&argv);
	lock__release(&lock);
	qemu__free(q);
	plan__free(plan);
}

static void plan_is_named_in_errors(void **state)
{
	struct plan *plan = plan_of("qemu: qemu-system-aarch64");
	struct lock lock = { 0 };
	struct qemu *q;
	struct err err;

	(void)state;
	fake_put("system-qemu", "7.2.22");
	assert_int_equal(prepare(plan, &lock, &q, &err), -ENOTCONN);
	assert_non_null(strstr(err.msg, "p.yaml:5:3: CPU 'neoverse-n2': QEMU 8.2 or newer"));
	plan__free(plan);
	plan = plan_of("qemu: qemu-system-aarch64, min_qemu: 9.2");
	assert_string_equal(plan->target.min_qemu, "9.2");
	assert_int_equal(prepare(plan, &lock, &q, &err), -ENOTCONN);
	assert_non_null(strstr(err.msg, "p.yaml: target.min_qemu: QEMU 9.2 or newer"));
	plan__free(plan);
}

static void key_of(const struct plan *plan, const struct qemu *qemu, char key[MACHINE_KEY_LEN])
{
	struct tlb_cores tlb = { 0 };
	struct err err = { "" };

	if (tlb_cores__load(plan, &tlb, &err))
		fail_msg("%s", err.msg);
	machine__key(plan, &target_qemu, qemu, &tlb, "", key);
	tlb_cores__release(&tlb);
}

/* Times under emulation depend on QEMU's version; those under KVM do not. */
static void machine_key_has_the_emulator(void **state)
{
	struct qemu old = { .version = (char *)"7.2.22" }, new = { .version = (char *)"10.0.2" };
	char a[MACHINE_KEY_LEN], b[MACHINE_KEY_LEN], c[MACHINE_KEY_LEN];
	struct plan *plan = plan_of("cpus: 2");

	(void)state;
	key_of(plan, &old, a);
	key_of(plan, &new, b);
	key_of(plan, &old, c);
	assert_string_not_equal(a, b);
	assert_string_equal(a, c);
	plan->target.accel = ACCEL_KVM;
	key_of(plan, &old, a);
	key_of(plan, &new, b);
	assert_string_equal(a, b);
	plan__free(plan);
}

/* Counts in exact mode depend on QEMU's version and on the simulated cores. */
static void machine_key_has_the_simulated_cores(void **state)
{
	struct qemu old = { .version = (char *)"9.2.0" }, new = { .version = (char *)"10.0.2" };
	char a[MACHINE_KEY_LEN], b[MACHINE_KEY_LEN], c[MACHINE_KEY_LEN];
	struct plan *plan = plan_of("cpus: 2");

	(void)state;
	key_of(plan, &new, a);
	strvec__push(&plan->tlb_cores, "neoverse-n1");
	key_of(plan, &new, b);
	assert_string_equal(a, b); /* nothing is simulated without exact mode */
	plan->exact = true;
	key_of(plan, &old, a);
	key_of(plan, &new, b);
	assert_string_not_equal(a, b);
	strvec__push(&plan->tlb_cores, "generic-large");
	key_of(plan, &new, c);
	assert_string_not_equal(b, c);
	strvec__release(&plan->tlb_cores);
	key_of(plan, &new, a); /* generic, not neoverse-n1 */
	assert_string_not_equal(a, c);
	plan__free(plan);
}

/* A fake QEMU: a shell script. */
static struct qemu *scripted(const char *lines)
{
	_free_ char *path = fake_path("scripted-qemu");
	_free_ char *text = xasprintf("#!/bin/sh\necho try >>%s/tries\necho \"$@\" >%s/words\n%s\n",
				      fake_dir, fake_dir, lines);
	struct qemu *q = xcalloc(1, sizeof(*q));

	fake_put("scripted-qemu", text);
	assert_int_equal(chmod(path, 0755), 0);
	q->program = xstrdup(path);
	q->version = xstrdup("10.0.2");
	return q;
}

/* /dev/kvm works, but guests do not: QEMU's message is reported, and the result is cached for this boot of
 * the host. */
static void kvm_without_guests(void **state)
{
	struct qemu *q = scripted(
		"echo \"$0: error: failed to set MSR 0x10a\"; echo more; kill -ABRT $$");
	const struct arch *amd64 = arch__find("amd64");
	struct err err = { "" };
	size_t len;
	_free_ char *tries = fake_path("tries"), *text = NULL;

	(void)state;
	for (int i = 0; i < 2; i++) {
		assert_int_equal(qemu_kvm__try(q, amd64, "kvm", &err), -ENOTCONN);
		assert_string_equal(err.msg, "QEMU ended with 134: scripted-qemu: error: failed to "
					     "set MSR 0x10a");
	}
	assert_int_equal(fs__read(tries, 1000, &text, &len), 0);
	assert_string_equal(text, "try\n");
	qemu__free(q);
}

/* Each architecture has its own machine type, and exit status of the guest. */
static void kvm_with_guests(void **state)
{
	struct qemu *q = scripted("exit 33");
	struct err err = { "" };
	_free_ char *words = fake_path("words"), *text = NULL;

	(void)state;
	assert_int_equal(qemu_kvm__try(q, arch__find("amd64"), "kvm", &err), 0);
	assert_int_equal(qemu_kvm__try(q, arch__find("amd64"), "kvm", &err), 0);
	assert_int_equal(fs__read(words, 4000, &text, NULL), 0);
	assert_non_null(strstr(text, "-machine q35 -accel kvm -cpu host"));
	qemu__free(q);
	q = scripted("exit 33 # that is how a PC ends");
	assert_int_equal(qemu_kvm__try(q, arch__find("arm64"), "kvm", &err), -ENOTCONN);
	assert_string_equal(err.msg, "QEMU ended with 33");
	qemu__free(q);
	q = scripted("exit 0 # and that an Arm machine");
	assert_int_equal(qemu_kvm__try(q, arch__find("arm64"), "kvm", &err), 0);
	qemu__free(q);
}

/* A CPU chosen by kduel is replaced by an emulated one; a CPU that the plan names is not. */
static void emulates_in_place_of_kvm(void **state)
{
	struct plan *plan = plan_of("cpus: 2");

	(void)state;
	assert_false(plan__emulate(plan, "no guest runs"));
	assert_null(plan->target.no_kvm);
	assert_string_equal(plan->variants[0].cpu, "max");
	for (size_t i = 0; i < plan->n_variants; i++) {
		free(plan->variants[i].cpu);
		plan->variants[i].cpu = xstrdup("host");
		plan->variants[i].emulated_arg = xstrdup("max,pauth=off");
	}
	assert_int_equal(target_qemu.platform(plan, ""), PLATFORM_KVM);
	assert_true(plan__emulate(plan, "no guest runs"));
	assert_int_equal(target_qemu.platform(plan, ""), PLATFORM_TCG);
	assert_string_equal(plan->target.no_kvm, "no guest runs");
	assert_string_equal(plan->variants[1].cpu, "max");
	assert_string_equal(plan->variants[1].cpu_arg, "max,pauth=off");
	plan__free(plan);
}

/* QEMU's options for hot-added memory. Caller frees. */
static char *command_of(const struct plan *plan)
{
	struct qemu q = { .program = (char *)"QEMU" };
	const struct boot_spec spec = { .plan = plan,
					.variant = &plan->variants[0],
					.qemu = &q,
					.kernel = "K",
					.initrd = "I",
					.run_dir = "RUN" };
	struct strvec argv = { 0 };
	struct err err = { "" };
	char *text;

	if (target_qemu.command(&spec, &argv, &err))
		fail_msg("%s", err.msg);
	text = strvec__join(&argv, " ");
	strvec__release(&argv);
	return text;
}

static void memory_is_added_by_virtio_mem(void **state)
{
	struct plan *plan = plan_of("memory: 1G, hotplug: [256M, {size: 2G, block: 1G}]");
	_free_ char *text = command_of(plan), *none = NULL;

	(void)state;
	assert_non_null(strstr(text, " -m 1024M,maxmem=6402M "));
	assert_non_null(
		strstr(text,
		       " -object memory-backend-ram,id=hotplug0,size=256M -device "
		       "virtio-mem-pci,ioeventfd=off,memdev=hotplug0,block-size=2M,requested-size=256M "
		       "-object memory-backend-ram,id=hotplug1,size=2048M -device "
		       "virtio-mem-pci,ioeventfd=off,memdev=hotplug1,block-size=1024M,"
		       "requested-size=2048M "));
	assert_non_null(strstr(text, " memhp_default_state=online_movable"));
	assert_int_equal(plan_target__memory(&plan->target), (1024ull + 256 + 2048) << 20);
	plan__free(plan);
	plan = plan_of("memory: 1G");
	none = command_of(plan);
	assert_non_null(strstr(none, " -m 1024M -"));
	assert_null(strstr(none, "hotplug"));
	assert_null(strstr(none, "memhp"));
	plan__free(plan);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(releases),
		cmocka_unit_test_setup(system_is_new_enough, fake_fresh),
		cmocka_unit_test_setup(backport_is_fetched_once, fake_fresh),
		cmocka_unit_test_setup(no_system_qemu, fake_fresh),
		cmocka_unit_test_setup(named_one_is_never_replaced, fake_fresh),
		cmocka_unit_test_setup(says_what_was_looked_for, fake_fresh),
		cmocka_unit_test_setup(broken_one_is_not_kept, fake_fresh),
		cmocka_unit_test_setup(lock_decides, fake_fresh),
		cmocka_unit_test_setup(plan_gets_one, fake_fresh),
		cmocka_unit_test_setup(kvm_without_guests, fake_fresh),
		cmocka_unit_test_setup(kvm_with_guests, fake_fresh),
		cmocka_unit_test(emulates_in_place_of_kvm),
		cmocka_unit_test(memory_is_added_by_virtio_mem),
		cmocka_unit_test(machine_key_has_the_emulator),
		cmocka_unit_test(machine_key_has_the_simulated_cores),
		cmocka_unit_test_setup(plan_is_named_in_errors, fake_fresh),
	};

	setenv("KDUEL_CONFIG_DIR", "configs", 1);
	return cmocka_run_group_tests(tests, fake_setup, fake_teardown);
}
