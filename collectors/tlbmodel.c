// SPDX-License-Identifier: GPL-2.0-only
/*
 * tlbmodel: instruction counts and the modelled TLB, from the plugin in the QEMU that runs this
 * kernel (collectors/tlbmodel/). This part runs in the guest: by markers it passes the plugin where
 * the kernel's regions lie, and when a measured part begins and ends. The host turns the plugin's
 * counts into samples (runner/boot/tlb.h).
 */
#include "collectors/collector.h"
#include "collectors/support/layout_metrics.h"
#include "collectors/support/tlbmodel_parse.h"
#include "collectors/tlbmodel/format.h"
#include "collectors/tlbmodel/marker.h"
#include "lib/fs.h"
#include "lib/strvec.h"
#include "lib/units.h"

#define NOTE "/sys/kernel/vmcoreinfo"
#define SYMBOLS "/proc/kallsyms"
#define IOMEM "/proc/iomem"
#define AREAS "/proc/vmallocinfo"
#define MODULES "/sys/module"
#define RESTRICT "/proc/sys/kernel/kptr_restrict"
#define TEXT_MAX (8u << 20)
#ifdef __x86_64__
#define IS_X86 true
#else
#define IS_X86 false
#endif

/* `option`: what the reader lacks if the file is not there, for the reason. */
static int read_text(struct job *job, const char *path, const char *option, char **text)
{
	int ret = fs__read(path, TEXT_MAX, text, NULL);

	return ret ? job__fail(job, ret,
			       "cannot read %s, which says where the kernel's regions "
			       "are: %s (the kernel needs %s)",
			       path, strerror(-ret), option) :
		     0;
}

/* By default the kernel prints hashes in place of addresses, to root as well. *before is to be written back
 * to RESTRICT, and freed by the caller. It is NULL where nothing can change that: not a mistake in a kernel
 * without modules. */
static int show_addresses(struct job *job, char **before)
{
	int ret = fs__read(RESTRICT, 64, before, NULL);

	if (ret == -ENOENT && !fs__exists("/proc/modules")) {
		*before = NULL;
		return 0;
	}
	if (!ret)
		ret = fs__poke(RESTRICT, "1");
	return ret ? job__fail(job, ret,
			       RESTRICT ": %s: without it the addresses of modules cannot be read",
			       strerror(-ret)) :
		     0;
}

/* The vmcoreinfo note lies in RAM: the plugin reads it there, from its physical address and
 * size. */
static int send_note(struct job *job)
{
	_free_ char *text = NULL;
	uint64_t pa, size;
	int ret = read_text(job, NOTE, "CONFIG_CRASH_DUMP", &text);

	if (ret)
		return ret;
	if (tlbmodel__note(text, &pa, &size))
		return job__fail(job, -EPROTO,
				 NOTE ": expected an address and a size, found '%.64s'", text);
	marker__hit(MARK_BOUND, BOUND_VMCOREINFO, pa);
	marker__hit(MARK_BOUND, BOUND_VMCOREINFO_SIZE, size);
	return 0;
}

/* Where an x86_64 kernel's text is mapped, which has nothing to do with where it lies in memory. Its note
 * does not say so by itself, its table of symbols does, and early. */
static int find_text(struct job *job, uint64_t *at)
{
	_free_ char *before = NULL, *line = NULL;
	size_t room = 0;
	FILE *f = NULL;
	int ret = show_addresses(job, &before);

	*at = 0;
	if (ret)
		return ret;
	f = fopen(SYMBOLS, "re");
	while (f && !*at && getline(&line, &room, f) > 0) {
		const char *rest = line;

		if (units__hex(&rest, at) || !str_ends(rest, " _text\n"))
			*at = 0;
	}
	if (f)
		fclose(f);
	if (before)
		fs__poke(RESTRICT, before);
	return *at ? 0 :
		     job__fail(job, -ENOENT,
			       SYMBOLS " does not say where the kernel's _text is (the kernel "
				       "needs CONFIG_KALLSYMS)");
}

