// SPDX-License-Identifier: GPL-2.0-only
/* Core files and errors in them; the plugin's file, complete and not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "collectors/support/layout_metrics.h"
#include "collectors/tlbmodel/format.h"
#include "lib/fs.h"
#include "runner/config/core.h"
#include "runner/boot/tlb_samples.h"
#include "runner/boot/tlb.h"

#include <unistd.h>

#define HEAD "name: x\nnote: n\ntlb:\n  source: s\n"
#define REST "  l1d: { entries: 48 }\n  l2: { entries: 1280, ways: 5 }\n"

static void shipped_cores(void **state)
{
	static const char *const names[] = { "generic",	   "generic-large", "ampereone",
					     "cortex-a72", "cortex-a76",    "neoverse-n1" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		struct core core;
		struct err err;

		assert_int_equal(core__load(names[i], &core, &err), 0);
		assert_true(strlen(core.tlb_source) > 10);
		assert_int_equal(core.assumed_l2, streq(names[i], "ampereone"));
		core__release(&core);
	}
}

static void what_is_unknown_is_generic_and_said(void **state)
{
	_free_ char *text = NULL;
	struct core core;
	struct err err;

	(void)state;
	assert_int_equal(core__load("ampereone", &core, &err), 0);
	text = core__describe(&core);
	assert_string_equal(text, "L1I 48 (assumed), L1D 48 (assumed), "
				  "L2 1280 in 5 ways (assumed)");
	core__release(&core);
	assert_int_equal(core__load("ampereon", &core, &err), -ENOENT);
	assert_non_null(strstr(err.msg, "configs/cores has "));
	assert_non_null(strstr(err.msg, ", cortex-a72, cortex-a76, "));
	assert_int_equal(core__load("../cpus", &core, &err), -ENOENT);
}

static void neighbouring_pages(void **state)
{
	_free_ char *text = NULL, *word = NULL;
	struct core core;
	struct err err;

	(void)state;
	assert_int_equal(core__load("cortex-a76", &core, &err), 0);
	text = core__describe(&core);
	assert_string_equal(text, "L1I 48, L1D 48, L2 1280 in 5 ways, up to 4 pages an entry");
	word = geometry__format(&core.geometry);
	assert_string_equal(word, "cortex-a76/48x48/48x48/21/1280x5/coalesce4");
	core__release(&core);
}

static void a_walk_cache(void **state)
{
	_free_ char *text = NULL, *word = NULL;
	struct core core;
	struct err err;

	(void)state;
	assert_int_equal(core__load("generic-walks64", &core, &err), 0);
	text = core__describe(&core);
	assert_string_equal(text, "L1I 48, L1D 48, L2 1280 in 5 ways, walk cache of 64");
	word = geometry__format(&core.geometry);
	assert_string_equal(word, "generic-walks64/48x48/48x48/21/1280x5/walks64");
	core__release(&core);
}

static void mistakes_have_a_place(void **state)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{ HEAD "  l1i: { entries: 48, ways: 5 }\n" REST,
		  "f:5:8: l1i: 5 ways do not divide 48 entries" },
		{ HEAD "  l1i: { entries: 0 }\n" REST, "f:5:19: " },
		{ HEAD "  l1i: { entries: 4, ways: 8 }\n" REST,
		  "f:5:8: l1i: 8 ways are more than 4 entries" },
		{ HEAD "  l1i: { ways: 8 }\n" REST, "f:5:8: " },
		{ HEAD "  l1i: 48\n" REST, "f:5:8: " },
		{ HEAD "  l1i: unknown\n" REST, "f:5:8: l1i cannot be unknown here" },
		{ HEAD "  l1i: { entries: 4 }\n  l1_largest: 3M\n" REST,
		  "f:4:3: 'l1_largest' must be a power of two" },
		{ HEAD "  l1i: { entries: 4 }\n  l3: 4\n" REST, "f:6:3: unknown key 'l3'" },
		{ HEAD "  l1i: { entries: 4 }\n  walk_cache: 1025\n" REST, "f:6:15: " },
		{ HEAD "  l1i: { entries: 4, walk_cache: 4 }\n" REST,
		  "f:5:22: unknown key 'walk_cache'" },
		{ HEAD "  l1i: { entries: 4, coalesce: 4 }\n" REST,
		  "f:5:22: unknown key 'coalesce'" },
		{ "name: x\nnote: n\ntlb:\n  source: s\n  l1i: { entries: 4 }\n  l1d: { entries: 4 }\n"
		  "  l2: { entries: 8, coalesce: 3 }\n",
		  "f:7:7: l2: an entry takes 2, 4 or 8 neighbouring pages" },
		{ "name: x\nnote: n\ntlb:\n  source: s\n  l1i: { entries: 4 }\n  l1d: { entries: 4 }\n"
		  "  l2: { entries: 8, replacement: fifo }\n",
		  "f:7:" },
		{ "name: x\nnote: n\n", "f:1:1: " },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct core core;
		struct err err = { "" };
		int ret = core__parse("f", cases[i].text, strlen(cases[i].text), NULL, &core, &err);

		assert_int_equal(ret, -EINVAL);
		if (strncmp(err.msg, cases[i].want, strlen(cases[i].want)))
			assert_string_equal(err.msg, cases[i].want);
	}
}

/* As the plugin wrote it for the workload pipe on 6.18, AmpereOne. */
static char *captured(size_t *len)
{
	char *text = NULL;

	assert_int_equal(fs__read("tests/data/tlbmodel/pipe-6.18.jsonl", 1 << 20, &text, len), 0);
	return text;
}

