// SPDX-License-Identifier: GPL-2.0-only
/* quick.c - write the plan that a command line describes, beside the database. */
#include "runner/cli/quick/quick.h"

#include "lib/fs.h"
#include "lib/utf8.h"
#include "reports/store/store.h"
#include "runner/cli/quick/words.h"
#include "runner/config/yaml.h"
#include "runner/host/cache.h"
#include "workloads/workload.h"

#include <ctype.h>
#include <limits.h>
#include <unistd.h>

#define NAME_MAX_BYTES 64 /* of a variant's name */
#define NAME_CHARS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._+-"
#define SESSIONS 10 /* of each command; more than boots, as they cost less */

void quick__release(struct quick *q)
{
	strvec__release(&q->kernels);
	strvec__release(&q->commands);
	strvec__release(&q->workloads);
	strvec__release(&q->files);
}

/* Derive the name of a variant from the last component of a path, or from a package. Caller frees. */
static char *name_of(const char *kernel)
{
	_free_ char *word = xstrdup(kernel);
	const char *base;
	char *name, *to;
	bool gap = false;

	while (*word && str_ends(word, "/"))
		word[strlen(word) - 1] = '\0';
	base = strrchr(word, '/') ? strrchr(word, '/') + 1 : word;
	if (str_starts(base, "linux-image-"))
		base += strlen("linux-image-");
	while (*base && !isalnum((unsigned char)*base))
		base++;
	name = xstrndup(base, NAME_MAX_BYTES);
	to = name;
	/* Replace invalid characters, with the dots and dashes around them, by one dash:
	 * 6.18.*-cloud-arm64 becomes 6.18-cloud-arm64. */
	for (const char *c = name; *c; c++) {
		if (!strchr(NAME_CHARS, *c) || (gap && strchr(".-", *c))) {
			gap = true;
			continue;
		}
		while (gap && to > name && strchr(".-", to[-1]))
			to--;
		if (gap && to > name)
			*to++ = '-';
		gap = false;
		*to++ = *c;
	}
	*to = '\0';
	return name;
}

/* Split NAME=KERNEL into `names` and `rest`. Without NAME, derive one from KERNEL; if that is empty
 * or taken, use a letter. */
static void name_sides(const struct strvec *kernels, struct strvec *names, struct strvec *rest)
{
	for (size_t i = 0; i < kernels->n; i++) {
		const char *word = kernels->v[i], *eq = strchr(word, '=');
		const char *slash = strchr(word, '/');
		bool named = eq && eq > word && (!slash || eq < slash);
		_free_ char *name = named ? xstrndup(word, (size_t)(eq - word)) : name_of(word);
		char letter[] = "a";

		while (strvec__has(names, letter) && *letter < 'z')
			letter[0]++;
		strvec__push(names, !*name || strvec__has(names, name) ? letter : name);
		strvec__push(rest, named ? eq + 1 : word);
	}
}

static int put_kernels(FILE *f, const struct quick *q, struct err *err)
{
	_cleanup_(strvec__release) struct strvec names = { 0 }, kernels = { 0 };
	int ret = 0;

	name_sides(&q->kernels, &names, &kernels);
	if (!names.n)
		return err__set(err, -EINVAL, "no kernel is named");
	for (size_t i = 0; i < names.n; i++)
		if (names.v[i][strspn(names.v[i], NAME_CHARS)])
			return err__set(err, -EINVAL,
					"'%.64s' is not a valid name for a kernel: expected letters, digits "
					"and ._+- before the '='",
					names.v[i]);
	fprintf(f, "name: %.31s-vs-%.28s\n", names.v[0], names.v[names.n - 1]);
	if (!q->timed)
		fputs("exact: true\n", f);
	fprintf(f, "target: {kind: qemu, memory: 2G, cpus: %d}\nvariants:\n", q->timed ? 2 : 1);
	for (size_t i = 0; !ret && i < kernels.n; i++) {
		struct kernel_words k = { 0 };

		ret = words__kernel(WORDS_SUITES, &k, kernels.v[i], err);
		if (!ret)
			fprintf(f, "  - name: %s\n    kernel: {%s}\n", names.v[i], k.yaml);
		free(k.yaml);
	}
	fprintf(f, "baseline: %s\n", names.v[names.n - 1]);
	return ret;
}

/* Make a path absolute and quote it, as the plan is in another directory than the one it is
 * relative to. The caller frees; NULL if the working directory is not known. */
static char *quoted_path(const char *path, struct err *err)
{
	_free_ char *full = *path == '~' ? xstrdup(path) :
					   fs__absolute(path + (str_starts(path, "./") ? 2 : 0));

	if (*full == '/' || *full == '~')
		return words__quoted(full);
	err__errno(err, -ENOENT, "the working directory");
	return NULL;
}

static int put_files(FILE *f, const struct quick *q, struct err *err)
{
	if (q->files.n)
		fputs("guest:\n  files:\n", f);
	for (size_t i = 0; i < q->files.n; i++) {
		const char *word = q->files.v[i], *eq = strchr(word, '=');
		_free_ char *to = NULL, *place = NULL, *path = NULL;

		if (*word != '/' || !eq || !eq[1])
			return err__set(err, -EINVAL,
					"--file: expected /PLACE/IN/GUEST=PATH, found '%.128s'",
					word);
		to = xstrndup(word, (size_t)(eq - word));
		path = quoted_path(eq + 1, err);
		if (!path)
			return -ENOENT;
		place = words__quoted(to);
		fprintf(f, "    %s: %s\n", place, path);
	}
	return 0;
}