/* Memory that a driver has added, which may have changed since the last census. */
static void send_added(const char *iomem)
{
	uint64_t first, last;

	marker__hit(MARK_BOUND, BOUND_ADDED_CLEAR, 0);
	while (tlbmodel__added(&iomem, &first, &last)) {
		marker__hit(MARK_BOUND, BOUND_ADDED_START, first);
		marker__hit(MARK_BOUND, BOUND_ADDED_END, last);
	}
}

static int census_after_workload(struct job *job)
{
	_free_ char *text = NULL;
	int ret = IS_X86 ? 0 : read_text(job, IOMEM, "root's rights", &text);

	if (ret)
		return ret;
	if (text)
		send_added(text);
	marker__hit(MARK_CENSUS, CENSUS_AFTER_WORKLOAD, 0);
	return 0;
}

/* The kernel image, from the lines of /proc/iomem; only root sees addresses there. `text_at`: where it is
 * mapped, if that has to be said. */
static int send_image(struct job *job, uint64_t text_at)
{
	_free_ char *text = NULL;
	uint64_t first, last;
	int ret = read_text(job, IOMEM, "root's rights", &text);

	if (ret)
		return ret;
	if (tlbmodel__image(text, &first, &last))
		return job__fail(job, -EPROTO,
				 IOMEM " does not say where 'Kernel code' and 'Kernel data' are");
	marker__hit(MARK_BOUND, BOUND_IMAGE_START, first);
	if (text_at)
		marker__hit(MARK_BOUND, BOUND_TEXT, text_at);
	marker__hit(MARK_BOUND, BOUND_IMAGE_END, last);
	if (!IS_X86)
		send_added(text);
	return 0;
}

static int read_areas(struct job *job, char **text)
{
	_free_ char *before = NULL;
	int ret = show_addresses(job, &before);

	if (ret)
		return ret;
	if (!before) {
		*text = xstrdup("");
		return 0;
	}
	ret = read_text(job, AREAS, "root's rights", text);
	fs__poke(RESTRICT, before);
	return ret;
}

/* Areas of modules and of generated code. Sent anew before each measured part, as the workload's
 * set-up may have loaded modules. */
static int send_modules(struct job *job)
{
	_free_ char *text = NULL;
	const char *at;
	uint64_t start, end;
	int ret = read_areas(job, &text);

	if (ret)
		return ret;
	marker__hit(MARK_BOUND, BOUND_MODULES_CLEAR, 0);
	for (at = text; tlbmodel__module_area(&at, &start, &end);) {
		marker__hit(MARK_BOUND, BOUND_MODULE_START, start);
		marker__hit(MARK_BOUND, BOUND_MODULE_END, end);
	}
	return 0;
}

/* Of the modules that are loaded, where their sections with code are: a line "MODULE SECTION
 * ADDRESS" each. The kernel's own symbols are in its image; those of modules are in their files,
 * relative to these. A module may go while it is looked at. */
static int keep_sections(struct job *job)
{
	static const char *const sections[] = { ".text",	 ".text.hot",  ".text.unlikely",
						".noinstr.text", ".exit.text", ".plt" };
	_cleanup_(strvec__release) struct strvec modules = { 0 };
	char *text = NULL;
	size_t len;
	FILE *f = xmemstream(&text, &len);

	(void)fs__names(MODULES, &modules);
	for (size_t i = 0; i < modules.n; i++) {
		for (size_t j = 0; j < ARRAY_SIZE(sections); j++) {
			_free_ char *path = xasprintf(MODULES "/%s/sections/%s", modules.v[i],
						      sections[j]);
			_free_ char *at = NULL;

			if (!fs__read(path, 64, &at, NULL))
				fprintf(f, "%s %s %.*s\n", modules.v[i], sections[j],
					(int)strcspn(at, "\n"), at);
		}
	}
	fclose(f);
	job__keep(job, TLB_SECTIONS, text, len);
	return 0;
}