static double value(const struct tlb_samples *s, const char *metric)
{
	for (size_t i = 0; i < s->n; i++)
		if (streq(s->v[i].metric->name, metric))
			return s->v[i].value;
	fail_msg("no sample of %s", metric);
	return 0;
}

static void samples_of_a_boot(void **state)
{
	struct tlb_samples s = { 0 };
	struct tlb_lines lines;
	struct err err = { "" };
	size_t len;
	_free_ char *text = captured(&len);

	(void)state;
	assert_int_equal(tlb_lines__parse(&lines, "f", text, len, &err), 0);
	assert_int_equal(lines.n, 1);
	assert_int_equal(tlb_samples__iteration(lines.iteration[0], 1000, &s, &err), 0);
	assert_true(value(&s, "kernel.instructions") == 122226270);
	assert_true(value(&s, "kernel.instructions_per_op") == 122226.270);
	assert_true(value(&s, "kernel.walks_d") == 26 + 14 + 21 + 16 + 3);
	assert_true(value(&s, "linear.walk_mpki") == 26 / 122226.270);
	assert_true(value(&s, "linear.share") == 100 * 26. / (26 + 14 + 21 + 16 + 3));
	assert_true(value(&s, "fault.walks") == 0);
	assert_true(value(&s, "core1.linear.walks") == 26);
	assert_true(value(&s, "kernel.leaf_64k") == 58 && value(&s, "kernel.leaf_32m") == 0);
	assert_true(value(&s, "kernel.walk_cycles_30") == (80 + 34) * 30 / 122226.270);
	/* 81 of 114 walks end at the last of five levels, 32 a level higher and one two. */
	assert_true(value(&s, "kernel.walk_steps_d") + value(&s, "kernel.walk_steps_i") ==
		    81 * 5 + 32 * 4 + 3);
	assert_true(value(&s, "kernel.walk_steps_d") == 372);
	assert_true(value(&s, "kernel.walk_step_d_mpki") == 372 / 122226.270);
	assert_true(value(&s, "kernel.steps_per_walk") == 372. / 80);
	assert_true(value(&s, "linear.walk_steps") == 121);
	assert_true(value(&s, "core1.linear.walk_steps") == 121);
	/* All of these walks are cold: the second level never fills up. */
	assert_true(value(&s, "kernel.walks_d_cold") == 80);
	assert_true(value(&s, "kernel.walks_i_cold") == 34);
	assert_true(value(&s, "linear.walks_cold") == 26);
	assert_true(value(&s, "core1.kernel.walks_d_cold") == 80);
	assert_true(value(&s, "core1.kernel.walks_i_cold") == 34);
	assert_true(value(&s, "core1.linear.walks_cold") == 26);
	assert_true(value(&s, "user.walks_d_cold") == 16 && value(&s, "user.walks_i_cold") == 12);
	assert_true(value(&s, "kernel.l1d_misses") == 277);
	assert_true(value(&s, "kernel.l1d_misses_cold") == 35);
	assert_true(value(&s, "kernel.l1i_misses_cold") == 34);
	free(s.v);
	s = (struct tlb_samples){ 0 };
	assert_int_equal(tlb_samples__census(lines.census[CENSUS_AFTER_BOOT], true, &s, &err), 0);
	assert_true(value(&s, "linear_map.bytes_1g") == 1 << 30);
	assert_true(value(&s, "linear_map.bytes_ro") == 31342592);
	assert_true(value(&s, "kernel.table_bytes") == 34 * 4096);
	assert_true(value(&s, "linear_map.block_share") > 99);
	free(s.v);
	tlb_lines__release(&lines);
}

