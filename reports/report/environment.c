// SPDX-License-Identifier: GPL-2.0-only
/* environment.c - checks that two sides differ only in what was declared to differ. */
#include "reports/report/environment.h"
#include "reports/report/words.h"

/* Which declared difference excuses a difference of a fact, and how to compare it. */
enum declared {
	BY_KERNEL = 1 << 0,
	BY_CMDLINE = 1 << 1,
	BY_CPU = 1 << 2,
	/* Excused only if kduel built and booted the systems, where nothing but kernel, command
	 * line and CPU can have changed the setting. On a running system anybody may have. */
	IF_BOOTED = 1 << 3,
	/* Sampled while the system is still starting up: treat as equal if the sides have any value
	 * in common. */
	OVERLAP = 1 << 4,
};

#define EXCERPT 160 /* bytes of a long value shown in a caution */
#define BY_ANY (BY_KERNEL | BY_CMDLINE | BY_CPU)
#define SETTING (BY_ANY | IF_BOOTED)

/* Keep in sync with the table in docs/ENVIRONMENT.md. */
static const struct rule {
	const char *key;
	unsigned int by;
} rules[] = {
	{ FACT_BOOT_METHOD, 0 },
	{ "env/aslr", SETTING },
	{ "env/boost", SETTING },
	{ "env/clocksource", BY_ANY },
	{ "env/cpu", BY_CPU },
	{ "env/firmware", SETTING },
	{ "env/governor", SETTING },
	{ "env/hardware", SETTING },
	{ "env/memory", SETTING },
	{ "env/microcode", BY_CPU },
	{ "env/mitigations", BY_ANY },
	{ "env/modules", BY_ANY | OVERLAP },
	{ "env/nmi-watchdog", SETTING },
	{ "env/nodes", SETTING },
	{ "env/numa-balancing", SETTING },
	{ "env/smt", SETTING },
	{ "env/swap", 0 },
	{ "env/thp", SETTING },
	{ "host/aslr", 0 },
	{ "host/boost", 0 },
	{ "host/clocksource", 0 },
	{ "host/governor", 0 },
	{ "host/microcode", 0 },
	{ "host/mitigations", 0 },
	{ "host/nmi-watchdog", 0 },
	{ "host/numa-balancing", 0 },
	{ FACT_QEMU, 0 },
	{ "host/smt", 0 },
	{ "host/swap", 0 },
	{ "host/thp", 0 },
	{ "identity/cmdline", BY_CMDLINE },
	{ "identity/config", BY_KERNEL },
	{ "identity/cpus", BY_CMDLINE },
	{ "identity/machine", BY_KERNEL | BY_CPU },
	{ "identity/midr", BY_CPU },
	{ "identity/page-size", BY_KERNEL },
	{ "identity/release", BY_KERNEL },
	{ "identity/version", BY_KERNEL },
	{ FACT_EVENTS, BY_CPU },
	{ "target/accel", 0 },
	{ "target/arch", 0 },
	{ FACT_CPU, BY_CPU },
	{ "target/cpus", 0 },
	{ "target/hotplug", 0 },
	{ "target/machine", 0 },
	{ "target/memory", 0 },
	{ "target/network", 0 },
	{ "target/pinned", 0 },
	{ FACT_TLB_CORES, 0 },
};

/* Did kduel boot the systems itself? With the target "local", and "ssh" without kernels, boots are
 * sessions on a running system; imported results come from another tool. */
static bool is_booted(const struct campaign *c)
{
	return !streq(c->target, "local") && !streq(c->target, TARGET_IMPORT) &&
	       (!streq(c->target, "ssh") || (c->n_variants && *c->variants[0].kernel_hash));
}

/* Append the distinct values of a fact in the boots of a variant, sorted. */
static void fact_values(const struct dataset_variant *d, const char *key, struct strvec *values)
{
	for (size_t i = 0; i < d->n_facts; i++) {
		const struct variant_fact *f = &d->facts[i]; /* sorted by key, then by value */

		if (streq(f->key, key) && !(values->n && streq(values->v[values->n - 1], f->value)))
			strvec__push(values, f->value);
	}
}