/* Areas of modules and generated code with their owners, for the names of aliases. */
static int keep_areas(struct job *job)
{
	_free_ char *text = NULL;
	char *kept = NULL;
	size_t n = 0;
	const char *at;
	uint64_t start, end;
	FILE *f;
	int ret = read_areas(job, &text);

	if (ret)
		return ret;
	f = xmemstream(&kept, &n);
	for (at = text; tlbmodel__module_area(&at, &start, &end);) {
		int len;
		const char *who = tlbmodel__area_owner(text, at, &len);

		fprintf(f, "0x%llx-0x%llx %.*s\n", (unsigned long long)start,
			(unsigned long long)end, len, who);
	}
	fclose(f);
	job__keep(job, TLB_AREAS, kept, n);
	return 0;
}

static int after_boot(struct job *job)
{
	uint64_t text_at = 0;
	int ret = IS_X86 ? find_text(job, &text_at) : send_note(job);

	if (!ret)
		ret = send_image(job, text_at);
	if (!ret)
		ret = send_modules(job);
	if (!ret)
		marker__hit(MARK_CENSUS, CENSUS_AFTER_BOOT, 0);
	return ret;
}

static int collect(struct job *job, enum collect_phase phase)
{
	switch (phase) {
	case COLLECT_AFTER_BOOT:
		return after_boot(job);
	case COLLECT_AHEAD:
		return send_modules(job);
	case COLLECT_BEFORE_ITERATION:
		marker__hit(MARK_BEGIN, job->iteration, 0);
		return 0;
	case COLLECT_AFTER_ITERATION:
		marker__hit(MARK_END, job->iteration, 0);
		return job->iteration + 1 < job->iterations ? 0 : census_after_workload(job);
	case COLLECT_BEHIND:
		if (job->iteration + 1 < job->iterations)
			return 0;
		return IS_X86 || !keep_areas(job) ? keep_sections(job) : -EPROTO;
	case COLLECT_AT_END:
		break;
	}
	return 0;
}

static void stage(bool begin, size_t metric, uint64_t operations)
{
	marker__hit(begin ? MARK_STAGE_BEGIN : MARK_STAGE_END, metric, operations);
}

static int point(struct job *job __unused, size_t index, struct point *at __unused)
{
	marker__hit(MARK_POINT, index, 0);
	return 0;
}

#define INSNS "kernel.instructions"

/* Small numbers say nothing. Each iteration begins with empty TLBs: what the first accesses miss is
 * no rate, and depends on where things happen to lie. 0.01 walks per 1000 instructions cost a cycle
 * per 1000 at most. */
#define FEW_WALKS 1000
#define FEW_TLBI 100
#define LITTLE_TLBI 10
#define LITTLE 0.01 /* per 1000 instructions */

#define INSTRUCTIONS(metric, what, main, step, text)                                       \
	METRIC(.name = metric, .unit = what, .better = BETTER_LOWER, .kind = METRIC_COUNT, \
	       .primary = main, .margin_rel = 0.001, .resolution = step, .help = text)
#define TLBI(metric, text)                                                                        \
	METRIC(.name = metric, .unit = "insns", .better = BETTER_LOWER, .kind = METRIC_COUNT,     \
	       .margin_rel = 0.02, .margin_abs = LITTLE_TLBI, .resolution = 1, .floor = FEW_TLBI, \
	       .per = INSNS, .help = text)
#define MODEL(metric, what, main, little, text, ...)                                       \
	METRIC(.name = metric, .unit = what, .better = BETTER_LOWER, .kind = METRIC_MODEL, \
	       .primary = main, .margin_rel = 0.02, .margin_abs = little, .help = text,    \
	       __VA_ARGS__)
/* Those of a counter that the empty TLB at the start does not cause; a counter may have no _cold. */
#define WARM(counter) .floor = FEW_WALKS, .events = counter "-" counter "_cold"
#define EVENTS(metric, what, text) \
	MODEL(metric, what, false, FEW_WALKS, text, .resolution = 1, .per = INSNS, WARM(metric))
#define MPKI(metric, counter, main, text) \
	MODEL(metric, "/1000 insns", main, LITTLE, text, .per = INSNS, WARM(counter))
