// SPDX-License-Identifier: GPL-2.0-only
/* cpus.c - configs/cpus.yaml: read it, find CPUs, and make QEMU's -cpu argument. */
#include "runner/config/cpus.h"

#include "lib/units.h"
#include "runner/host/arch.h"
#include "runner/host/release.h"
#include "runner/config/table.h"

struct cpu_table {
	yaml_node_t *cpus;
};

static const struct yaml_field cpu_fields[] = {
	FIELD("name", NAME, struct cpu_model, name, .required = true),
	FIELD("model", NAME, struct cpu_model, model, .required = true),
	FIELD("arch", NAME, struct cpu_model, arch),
	FIELD("midr", TEXT, struct cpu_model, midr),
	FIELD("pauth", BOOL, struct cpu_model, pauth),
	FIELD("rdrand", BOOL, struct cpu_model, rdrand),
	FIELD("kvm", BOOL, struct cpu_model, kvm),
	FIELD("min_qemu", TEXT, struct cpu_model, min_qemu, .required = true),
	FIELD("note", TEXT, struct cpu_model, note, .required = true),
	{ 0 },
};

/* Check what the table of fields does not. A MIDR is 0x and at most 8 digits (32 bits). */
static void check_cpu(struct yaml *y, const yaml_node_t *n, const struct cpus *c,
		      const struct cpu_model *m)
{
	const char *hex = "0123456789abcdefABCDEF";
	unsigned int release;

	if (!arch__find(m->arch))
		yaml__note(y, n, "'arch' must be " ARCH_NAMES ", not '%.32s'", m->arch);
	else if (m->name && cpus__find(c, m->name, m->arch))
		yaml__note(y, n, "CPU '%s' is defined twice", m->name);
	if (streq(m->arch, ARCH_AMD64) ? m->midr || m->pauth : m->rdrand)
		yaml__note(y, n, "%s for CPUs of %s, not of %s",
			   m->rdrand ? "'rdrand' is" : "'midr' and 'pauth' are",
			   m->rdrand ? ARCH_AMD64 : ARCH_ARM64, m->arch);
	if (m->min_qemu && qemu_release__parse(m->min_qemu, &release))
		yaml__note(y, n, "'min_qemu' must be a release such as 8.1, not '%.32s'",
			   m->min_qemu);
	if (m->midr && (!str_starts(m->midr, "0x") || strlen(m->midr) > 10 || !m->midr[2] ||
			strspn(m->midr + 2, hex) != strlen(m->midr + 2)))
		yaml__note(y, n, "'midr' must be a register value such as 0xc00fac30, not '%.32s'",
			   m->midr);
}

/* A table_reader. c->names gets an entry for every item, even one without a name, so that its indices
 * are those of c->v. */
static void read_cpus(struct yaml *y, yaml_node_t *root, void *out)
{
	static const struct yaml_field fields[] = {
		FIELD("cpus", NODE, struct cpu_table, cpus, .required = true),
		{ 0 },
	};
	struct cpu_table top = { 0 };
	struct cpus *c = out;
	size_t n;

	yaml__read(y, root, "the CPU table", fields, &top);
	n = top.cpus ? yaml__count(y, top.cpus, "cpus") : 0;
	c->v = xcalloc(n, sizeof(*c->v));
	for (; c->n < n; c->n++) {
		yaml_node_t *item = yaml__item(y, top.cpus, c->n);
		struct cpu_model *m = &c->v[c->n];

		yaml__read(y, item, "a CPU", cpu_fields, m);
		if (!m->arch)
			m->arch = xstrdup(ARCH_ARM64);
		check_cpu(y, item, c, m);
		strvec__push(&c->names, m->name ? m->name : "");
	}
}

/* Return the table that was read, or free it after an error. */
static int finish(int ret, struct cpus *c, struct cpus **cpus)
{
	if (ret)
		cpus__free(c);
	*cpus = ret ? NULL : c;
	return ret;
}

int cpus__parse(const char *path, const char *text, size_t len, struct cpus **cpus, struct err *err)
{
	struct cpus *c = xcalloc(1, sizeof(*c));

	return finish(table__parse(path, text, len, read_cpus, c, err), c, cpus);
}

int cpus__load(struct cpus **cpus, struct err *err)
{
	struct cpus *c = xcalloc(1, sizeof(*c));

	return finish(table__load("cpus.yaml", read_cpus, c, err), c, cpus);
}

void cpus__free(struct cpus *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < c->n; i++) {
		struct cpu_model *m = &c->v[i];

		free(m->name);
		free(m->arch);
		free(m->model);
		free(m->midr);
		free(m->min_qemu);
		free(m->note);
	}
	free(c->v);
	strvec__release(&c->names);
	free(c);
}

const struct cpu_model *cpus__find(const struct cpus *c, const char *name, const char *arch)
{
	for (size_t i = 0; i < c->n; i++)
		if (c->v[i].name && streq(c->v[i].name, name) &&
		    (!arch || streq(c->v[i].arch, arch)))
			return &c->v[i];
	return NULL;
}

/* pauth=off: emulating pointer authentication is slow (configs/cpus.yaml). erms etc.: without these
 * features the kernel copies and clears memory with loops, not with REP MOVSB and REP STOSB, whose
 * emulation takes an iteration for each byte. */
char *cpu_model__arg(const struct cpu_model *m, bool exact)
{
	return xasprintf("%s%s%s%s%s", m->model, m->midr ? ",midr=" : "", m->midr ? m->midr : "",
			 m->pauth ? ",pauth=off" : "",
			 exact && streq(m->arch, ARCH_AMD64) ?
				 ",erms=off,fsrm=off,fsrs=off,fzrm=off,fsrc=off" :
				 "");
}

int cpu_model__check_qemu(const struct cpu_model *m, const char *version, struct err *err)
{
	unsigned int have, need;

	if (qemu_release__parse(version, &have) || qemu_release__parse(m->min_qemu, &need))
		return err__set(err, -EOPNOTSUPP, "cannot tell whether QEMU '%s' has CPU '%s'",
				version, m->name);
	if (have < need)
		return err__set(err, -EOPNOTSUPP, "CPU '%s' needs QEMU %s or newer, found %s",
				m->name, m->min_qemu, version);
	return 0;
}