/* Two sides, or two campaigns pooled on one side, whose facts are compared. */
struct env_pair {
	struct report *r;
	const struct dataset_variant *a, *b;
	const char *name_a, *name_b; /* for messages */
};

/* Set of enum declared: what the plan says differs between two variants. */
static unsigned int declared(const struct report_variant *a, const struct report_variant *b)
{
	bool kernel = !streq(a->v->kernel_hash, b->v->kernel_hash);

	/* If kduel did not boot the system, no kernel was declared: compare the versions that the
	 * sessions report. */
	if (!is_booted(a->campaign) || !is_booted(b->campaign)) {
		struct strvec va = { 0 }, vb = { 0 };
		_free_ char *ta = NULL, *tb = NULL;

		fact_values(a->data, "identity/version", &va);
		fact_values(b->data, "identity/version", &vb);
		ta = strvec__join(&va, "");
		tb = strvec__join(&vb, "");
		kernel = !streq(ta, tb);
		strvec__release(&va);
		strvec__release(&vb);
	}
	return (kernel ? BY_KERNEL : 0) | (streq(a->v->cmdline, b->v->cmdline) ? 0 : BY_CMDLINE) |
	       (streq(a->v->cpu, b->v->cpu) ? 0 : BY_CPU);
}

/* Strip what never matters from command lines: words that say which kernel is booted (BOOT_IMAGE=,
 * initrd=), and kduel's own parameters. The result is sorted, without duplicates. */
static void strip_cmdlines(struct strvec *values)
{
	struct strvec out = { 0 };

	for (size_t i = 0; i < values->n; i++) {
		struct strvec words = { 0 };
		char *save = NULL;

		for (char *w = strtok_r(values->v[i], " ", &save); w;
		     w = strtok_r(NULL, " ", &save))
			if (!str_starts(w, "BOOT_IMAGE=") && !str_starts(w, "initrd=") &&
			    !str_starts(w, "kduel."))
				strvec__push(&words, w);
		_free_ char *line = strvec__join(&words, " ");
		strvec__push(&out, line);
		strvec__release(&words);
	}
	strvec__release(values);
	strvec__sort_unique(&out);
	*values = out;
}

static bool overlap(const struct strvec *a, const struct strvec *b)
{
	for (size_t i = 0; i < a->n; i++)
		if (strvec__has(b, a->v[i]))
			return true;
	return false;
}

/* An excerpt of a long value, starting at the word that contains offset `at`, where the values
 * differ. Caller frees. */
static char *excerpt(const char *value, size_t at)
{
	while (at && value[at - 1] != ' ')
		at--;
	if (strlen(value) <= EXCERPT)
		return xstrdup(value);
	return xasprintf("%s%.*s%s", at ? "... " : "", EXCERPT, value + at,
			 strlen(value + at) > EXCERPT ? " ..." : "");
}

/* Record a difference. Comparisons that share both sides report it only once. */
static void add_outside(const struct env_pair *p, const char *what, const char *a, const char *b)
{
	struct report *r = p->r;
	_free_ char *line_a = words__one_line(a), *line_b = words__one_line(b);
	_free_ char *ea = NULL, *eb = NULL, *text = NULL;
	size_t same = 0;

	while (a[same] && a[same] == b[same])
		same++;
	ea = excerpt(line_a, same);
	eb = excerpt(line_b, same);
	text = xasprintf("%s: %s %s, %s %s", what, p->name_a, ea, p->name_b, eb);

	if (strvec__has(&r->outside, text))
		return;
	strvec__push(&r->outside, text);
	strvec__pushf(&r->cautions, "differs besides what is compared: %s", text);
}

/* Compare the values of one fact. Boots that lack it (older kduel, or collector not run) are
 * ignored. */
static void check_fact(const struct env_pair *p, const char *key, unsigned int by)
{
	struct strvec va = { 0 }, vb = { 0 };

	fact_values(p->a, key, &va);
	fact_values(p->b, key, &vb);
	if (streq(key, "identity/cmdline")) {
		strip_cmdlines(&va);
		strip_cmdlines(&vb);
	}
	if (va.n && vb.n && !((by & OVERLAP) && overlap(&va, &vb))) {
		_free_ char *ta = strvec__join(&va, " | "), *tb = strvec__join(&vb, " | ");

		if (!streq(ta, tb))
			add_outside(p, key, ta, tb);
	}
	strvec__release(&va);
	strvec__release(&vb);
}