#define CYCLES(metric, each, text)                                                    \
	MODEL(metric, "cycles/1000", false, LITTLE *(each), text, .floor = FEW_WALKS, \
	      .events = "kernel.walks_d+kernel.walks_i-kernel.walks_d_cold-kernel.walks_i_cold")

#define REGION(name, main, text)                                              \
	EVENTS(name ".walks", "walks", "kernel-mode D-side walks for " text), \
		MPKI(name ".walk_mpki", name ".walks", main,                  \
		     "the same per 1000 kernel instructions")

/* Neither better nor worse: larger leaves are found more often the better they are used, and the
 * cold start is the model's own. */
#define PART(metric, what, text)                                                                \
	METRIC(.name = metric, .unit = what, .better = BETTER_LOWER, .kind = METRIC_MODEL,      \
	       .describes = true, .margin_abs = FEW_WALKS, .resolution = 1, .floor = FEW_WALKS, \
	       .per = INSNS, .help = text)
#define LEAF(size, text)                                                          \
	PART("kernel.leaf_" size, "walks", "kernel-mode walks that found " text), \
		PART("linear.leaf_" size, "walks", "the same in the linear map")
#define COLD(metric, what) \
	PART(metric "_cold", what, "those of " metric " that the empty TLB at the start may cause")

#define SHARE(prefix)                                                                        \
	METRIC(.name = prefix "linear.share", .unit = "%", .better = BETTER_LOWER,           \
	       .kind = METRIC_MODEL, .describes = true, .margin_abs = 1, .floor = FEW_WALKS, \
	       .events = prefix "kernel.walks_d-" prefix "kernel.walks_d_cold",              \
	       .help = "part of the kernel-mode D-side walks that are for the linear map")

/* What walks read of the tables. As few as there are walks that the empty TLB does not cause: few. */
#define WARM_WALKS(prefix, walks) \
	.floor = FEW_WALKS, .events = prefix walks "-" prefix walks "_cold"
#define STEPS(prefix)                                                                         \
	MODEL(prefix "kernel.walk_steps_d", "reads", false, FEW_WALKS,                        \
	      "descriptors that the D-side walks in kernel mode read", .resolution = 1,       \
	      .per = INSNS, WARM_WALKS(prefix, "kernel.walks_d")),                            \
		MODEL(prefix "kernel.walk_steps_i", "reads", false, FEW_WALKS,                \
		      "those that the I-side walks in kernel mode read", .resolution = 1,     \
		      .per = INSNS, WARM_WALKS(prefix, "kernel.walks_i")),                    \
		MODEL(prefix "linear.walk_steps", "reads", false, FEW_WALKS,                  \
		      "those that the D-side walks for the linear map read", .resolution = 1, \
		      .per = INSNS, WARM_WALKS(prefix, "linear.walks")),                      \
		MODEL(prefix "kernel.walk_step_d_mpki", "/1000 insns", false, LITTLE,         \
		      "kernel.walk_steps_d per 1000 kernel instructions", .per = INSNS,       \
		      WARM_WALKS(prefix, "kernel.walks_d")),                                  \
		METRIC(.name = prefix "kernel.steps_per_walk", .unit = "reads/walk",          \
		       .better = BETTER_LOWER, .kind = METRIC_MODEL, .describes = true,       \
		       .margin_abs = 0.1, WARM_WALKS(prefix, "kernel.walks_d"),               \
		       .help = "descriptors that a D-side walk in kernel mode reads, on average")

