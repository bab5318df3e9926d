// SPDX-License-Identifier: GPL-2.0-only
#include "runner/config/cpus.h"

#include "lib/fs.h"
#include "lib/units.h"
#include "runner/host/release.h"
#include "runner/host/where.h"
#include "runner/config/yaml.h"

#define TABLE "cpus.yaml"

struct cpu_table {
	yaml_node_t *cpus;
};

static const struct yaml_field cpu_fields[] = {
	FIELD("name", NAME, struct cpu_model, name, .required = true),
	FIELD("model", NAME, struct cpu_model, model, .required = true),
	FIELD("midr", TEXT, struct cpu_model, midr),
	FIELD("pauth", BOOL, struct cpu_model, pauth),
	FIELD("kvm", BOOL, struct cpu_model, kvm),
	FIELD("min_qemu", TEXT, struct cpu_model, min_qemu, .required = true),
	FIELD("note", TEXT, struct cpu_model, note, .required = true),
	{ 0 },
};

static void check(struct yaml *y, const yaml_node_t *n, const struct cpus *c,
		  const struct cpu_model *m)
{
	const char *hex = "0123456789abcdefABCDEF";
	unsigned int release;

	if (m->name && strvec__has(&c->names, m->name))
		yaml__note(y, n, "CPU '%s' is there already", m->name);
	if (m->min_qemu && qemu_release__parse(m->min_qemu, &release))
		yaml__note(y, n, "'min_qemu' must be a release such as 8.1, not '%.32s'",
			   m->min_qemu);
	if (m->midr && (!str_starts(m->midr, "0x") || strlen(m->midr) > 10 || !m->midr[2] ||
			strspn(m->midr + 2, hex) != strlen(m->midr + 2)))
		yaml__note(y, n, "'midr' must be a register value such as 0xc00fac30, not '%.32s'",
			   m->midr);
}

static void read_all(struct yaml *y, const yaml_node_t *root, struct cpus *c)
{
	static const struct yaml_field fields[] = {
		FIELD("cpus", NODE, struct cpu_table, cpus, .required = true),
		{ 0 },
	};
	struct cpu_table top = { 0 };
	size_t n;

	yaml__read(y, root, "the CPU table", fields, &top);
	n = top.cpus ? yaml__count(y, top.cpus, "cpus") : 0;
	c->v = xcalloc(n, sizeof(*c->v));
	for (; c->n < n; c->n++) {
		yaml_node_t *item = yaml__item(y, top.cpus, c->n);
		struct cpu_model *m = &c->v[c->n];

		yaml__read(y, item, "a CPU", cpu_fields, m);
		check(y, item, c, m);
		strvec__push(&c->names, m->name ? m->name : "");
	}
}

int cpus__parse(const char *path, const char *text, size_t len, struct cpus **cpus, struct err *err)
{
	struct cpus *c = xcalloc(1, sizeof(*c));
	struct strvec msgs = { 0 };
	yaml_node_t *root;
	struct yaml y;
	int ret = 0;

	*cpus = NULL;
	root = yaml__load(&y, path, text, len);
	if (root)
		read_all(&y, root, c);
	if (yaml__report(&y, &msgs))
		ret = err__set(err, -EINVAL, "%s", msgs.v[0]);
	yaml__release(&y);
	strvec__release(&msgs);
	if (ret)
		cpus__free(c);
	else
		*cpus = c;
	return ret;
}

int cpus__load(struct cpus **cpus, struct err *err)
{
	_free_ char *path = where__config(TABLE);
	_free_ char *text = NULL;
	size_t len;
	int ret;

	*cpus = NULL;
	if (!path)
		return err__set(err, -ENOENT,
				"no " TABLE " in %s: set KDUEL_CONFIG_DIR to the "
				"directory that holds it",
				getenv("KDUEL_CONFIG_DIR") ? "$KDUEL_CONFIG_DIR" :
							     "configs/ beside the program or in "
							     "share/kduel/configs");
	ret = fs__read(path, YAML_FILE_MAX, &text, &len);
	if (ret)
		return err__set(err, ret, "cannot read %s: %s", path, strerror(-ret));
	return cpus__parse(path, text, len, cpus, err);
}

void cpus__free(struct cpus *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < c->n; i++) {
		struct cpu_model *m = &c->v[i];

		free(m->name);
		free(m->model);
		free(m->midr);
		free(m->min_qemu);
		free(m->note);
	}
	free(c->v);
	strvec__release(&c->names);
	free(c);
}

const struct cpu_model *cpus__find(const struct cpus *c, const char *name)
{
	for (size_t i = 0; i < c->n; i++)
		if (streq(c->v[i].name, name))
			return &c->v[i];
	return NULL;
}

char *cpu_model__arg(const struct cpu_model *m)
{
	return xasprintf("%s%s%s%s", m->model, m->midr ? ",midr=" : "", m->midr ? m->midr : "",
			 m->pauth ? ",pauth=off" : "");
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