/* Compare the parameters of workloads. A workload that ran on one side only is skipped: its rows
 * are not judged anyway. */
static void check_params(const struct env_pair *p)
{
	for (size_t i = 0; i < p->a->n_facts; i++) {
		const char *key = p->a->facts[i].key;

		if (str_starts(key, FACT_PARAMS) && (!i || !streq(p->a->facts[i - 1].key, key)))
			check_fact(p, key, 0);
	}
}

/* Caution if the collector env did not run, so that there is no environment to compare. Any fact
 * that it always records will do, here env/thp. */
static void check_recorded(struct report *r, const struct report_variant *v)
{
	_free_ char *text =
		xasprintf("the environment of %s was not recorded (collector env), so it "
			  "was not compared",
			  v->label);
	struct strvec values = { 0 };

	fact_values(v->data, "env/thp", &values);
	if (v->ok && !values.n && !streq(v->campaign->target, TARGET_IMPORT) &&
	    !strvec__has(&r->cautions, text))
		strvec__push(&r->cautions, text);
	strvec__release(&values);
}

/* Check every fact whose difference is not excused by a declared one. Only two campaigns can differ
 * in whether the environment was recorded: boots of one campaign run the same collectors. */
static void check_pair(struct report *r, const struct report_variant *a,
		       const struct report_variant *b)
{
	const struct env_pair p = { r, a->data, b->data, "candidate", "baseline" };
	bool booted = is_booted(a->campaign) && is_booted(b->campaign);
	unsigned int by = declared(a, b);

	for (size_t i = 0; i < ARRAY_SIZE(rules); i++) {
		bool excused = (rules[i].by & by & BY_ANY) &&
			       (booted || !(rules[i].by & IF_BOOTED));

		if (!excused)
			check_fact(&p, rules[i].key, rules[i].by);
	}
	check_params(&p);
	if (r->other) {
		check_recorded(r, a);
		check_recorded(r, b);
	}
}

#define NAMED 5 /* packages to name; the rest are only counted */

/* A line of a lock file: NAME VERSION ARCH SHA256. */
struct lock_line {
	char name[128], version[128], arch[32];
};

/* Parse the next line and advance *at past it; skips malformed lines. False at the end. */
static bool next_line(const char **at, struct lock_line *l)
{
	while (**at) {
		int fields = sscanf(*at, "%127s %127s %31s", l->name, l->version, l->arch);

		*at += strcspn(*at, "\n");
		*at += **at == '\n';
		if (fields == 3)
			return true;
	}
	return false;
}

/* Is this a guest package other than a kernel? Kernels are what is compared. QEMU belongs to the
 * host, and its version is a fact of its own. "files" stands for the files that the plan itself
 * adds. */
static bool is_of_guest(const struct lock_line *l, const char *arch)
{
	return !str_starts(l->name, "linux-") && !str_starts(l->name, "qemu-") &&
	       (streq(l->arch, arch) || streq(l->arch, "all") || streq(l->arch, "files"));
}

/* Find the line for the same package and architecture. */
static bool find_line(const char *text, const struct lock_line *want, struct lock_line *found)
{
	while (next_line(&text, found))
		if (streq(found->name, want->name) && streq(found->arch, want->arch))
			return true;
	return false;
}

/* Guest packages with different versions in two lock files, as "fio 3.33-3 against 3.36-1, ...";
 * NULL: none. The caller frees. Packages in only one of them are skipped: the other's workloads did
 * not need them. */
