// SPDX-License-Identifier: GPL-2.0-only
/* qemu.c - boot kernels in QEMU, emulated (TCG) or under KVM. */
#include "lib/units.h"
#include "runner/config/cpus.h"
#include "runner/host/arch.h"
#include "runner/host/host.h"
#include "runner/host/release.h"
#include "runner/targets/target.h"
#include "runner/targets/channel.h"
#include "runner/targets/qemu_exact.h"
#include "runner/targets/qemu_find.h"
#include "runner/targets/qemu_hotplug.h"
#include "runner/targets/qemu_kvm.h"
#include "runner/targets/qemu_words.h"

#define PORT_NAME "org.kduel.0"
/* GICv2, the default of the virt machine, supports at most this many CPUs. */
#define GICV2_CPUS 8

/* KVM on a host that is itself emulated still counts as emulation. */
static enum metric_platform platform(const struct plan *plan, const char *root)
{
	if (plan__uses_kvm(plan) && hostinfo__platform(root) != PLATFORM_TCG)
		return PLATFORM_KVM;
	return plan->exact ? PLATFORM_ICOUNT : PLATFORM_TCG;
}

/* Check that the host can run the plan at all, before anything is downloaded. */
static int check(const struct plan *plan, struct err *err)
{
	int ret = plan__uses_kvm(plan) ? hostinfo__check_kvm(plan__arch(plan), err) : 0;

	if (ret)
		return err__prefix(err, ret, "the plan wants KVM: ");
	ret = plan->exact ? qemu_exact__check(plan, err) : 0;
	return ret ? ret : channel__check_cpus(plan, err);
}

/* The oldest QEMU release that the plan can use (NULL: any). *who is the variant whose CPU requires
 * it, or NULL if the plan itself does. */
static const char *min_release(const struct plan *plan, const struct cpus *cpus,
			       const struct plan_variant **who)
{
	const char *need = plan->target.min_qemu;

	*who = NULL;
	if (plan->exact && !(need && qemu_release__is_at_least(need, QEMU_EXACT_MODE)))
		need = QEMU_EXACT_MODE;
	for (size_t i = 0; i < plan->n_variants; i++) {
		const struct cpu_model *cpu = cpus__find(cpus, plan->variants[i].cpu,
							 plan->variants[i].kernel.arch);

		if (!cpu || (need && qemu_release__is_at_least(need, cpu->min_qemu)))
			continue;
		need = cpu->min_qemu;
		*who = &plan->variants[i];
	}
	return need;
}

/* If kduel fetched the QEMU, its packages become part of the campaign's lock. */
static int prepare(const struct plan *plan, const struct target_prep *prep, struct qemu **qemu,
		   struct err *err)
{
	const struct plan_variant *who;
	struct qemu_want want = { .arch = arch__find(plan__arch(plan)),
				  .program = plan->target.qemu,
				  .locked = prep->want,
				  .note = prep->note };
	_cleanup_(cpus__freep) struct cpus *cpus = NULL;
	int ret = cpus__load(&cpus, err);

	if (ret)
		return ret;
	want.min_version = min_release(plan, cpus, &who);
	ret = qemu__find(&want, qemu, err);
	if (!ret)
		lock__merge(prep->lock, &(*qemu)->lock);
	else if (who)
		err__prefix(err, ret, "%s:%d:%d: CPU '%s': ", plan->path, who->line, who->col,
			    who->cpu);
	else if (plan->exact)
		err__prefix(err, ret, "%s: exact: true: ", plan->path);
	else
		err__prefix(err, ret, "%s: target.min_qemu: ", plan->path);
	return ret;
}

