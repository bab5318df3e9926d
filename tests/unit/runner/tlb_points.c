// SPDX-License-Identifier: GPL-2.0-only
/* What the plugin saw at the points of a workload is added to the guest's text, and to the
 * samples. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "runner/boot/tlb_points.h"
#include "workloads/workload.h"

#define GUEST                           \
	"part operations ns\n"          \
	"module 0 0\nmodule 100 5000\n" \
	"secretmem 0 0\nsecretmem 50 700\n"
#define SECTION "\"ro\":0,\"rw\":0,\"nx\":0,\"x\":0,\"wx\":0,\"usr\":0,\"invalid\":0"

/* A point as the plugin writes it: instructions, TLBIs by address, table pages, bytes in 4K
 * pages. */
static json_t *point(unsigned int insns, unsigned int tlbi, unsigned int tables, unsigned int bytes)
{
	_free_ char *text = xasprintf(
		"{\"kernel_instructions\":%u,\"tlbi\":{\"all\":0,\"asid\":0,\"va\":%u,\"range\":0},"
		"\"page_shift\":12,\"tables\":%u,\"linear_map\":{" SECTION
		",\"leaf\":{\"12\":%u,\"30\":1073741824}},\"modules\":{" SECTION
		",\"leaf\":{}},\"vmalloc\":{" SECTION ",\"leaf\":{}},\"vmemmap\":{" SECTION
		",\"leaf\":{}},\"other\":{" SECTION ",\"leaf\":{}}}",
		insns, tlbi, tables, bytes);
	json_t *o = json_loads(text, 0, NULL);

	assert_non_null(o);
	return o;
}

struct fixture {
	struct record rec;
	struct metric_list metrics;
	struct tlb_lines lines;
	json_t *point[4];
	struct err err;
};

static void begin(struct fixture *f, const char *guest)
{
	*f = (struct fixture){ .point = { point(1000, 10, 50, 8192), point(4000, 60, 51, 12288),
					  point(5000, 60, 51, 12288),
					  point(5100, 70, 51, 12288) } };
	record__init(&f->rec, PLATFORM_ICOUNT);
	points__declare("module", "m", &f->metrics);
	points__declare("secretmem", "s", &f->metrics);
	f->lines.point = f->point;
	f->lines.n_points = ARRAY_SIZE(f->point);
	if (guest)
		assert_int_equal(record__text(&f->rec, "points/churn", guest, &f->err), 0);
}

static void end(struct fixture *f)
{
	for (size_t i = 0; i < ARRAY_SIZE(f->point); i++)
		json_decref(f->point[i]);
	metric_list__release(&f->metrics);
	record__release(&f->rec);
}

static double value(const struct fixture *f, const char *metric)
{
	for (size_t i = 0; i < f->rec.boot.n_samples; i++)
		if (streq(f->rec.boot.samples[i].metric->name, metric))
			return f->rec.boot.samples[i].value;
	fail_msg("no sample of %s", metric);
	return 0;
}

static void figures_of_both_sides(void **state)
{
	struct fixture f;
	struct points p;
	_free_ char *text = NULL;

	(void)state;
	begin(&f, GUEST);
	assert_int_equal(tlb_points__add(&f.rec, &f.lines, "churn", f.metrics.v, &f.err), 0);
	/* Per operation, counted from the beginning of the part; states per 1000 operations. */
	assert_true(value(&f, "module.instructions") == 30);
	assert_true(value(&f, "module.tlbi_va") == 0.5);
	assert_true(value(&f, "module.table_bytes") == 40960);
	assert_true(value(&f, "module.bytes_4k") == 40960);
	assert_true(value(&f, "module.bytes_1g") == 0);
	assert_true(value(&f, "secretmem.instructions") == 2);
	/* The guest has reported its own. */
	for (size_t i = 0; i < f.rec.boot.n_samples; i++)
		assert_false(str_ends(f.rec.boot.samples[i].metric->name, ".ns"));
	text = record__take_text(&f.rec, "points/churn");
	assert_int_equal(points__parse("f", text, &p, &f.err), 0);
	assert_true(p.v[1].v[POINT_NS] == 5000 && p.v[1].v[POINT_INSNS] == 3000);
	assert_true(p.v[3].v[POINT_INSNS] == 100 && p.v[3].v[POINT_TLBI_VA] == 10);
	assert_true(p.v[2].v[POINT_4K] == 12288 && p.v[2].v[POINT_16K] == POINT_UNKNOWN);
	points__release(&p);
	end(&f);
}

/* Either side may be from another boot, or from a guest that lies. */
static void points_that_do_not_fit(void **state)
{
	static const struct {
		const char *guest, *want;
	} cases[] = {
		{ NULL, "TLB model: points: the guest says nothing of its own" },
		{ "part operations ns\nmodule 0 0\n",
		  "TLB model: points: the guest came to others than the plugin" },
		{ "part operations ns\nmodule 0 0\nmodule 1 5\nother 0 0\nother 5 7\n",
		  "TLB model: points: a part that the workload does not have" },
		{ "nonsense\n",
		  "points/churn:1: expected a heading that begins with part, operations" },
	};
	struct fixture f;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		begin(&f, cases[i].guest);
		assert_true(tlb_points__add(&f.rec, &f.lines, "churn", f.metrics.v, &f.err) < 0);
		assert_string_equal(f.err.msg, cases[i].want);
		end(&f);
	}
	begin(&f, GUEST);
	json_object_set_new(f.point[1], "kernel_instructions", json_integer(999));
	assert_int_equal(tlb_points__add(&f.rec, &f.lines, "churn", f.metrics.v, &f.err), -EPROTO);
	assert_string_equal(f.err.msg, "TLB model: points: a count went back");
	end(&f);
	/* A boot without points has none. */
	begin(&f, NULL);
	f.lines.n_points = 0;
	assert_int_equal(tlb_points__add(&f.rec, &f.lines, "churn", f.metrics.v, &f.err), 0);
	end(&f);
}

static void aliases_have_names(void **state)
{
	static const char areas[] =
		"0xffff800080000000-0xffff800080002000 alloc_insn_page+0x20/0x48\n"
		"0xffff800080010000-0xffff800080020000 execmem_alloc+0x10/0x20\n";
	json_t *census =
		json_loads("{\"lost_aliases\":3,\"aliases\":["
			   "[\"0xffff800080000000\",\"0xffff800080001000\",4096,\"vmalloc\"],"
			   "[\"0xffff800080030000\",\"0xffff800080032000\",8192,\"modules\"]]}",
			   0, NULL);
	_free_ char *text = tlb_points__aliases(census, areas);
	_free_ char *bare = tlb_points__aliases(census, NULL);

	(void)state;
	assert_string_equal(text, "0xffff800080000000-0xffff800080001000 vmalloc: 4096 B, "
				  "alloc_insn_page+0x20/0x48\n"
				  "0xffff800080030000-0xffff800080032000 modules: 8192 B\n"
				  "and 3 pages more");
	assert_null(strstr(bare, "alloc_insn_page"));
	json_object_set_new(census, "aliases", json_array());
	assert_null(tlb_points__aliases(census, areas));
	json_decref(census);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(figures_of_both_sides),
		cmocka_unit_test(points_that_do_not_fit),
		cmocka_unit_test(aliases_have_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