/* One more section, for memory that a driver has added; figures of the whole map stay the same. */
static void census_of_added_memory(void **state)
{
	struct tlb_samples s = { 0 };
	struct tlb_lines lines;
	struct layout *l = NULL;
	struct err err = { "" };
	json_t *added, *census;
	size_t len;
	_free_ char *text = captured(&len), *line = NULL;

	(void)state;
	assert_int_equal(tlb_lines__parse(&lines, "f", text, len, &err), 0);
	census = lines.census[CENSUS_AFTER_WORKLOAD];
	assert_int_equal(tlb_samples__added(census, &l, &err), -ENOENT);
	added = json_deep_copy(json_object_get(census, "linear_map"));
	json_object_set_new(added, "rw", json_integer(4ll << 20));
	json_object_set_new(added, "ro", json_integer(0));
	json_object_set_new(added, "leaf",
			    json_pack("{s:I,s:I}", "12", (json_int_t)1 << 20, "21",
				      (json_int_t)3 << 20));
	json_object_set_new(census, "added", added);
	assert_int_equal(tlb_samples__census(census, false, &s, &err), 0);
	assert_true(value(&s, "linear_map.added_bytes") == 4 << 20);
	assert_true(value(&s, "linear_map.added_block_share") == 75);
	assert_true(value(&s, "linear_map.bytes_1g") == 1 << 30);
	assert_int_equal(tlb_samples__added(census, &l, &err), 0);
	line = layout_metrics__line(l, layout__find(l, "added"));
	assert_true(
		str_starts(line, "4K 1048576, 64K 0, 2M 3145728, 32M 0, 1G 0, ro 0, rw 4194304, "));
	layout__free(l);
	json_object_del(added, "wx");
	assert_int_equal(tlb_samples__census(census, false, &s, &err), -EPROTO);
	assert_non_null(strstr(err.msg, "a section is not complete"));
	free(s.v);
	tlb_lines__release(&lines);
}

/* In a boot that is itself the workload nothing is simulated. */
static void instructions_alone(void **state)
{
	struct tlb_samples s = { 0 };
	struct err err = { "" };
	json_t *o = json_pack("{s:i,s:i,s:b}", "user_instructions", 5, "kernel_instructions", 7000,
			      "boot", 1);

	(void)state;
	assert_int_equal(tlb_samples__iteration(o, 0, &s, &err), 0);
	assert_int_equal(s.n, 2);
	assert_true(value(&s, "kernel.instructions") == 7000);
	assert_true(value(&s, "user.instructions") == 5);
	json_object_set_new(o, "boot", json_false());
	assert_int_equal(tlb_samples__iteration(o, 0, &s, &err), -EPROTO);
	json_object_set_new(o, "boot", json_true());
	json_object_del(o, "kernel_instructions");
	assert_int_equal(tlb_samples__iteration(o, 0, &s, &err), -EPROTO);
	assert_non_null(strstr(err.msg, "'kernel_instructions'"));
	free(s.v);
	json_decref(o);
}

