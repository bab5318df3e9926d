// SPDX-License-Identifier: GPL-2.0-only
/* file.c - read and write the files of machines. */
#include "runner/machine/file.h"

#include "lib/clock.h"
#include "lib/fs.h"
#include "lib/text.h"
#include "runner/config/table.h"

#include <ctype.h>
#include <jansson.h>
#include <unistd.h>

#define END ".yaml"
#define MIN_DEADLINE 1e9 /* ns */
#define MAX_DEADLINE 86400e9
#define MAX_PORT 65535

#define DEADLINE(key)                                                             \
	FIELD(#key, DURATION, struct machine_deadlines, key, .min = MIN_DEADLINE, \
	      .max = MAX_DEADLINE)

static const struct yaml_field deadline_fields[] = {
	DEADLINE(connect),
	DEADLINE(command),
	DEADLINE(push),
	{ 0 },
};

static const struct yaml_field power_fields[] = {
	FIELD("status", TEXT, struct machine, power_status, .required = true),
	{ 0 },
};

struct machine_nodes {
	struct machine m;
	yaml_node_t *host, *user, *power, *deadlines;
};

static const struct yaml_field fields[] = {
	FIELD("host", NODE, struct machine_nodes, host, .required = true),
	FIELD("user", NODE, struct machine_nodes, user),
	FIELD("port", UINT, struct machine_nodes, m.port, .min = 1, .max = MAX_PORT),
	FIELD("ssh_config", TEXT, struct machine_nodes, m.ssh_config),
	FIELD("root", ENUM, struct machine_nodes, m.root, .choices = "sudo|no"),
	FIELD("console", TEXT, struct machine_nodes, m.console),
	FIELD("power", NODE, struct machine_nodes, power),
	FIELD("deadlines", NODE, struct machine_nodes, deadlines),
	{ 0 },
};

/* ssh takes a word that begins with a dash for an option, and "user@" in front of a host. */
static char *read_word(struct yaml *y, yaml_node_t *n, const char *key, const char *what)
{
	const char *s = yaml__scalar(y, n, key, what);
	bool ok = s && *s && *s != '-';

	for (const char *c = s; ok && *c; c++)
		ok = isgraph((unsigned char)*c) && !strchr("@/\"'\\`$;&|<>(){}*?!#", *c);
	if (s && !ok)
		yaml__note(y, n, "'%s' must be %s, not '%.80s'", key, what, s);
	return ok ? xstrdup(s) : NULL;
}

/* table_reader; `out` is a struct machine with the defaults. */
static void read_machine(struct yaml *y, yaml_node_t *root, void *out)
{
	struct machine *m = out;
	struct machine_nodes r = { .m = *m };

	yaml__read(y, root, "a machine", fields, &r);
	*m = r.m;
	if (r.host)
		m->host = read_word(y, r.host, "host", "the name or address of a host");
	if (r.user)
		m->user = read_word(y, r.user, "user", "the name of a user");
	if (r.power)
		yaml__read(y, r.power, "'power'", power_fields, m);
	if (r.deadlines)
		yaml__read(y, r.deadlines, "'deadlines'", deadline_fields, &m->deadlines);
}

char *machine__dir(void)
{
	const char *xdg = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");

	/* The XDG specification says to ignore a directory that is not absolute. */
	if (xdg && *xdg == '/')
		return xasprintf("%s/kduel/machines", xdg);
	return xasprintf("%s/.config/kduel/machines", home ? home : "");
}

static char *path_of(const char *name)
{
	_free_ char *dir = machine__dir();

	return xasprintf("%s/%s" END, dir, name);
}

int machine__check_name(const char *name, struct err *err)
{
	if (yaml__is_name(name))
		return 0;
	return err__set(err, -EINVAL,
			"'%.80s' is no name of a machine: letters, digits and ._+- that begin with a "
			"letter or digit",
			name);
}

int machine__parse(const char *name, const char *path, const char *text, size_t len,
		   struct machine **out, struct err *err)
{
	_cleanup_(machine__freep) struct machine *m = xcalloc(1, sizeof(*m));
	int ret;

	*out = NULL;
	*m = (struct machine){ .name = xstrdup(name),
			       .path = xstrdup(path),
			       .deadlines = { .connect = 30 * NSEC_PER_SEC,
					      .command = 30 * NSEC_PER_SEC,
					      .push = 600 * NSEC_PER_SEC } };
	ret = table__parse(path, text, len, read_machine, m, err);
	if (ret)
		return ret;
	*out = m;
	m = NULL;
	return 0;
}

int machine__load(const char *name, struct machine **m, struct err *err)
{
	_free_ char *path = NULL, *text = NULL;
	size_t len;
	int ret = machine__check_name(name, err);

	*m = NULL;
	if (ret)
		return ret;
	path = path_of(name);
	if (!fs__exists(path))
		return err__set(err, -ENOENT,
				"no machine '%s': there is no %s (`kduel machine add`)", name,
				path);
	ret = text__read(path, YAML_FILE_MAX, &text, &len, err);
	return ret ? ret : machine__parse(name, path, text, len, m, err);
}

/* A line of the file, if there is a value. Texts of JSON are texts of YAML. */
static void put_text(FILE *f, const char *key, const char *value)
{
	_cleanup_(json_decrefp) json_t *j = value ? json_string(value) : NULL;
	_free_ char *quoted = j ? json_dumps(j, JSON_ENCODE_ANY) : NULL;

	if (quoted)
		fprintf(f, "%s: %s\n", key, quoted);
}

char *machine__format(const struct machine *m)
{
	char *text = NULL;
	FILE *f = xmemstream(&text, &(size_t){ 0 });

	put_text(f, "host", m->host);
	put_text(f, "user", m->user);
	if (m->port)
		fprintf(f, "port: %u\n", m->port);
	put_text(f, "ssh_config", m->ssh_config);
	fprintf(f, "root: %s\n", m->root == MACHINE_SUDO ? "sudo" : "no");
	put_text(f, "console", m->console);
	if (m->power_status)
		put_text(f, "power:\n  status", m->power_status);
	fclose(f);
	return text;
}

int machine__save(const struct machine *m, struct err *err)
{
	_free_ char *dir = machine__dir(), *path = path_of(m->name), *text = machine__format(m);
	int ret;

	if (fs__exists(path))
		return err__set(err, -EEXIST, "there is a machine '%s' (%s)", m->name, path);
	ret = fs__mkdir_p(dir);
	return ret ? err__errno(err, ret, dir) : fs__write_text(path, text, err);
}

int machine__remove(const char *name, struct err *err)
{
	_free_ char *path = NULL;
	int ret = machine__check_name(name, err);

	if (ret)
		return ret;
	path = path_of(name);
	return unlink(path) ? err__errno(err, -errno, path) : 0;
}

void machine__names(struct strvec *names)
{
	_cleanup_(strvec__release) struct strvec files = { 0 };
	_free_ char *dir = machine__dir();

	(void)fs__names(dir, &files);
	for (size_t i = 0; i < files.n; i++) {
		_free_ char *name = xstrdup(files.v[i]);

		if (!str_ends(name, END))
			continue;
		name[strlen(name) - strlen(END)] = '\0';
		if (yaml__is_name(name))
			strvec__push(names, name);
	}
}

void machine__free(struct machine *m)
{
	if (!m)
		return;
	free(m->name);
	free(m->path);
	free(m->host);
	free(m->user);
	free(m->ssh_config);
	free(m->console);
	free(m->power_status);
	free(m);
}