/* Find out now whether KVM can run a guest, rather than by a campaign in which every boot fails. */
static int settle(struct plan *plan, const struct qemu *qemu,
		  void (*note)(const char *fmt, ...) __printf(1, 2), struct err *err)
{
	int ret = plan__uses_kvm(plan) ?
			  qemu_kvm__try(qemu, arch__find(plan__arch(plan)), "kvm", err) :
			  0;

	if (ret == -ENOTCONN && plan__emulate(plan, err->msg)) {
		note("accel   tcg: /dev/kvm exists, but no guest runs (%s); times under emulation get "
		     "no verdict",
		     err->msg);
		return 0;
	}
	if (ret == -ENOTCONN)
		err__prefix(err, ret,
			    "%s: the plan wants KVM, but no guest runs (say 'accel: tcg' with a CPU "
			    "such as max, or leave both out, and kduel emulates): ",
			    plan->path);
	return ret;
}

/* Kernel parameters that depend on the machine type. no_timer_check: on a busy host, an emulated
 * PC's timer interrupts may be late, and an x86 kernel that checks them may panic. */
static const char *machine_words(const struct boot_spec *spec)
{
	if (streq(spec->variant->kernel.arch, ARCH_ARM64))
		return "console=ttyAMA0 earlycon";
	return spec->exact || plan__uses_kvm(spec->plan) ? "console=ttyS0" :
							   "console=ttyS0 no_timer_check";
}

/* panic=-1 resets the guest at once on a panic, and -no-reboot makes QEMU exit on a reset, so a
 * panic does not cost a timeout. printk.time=1 is for telling kernel messages from other output on
 * the console; the variant's words come last and may override it. */
static char *cmdline(const struct boot_spec *spec)
{
	const char *extra = spec->variant->cmdline;
	_free_ char *exact = spec->exact ? qemu_exact__cmdline(spec) : xstrdup("");
	const char *disk = spec->exact ? "/dev/pmem0" : "/dev/vda";

	return xasprintf("%s printk.time=1 panic=-1 kduel.port=" PORT_NAME "%s%s%s%s%s%s%s%s%s",
			 machine_words(spec),
			 spec->modules && *spec->modules ? " kduel.modules=" : "",
			 spec->modules ? spec->modules : "", spec->root ? " kduel.root=" : "",
			 spec->root ? disk : "", exact, qemu_hotplug__cmdline(&spec->plan->target),
			 spec->plan->guest_network ? " kduel.network=user" : "", *extra ? " " : "",
			 extra);
}

/* The value of -machine. In exact mode the root image of a PC is an NVDIMM, which needs
 * nvdimm=on. */
static char *machine(const struct boot_spec *spec)
{
	const unsigned int cpus = spec->plan->target.cpus;

	if (streq(spec->variant->kernel.arch, ARCH_AMD64))
		return xstrdup(spec->exact && spec->root ? "q35,nvdimm=on" : "q35");
	return xasprintf("virt%s", cpus > GICV2_CPUS	      ? ",gic-version=3" :
				   plan__uses_kvm(spec->plan) ? ",gic-version=host" :
								"");
}

/* Append QEMU and the options for the machine, without devices. */
static int push_machine(const struct boot_spec *spec, struct strvec *argv, struct err *err)
{
	const struct plan_target_opts *t = &spec->plan->target;
	const struct plan_variant *v = spec->variant;
	_free_ char *name = machine(spec), *maxmem = NULL;

	if (!v->cpu_arg)
		return err__set(err, -EINVAL, "no CPU '%s' in configs/cpus.yaml", v->cpu);
	strvec__push(argv, spec->qemu->program);
	for (size_t i = 0; i < spec->qemu->data.n; i++)
		strvec__push_all(argv, "-L", spec->qemu->data.v[i], NULL);
	strvec__push_all(argv, "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot",
			 "-machine", name, NULL);
	if (spec->exact)
		qemu_exact__push_clock(argv);
	else
		strvec__push_all(argv, "-accel",
				 plan__uses_kvm(spec->plan) ? "kvm" : "tcg,thread=multi", NULL);
	strvec__push_all(argv, "-cpu", v->cpu_arg, "-smp", NULL);
	strvec__pushf(argv, "%u", t->cpus);
	if (spec->exact)
		return qemu_exact__push_memory(spec, argv, err);
	maxmem = qemu_hotplug__maxmem(t, spec->variant->memory);
	strvec__push(argv, "-m");
	strvec__pushf(argv, "%lluM%s", (unsigned long long)(spec->variant->memory >> 20), maxmem);
	return 0;
}