/* Each count is read from its own member, not from a neighbour. */
static void cold_start_is_counted_apart(void **state)
{
	static const struct {
		const char *member, *region, *metric;
		double want;
	} cases[] = {
		{ "kernel_walks_d_cold", "linear", "kernel.walks_d_cold", 80 - 26 + 11 },
		{ "kernel_walks_d_cold", "linear", "linear.walks_cold", 11 },
		{ "kernel_walks_i_cold", "image", "kernel.walks_i_cold", 11 },
		{ "user_walks_d_cold", "user", "user.walks_d_cold", 11 },
		{ "user_walks_i_cold", "user", "user.walks_i_cold", 11 },
		{ "kernel_l1d_cold", NULL, "kernel.l1d_misses_cold", 11 },
		{ "kernel_l1i_cold", NULL, "kernel.l1i_misses_cold", 11 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct tlb_samples s = { 0 };
		struct tlb_lines lines;
		struct err err = { "" };
		size_t len;
		_free_ char *text = captured(&len);
		json_t *o;

		assert_int_equal(tlb_lines__parse(&lines, "f", text, len, &err), 0);
		o = json_array_get(json_object_get(lines.iteration[0], "cores"), 0);
		if (cases[i].region)
			o = json_object_get(o, cases[i].member);
		assert_int_equal(json_object_set_new(o,
						     cases[i].region ? cases[i].region :
								       cases[i].member,
						     json_integer(11)),
				 0);
		assert_int_equal(tlb_samples__iteration(lines.iteration[0], 1000, &s, &err), 0);
		assert_true(value(&s, cases[i].metric) == cases[i].want);
		assert_true(value(&s, "kernel.walks_d") == 80);
		assert_true(value(&s, "kernel.walks_i") == 34);
		assert_true(value(&s, "linear.walks") == 26);
		assert_true(value(&s, "kernel.l1d_misses") == 277);
		free(s.v);
		tlb_lines__release(&lines);
	}
}

/* The file as a boot leaves it in its run directory. */
static void save_captured(char *dir)
{
	_free_ char *path = NULL, *text = NULL;
	size_t len;

	text = captured(&len);
	assert_non_null(mkdtemp(dir));
	path = xasprintf("%s/" TARGET_TLB, dir);
	assert_int_equal(fs__write_atomic(path, text, len), 0);
}

/* If the agent said that iteration 0 is a warm-up, so are the plugin's figures, and vice versa. */
static void samples_of_the_warm_up(void **state)
{
	char dir[] = "/tmp/kduel-tlbmodel-XXXXXX";
	struct tlb_cores cores = { 0 };
	struct err err;

	(void)state;
	assert_int_equal(tlb_cores__load(&(struct plan){ 0 }, &cores, &err), 0);
	save_captured(dir);
	for (int warmup = 0; warmup < 2; warmup++) {
		struct record r;
		size_t n = 0;

		record__init(&r, PLATFORM_ICOUNT);
		record__iteration(&r,
				  &(struct store_iteration){ .workload = "pipe", .warmup = warmup },
				  1000);
		assert_int_equal(tlbmodel__collect(&r, dir, "pipe", NULL, &cores, &err), 0);
		for (size_t i = 0; i < r.boot.n_samples; i++) {
			const struct store_sample *s = &r.boot.samples[i];

			assert_int_equal(s->warmup, warmup && s->iter == 0);
			n += s->iter == 0;
		}
		assert_true(n > 50);
		record__release(&r);
	}
	fs__rm_rf(dir);
	tlb_cores__release(&cores);
}

/* The captured iteration with stages added: returns 0, or the error from collecting them. */
static int collect_stages(struct record *r, const char *stages, struct err *err)
{
	static const struct metric metrics[] = {
		METRIC(.name = "x.time", .kind = METRIC_TIME),
		METRIC(.name = "x.kernel_insns", .kind = METRIC_COUNT),
		METRIC(.name = "y.kernel_insns", .kind = METRIC_COUNT),
		{ .name = NULL },
	};
	char dir[] = "/tmp/kduel-tlbmodel-XXXXXX";
	struct tlb_cores cores = { 0 };
	_free_ char *path = NULL, *text = NULL, *with = NULL;
	const char *at;
	int ret;

	save_captured(dir);
	path = xasprintf("%s/" TARGET_TLB, dir);
	assert_int_equal(fs__read(path, 1 << 20, &text, NULL), 0);
	at = strstr(text, "\"tlbi\"");
	assert_non_null(at);
	with = xasprintf("%.*s\"stages\":%s,%s", (int)(at - text), text, stages, at);
	assert_int_equal(fs__write_atomic(path, with, strlen(with)), 0);
	assert_int_equal(tlb_cores__load(&(struct plan){ 0 }, &cores, err), 0);
	record__init(r, PLATFORM_ICOUNT);
	record__iteration(r, &(struct store_iteration){ .workload = "micro" }, 1000);
	ret = tlbmodel__collect(r, dir, "micro", metrics, &cores, err);
	tlb_cores__release(&cores);
	fs__rm_rf(dir);
	return ret;
}

/* Kernel instructions per operation, as the workload's own metric. */
static void stages_of_an_iteration(void **state)
{
	static const char *const bad[] = {
		"[[3,100,7,2500]]", /* no such metric */
		"[[-1,100,7,2500]]",
		"[[0,100,7,2500]]", /* a time */
		"[[1,0,7,2500]]", /* no operations */
		"[[1,100,7,-2500]]",
		"[[1,100,7]]",
		"[[1,100,7,2500,1]]",
		"[1]",
		"[[1,100,7,2500],[1,100,7,2500]]", /* twice */
	};
	double got[2] = { 0 };
	struct record r;
	struct err err = { "" };

	(void)state;
	assert_int_equal(collect_stages(&r, "[[1,100,7,2550],[2,4,1,2]]", &err), 0);
	for (size_t i = 0; i < r.boot.n_samples; i++) {
		const struct store_sample *s = &r.boot.samples[i];

		if (!streq(s->source, "micro"))
			continue;
		assert_string_equal(s->workload, "micro");
		assert_int_equal(s->iter, 0);
		got[streq(s->metric->name, "y.kernel_insns")] = s->value;
	}
	assert_true(got[0] == 25.5 && got[1] == 0.5);
	record__release(&r);
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		if (collect_stages(&r, bad[i], &err) != -EPROTO)
			fail_msg("accepted %s", bad[i]);
		assert_int_equal(r.boot.n_samples, 0);
		record__release(&r);
	}
}