/* The plan's further cores, by their place in it. */
#define CORE(n)                                                                         \
	EVENTS("core" n ".kernel.walks_d", "walks", "as kernel.walks_d"),               \
		EVENTS("core" n ".kernel.walks_i", "walks", "as kernel.walks_i"),       \
		MPKI("core" n ".kernel.walk_d_mpki", "core" n ".kernel.walks_d", false, \
		     "as kernel.walk_d_mpki"),                                          \
		MPKI("core" n ".kernel.walk_i_mpki", "core" n ".kernel.walks_i", false, \
		     "as kernel.walk_i_mpki"),                                          \
		MPKI("core" n ".kernel.l1d_mpki", "core" n ".kernel.l1d_misses", false, \
		     "as kernel.l1d_mpki"),                                             \
		EVENTS("core" n ".linear.walks", "walks", "as linear.walks"),           \
		MPKI("core" n ".linear.walk_mpki", "core" n ".linear.walks", false,     \
		     "as linear.walk_mpki"),                                            \
		COLD("core" n ".kernel.walks_d", "walks"),                              \
		COLD("core" n ".kernel.walks_i", "walks"),                              \
		COLD("core" n ".linear.walks", "walks"), SHARE("core" n "."), STEPS("core" n ".")

static const struct metric metrics[] = {
	INSTRUCTIONS("kernel.instructions_per_op", "insns/op", true, 0,
		     "instructions in the kernel per operation of the workload"),
	INSTRUCTIONS(INSNS, "insns", false, 1, "instructions in the kernel"),
	METRIC(.name = "kernel.map_instructions", .unit = "insns", .better = BETTER_LOWER,
	       .kind = METRIC_COUNT, .margin_rel = 0.001, .resolution = 1, .deterministic = true,
	       .help = "of workload boot: in the functions that fill the kernel's page tables (arm64)"),
	INSTRUCTIONS("user.instructions_per_op", "insns/op", false, 0,
		     "instructions in user space per operation of the workload"),
	INSTRUCTIONS("user.instructions", "insns", false, 1, "instructions in user space"),
	TLBI("tlbi.all", "TLBI that take everything"),
	TLBI("tlbi.asid", "TLBI that take one address space"),
	TLBI("tlbi.va", "TLBI that take one address"),
	TLBI("tlbi.range", "TLBI that take a range"),
	TLBI("tlbi.broadcast", "TLBI of all kinds to all CPUs"),
	MPKI("kernel.walk_d_mpki", "kernel.walks_d", true,
	     "kernel-mode D-side walks per 1000 kernel instructions"),
	EVENTS("kernel.walks_d", "walks", "D-side misses of the L2 TLB in kernel mode"),
	MPKI("kernel.walk_i_mpki", "kernel.walks_i", false,
	     "kernel-mode I-side walks per 1000 kernel instructions"),
	EVENTS("kernel.walks_i", "walks", "I-side misses of the L2 TLB in kernel mode"),
	COLD("kernel.walks_d", "walks"),
	COLD("kernel.walks_i", "walks"),
	MPKI("kernel.l1d_mpki", "kernel.l1d_misses", false,
	     "kernel-mode L1 D-TLB misses per 1000 kernel instructions"),
	EVENTS("kernel.l1d_misses", "misses", "kernel-mode misses of the L1 D-TLB"),
	MPKI("kernel.l1i_mpki", "kernel.l1i_misses", false,
	     "kernel-mode L1 I-TLB misses per 1000 kernel instructions"),
	EVENTS("kernel.l1i_misses", "misses", "kernel-mode misses of the L1 I-TLB"),
	COLD("kernel.l1d_misses", "misses"),
	COLD("kernel.l1i_misses", "misses"),
	EVENTS("user.walks_d", "walks", "D-side misses of the L2 TLB in user mode"),
	EVENTS("user.walks_i", "walks", "I-side misses of the L2 TLB in user mode"),
	COLD("user.walks_d", "walks"),
	COLD("user.walks_i", "walks"),
	REGION("linear", true, "the linear map"),
	COLD("linear.walks", "walks"),
	SHARE(""),
	STEPS(""),
	MODEL("linear.walks_per_op", "walks/op", false, 0.01,
	      "the same walks per operation of the workload", WARM("linear.walks")),
	PART("fault.walks", "walks",
	     "walks of both modes that find nothing mapped, beside all others: the access faults"),
	REGION("vmalloc", false, "vmalloc areas: stacks, tables"),
	REGION("modules", false, "modules and generated code"),
	REGION("image", false, "the kernel image"),
	REGION("vmemmap", false, "struct page"),
	REGION("other", false, "fixmap and the rest"),
	REGION("user", false, "user memory: copies to and from it"),
	LEAF("4k", "a page of 4 KiB"),
	LEAF("16k", "a page of 16 KiB"),
	LEAF("64k", "a run (or page) of 64 KiB"),
	LEAF("2m", "a block (or run) of 2 MiB"),
	LEAF("32m", "a run (or block) of 32 MiB"),
	LEAF("512m", "a block of 512 MiB"),
	LEAF("1g", "a block (or run) of 1 GiB"),
	LEAF("16g", "a run of 16 GiB"),
	CYCLES("kernel.walk_cycles_30", 30,
	       "walks of both sides at 30 cycles each, per 1000 kernel instructions"),
	CYCLES("kernel.walk_cycles_60", 60, "the same at 60 cycles each"),
	CYCLES("kernel.walk_cycles_100", 100, "the same at 100 cycles each"),
	CORE("1"),
	CORE("2"),
	CORE("3"),
	LAYOUT_METRICS,
	METRIC(.name = LAYOUT_LINEAR ".added_block_share", .unit = "%", .better = BETTER_HIGHER,
	       .kind = METRIC_STATE, .per_boot = true, .deterministic = true, .margin_abs = 1,
	       .help = "share of the memory that was added to the running kernel that blocks map"),
	LAYOUT_BYTES(LAYOUT_LINEAR ".added_bytes", BETTER_HIGHER,
		     "memory that was added to the running kernel"),
	METRIC(.name = "kernel.table_bytes", .unit = "B", .better = BETTER_LOWER,
	       .kind = METRIC_STATE, .per_boot = true, .margin_abs = 65536, .resolution = 4096,
	       .deterministic = true, .help = "memory that holds the kernel's page tables"),
	METRIC(.name = "alias.rw_of_ro_bytes", .unit = "B", .better = BETTER_LOWER,
	       .kind = METRIC_STATE, .primary = true, .per_boot = true, .margin_abs = 2048,
	       .resolution = 4096, .deterministic = true,
	       .help = "read-only in the image, modules or vmalloc areas, writable in the linear map"),
	METRIC(.name = "alias.ro_bytes", .unit = "B", .better = BETTER_HIGHER, .kind = METRIC_STATE,
	       .per_boot = true, .describes = true, .margin_abs = 1 << 20, .resolution = 4096,
	       .help = "what was compared for it: read-only there, mapped in the linear map"),
	{ .name = NULL },
};