/* Append the complete command of a boot, without the environment. */
static int push_command(const struct boot_spec *spec, struct strvec *argv, struct err *err)
{
	_free_ char *append = cmdline(spec);
	int ret = push_machine(spec, argv, err);

	if (ret)
		return ret;
	strvec__push(argv, "-seed");
	/* -seed takes an int. It seeds QEMU's own random numbers, including the seeds that the
	 * guest finds in the device tree. */
	strvec__pushf(argv, "%u", (unsigned int)(spec->seed & 0x7fffffff));
	strvec__push_all(argv, "-kernel", spec->kernel, "-initrd", spec->initrd, "-append", append,
			 "-serial", NULL);
	/* Here, unlike in other options, QEMU takes the path literally: do not escape it. */
	strvec__pushf(argv, "file:%s/console.log", spec->run_dir);
	qemu_hotplug__push_devices(&spec->plan->target, argv);
	if (spec->exact) {
		qemu_exact__push_channels(spec, PORT_NAME, argv);
		return qemu_exact__push_plugin(spec, argv, err);
	}
	strvec__push_all(argv, "-device", "virtio-serial-pci", "-chardev", "socket,id=agent,fd=3",
			 "-device", "virtserialport,chardev=agent,name=" PORT_NAME, NULL);
	if (spec->root) {
		/* snapshot=on: writes go to a temporary file, as all boots share the image */
		_free_ char *root = qemu_words__escape(spec->root);

		strvec__push(argv, "-drive");
		strvec__pushf(argv, "file=%s,if=none,id=root,format=raw,snapshot=on", root);
		strvec__push_all(argv, "-device", "virtio-blk-pci,drive=root", NULL);
	}
	/* User-mode networking needs no privileges. romfile= omits the boot ROM, whose file is in
	 * a package of its own. */
	if (spec->plan->guest_network)
		strvec__push_all(argv, "-netdev", "user,id=net", "-device",
				 "virtio-net-pci,netdev=net,romfile=", NULL);
	return 0;
}

/* For the command as shown to users, QEMU's own environment is set by env(1). */
static int command(const struct boot_spec *spec, struct strvec *argv, struct err *err)
{
	const struct strvec *env = &spec->qemu->env;

	if (env->n)
		strvec__push(argv, "env");
	for (size_t i = 0; i < env->n; i++)
		strvec__push(argv, env->v[i]);
	return push_command(spec, argv, err);
}

/* Open both ends of the channel to the agent. In exact mode QEMU writes to a file: *ours reads that
 * file, and *theirs is -1. */
static int open_channel(const struct boot_spec *spec, int *ours, int *theirs, struct err *err)
{
	struct strvec machine = { 0 };
	int ret;

	*theirs = -1;
	if (spec->exact) {
		ret = push_machine(spec, &machine, err);
		if (!ret)
			ret = qemu_exact__prepare(spec, &machine, err);
		strvec__release(&machine);
		*ours = ret ? ret : qemu_exact__open_output(spec, err);
		return *ours < 0 ? *ours : 0;
	}
	return channel__open(ours, theirs, err);
}

/* Make the command before opening the channel, so that a failure leaks no descriptors. */
static int start(const struct boot_spec *spec, struct target_run *run, struct err *err)
{
	_cleanup_(strvec__release) struct strvec argv = { 0 };
	int ours = -1, theirs = -1;
	int ret;

	*run = (struct target_run){ .fd = -1, .leash = -1 };
	ret = push_command(spec, &argv, err);
	if (!ret)
		ret = open_channel(spec, &ours, &theirs, err);
	if (!ret)
		ret = channel__launch(spec, &argv, spec->qemu->env.v, "output.log", ours, theirs,
				      run, err);
	if (!ret)
		run->console = xasprintf("%s/console.log", spec->run_dir);
	return ret;
}

