// SPDX-License-Identifier: GPL-2.0-only
/* qemu.c - boot arm64 kernels in QEMU, emulated (TCG) or under KVM. */
#include "lib/units.h"
#include "runner/cpus.h"
#include "runner/qemu-release.h"
#include "runner/supervise.h"
#include "runner/target.h"
#include "runner/targets/qemu-find.h"

#include <sched.h>
#include <sys/socket.h>
#include <unistd.h>

#define PORT_NAME "org.kduel.0"
/* GICv2, the virt machine's default, serves at most this many CPUs. */
#define GICV2_CPUS 8

static bool use_kvm(const struct plan *plan)
{
	if (plan->target.accel != ACCEL_AUTO)
		return plan->target.accel == ACCEL_KVM;
	for (size_t i = 0; i < plan->n_variants; i++)
		if (!streq(plan->variants[i].cpu, "host"))
			return false;
	return true;
}

static enum metric_platform platform(const struct plan *plan)
{
	return use_kvm(plan) ? PLATFORM_KVM : PLATFORM_TCG;
}

/* Asked to pin to CPUs that are not there, the kernel takes those that are, or none. */
static int check_host_cpus(const struct plan *plan, struct err *err)
{
	const struct strvec *pin = &plan->target.host_cpus;
	unsigned int cpu[CPU_SETSIZE];
	int n = pin->n ? units__cpu_list(pin->v[0], cpu, ARRAY_SIZE(cpu)) : 0;
	cpu_set_t want, got, old;

	if (n <= 0 || sched_getaffinity(0, sizeof(old), &old) < 0)
		return 0;
	CPU_ZERO(&want);
	for (int i = 0; i < n && i < CPU_SETSIZE; i++)
		CPU_SET(cpu[i], &want);
	n = sched_setaffinity(0, sizeof(want), &want) < 0 ||
	    sched_getaffinity(0, sizeof(got), &got) < 0 || !CPU_EQUAL(&want, &got);
	sched_setaffinity(0, sizeof(old), &old);
	return n ? err__set(err, -EOPNOTSUPP, "%s: target.host_cpus '%s' names CPUs that are not "
			    "here or may not be used", plan->path, pin->v[0]) : 0;
}

static int check(const struct plan *plan, struct err *err)
{
	if (use_kvm(plan) && access("/dev/kvm", R_OK | W_OK) < 0)
		return err__set(err, -ENOTCONN, "the plan wants KVM, but /dev/kvm cannot be "
				"opened: %s", strerror(errno));
	return check_host_cpus(plan, err);
}

/* The oldest QEMU release that has every CPU of the plan (NULL: any), and who asks for it. */
static const char *oldest(const struct plan *plan, const struct cpus *cpus,
			  const struct plan_variant **who)
{
	const char *need = plan->target.min_qemu;

	*who = NULL;
	for (size_t i = 0; i < plan->n_variants; i++) {
		const struct cpu_model *cpu = cpus__find(cpus, plan->variants[i].cpu);

		if (!cpu || (need && qemu_release__is_at_least(need, cpu->min_qemu)))
			continue;
		need = cpu->min_qemu;
		*who = &plan->variants[i];
	}
	return need;
}

static int prepare(const struct plan *plan, const struct target_prep *prep, struct qemu **qemu,
		   struct err *err)
{
	const struct plan_variant *who;
	struct qemu_want want = { .program = plan->target.qemu, .locked = prep->want,
				  .note = prep->note };
	struct cpus *cpus;
	int ret = cpus__load(&cpus, err);

	if (ret)
		return ret;
	want.min_version = oldest(plan, cpus, &who);
	ret = qemu__find(&want, qemu, err);
	if (!ret)
		lock__merge(prep->lock, &(*qemu)->lock);
	else if (who)
		err__prefix(err, ret, "%s:%d:%d: CPU '%s': ", plan->path, who->line, who->col,
			    who->cpu);
	else
		err__prefix(err, ret, "%s: target.min_qemu: ", plan->path);
	cpus__free(cpus);
	return ret;
}

static char *cmdline(const struct boot_spec *spec)
{
	const char *extra = spec->variant->cmdline;

	return xasprintf("console=ttyAMA0 earlycon panic=-1 kduel.port=" PORT_NAME "%s%s%s%s%s",
			 spec->modules && *spec->modules ? " kduel.modules=" : "",
			 spec->modules ? spec->modules : "",
			 spec->root ? " kduel.root=/dev/vda" : "", *extra ? " " : "", extra);
}

/* QEMU splits its option strings at commas; a doubled comma is one of the value. */
static char *escape(const char *path)
{
	char *out = xcalloc(2 * strlen(path) + 1, 1), *o = out;

	for (; *path; path++) {
		*o++ = *path;
		if (*path == ',')
			*o++ = ',';
	}
	return out;
}