/* Commands run in the directory in which kduel was called, as they would from the shell. */
static int put_commands(FILE *f, const struct quick *q, struct err *err)
{
	char cwd[PATH_MAX];

	if (!getcwd(cwd, sizeof(cwd)))
		return err__errno(err, -errno, "the working directory");
	fputs("name: commands\ntarget: {kind: local}\n# They run on this system.\nallow_exec: true\n"
	      "design: paired\nvariants:\n",
	      f);
	for (size_t i = 0; i < q->commands.n; i++) {
		char *words[] = { (char *)"cd", (char *)"--", cwd, NULL };
		const struct strvec cd = { words, 3 };
		_free_ char *go = strvec__shell_line(&cd);
		_free_ char *line = xasprintf("%s && { %s\n}", go, q->commands.v[i]);
		_free_ char *text = words__quoted(line);

		fprintf(f, "  - name: %c\n    command: %s\n", (char)('a' + i), text);
	}
	fprintf(f, "baseline: %c\ncollectors: []\n", (char)('a' + q->commands.n - 1));
	return 0;
}

/* The scalar `script` of "NAME: {script: PATH}"; NULL if there is none. */
static const yaml_node_t *find_script(struct yaml *y, const char *word)
{
	yaml_node_t *root = yaml__load(y, "workload", word, strlen(word)), *params = NULL;
	yaml_node_t *at, *value;

	if (root && root->type == YAML_MAPPING_NODE && yaml__pairs(y, root, "workload"))
		yaml__pair(y, root, 0, &at, &params);
	if (!params || params->type != YAML_MAPPING_NODE)
		return NULL;
	for (size_t i = 0, n = yaml__pairs(y, params, "workload"); i < n; i++) {
		const char *key = yaml__pair(y, params, i, &at, &value);

		if (key && streq(key, "script"))
			return value->type == YAML_SCALAR_NODE ? value : NULL;
	}
	return NULL;
}

/* The byte offset of a character, as libyaml's marks count characters of UTF-8; the length if there
 * are fewer. */
static size_t byte_of(const char *text, size_t character)
{
	const char *at = text;
	size_t len;

	while (character-- && (len = utf8__decode(at, strlen(at), NULL)))
		at += len;
	return (size_t)(at - text);
}

/* A workload for the plan, with the path of its `script` made absolute. NULL on failure; the caller
 * frees. Other mistakes are reported when the plan is read. */
static char *place_script(const char *word, struct err *err)
{
	struct yaml y = { 0 };
	const yaml_node_t *script = find_script(&y, word);
	char *text = NULL;

	if (script && script->data.scalar.length) {
		_free_ char *path = quoted_path((const char *)script->data.scalar.value, err);
		const size_t from = byte_of(word, script->start_mark.index);
		const size_t to = byte_of(word, script->end_mark.index);

		if (path)
			text = xasprintf("%.*s%s%s", (int)from, word, path, word + to);
	} else {
		text = xstrdup(word);
	}
	yaml__release(&y);
	return text;
}

static int put_workloads(FILE *f, const struct quick *q, struct err *err)
{
	fputs("workloads:\n", f);
	for (size_t i = 0; i < q->workloads.n; i++) {
		_cleanup_(strvec__release) struct strvec names = { 0 };
		const char *word = q->workloads.v[i];
		_free_ char *name = xstrndup(word, strcspn(word, ": ")), *text = NULL;
		int ret = words__workloads(name, &names, err);

		if (!ret && strpbrk(word, "\r\n"))
			ret = err__set(err, -EINVAL, "workload %s: expected a single line", name);
		text = ret ? NULL : place_script(word, err);
		if (!text)
			return ret ? ret : -ENOENT;
		fprintf(f, "  - %s\n", text);
	}
	if (q->commands.n)
		fputs("  - exec\n", f);
	else if (!q->workloads.n)
		fputs(q->timed ? "  - boot\n  - hackbench\n" : "  - memcached\n  - tmpfs-rand64\n",
		      f);
	return 0;
}

/* Make the text of the plan; the caller frees it even on errors. */
static int compose(const struct quick *q, char **text, struct err *err)
{
	size_t len = 0;
	FILE *f = xmemstream(text, &len);
	int ret;

	ret = q->commands.n ? put_commands(f, q, err) : put_kernels(f, q, err);
	if (!ret)
		ret = put_files(f, q, err);
	if (!ret)
		ret = put_workloads(f, q, err);
	fprintf(f, "boots: %u\n",
		q->boots      ? q->boots :
		q->commands.n ? SESSIONS :
		q->timed      ? 5 :
				3);
	if (q->commands.n || q->timed)
		fprintf(f, "iterations: %d\nwarmup: 1\n", q->commands.n ? 3 : 4);
	fclose(f);
	return ret;
}

int quick__write(const struct quick *q, const char *db, char **path, char **text, struct err *err)
{
	_free_ char *made = NULL, *where = db ? xstrdup(db) : store__default_path(), *dir = NULL;
	_free_ char *full = fs__absolute(where);
	char *slash, hash[65];
	int ret = compose(q, &made, err);

	*path = *text = NULL;
	if (ret)
		return ret;
	if (*full != '/')
		return err__errno(err, -ENOENT, "the working directory");
	slash = strrchr(full, '/');
	dir = xasprintf("%.*s/plans", (int)(slash - full), full);
	cache__sha256(made, strlen(made), hash);
	*path = xasprintf("%s/%.12s.yaml", dir, hash);
	ret = fs__mkdir_p(dir);
	if (ret)
		err__errno(err, ret, dir);
	else
		ret = fs__write_text(*path, made, err);
	if (ret) {
		free(*path);
		*path = NULL;
		return ret;
	}
	*text = made;
	made = NULL;
	return 0;
}