static const char *fact(const struct record *r, const char *key)
{
	for (size_t i = 0; i < r->boot.n_facts; i++)
		if (streq(r->boot.facts[i].key, key))
			return r->boot.facts[i].value;
	fail_msg("no fact %s", key);
	return "";
}

static int collect(const char *dir, struct record *r, const struct tlb_cores *cores,
		   struct err *err)
{
	record__init(r, PLATFORM_ICOUNT);
	record__iteration(r, &(struct store_iteration){ .workload = "pipe" }, 1000);
	return tlbmodel__collect(r, dir, "pipe", NULL, cores, err);
}

/* Facts tell what was simulated, even if the core files have changed since. */
static void cores_of_a_boot(void **state)
{
	char dir[] = "/tmp/kduel-tlbmodel-XXXXXX";
	struct plan plan = { 0 };
	struct tlb_cores cores = { 0 }, other = { 0 };
	struct record r;
	struct err err;

	(void)state;
	save_captured(dir);
	assert_int_equal(tlb_cores__load(&plan, &cores, &err), 0);
	assert_int_equal(collect(dir, &r, &cores, &err), 0);
	assert_string_equal(fact(&r, "tlbmodel/core0"), cores.texts.v[0]);
	assert_non_null(strstr(fact(&r, "tlbmodel/core1"), "generic-large: L1I 48, "));
	record__release(&r);

	strvec__push_all(&plan.tlb_cores, "generic", "cortex-a72", NULL);
	assert_int_equal(tlb_cores__load(&plan, &other, &err), 0);
	assert_int_equal(collect(dir, &r, &other, &err), -EPROTO);
	assert_non_null(strstr(err.msg, "other cores were simulated"));
	assert_int_equal(r.boot.n_samples, 0);
	record__release(&r);
	tlb_cores__release(&cores);
	tlb_cores__release(&other);
	strvec__release(&plan.tlb_cores);
	fs__rm_rf(dir);
}

