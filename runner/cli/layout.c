// SPDX-License-Identifier: GPL-2.0-only
/* layout.c - summarise a dump of a kernel's page tables. */
#include "collectors/ptdump/parse.h"
#include "lib/text.h"
#include "reports/render/layout.h"
#include "runner/cli/common.h"
#include "runner/cli/log.h"
#include "runner/cli/options.h"
#include "workloads/output/formats.h"

/* Bytes; the whole text is read into memory. */
#define DUMP_MAX (1ul << 30)

struct layout_opts {
	const char *path;
	int granule;
	bool json;
};

/* The only OPTION_TAKE row is --granule, which overrides what the parser would detect. */
static int take_layout_option(void *opts, int key __unused, const char *value, struct err *err)
{
	struct layout_opts *o = opts;

	o->granule = layout__granule_parse(value);
	if (o->granule < 0)
		return err__set(err, -EINVAL, "--granule must be 4K, 16K or 64K, not '%s'", value);
	return 0;
}

static int check_layout_options(void *opts, size_t n, char **args, struct err *err)
{
	struct layout_opts *o = opts;

	if (!n)
		return err__set(err, -EINVAL, "expected a file");
	o->path = args[0];
	return 0;
}

static const struct options options = {
	.command = "layout",
	.args = "FILE",
	.doc = "Reads a dump of an arm64 kernel's page tables (/sys/kernel/debug/kernel_page_tables, "
	       "or a log or console that contains it; \"-\": standard input) and sums bytes by "
	       "section, leaf size and permission. Holes are not counted; entries that are present "
	       "but not valid (F) count as invalid only.\v"
	       "Exit codes: 0, or 2 when the dump is broken: the message has line and column.",
	.table = OPTION_TABLE(
		OPTION_TAKE("granule", OPTION_TAKE_FIRST, "SIZE",
			    "page size of the kernel: 4K, 16K or 64K (default: detected)")),
	.max_args = 1,
	.take = take_layout_option,
	.check = check_layout_options,
	.shared = { { &options__format, offsetof(struct layout_opts, json) } },
};

/* Read the whole dump ("-": standard input) and parse it. */
static int load(const struct layout_opts *o, struct layout **l, struct err *err)
{
	const char *name = streq(o->path, "-") ? "standard input" : o->path;
	_free_ char *text = NULL;
	size_t len;
	int ret = text__read(o->path, DUMP_MAX, &text, &len, err);

	if (ret)
		return ret == -EISDIR || ret == -EFBIG ? -EINVAL : ret;
	ret = ptdump__parse(name, text, len, o->granule, l, err);
	return ret ? formats__say(text, len, "layout", ret, err) : 0;
}

/* Warn about what may make the figures wrong. */
static void warn_of_doubts(const struct layout *l, const char *path)
{
	if (l->source == GRANULE_ASSUMED)
		log__warn("%s: the rows fit several granules; assuming %s: set --granule", path,
			  layout__granule_name(l->granule));
	if (l->end)
		log__warn("%s: the dump ends at 0x%016llx, below the end of the address space: what "
			  "comes later is missing",
			  path, (unsigned long long)l->end);
	for (size_t i = 0; i < l->n_sections; i++)
		if (l->sections[i].gap)
			log__warn("%s: section %s: no row covers %llu KiB between rows: were lines lost?",
				  path, l->sections[i].name,
				  (unsigned long long)(l->sections[i].gap >> 10));
}

int cmd_layout(int argc, char **argv)
{
	struct layout_opts o = { .granule = PTDUMP_GRANULE_AUTO };
	_cleanup_(layout__freep) struct layout *l = NULL;
	struct err err;
	int ret;

	if (!options__parse(&options, argc, argv, &o, &ret))
		return ret;
	ret = load(&o, &l, &err);
	if (!ret && l) {
		warn_of_doubts(l, streq(o.path, "-") ? "standard input" : o.path);
		(o.json ? render_layout__json : render_layout__text)(l, stdout);
	} else {
		log__error("%s", err.msg);
	}
	return cmd__exit_code(ret);
}
