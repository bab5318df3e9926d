// SPDX-License-Identifier: GPL-2.0-only
/*
 * qemu_exact.c - QEMU options for deterministic boots. Any input that reaches the guest at a time
 * determined by the host would change its counts, so there is none. docs/EXACT.md explains each
 * choice.
 */
#include "runner/targets/qemu_exact.h"

#include "lib/proc.h"
#include "runner/guest/agent.h"
#include "runner/host/arch.h"
#include "runner/host/host.h"
#include "runner/plan/tlb_cores.h"
#include "runner/targets/dtb.h"
#include "runner/targets/qemu_find.h"
#include "runner/targets/qemu_hotplug.h"
#include "runner/targets/qemu_words.h"

#include <fcntl.h>
#include <inttypes.h>
#include <sys/stat.h>

#define OUTPUT "agent.jsonl"
#define TLB_PLUGIN "tlbmodel.so" /* installed beside kduel */
#define DTB "machine.dtb"
#define DUMP "qemu.dtb"
#define JOB_NAME "opt/org.kduel.job"
/* Physical address of the virt machine's RAM. The second NUMA node follows the first. */
#define RAM_BASE 0x40000000ull
/* A private mapping of a file that is opened read-only, so boots cannot change the image. */
#define ROOT_BACKEND                                                                 \
	"memory-backend-file,id=m1,size=%" PRIu64 "M,share=off,readonly=on,rom=off," \
	"mem-path=%s"
/* memremap_pages() maps persistent memory in units of this size (SUBSECTION_SIZE). */
#define PMEM_ALIGN (2ull << 20)
/* dumpdtb boots nothing, but on a busy host QEMU may take long to load. */
#define DUMP_MS (60 * 1000)

int qemu_exact__check(const struct plan *plan, struct err *err)
{
	const uint64_t want = plan_target__memory(&plan->target),
		       have = hostinfo__memory_available();
	bool odd = plan->target.memory % PMEM_ALIGN;

	for (size_t i = 0; i < plan->target.n_sizes; i++)
		odd = odd || plan->target.sizes[i] % PMEM_ALIGN;
	if (odd)
		return err__set(err, -EINVAL,
				"%s: target.memory must be a multiple of %llu MiB in "
				"exact mode: the root image comes right after it in memory",
				plan->path, PMEM_ALIGN >> 20);
	if (have < want)
		return err__set(err, -ENOTCONN,
				"%s: the host has %" PRIu64 " MiB of memory "
				"available, each guest wants %" PRIu64 " (target.memory%s)",
				plan->path, have >> 20, want >> 20,
				plan->target.n_hotplug ? " and target.hotplug" : "");
	return 0;
}

static bool is_amd64(const struct boot_spec *spec)
{
	return streq(spec->variant->kernel.arch, ARCH_AMD64);
}

char *qemu_exact__cmdline(const struct boot_spec *spec)
{
	const uint64_t ram = spec->variant->memory >> 20;

	/* An NVDIMM is not part of RAM, and not a NUMA node of its own. */
	if (is_amd64(spec))
		return xstrdup(" kduel.job=" JOB_NAME " kduel.overlay=1");
	/* mem=: the memory above it is the root image.
	 * numa_balancing=disable: that memory is a second NUMA node, so the kernel would unmap
	 * user pages from time to time to see which node uses them.
	 * arm64.nomops: QEMU's helpers for FEAT_MOPS instructions hide accesses from plugins. */
	return xasprintf(" kduel.job=" JOB_NAME " kduel.overlay=1 mem=%" PRIu64 "M "
			 "numa_balancing=disable arm64.nomops",
			 ram);
}

/* The size of a root image, which must be a multiple of PMEM_ALIGN. */
static int image_size(const char *path, uint64_t *size, struct err *err)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return err__set(err, -errno, "%s: %s", path, strerror(errno));
	*size = (uint64_t)st.st_size;
	if (!*size || *size % PMEM_ALIGN)
		return err__set(err, -EINVAL,
				"%s: expected an image of a multiple of %llu MiB, found %" PRIu64
				" bytes",
				path, PMEM_ALIGN >> 20, *size);
	return 0;
}