static char *packages_differ(const char *candidate, const char *baseline, const char *arch)
{
	struct lock_line c, b;
	char *out = NULL;
	size_t n = 0;

	while (next_line(&candidate, &c)) {
		_free_ char *old = NULL;

		if (!is_of_guest(&c, arch) || !find_line(baseline, &c, &b) ||
		    streq(c.version, b.version) || ++n > NAMED)
			continue;
		old = out;
		out = xasprintf("%s%s%s %s against %s", old ? old : "", old ? ", " : "", c.name,
				c.version, b.version);
	}
	if (n > NAMED) {
		_free_ char *old = out;

		out = xasprintf("%s and %zu more", old, n - NAMED);
	}
	return out;
}

/* Compare what is not a fact of boots: target and guest packages. */
static void check_campaigns(const struct env_pair *p, const struct report_part *a,
			    const struct report_part *b)
{
	_free_ char *packages = packages_differ(a->campaign->lock_text, b->campaign->lock_text,
						a->v->arch);

	if (!streq(a->campaign->target, b->campaign->target))
		add_outside(p, "target", a->campaign->target, b->campaign->target);
	if (!packages)
		return;
	strvec__pushf(&p->r->outside, "guest packages: %s", packages);
	strvec__pushf(&p->r->cautions, "differs besides what is compared: guest packages: %s",
		      packages);
}

/* Do two plans set the same margins? */
static bool same_margins(const struct campaign *a, const struct campaign *b)
{
	for (size_t i = 0; i < a->n_margins && a->n_margins == b->n_margins; i++) {
		const struct campaign_margin *x = &a->margins[i], *y = &b->margins[i];

		if (!streq(x->source, y->source) || !streq(x->metric, y->metric) ||
		    x->abs != y->abs || x->rel != y->rel)
			return false;
	}
	return a->n_margins == b->n_margins;
}

/* Campaigns pooled on one side must agree in everything; compare each with the first. Kernels of
 * running systems are compared by the versions that their sessions report, which is one of the
 * rules. */
static void check_pooled(struct report *r, const struct report_variant *v)
{
	const struct report_part *first = &v->parts[0];

	for (size_t i = 1; i < v->n_parts; i++) {
		const struct report_part *part = &v->parts[i];
		_free_ char *a = xasprintf("%.8s", first->campaign->uuid);
		_free_ char *b = xasprintf("%.8s", part->campaign->uuid);
		const struct env_pair p = { r, first->data, part->data, a, b };

		check_campaigns(&p, first, part);
		if (!same_margins(first->campaign, part->campaign))
			strvec__pushf(&r->cautions,
				      "the plans of pooled campaigns %s and %s set different "
				      "margins: the smaller one of each metric counts",
				      a, b);
		if (!streq(first->v->kernel_hash, part->v->kernel_hash))
			add_outside(&p, "pooled kernels", first->v->kernel_hash,
				    part->v->kernel_hash);
		if (!streq(first->v->cpu, part->v->cpu))
			add_outside(&p, "pooled CPUs", first->v->cpu, part->v->cpu);
		if (!streq(first->v->cmdline, part->v->cmdline))
			add_outside(&p, "pooled command lines", first->v->cmdline,
				    part->v->cmdline);
		for (size_t k = 0; k < ARRAY_SIZE(rules); k++)
			check_fact(&p, rules[k].key, rules[k].by);
		check_params(&p);
	}
}

void report__check_env(struct report *r)
{
	for (size_t i = 0; i < r->n_variants; i++)
		check_pooled(r, &r->variants[i]);
	if (r->other) {
		const struct env_pair p = { r, NULL, NULL, "candidate", "baseline" };

		check_campaigns(&p, &r->variants[0].parts[0], &r->variants[1].parts[0]);
	}
	for (size_t i = 0; i < r->n_blocks; i++) {
		const struct report_block *b = &r->blocks[i];
		const struct report_variant *base = &r->variants[b->baseline];

		if (!b->factorial)
			check_pair(r, &r->variants[b->candidate], base);
		/* 2x2: check the other cells against the one with neither factor */
		for (size_t k = 0; b->factorial && k < FACTORIAL_CELLS; k++)
			if (b->cell[k] != b->baseline)
				check_pair(r, &r->variants[b->cell[k]], base);
	}
}

void report__force(struct report *r)
{
	r->forced = true;
	strvec__push(&r->cautions, "forced (--force): more differs than what is compared, so what "
				   "changed may not be the kernel's doing");
}