/* Modules are loaded in this order, each with its dependencies. */
static const struct need needs[] = {
	NEED(.symbol = "BLK_DEV_INITRD", .why = "the agent is /init of an initramfs"),
	NEED(.symbol = "BINFMT_ELF", .why = "the agent and all programs are ELF"),
	NEED(.symbol = "DEVTMPFS", .why = "the agent mounts /dev"),
	NEED(.symbol = "PROC_FS", .why = "the agent mounts /proc"),
	NEED(.symbol = "SYSFS", .why = "the agent mounts /sys"),
	NEED(.symbol = "TMPFS", .why = "the agent mounts /tmp and /run"),
	NEED(.symbol = "FILE_LOCKING", .why = "the agent locks its directories"),
	NEED(.symbol = "SERIAL_AMBA_PL011_CONSOLE", .arch = "arm64",
	     .why = "the console, which shows a panic"),
	NEED(.symbol = "SERIAL_8250_CONSOLE", .arch = "amd64",
	     .why = "the console, which shows a panic"),
	NEED(.symbol = "PCI", .why = "QEMU's devices are on PCI"),
	NEED(.symbol = "PCI_HOST_GENERIC", .module = "pci-host-generic", .arch = "arm64",
	     .why = "QEMU's devices are on PCI"),
	NEED(.symbol = "VIRTIO_PCI", .module = "virtio_pci", .why = "QEMU's devices are on PCI"),
	NEED(.symbol = "VIRTIO_CONSOLE", .module = "virtio_console",
	     .why = "the agent's line to kduel"),
	NEED(.symbol = "FW_CFG_SYSFS", .module = "qemu_fw_cfg", .when = NEED_EXACT,
	     .why = "the agent's jobs are there before the first instruction"),
	NEED(.symbol = "BLK_DEV_PMEM", .module = "nd_pmem", .when = NEED_EXACT | NEED_ROOT,
	     .why = "the root image is persistent memory"),
	NEED(.symbol = "ND_CLAIM", .when = NEED_EXACT | NEED_ROOT,
	     .why = "libnvdimm hands out no persistent memory without it; BTT selects it"),
	NEED(.symbol = "OF_PMEM", .module = "of_pmem", .when = NEED_EXACT | NEED_ROOT,
	     .arch = "arm64", .why = "the root image is persistent memory"),
	NEED(.symbol = "ACPI_NFIT", .module = "nfit", .when = NEED_EXACT | NEED_ROOT,
	     .arch = "amd64", .why = "the root image is persistent memory"),
	NEED(.symbol = "OVERLAY_FS", .module = "overlay", .when = NEED_EXACT | NEED_ROOT,
	     .why = "what boots write stays in memory, over the root"),
	NEED(.symbol = "VIRTIO_BLK", .module = "virtio_blk", .when = NEED_TIMED | NEED_ROOT,
	     .why = "the root image is a virtio disk"),
	NEED(.symbol = "EXT4_FS", .module = "ext4", .when = NEED_ROOT,
	     .why = "the root image is ext4"),
	NEED(.symbol = "INET", .when = NEED_NETWORK, .why = "the guest's network is IPv4"),
	NEED(.symbol = "VIRTIO_NET", .module = "virtio_net", .when = NEED_NETWORK,
	     .why = "the guest's network is a virtio device"),
	NEED(.symbol = "MEMORY_HOTREMOVE", .when = NEED_HOTPLUG, .arch = "arm64",
	     .why = "virtio-mem's driver adds memory that can go again"),
	NEED(.symbol = "VIRTIO_MEM", .module = "virtio_mem", .when = NEED_HOTPLUG, .arch = "arm64",
	     .why = "added memory is a virtio device"),
	{ .symbol = NULL },
};

const struct target_ops target_qemu = {
	.name = "qemu",
	.one_way = true,
	.hosted = true,
	.needs = needs,
	.check = check,
	.prepare = prepare,
	.settle = settle,
	.command = command,
	.cmdline = cmdline,
	.start = start,
	.wait = channel__wait,
	.stop = channel__stop,
	.platform = platform,
};