static int push_cpu(const struct boot_spec *spec, struct strvec *argv, struct err *err)
{
	const struct cpu_model *model;
	_free_ char *arg = NULL;
	struct cpus *cpus;
	int ret = cpus__load(&cpus, err);

	if (ret)
		return ret;
	model = cpus__find(cpus, spec->variant->cpu);
	if (model) {
		arg = cpu_model__arg(model);
		strvec__push_all(argv, "-cpu", arg, NULL);
	} else {
		ret = err__set(err, -EINVAL, "no CPU '%s' in configs/cpus.yaml",
			       spec->variant->cpu);
	}
	cpus__free(cpus);
	return ret;
}

static void push_root(const struct boot_spec *spec, struct strvec *argv)
{
	_free_ char *root = NULL;

	if (!spec->root)
		return;
	root = escape(spec->root);
	strvec__push(argv, "-drive");
	strvec__pushf(argv, "file=%s,if=none,id=root,format=raw,snapshot=on", root);
	strvec__push_all(argv, "-device", "virtio-blk-pci,drive=root", NULL);
}

static int push_qemu(const struct boot_spec *spec, struct strvec *argv, struct err *err)
{
	const struct plan_target_opts *t = &spec->plan->target;
	bool kvm = use_kvm(spec->plan);
	_free_ char *append = cmdline(spec);
	int ret;

	strvec__push(argv, spec->qemu->program);
	if (spec->qemu->data)
		strvec__push_all(argv, "-L", spec->qemu->data, NULL);
	strvec__push_all(argv, "-nodefaults", "-no-user-config", "-display", "none",
			 "-no-reboot", "-machine", NULL);
	strvec__pushf(argv, "virt%s", t->cpus > GICV2_CPUS ? ",gic-version=3" :
		      kvm ? ",gic-version=host" : "");
	strvec__push_all(argv, "-accel", kvm ? "kvm" : "tcg,thread=multi", NULL);
	ret = push_cpu(spec, argv, err);
	if (ret)
		return ret;
	strvec__push(argv, "-smp");
	strvec__pushf(argv, "%u", t->cpus);
	strvec__push(argv, "-m");
	strvec__pushf(argv, "%lluM", (unsigned long long)(t->memory >> 20));
	strvec__push(argv, "-seed");
	strvec__pushf(argv, "%u", (unsigned int)(spec->seed & 0x7fffffff));
	strvec__push_all(argv, "-kernel", spec->kernel, "-initrd", spec->initrd, "-append", append,
			 "-serial", NULL);
	/* Here alone QEMU takes the rest of the word as it is. */
	strvec__pushf(argv, "file:%s/console.log", spec->run_dir);
	strvec__push_all(argv, "-device", "virtio-serial-pci", "-chardev", "socket,id=agent,fd=3",
			 "-device", "virtserialport,chardev=agent,name=" PORT_NAME, NULL);
	push_root(spec, argv);
	return 0;
}

/* As a shell would be given it: what the program alone gets in its environment comes first. */
static int command(const struct boot_spec *spec, struct strvec *argv, struct err *err)
{
	const struct strvec *env = &spec->qemu->env;

	if (env->n)
		strvec__push(argv, "env");
	for (size_t i = 0; i < env->n; i++)
		strvec__push(argv, env->v[i]);
	return push_qemu(spec, argv, err);
}

static int start(const struct boot_spec *spec, struct target_run *run, struct err *err)
{
	const struct strvec *pin = &spec->plan->target.host_cpus;
	_free_ char *output = xasprintf("%s/output.log", spec->run_dir);
	struct strvec argv = { 0 };
	struct supervised s;
	int sv[2], ret;

	*run = (struct target_run){ .fd = -1, .leash = -1 };
	ret = push_qemu(spec, &argv, err);
	if (!ret && socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sv) < 0)
		ret = err__set(err, -errno, "cannot make a socket pair: %s", strerror(errno));
	if (ret)
		goto out;
	ret = supervise__start(&(struct supervise_opts){ .argv = argv.v,
							  .env = spec->qemu->env.v,
							  .run_dir = spec->run_dir,
							  .output = output,
							  .channel = sv[1],
							  .cpus = pin->n ? pin->v[0] : NULL },
			       &s, err);
	close(sv[1]);
	if (ret) {
		close(sv[0]);
		goto out;
	}
	run->fd = sv[0];
	run->supervisor = s.pid;
	run->leash = s.leash;
	run->console = xasprintf("%s/console.log", spec->run_dir);
out:
	strvec__release(&argv);
	return ret;
}

static int wait_end(struct target_run *run, unsigned int ms, int *status)
{
	struct supervised s = { run->supervisor, run->leash };

	return supervise__wait(&s, ms, status);
}

static void stop(struct target_run *run)
{
	struct supervised s = { run->supervisor, run->leash };

	base__close_fd(&run->fd);
	supervise__stop(&s);
	free(run->console);
	*run = (struct target_run){ .fd = -1, .leash = -1 };
}

const struct target_ops target_qemu = {
	.name = "qemu",
	.check = check,
	.prepare = prepare,
	.command = command,
	.cmdline = cmdline,
	.start = start,
	.wait = wait_end,
	.stop = stop,
	.platform = platform,
};