const struct collector col_tlbmodel = {
	.name = "tlbmodel",
	/* 2: the list of modules is read ahead of the measured part, which has counts 0.25 % lower.
	 * 3: user instructions that fault are counted once, not with each try.
	 * 4: a TLBI takes all pieces of a leaf that the first levels hold.
	 * 5: of workload boot the instructions of the boot are counted.
	 * 6: user code is looked up where it runs, not where it was translated. */
	.version = 6,
	.summary = "instructions and the modelled TLB, in exact mode",
	.metrics = metrics,
	.needs = NEEDS(NEED(.symbol = "CRASH_DUMP|VMCORE_INFO|CRASH_CORE", .arch = "arm64",
			    .why = "the vmcoreinfo note says where the "
				   "kernel's regions are; it needs KEXEC_FILE"),
		       NEED(.symbol = "SYSCTL", .with = "MODULES",
			    .why = "kernel.kptr_restrict shows where modules are; PROC_SYSCTL "
				   "selects it in older kernels"),
		       NEED(.symbol = "KALLSYMS", .arch = "amd64",
			    .why = "it says where the kernel's text is mapped"),
		       NEED(.symbol = "KALLSYMS", .arch = "arm64", .wanted = true,
			    .why = "without it there are no counts by function")),
	.phases = COLLECT_AFTER_BOOT | COLLECT_AHEAD | COLLECT_BEFORE_ITERATION |
		  COLLECT_AFTER_ITERATION | COLLECT_BEHIND,
	.max_s = 60,
	.collect = collect,
	.stage = stage,
	.point = point,
};