/* If a boot has no room for all of the plugin's samples, none is stored. */
static void more_samples_than_fit(void **state)
{
	const size_t room = 1u << 20, full = 1000000 - 50;
	char dir[] = "/tmp/kduel-tlbmodel-XXXXXX";
	struct tlb_cores cores = { 0 };
	struct record r;
	struct err err;

	(void)state;
	save_captured(dir);
	assert_int_equal(tlb_cores__load(&(struct plan){ 0 }, &cores, &err), 0);
	record__init(&r, PLATFORM_ICOUNT);
	record__iteration(&r, &(struct store_iteration){ .workload = "pipe" }, 1000);
	r.boot.samples = xcalloc(room, sizeof(*r.boot.samples));
	for (size_t i = 0; i < full; i++)
		r.boot.samples[i] = (struct store_sample){ .workload = "pipe", .iter = (int)i };
	r.boot.n_samples = full;
	assert_int_equal(tlbmodel__collect(&r, dir, "pipe", NULL, &cores, &err), -EPROTO);
	assert_non_null(strstr(err.msg, "samples"));
	assert_int_equal(r.boot.n_samples, full);
	record__release(&r);
	tlb_cores__release(&cores);
	fs__rm_rf(dir);
}

/* A guest may make the plugin write a gigabyte: such a file is not read. */
static void file_that_is_too_large(void **state)
{
	char dir[] = "/tmp/kduel-tlbmodel-XXXXXX";
	struct tlb_cores cores = { 0 };
	_free_ char *path = NULL;
	struct record r;
	struct err err;

	(void)state;
	assert_non_null(mkdtemp(dir));
	path = xasprintf("%s/" TARGET_TLB, dir);
	assert_int_equal(fs__write_atomic(path, "", 0), 0);
	assert_int_equal(truncate(path, TLB_FILE_MAX + 1), 0);
	assert_int_equal(collect(dir, &r, &cores, &err), -EPROTO);
	assert_non_null(strstr(err.msg, "has more than 64 MiB"));
	record__release(&r);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(collect(dir, &r, &cores, &err), -EPROTO);
	assert_non_null(strstr(err.msg, "No such file"));
	record__release(&r);
	fs__rm_rf(dir);
}

/* Truncated anywhere, the file is refused, and the message says what is missing. */
static void half_a_file(void **state)
{
	struct tlb_lines lines;
	struct err err;
	size_t len;
	_free_ char *text = captured(&len);

	(void)state;
	for (size_t cut = 0; cut < len; cut += 97) {
		err.msg[0] = '\0';
		assert_int_equal(tlb_lines__parse(&lines, "f", text, cut, &err), -EPROTO);
		assert_true(str_starts(err.msg, "f"));
		tlb_lines__release(&lines);
	}
}

