// SPDX-License-Identifier: GPL-2.0-only
/* layout.c - the kernel's page tables, from its own dump. */
#include "collectors/ptdump/parse.h"
#include "lib/fs.h"
#include "reports/render/layout.h"
#include "runner/cli/cmd.h"
#include "runner/cli/common.h"

#define USAGE "FILE|- [--format text|json] [--granule 4K|16K|64K]"
#define DUMP_MAX (1ul << 30)

struct opts {
	const char *path, *format;
	int granule;
};

static int help(void)
{
	printf("usage: kduel layout %s\n\n"
	       "Reads a dump of an arm64 kernel's page tables (/sys/kernel/debug/kernel_page_tables,\n"
	       "or a log or console with the dump in it; \"-\": standard input) and sums bytes by\n"
	       "section, leaf size and permission. Holes count nowhere; entries that are present\n"
	       "but not valid (F) count as invalid and nowhere else.\n\n"
	       "  --format F     text (default) or json\n"
	       "  --granule G    page size of the kernel: 4K, 16K or 64K (default: found out)\n\n"
	       "Exit codes: 0, or 2 when the dump is broken: line and column are named.\n",
	       USAGE);
	return EXIT_NO_REGRESSION;
}

/* 0, an exit code, or -1 when help was asked for. */
static int parse(int argc, char **argv, struct opts *o)
{
	static const struct option options[] = {
		{ "format", required_argument, NULL, 'f' },
		{ "granule", required_argument, NULL, 'g' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	int c;

	while ((c = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		if (c == 'h')
			return -1;
		if (c == 'f') {
			o->format = optarg;
		} else if (c == 'g') {
			o->granule = layout__granule_parse(optarg);
			if (o->granule < 0)
				return cmd__usage("layout", USAGE,
						  "--granule must be 4K, 16K or 64K, not '%s'",
						  optarg);
		} else {
			return cmd__usage("layout", USAGE, "see `kduel layout --help`");
		}
	}
	if (optind + 1 != argc)
		return cmd__usage("layout", USAGE, "expected one file, found %d", argc - optind);
	o->path = argv[optind];
	return 0;
}

static int load(const struct opts *o, struct layout **l, struct err *err)
{
	bool standard = streq(o->path, "-");
	const char *name = standard ? "standard input" : o->path;
	_free_ char *text = NULL;
	size_t len;
	int ret = fs__read(standard ? "/dev/stdin" : o->path, DUMP_MAX, &text, &len);

	if (ret == -EISDIR)
		return err__set(err, -EINVAL, "%s: expected a file, found a directory", name);
	if (ret == -EFBIG)
		return err__set(err, -EINVAL, "%s: expected at most %lu MiB", name, DUMP_MAX >> 20);
	if (ret)
		return err__set(err, ret, "%s: %s", name, strerror(-ret));
	return ptdump__parse(name, text, len, o->granule, l, err);
}

/* What a reader of the figures must know. */
static void tell_doubts(const struct layout *l, const char *path)
{
	if (l->source == GRANULE_ASSUMED)
		log__warn("%s: the rows fit several granules; %s is assumed: say --granule", path,
			  layout__granule_name(l->granule));
	for (size_t i = 0; i < l->n_sections; i++)
		if (l->sections[i].gap)
			log__warn("%s: section %s: no row covers %llu KiB between rows: are lines lost?",
				  path, l->sections[i].name,
				  (unsigned long long)(l->sections[i].gap >> 10));
}

int cmd_layout(int argc, char **argv)
{
	struct opts o = { .path = "", .format = "text", .granule = PTDUMP_GRANULE_AUTO };
	struct layout *l = NULL;
	struct err err;
	bool json = false;
	int ret = parse(argc, argv, &o);

	if (ret)
		return ret < 0 ? help() : ret;
	ret = results__is_json("layout", USAGE, o.format, &json);
	if (ret)
		return ret;
	ret = load(&o, &l, &err);
	if (!ret && l) {
		tell_doubts(l, o.path);
		(json ? render_layout__json : render_layout__text)(l, stdout);
	} else {
		log__error("%s", err.msg);
	}
	layout__free(l);
	return cmd__exit_code(ret);
}
