// SPDX-License-Identifier: GPL-2.0-only
/* environment.c - is what differs between two sides only what was declared to differ? */
#include "reports/report/environment.h"

/* A difference that was declared, and so may bring the difference of a fact with it. */
enum declared {
	BY_KERNEL = 1 << 0,
	BY_CMDLINE = 1 << 1,
	BY_CPU = 1 << 2,
	/* Only in systems that kduel made and booted: there nothing but kernel, command line and
	 * CPU can have set it. On a running system anybody may have changed it. */
	IF_BOOTED = 1 << 3,
	/* Read while the system is still loading: equal when any boot of one side has what
	 * a boot of the other has. */
	OVERLAP = 1 << 4,
};

#define EXCERPT 160 /* bytes of a value that a sentence shows */
#define BY_ANY (BY_KERNEL | BY_CMDLINE | BY_CPU)
#define SETTING (BY_ANY | IF_BOOTED)

/* docs/ENVIRONMENT.md has this table for people. */
static const struct rule {
	const char *key;
	unsigned int by;
} rules[] = {
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
	{ "host/governor", 0 },
	{ "host/microcode", 0 },
	{ "host/mitigations", 0 },
	{ "host/numa-balancing", 0 },
	{ FACT_QEMU, 0 },
	{ "host/smt", 0 },
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
	{ FACT_CPU, BY_CPU },
	{ "target/cpus", 0 },
	{ "target/machine", 0 },
	{ "target/memory", 0 },
	{ "target/pinned", 0 },
	{ FACT_TLB_CORES, 0 },
};

/* Did kduel boot the systems itself? On the target "local" boots are sessions on one system. */
static bool is_booted(const struct campaign *c)
{
	return !streq(c->target, "local");
}

/* Append the different values that a fact has in the boots of a variant, sorted. */
static void fact_values(const struct report_variant *v, const char *key, struct strvec *values)
{
	for (size_t i = 0; i < v->data->n_facts; i++) {
		const struct variant_fact *f = &v->data->facts[i]; /* by key, then by value */

		if (streq(f->key, key) && !(values->n && streq(values->v[values->n - 1], f->value)))
			strvec__push(values, f->value);
	}
}

/* Which differences between two variants were declared. */
static unsigned int declared(const struct report_variant *a, const struct report_variant *b)
{
	bool kernel = !streq(a->v->kernel_hash, b->v->kernel_hash);

	/* On a system that kduel did not boot nobody declared a kernel: what counts is the version
	 * that the sessions report. */
	if (!is_booted(a->campaign) || !is_booted(b->campaign)) {
		struct strvec va = { 0 }, vb = { 0 };
		_free_ char *ta = NULL, *tb = NULL;

		fact_values(a, "identity/version", &va);
		fact_values(b, "identity/version", &vb);
		ta = strvec__join(&va, "");
		tb = strvec__join(&vb, "");
		kernel = !streq(ta, tb);
		strvec__release(&va);
		strvec__release(&vb);
	}
	return (kernel ? BY_KERNEL : 0) | (streq(a->v->cmdline, b->v->cmdline) ? 0 : BY_CMDLINE) |
	       (streq(a->v->cpu, b->v->cpu) ? 0 : BY_CPU);
}

/* Reduce command lines to what may matter: without the words that say which kernel is started
 * (BOOT_IMAGE=, initrd=), and without kduel's own. */
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

/* Do two lists have a value in common? */
static bool overlap(const struct strvec *a, const struct strvec *b)
{
	for (size_t i = 0; i < a->n; i++)
		if (strvec__has(b, a->v[i]))
			return true;
	return false;
}

/* What a long value has from the word on in which it differs; caller frees. */
static char *excerpt(const char *value, size_t at)
{
	while (at && value[at - 1] != ' ')
		at--;
	if (strlen(value) <= EXCERPT)
		return xstrdup(value);
	return xasprintf("%s%.*s%s", at ? "... " : "", EXCERPT, value + at,
			 strlen(value + at) > EXCERPT ? " ..." : "");
}

/* Report a difference once, however many comparisons have the same two sides. */
static void add_outside(struct report *r, const char *what, const char *a, const char *b)
{
	_free_ char *ea = NULL, *eb = NULL, *text = NULL;
	size_t same = 0;

	while (a[same] && a[same] == b[same])
		same++;
	ea = excerpt(a, same);
	eb = excerpt(b, same);
	text = xasprintf("%s: candidate %s, baseline %s", what, ea, eb);

	if (strvec__has(&r->outside, text))
		return;
	strvec__push(&r->outside, text);
	strvec__pushf(&r->cautions, "differs beside what is compared: %s", text);
}

/* Compare the values of one fact. Boots without it (of an older kduel, or without the collector)
 * say nothing about it. */