/* On x86_64 instructions are counted and nothing is simulated: no census, no cores. */
static void lines_that_only_count(void **state)
{
	static const char text[] =
		"{\"line\":\"start\",\"format\":3,\"arch\":\"x86_64\",\"cores\":[]}\n"
		"{\"line\":\"bounds\",\"va_bits\":0}\n{\"line\":\"begin\",\"iteration\":0}\n"
		"{\"line\":\"iteration\",\"iteration\":0,\"user_instructions\":10,"
		"\"kernel_instructions\":30,\"x86_64\":true}\n{\"line\":\"end\"}\n";
	struct tlb_samples out = { 0 };
	struct tlb_lines lines;
	struct err err = { "" };

	(void)state;
	assert_int_equal(tlb_lines__parse(&lines, "f", text, strlen(text), &err), 0);
	assert_true(lines.only_counts);
	assert_int_equal(tlb_samples__iteration(lines.iteration[0], 5, &out, &err), 0);
	assert_int_equal(out.n, 4);
	assert_string_equal(out.v[2].metric->name, "kernel.instructions_per_op");
	assert_true(out.v[2].value == 6 && out.v[1].value == 10);
	free(out.v);
	tlb_lines__release(&lines);
}

static void lines_that_are_wrong(void **state)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{ "", "f: TLB model: the plugin did not start" },
		{ "x\n", "f:1: the TLB model's plugin: no JSON object on this line" },
		{ "{}\n", "f:1: the TLB model's plugin: a line of an unknown kind" },
		{ "{\"line\":\"start\",\"format\":99}\n",
		  "f:1: the TLB model's plugin: speaks another format than this kduel; rebuild it" },
		{ "{\"line\":\"start\",\"format\":3}\n",
		  "f: TLB model: the marker after boot was never reached" },
		{ "{\"line\":\"start\",\"format\":3}\n{\"line\":\"census\",\"label\":0}\n"
		  "{\"line\":\"begin\",\"iteration\":0}\n{\"line\":\"iteration\",\"iteration\":0}\n"
		  "{\"line\":\"census\",\"label\":1}\n{\"line\":\"end\"}\n",
		  "f: TLB model: the regions of the kernel were never sent" },
		{ "{\"line\":\"error\",\"text\":\"oh\"}\n", "f:1: the TLB model's plugin: oh" },
		{ "{\"line\":\"iteration\",\"iteration\":0}\n",
		  "f:1: the TLB model's plugin: an iteration ended that had not begun" },
		{ "{\"line\":\"end\"}\n{\"line\":\"end\"}\n",
		  "f:2: the TLB model's plugin: there is more after the end" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct tlb_lines lines;
		struct err err = { "" };

		assert_int_equal(tlb_lines__parse(&lines, "f", cases[i].text, strlen(cases[i].text),
						  &err),
				 -EPROTO);
		assert_string_equal(err.msg, cases[i].want);
		tlb_lines__release(&lines);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shipped_cores),
		cmocka_unit_test(what_is_unknown_is_generic_and_said),
		cmocka_unit_test(neighbouring_pages),
		cmocka_unit_test(a_walk_cache),
		cmocka_unit_test(mistakes_have_a_place),
		cmocka_unit_test(samples_of_a_boot),
		cmocka_unit_test(census_of_added_memory),
		cmocka_unit_test(instructions_alone),
		cmocka_unit_test(cold_start_is_counted_apart),
		cmocka_unit_test(samples_of_the_warm_up),
		cmocka_unit_test(stages_of_an_iteration),
		cmocka_unit_test(cores_of_a_boot),
		cmocka_unit_test(file_that_is_too_large),
		cmocka_unit_test(more_samples_than_fit),
		cmocka_unit_test(half_a_file),
		cmocka_unit_test(lines_that_only_count),
		cmocka_unit_test(lines_that_are_wrong),
	};

	setenv("KDUEL_CONFIG_DIR", "configs", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
