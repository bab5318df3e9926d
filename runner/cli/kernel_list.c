// SPDX-License-Identifier: GPL-2.0-only
#include "runner/cli/kernel.h"

#include "reports/render/grid.h"
#include "reports/render/json.h"
#include "runner/cli/common.h"
#include "runner/kernels/names.h"

#define LIST_USAGE "list [--format text|json]"
#define SHOW_USAGE "show NAME|HASH [--format text|json|config]"
#define RM_USAGE "rm NAME|HASH ..."

static json_t *names_json(const char *hash)
{
	struct strvec names = { 0 };
	json_t *a = json_array();

	kernel_names__of(hash, &names);
	for (size_t i = 0; i < names.n; i++)
		json_array_append_new(a, json_string(names.v[i]));
	strvec__release(&names);
	return a;
}

static char *names_text(const char *hash)
{
	struct strvec names = { 0 };
	char *text;

	kernel_names__of(hash, &names);
	text = strvec__shell_line(&names);
	strvec__release(&names);
	return text;
}

/* What it was built from; JSON null when it was not. */
static json_t *recipe_json(const struct kernel *k)
{
	_free_ char *path = xasprintf("%s/build.json", k->dir);
	json_t *o = json_load_file(path, 0, NULL);

	return o ? o : json_null();
}

static json_t *kernel_json(const struct kernel *k)
{
	return json_pack("{s:s, s:o, s:o, s:s, s:o, s:b, s:s, s:s, s:o}", "hash", k->hash, "names",
			 names_json(k->hash), "release", json__text(k->release), "arch", k->arch,
			 "origin", json__text(k->origin), "modules", k->modules_root != NULL,
			 "config_hash", k->config_hash, "dir", k->dir, "build", recipe_json(k));
}

/* Is `word` one of "text|json"? */
static bool is_one_of(const char *words, const char *word)
{
	_free_ char *in = xasprintf("|%s|", words), *find = xasprintf("|%s|", word);

	return !strchr(word, '|') && strstr(in, find);
}