/* The guest's RAM and, in the hotplug address range above it, an NVDIMM with the root image. */
static void push_amd64_memory(const struct boot_spec *spec, uint64_t size, const char *root,
			      struct strvec *argv)
{
	const uint64_t ram = spec->variant->memory;

	strvec__push(argv, "-m");
	if (!root) {
		strvec__pushf(argv, "%" PRIu64 "M", ram >> 20);
		return;
	}
	strvec__pushf(argv, "%" PRIu64 "M,slots=1,maxmem=%" PRIu64 "G", ram >> 20,
		      ((ram + size) >> 30) + 2);
	strvec__push(argv, "-object");
	strvec__pushf(argv, ROOT_BACKEND, size >> 20, root);
	strvec__push_all(argv, "-device", "nvdimm,id=root,memdev=m1", NULL);
}

int qemu_exact__push_memory(const struct boot_spec *spec, struct strvec *argv, struct err *err)
{
	const struct plan_target_opts *t = &spec->plan->target;
	_free_ char *root = spec->root ? qemu_words__escape(spec->root) : NULL;
	_free_ char *maxmem = NULL;
	uint64_t size = 0;
	int ret = spec->root ? image_size(spec->root, &size, err) : 0;

	if (!ret && is_amd64(spec)) {
		push_amd64_memory(spec, size, root, argv);
		return 0;
	}
	if (ret)
		return ret;
	maxmem = qemu_hotplug__maxmem(t, spec->variant->memory + size);
	strvec__push(argv, "-m");
	strvec__pushf(argv, "%" PRIu64 "M%s", (spec->variant->memory + size) >> 20, maxmem);
	strvec__push(argv, "-object");
	strvec__pushf(argv, "memory-backend-memfd,id=m0,size=%" PRIu64 "M,share=on",
		      spec->variant->memory >> 20);
	strvec__push(argv, "-numa");
	strvec__pushf(argv, "node,nodeid=0,cpus=0-%u,memdev=m0", t->cpus - 1);
	if (!root)
		return 0;
	strvec__push(argv, "-object");
	strvec__pushf(argv, ROOT_BACKEND, size >> 20, root);
	strvec__push_all(argv, "-numa", "node,nodeid=1,memdev=m1", NULL);
	return 0;
}

/* shift=1: an instruction takes 2 ns of guest time. sleep=off: when the guest is idle, its time jumps
 * to the next timer instead of waiting for the host's clock. clock=vm: the RTC follows guest time,
 * so nothing depends on when the boot happens. */
void qemu_exact__push_clock(struct strvec *argv)
{
	strvec__push_all(argv, "-accel", "tcg,thread=single", "-icount", "shift=1,sleep=off",
			 "-rtc", "base=2025-01-01T00:00:00,clock=vm", NULL);
}

/* An arm64 kernel gets the changed device tree. The agent writes to a file and reads its jobs from a
 * fw_cfg item. All of this exists before the first instruction. */
void qemu_exact__push_channels(const struct boot_spec *spec, const char *port, struct strvec *argv)
{
	_free_ char *dir = qemu_words__escape(spec->run_dir);

	if (!is_amd64(spec)) {
		strvec__push(argv, "-dtb");
		strvec__pushf(argv, "%s/" DTB, spec->run_dir);
	}
	/* With an ioeventfd another thread would handle requests, at an arbitrary time. */
	strvec__push_all(argv, "-device", "virtio-serial-pci,ioeventfd=off", "-chardev", NULL);
	strvec__pushf(argv, "file,id=agent,path=%s/" OUTPUT, dir);
	strvec__push(argv, "-device");
	strvec__pushf(argv, "virtserialport,chardev=agent,name=%s", port);
	strvec__push(argv, "-fw_cfg");
	strvec__pushf(argv, "name=" JOB_NAME ",file=%s/" TARGET_JOBS, dir);
}

