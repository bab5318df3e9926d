// SPDX-License-Identifier: GPL-2.0-only
#include "runner/cli/common.h"
#include "reports/render/json.h"

int results__open(const char *db, struct store **st, struct err *err)
{
	_free_ char *path = db ? xstrdup(db) : store__default_path();

	return store__open(path, STORE_READ, st, err);
}

int results__load(const char *db, const char *key, struct store **st, struct campaign **c,
		  struct err *err)
{
	int ret = results__open(db, st, err);

	*c = NULL;
	return ret ? ret : store__load(*st, key, c, err);
}

int results__is_json(const char *sub, const char *usage, const char *format, bool *json)
{
	*json = streq(format, "json");
	if (*json || streq(format, "text"))
		return 0;
	return cmd__usage(sub, usage, "unknown format '%s': expected text or json", format);
}

void results__print_json(json_t *j)
{
	json__print(j, stdout);
}

int results__parse(const char *sub, const char *usage, int argc, char **argv, const char **db,
		   bool *json)
{
	static const struct option options[] = {
		{ "db", required_argument, NULL, 'd' },
		{ "format", required_argument, NULL, 'f' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	int o;

	while ((o = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		if (o == 'd')
			*db = optarg;
		else if (o == 'h')
			return -1;
		else if (o != 'f')
			return cmd__usage(sub, usage, "see `kduel %s --help`", sub);
		else if (results__is_json(sub, usage, optarg, json))
			return EXIT_USAGE;
	}
	return 0;
}