static void check_rule(struct report *r, const struct report_variant *a,
		       const struct report_variant *b, const struct rule *rule)
{
	struct strvec va = { 0 }, vb = { 0 };

	fact_values(a, rule->key, &va);
	fact_values(b, rule->key, &vb);
	if (streq(rule->key, "identity/cmdline")) {
		strip_cmdlines(&va);
		strip_cmdlines(&vb);
	}
	if (va.n && vb.n && !((rule->by & OVERLAP) && overlap(&va, &vb))) {
		_free_ char *ta = strvec__join(&va, " | "), *tb = strvec__join(&vb, " | ");

		if (!streq(ta, tb))
			add_outside(r, rule->key, ta, tb);
	}
	strvec__release(&va);
	strvec__release(&vb);
}

/* Warn when a variant's boots ran without the collector env, so that there is nothing to
 * compare. The fact env/thp stands for all that it collects. */
static void check_recorded(struct report *r, const struct report_variant *v)
{
	_free_ char *text =
		xasprintf("the environment of %s was not recorded (collector env): that "
			  "it is the same was not checked",
			  v->label);
	struct strvec values = { 0 };

	fact_values(v, "env/thp", &values);
	if (v->ok && !values.n && !strvec__has(&r->cautions, text))
		strvec__push(&r->cautions, text);
	strvec__release(&values);
}

/* Check every fact whose difference was not declared. Two campaigns may also differ in what was
 * recorded at all; the boots of one came out of one recipe, interleaved. */
static void check_pair(struct report *r, const struct report_variant *a,
		       const struct report_variant *b)
{
	bool booted = is_booted(a->campaign) && is_booted(b->campaign);
	unsigned int by = declared(a, b);

	for (size_t i = 0; i < ARRAY_SIZE(rules); i++) {
		bool excused = (rules[i].by & by & BY_ANY) &&
			       (booted || !(rules[i].by & IF_BOOTED));

		if (!excused)
			check_rule(r, a, b, &rules[i]);
	}
	if (r->other) {
		check_recorded(r, a);
		check_recorded(r, b);
	}
}

#define NAMED 5 /* packages; the others are counted */

/* A line of a lock text: NAME VERSION ARCH SHA256. */
struct lock_line {
	char name[128], version[128], arch[32];
};

/* Read the line at `at` and step over it; false at the end. */
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

/* Does a package belong to the guest, apart from its kernel? Kernels are what is compared, and
 * the emulator belongs to the host, whose version is a fact of its own. */
static bool is_of_guest(const struct lock_line *l, const char *arch)
{
	return !str_starts(l->name, "linux-") && !str_starts(l->name, "qemu-") &&
	       (streq(l->arch, arch) || streq(l->arch, "all"));
}

/* The first line of a lock text with the same package and architecture. */
static bool find_line(const char *text, const struct lock_line *want, struct lock_line *found)
{
	while (next_line(&text, found))
		if (streq(found->name, want->name) && streq(found->arch, want->arch))
			return true;
	return false;
}

/* What differs between the guest packages of two campaigns' lock texts beside the kernel, as
 * "fio 3.33-3 against 3.36-1, ..."; the caller frees; NULL: nothing. A package that only one of
 * them has is no difference: the other's workloads did not need it. */
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

/* What two campaigns may differ in beyond the facts of their boots. */
static void check_campaigns(struct report *r)
{
	const struct campaign *a = r->campaign, *b = r->other;
	_free_ char *packages = NULL;

	if (!streq(a->target, b->target))
		strvec__pushf(&r->outside, "target: candidate %s, baseline %s", a->target,
			      b->target);
	packages = packages_differ(a->lock_text, b->lock_text, r->variants[0].v->arch);
	if (!packages)
		return;
	strvec__pushf(&r->outside, "guest packages: %s", packages);
	strvec__pushf(&r->cautions, "differs beside what is compared: guest packages: %s",
		      packages);
}

/* Sessions on one running system share what is drawn once per boot, such as the memory layout:
 * their spread is too small, and the report says so. */
static void check_sessions(struct report *r)
{
	if (is_booted(r->campaign) && (!r->other || is_booted(r->other)))
		return;
	strvec__push(&r->cautions, "target local: what counts as boots are sessions on one running "
				   "system; what differs from boot to boot is not in their spread");
}

void report__check_env(struct report *r)
{
	check_sessions(r);
	if (r->other)
		check_campaigns(r);
	for (size_t i = 0; i < r->n_blocks; i++) {
		const struct report_block *b = &r->blocks[i];
		const struct report_variant *base = &r->variants[b->baseline];

		if (!b->factorial)
			check_pair(r, &r->variants[b->candidate], base);
		/* In a 2x2 each other cell is checked against the one with neither factor. */
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