int qemu_exact__push_plugin(const struct boot_spec *spec, struct strvec *argv, struct err *err)
{
	_free_ char *plugin = NULL, *path = NULL, *dir = qemu_words__escape(spec->run_dir);
	_cleanup_(strvec__release) struct strvec words = { 0 };
	_free_ char *arg = NULL;
	int ret = guest__find_beside(TLB_PLUGIN, &plugin, err);

	if (ret)
		return ret;
	path = qemu_words__escape(plugin);
	strvec__pushf(&words, "%s,out=%s/" TARGET_TLB, path, dir);
	if (spec->plan->profile)
		strvec__pushf(&words, "profile=%s/" TARGET_PROFILE, dir);
	if (spec->workload >= 0 && streq(spec->plan->workloads[spec->workload].wl->name, "boot"))
		strvec__push(&words, "boot=on");
	for (size_t i = 0; i < spec->tlb->words.n; i++)
		strvec__pushf(&words, "core=%s", spec->tlb->words.v[i]);
	arg = strvec__join(&words, ",");
	strvec__push_all(argv, "-plugin", arg, NULL);
	return 0;
}

/* Make QEMU write the machine's device tree and exit (-machine ...,dumpdtb=FILE). */
static int dump_dtb(const struct boot_spec *spec, const struct strvec *machine, const char *dump,
		    struct err *err)
{
	_free_ char *path = qemu_words__escape(dump);
	_cleanup_(strvec__release) struct strvec argv = { 0 };
	struct proc_opts o = { .env = spec->qemu->env.v, .timeout_ms = DUMP_MS };
	_cleanup_(proc_result__release) struct proc_result res = { 0 };
	int ret;

	for (size_t i = 0; i < machine->n; i++) {
		if (i && streq(machine->v[i - 1], "-machine"))
			strvec__pushf(&argv, "%s,dumpdtb=%s", machine->v[i], path);
		else
			strvec__push(&argv, machine->v[i]);
	}
	o.argv = argv.v;
	ret = proc__run(&o, &res);
	if (ret)
		err__set(err, ret, "cannot start %s: %s", spec->qemu->program, strerror(-ret));
	else if (res.status)
		ret = err__set(err, -EIO, "QEMU could not make the machine's device tree%s: %.500s",
			       res.timed_out ? " in time" : "", res.err);
	return ret;
}

/* The device tree depends on CPUs and memory, so it is dumped with the QEMU and the machine options
 * of the boot. */
int qemu_exact__prepare(const struct boot_spec *spec, const struct strvec *machine, struct err *err)
{
	_free_ char *dump = xasprintf("%s/" DUMP, spec->run_dir);
	_free_ char *dtb = xasprintf("%s/" DTB, spec->run_dir);
	struct dtb_change change = { .seed = spec->seed };
	int ret;

	/* A PC has no device tree: the seed comes from -seed by RDRAND, the NVDIMM from ACPI. */
	if (is_amd64(spec))
		return 0;
	ret = dump_dtb(spec, machine, dump, err);

	if (!ret && spec->root) {
		change.pmem_base = RAM_BASE + spec->variant->memory;
		ret = image_size(spec->root, &change.pmem_size, err);
	}
	return ret ? ret : dtb__change_file(dump, dtb, &change, err);
}

/* Create the file here, so that it can be opened for reading before QEMU writes to it. */
int qemu_exact__open_output(const struct boot_spec *spec, struct err *err)
{
	_free_ char *path = xasprintf("%s/" OUTPUT, spec->run_dir);
	int fd = open(path, O_RDONLY | O_CREAT | O_CLOEXEC, 0644);

	return fd < 0 ? err__set(err, -errno, "%s: %s", path, strerror(errno)) : fd;
}