/* 0, an exit code, or -1 when only help was wanted. `formats` is "text|json". */
static int parse(int argc, char **argv, const char *usage, const char *formats, const char **format)
{
	static const struct option options[] = {
		{ "format", required_argument, NULL, 'f' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	int c;

	*format = "text";
	while ((c = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		if (c == 'h') {
			printf("usage: kduel kernel %s\n", usage);
			return -1;
		}
		if (c != 'f')
			return cmd__usage("kernel", usage, "see `kduel kernel --help`");
		if (!is_one_of(formats, optarg))
			return cmd__usage("kernel", usage, "--format must be one of %s, not '%s'",
					  formats, optarg);
		*format = optarg;
	}
	return 0;
}

static void list_text(const struct strvec *hashes)
{
	static const char *const head[] = { "kernel", "name", "release", "from" };
	struct grid g = { .n_cols = ARRAY_SIZE(head), .left = 0xf };
	size_t row = grid__row(&g);

	for (size_t i = 0; i < ARRAY_SIZE(head); i++)
		grid__put(&g, row, i, "%s", head[i]);
	for (size_t i = 0; i < hashes->n; i++) {
		_free_ char *names = names_text(hashes->v[i]);
		struct kernel *k;

		if (kernel__from_cache(hashes->v[i], &k, NULL))
			continue;
		row = grid__row(&g);
		grid__put(&g, row, 0, "%.12s", k->hash);
		grid__put(&g, row, 1, "%s", *names ? names : "-");
		grid__put(&g, row, 2, "%s", k->release);
		grid__put(&g, row, 3, "%s", k->origin);
		kernel__free(k);
	}
	grid__print(&g, false, stdout);
	grid__release(&g);
}

static void list_json(const struct strvec *hashes)
{
	json_t *a = json_array();

	for (size_t i = 0; i < hashes->n; i++) {
		struct kernel *k;

		if (kernel__from_cache(hashes->v[i], &k, NULL))
			continue;
		json_array_append_new(a, kernel_json(k));
		kernel__free(k);
	}
	results__print_json(
		json_pack("{s:i, s:s, s:o}", "schema", 1, "kind", "kernels", "kernels", a));
}

int cmd_kernel__list(int argc, char **argv)
{
	struct strvec hashes = { 0 };
	const char *format;
	int ret = parse(argc, argv, LIST_USAGE, "text|json", &format);

	if (!ret && optind < argc)
		ret = cmd__usage("kernel", LIST_USAGE, "unexpected argument '%s'", argv[optind]);
	if (ret)
		return ret < 0 ? EXIT_NO_REGRESSION : ret;
	kernel_names__hashes(&hashes);
	(streq(format, "json") ? list_json : list_text)(&hashes);
	strvec__release(&hashes);
	return EXIT_NO_REGRESSION;
}

static void show_text(const struct kernel *k)
{
	_free_ char *names = names_text(k->hash);
	json_t *recipe = recipe_json(k);
	_free_ char *built = json_is_null(recipe) ? NULL : json_dumps(recipe, JSON_SORT_KEYS);

	printf("kernel %s\n  names     %s\n  release   %s %s\n  from      %s\n  modules   %s\n"
	       "  config    %s\n  in        %s\n",
	       k->hash, *names ? names : "-", k->release, k->arch, k->origin,
	       k->modules_root ? "yes" : "none", *k->config_hash ? k->config_hash : "unknown",
	       k->dir);
	if (built)
		printf("  built of  %s\n", built);
	json_decref(recipe);
}

static int show(const struct kernel *k, const char *format, struct err *err)
{
	json_t *o;
	FILE *f;
	int c;

	if (streq(format, "text")) {
		show_text(k);
	} else if (streq(format, "json")) {
		o = kernel_json(k);
		json_object_set_new(o, "schema", json_integer(1));
		json_object_set_new(o, "kind", json_string("kernel"));
		results__print_json(o);
	} else {
		f = k->config ? fopen(k->config, "re") : NULL;
		if (!f)
			return err__set(err, -ENOENT, "kernel %.12s came without its configuration",
					k->hash);
		while ((c = getc(f)) != EOF)
			putchar(c);
		fclose(f);
	}
	return 0;
}

int cmd_kernel__show(int argc, char **argv)
{
	struct kernel *k = NULL;
	const char *format;
	char hash[65];
	struct err err;
	int ret = parse(argc, argv, SHOW_USAGE, "text|json|config", &format);

	if (!ret && optind + 1 != argc)
		ret = cmd__usage("kernel", SHOW_USAGE, "which kernel? give one name or hash");
	if (ret)
		return ret < 0 ? EXIT_NO_REGRESSION : ret;
	ret = kernel_names__find(argv[optind], hash, &err);
	if (!ret)
		ret = kernel__from_cache(hash, &k, &err);
	if (!ret)
		ret = show(k, format, &err);
	kernel__free(k);
	return ret ? cmd_kernel__fail(ret, &err) : EXIT_NO_REGRESSION;
}

int cmd_kernel__rm(int argc, char **argv)
{
	const char *format;
	char hash[65];
	struct err err;
	int ret = parse(argc, argv, RM_USAGE, "text", &format);

	if (!ret && optind == argc)
		ret = cmd__usage("kernel", RM_USAGE, "which kernel?");
	if (ret)
		return ret < 0 ? EXIT_NO_REGRESSION : ret;
	for (; !ret && optind < argc; optind++) {
		ret = kernel_names__find(argv[optind], hash, &err);
		if (!ret)
			ret = kernel_names__remove(hash, &err);
		if (!ret)
			log__info("removed %.12s", hash);
	}
	return ret ? cmd_kernel__fail(ret, &err) : EXIT_NO_REGRESSION;
}
