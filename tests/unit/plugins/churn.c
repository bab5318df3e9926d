// SPDX-License-Identifier: GPL-2.0-only
/*
 * churn: the text format of its points and the rates computed from them; what a kernel lacks is
 * reported by name; truncated or invalid type information; and secret memory, if the kernel that
 * runs the tests has it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/unit/job_fixture.h"
#include "workloads/churn/btf.h"
#include "workloads/churn/part.h"

#include <linux/btf.h>

#define MIB (1ull << 20)

static void points_are_a_text(void **state)
{
	static const char want[] =
		"part          operations            ns   table_bytes      bytes_4k\n"
		"module                 0             0             -          8192\n"
		"module              1000       5000000          4096       2105344\n"
		"bpf                    0             0             -             -\n";
	struct points p = { 0 }, again;
	struct err err = { "" };
	_free_ char *text = NULL, *second = NULL;
	struct point *at;

	(void)state;
	at = points__add(&p, "module", 0);
	at->v[POINT_NS] = 0;
	at->v[POINT_4K] = 8192;
	at = points__add(&p, "module", 1000);
	at->v[POINT_NS] = 5000000;
	at->v[POINT_TABLE_BYTES] = 4096;
	at->v[POINT_4K] = 8192 + 2 * MIB;
	points__add(&p, "bpf", 0)->v[POINT_NS] = 0;
	text = points__format(&p);
	assert_string_equal(text, want);
	assert_int_equal(points__parse("f", text, &again, &err), 0);
	assert_int_equal(again.n, 3);
	assert_true(again.v[2].v[POINT_4K] == POINT_UNKNOWN);
	second = points__format(&again);
	assert_string_equal(second, text);
	points__release(&p);
	points__release(&again);
}

static void rates(void **state)
{
	static const char text[] = "part operations ns splits bytes_4k bytes_1g table_bytes\n"
				   "module 0 0 3 1000 2000000 -\n"
				   "module 100 1000 4 2000 1000000 4096\n"
				   "module 500 10000 8 3000 0 -\n"
				   "kprobe 0 7 8 3000 0 -\n";
	struct points p;
	struct err err = { "" };
	double r;

	(void)state;
	assert_int_equal(points__parse("f", text, &p, &err), 0);
	/* Values are per operation; states are per 1000 operations, and may fall. */
	assert_true(points__rate(&p, "module", POINT_NS, &r) && r == 20);
	assert_true(points__rate(&p, "module", POINT_SPLITS, &r) && r == 10);
	assert_true(points__rate(&p, "module", POINT_4K, &r) && r == 4000);
	assert_true(points__rate(&p, "module", POINT_1G, &r) && r == -4000000);
	/* Known at one point only; at none; a part with one point; a part without points. */
	assert_false(points__rate(&p, "module", POINT_TABLE_BYTES, &r));
	assert_false(points__rate(&p, "module", POINT_INSNS, &r));
	assert_false(points__rate(&p, "kprobe", POINT_NS, &r));
	assert_false(points__rate(&p, "bpf", POINT_NS, &r));
	assert_int_equal(point__of_leaf("4K"), POINT_4K);
	assert_int_equal(point__of_leaf("512M"), POINT_512M);
	assert_int_equal(point__of_leaf("3M"), POINT_VALUES);
	points__release(&p);
}

static void points_that_are_wrong(void **state)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{ "", "f: there are no points in it" },
		{ "x\n", "f:1: expected a heading that begins with part, operations" },
		{ "part operations nanos\n", "f:1: unknown column 'nanos'" },
		{ "part operations ns ns\n", "f:1: a second column 'ns'" },
		{ "part operations ns\nMod 1 2\n",
		  "f:2: expected the name of a part and a number of operations" },
		{ "part operations ns\nabcdefghijklmnopqrstuvwxyz 1 2\n",
		  "f:2: expected the name of a part and a number of operations" },
		{ "part operations ns\nmodule -1 2\n",
		  "f:2: expected the name of a part and a number of operations" },
		{ "part operations ns\nmodule 1 2\nmodule 2\n",
		  "f:3: expected a number or '-' for ns, found ''" },
		{ "part operations ns\nmodule 1 18446744073709551615\n",
		  "f:2: expected a number or '-' for ns, found '18446744073709551615'" },
		{ "part operations ns\nmodule 1 2 3\n",
		  "f:2: there is more on the line than columns" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct points p;
		struct err err = { "" };

		assert_int_equal(points__parse("f", cases[i].text, &p, &err), -EINVAL);
		assert_string_equal(err.msg, cases[i].want);
		points__release(&p);
	}
}

/* --- type information --------------------------------------------------------------------- */

struct blob {
	char data[512];
	size_t len;
};

static void put32(struct blob *b, uint32_t v)
{
	memcpy(b->data + b->len, &v, sizeof(v));
	b->len += sizeof(v);
}

static void put_type(struct blob *b, uint32_t name, uint32_t kind, uint32_t vlen, size_t behind)
{
	put32(b, name);
	put32(b, kind << 24 | vlen);
	put32(b, 0);
	b->len += behind;
}

/* Types 1 to 5: an int, a struct with two members, an enum with three values, a variable with the
 * name of the function, the function. */
static struct blob make_btf(void)
{
	static const char names[] = "\0int\0a_struct\0a_function\0x";
	struct blob b = { .len = sizeof(struct btf_header) };
	struct btf_header h = { .magic = BTF_MAGIC, .version = 1, .hdr_len = sizeof(h) };

	put_type(&b, 1, BTF_KIND_INT, 0, 4);
	put_type(&b, 5, BTF_KIND_STRUCT, 2, 24);
	put_type(&b, 0, BTF_KIND_ENUM, 3, 24);
	put_type(&b, 14, BTF_KIND_VAR, 0, 4);
	put_type(&b, 14, BTF_KIND_FUNC, 1, 0);
	h.type_len = (uint32_t)(b.len - sizeof(h));
	h.str_off = h.type_len;
	h.str_len = sizeof(names);
	memcpy(b.data + b.len, names, sizeof(names));
	b.len += sizeof(names);
	memcpy(b.data, &h, sizeof(h));
	return b;
}

static void a_function_in_btf(void **state)
{
	struct blob b = make_btf(), bad;
	uint32_t id;

	(void)state;
	assert_int_equal(btf__function(b.data, b.len, "a_function", &id), 0);
	assert_int_equal(id, 5);
	assert_int_equal(btf__function(b.data, b.len, "a_func", &id), -ENOENT);
	assert_int_equal(btf__function(b.data, b.len, "a_struct", &id), -ENOENT);
	/* Truncated at any byte, in memory of exactly that size. */
	for (size_t len = 0; len < b.len; len++) {
		char *cut = xcalloc(len + 1, 1);

		memcpy(cut, b.data, len);
		assert_int_equal(btf__function(cut, len, "a_function", &id), -EPROTO);
		free(cut);
	}
	/* An unknown kind, one that extends beyond the end, names that lie outside. */
	bad = b;
	bad.data[sizeof(struct btf_header) + 7] = 31;
	assert_int_equal(btf__function(bad.data, bad.len, "a_function", &id), -EPROTO);
	bad = b;
	bad.data[sizeof(struct btf_header) + 16 + 5] = 1;
	assert_int_equal(btf__function(bad.data, bad.len, "a_function", &id), -EPROTO);
	bad = b;
	memset(bad.data + sizeof(struct btf_header) + 16 + 36 + 36 + 16, 0xff, 4);
	assert_int_equal(btf__function(bad.data, bad.len, "a_function", &id), -ENOENT);
}

/* A file of 100 bytes with a signature of 20 bytes, and files that only look signed. */
static void signatures_are_left_out(void **state)
{
	char file[200] = { 0 };
	const size_t magic = strlen("~Module signature appended~\n"), len = 100 + 20 + 12 + magic;

	(void)state;
	assert_int_equal(churn__before_signature(file, sizeof(file)), sizeof(file));
	snprintf(file + 132, sizeof(file) - 132, "%s", "~Module signature appended~\n");
	file[131] = 20;
	assert_int_equal(churn__before_signature(file, len), 100);
	assert_int_equal(churn__before_signature(file, len - 1), len - 1);
	/* A signature as long as the whole file, and one byte longer. */
	file[131] = 120;
	assert_int_equal(churn__before_signature(file, len), 0);
	file[131] = 121;
	assert_int_equal(churn__before_signature(file, len), len);
	file[128] = (char)0xff;
	assert_int_equal(churn__before_signature(file, len), len);
	assert_int_equal(churn__before_signature(file + 132, magic), magic);
}

/* --- the workload ------------------------------------------------------------------------- */

static void parameters(void **state)
{
	static const struct {
		const char *name, *value, *want;
	} cases[] = {
		{ "parts", "modul",
		  "parts: there is no part 'modul'; there are module, kprobe, bpf, "
		  "trampoline, secretmem, set-memory" },
		{ "parts", "bpf bpf", "parts: 'bpf' is listed twice" },
		{ "parts", "all,bpf", "parts: 'all' goes with no other part" },
		{ "parts", " ", "parts: there is none; 'all' stands for all of them" },
		{ "operations", "9", "points: more than the 9 operations" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct workload *wl = workload__find("churn");
		struct metric_list list = { 0 };
		const struct metric *metrics;
		struct param_set ps;
		struct err err = { "" };

		param_set__init(&ps, wl->params);
		assert_int_equal(param_set__put(&ps, cases[i].name, cases[i].value, &err), 0);
		assert_int_equal(workload__metrics(wl, &ps, &list, &metrics, &err), -EINVAL);
		assert_string_equal(err.msg, cases[i].want);
		metric_list__release(&list);
		param_set__release(&ps);
	}
}

static int no_module(void *arg, const char *name, const char *options, struct err *err)
{
	(void)arg;
	(void)options;
	return err__set(err, -ENOENT, "no %s", name);
}

static void what_cannot_run_is_named(void **state)
{
	struct fixture f;

	(void)state;
	fixture__begin(&f, "churn", "parts", "module", NULL);
	assert_int_equal(f.wl->supported(&f.job), -EOPNOTSUPP);
	assert_string_equal(f.job.err.msg, "module cannot run here: modules cannot be loaded here");
	f.env.modprobe = no_module;
	assert_int_equal(f.wl->supported(&f.job), -EOPNOTSUPP);
	assert_string_equal(f.job.err.msg,
			    "module cannot run here: this kernel has no module nls_cp1250");
	f.env.scratch = false;
	assert_int_equal(f.wl->supported(&f.job), -EOPNOTSUPP);
	assert_non_null(strstr(f.job.err.msg, "churn loads modules and sets probes"));
	f.wl->teardown(&f.job);
	fixture__end(&f);
}

/* Accept the module, but without its parameter directory, which only the kernel can make. */
static int module_without_parameters(void *arg, const char *name, const char *options,
				     struct err *err)
{
	size_t *loaded = arg;

	(void)err;
	assert_string_equal(name, "kduel_set_memory");
	assert_string_equal(options, "");
	++*loaded;
	return 0;
}

static int module_refused(void *arg, const char *name, const char *options, struct err *err)
{
	(void)arg;
	(void)options;
	return err__set(err, -EKEYREJECTED, "the kernel does not take module %s", name);
}

static void a_module_of_our_own(void **state)
{
	struct fixture f;
	size_t loaded = 0;

	(void)state;
	fixture__begin(&f, "churn", "parts", "set-memory", NULL);
	assert_int_equal(f.wl->supported(&f.job), -EOPNOTSUPP);
	assert_string_equal(f.job.err.msg,
			    "set-memory cannot run here: modules cannot be loaded here");
	f.env.modprobe = no_module;
	assert_int_equal(f.wl->supported(&f.job), -EOPNOTSUPP);
	assert_string_equal(f.job.err.msg,
			    "set-memory cannot run here: there is no module kduel_set_memory for this "
			    "kernel; kduel builds it for arm64 kernels of the archive");
	f.env.modprobe = module_without_parameters;
	f.env.arg = &loaded;
	assert_int_equal(f.wl->supported(&f.job), -EOPNOTSUPP);
	assert_non_null(strstr(f.job.err.msg, "/sys/module/kduel_set_memory/parameters/area"));
	assert_int_equal(loaded, 1);
	/* An error that does not mean that the kernel lacks something is a failure. */
	f.env.modprobe = module_refused;
	assert_int_equal(f.wl->supported(&f.job), -EKEYREJECTED);
	assert_string_equal(f.job.err.msg,
			    "set-memory: the kernel does not take module kduel_set_memory");
	f.wl->teardown(&f.job);
	fixture__end(&f);
}

/* Only the modules of the chosen parts are requested; only set-memory has metrics of its own. */
static void what_parts_ask_for(void **state)
{
	static const struct {
		const char *parts, *modules;
		bool looked;
	} cases[] = {
		{ "bpf kprobe", "", false },
		{ "module", "?nls_cp1250", false },
		{ "set-memory secretmem", "?kduel_set_memory", true },
		{ "all", "?nls_cp1250 ?kduel_set_memory", true },
	};
	const struct workload *wl = workload__find("churn");

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct strvec modules = { 0 };
		struct metric_list list = { 0 };
		const struct metric *metrics;
		struct param_set ps;
		struct err err = { "" };
		char *text;

		param_set__init(&ps, wl->params);
		assert_int_equal(param_set__put(&ps, "parts", cases[i].parts, &err), 0);
		wl->more_modules(&ps, &modules);
		text = strvec__join(&modules, " ");
		assert_string_equal(text, cases[i].modules);
		assert_int_equal(workload__metrics(wl, &ps, &list, &metrics, &err), 0);
		assert_int_equal(!!metric__find(metrics, "set-memory.alias_writable"),
				 cases[i].looked);
		free(text);
		strvec__release(&modules);
		metric_list__release(&list);
		param_set__release(&ps);
	}
}

/* Each point is requested once, in order, with what the workload itself knows. */
static int look(void *arg, struct job *job, size_t index, struct point *at)
{
	size_t *looked = arg;

	(void)job;
	assert_int_equal(index, (*looked)++);
	assert_string_equal(at->part, "secretmem");
	assert_true(at->v[POINT_NS] != POINT_UNKNOWN && at->v[POINT_4K] == POINT_UNKNOWN);
	at->v[POINT_4K] = MIB + at->operations * 4096;
	return 0;
}

static void secret_memory(void **state)
{
	struct fixture f;
	struct points p;
	size_t looked = 0;
	int ret;

	(void)state;
	fixture__begin(&f, "churn", "parts", "secretmem", "operations", "25", "points", "10",
		       "shift", "3", NULL);
	f.job.point = look;
	f.job.stage_arg = &looked;
	ret = f.wl->supported(&f.job);
	if (ret == -EOPNOTSUPP) {
		assert_non_null(strstr(f.job.err.msg, "secretmem cannot run here: "));
		fixture__end(&f);
		skip();
	}
	assert_int_equal(ret, 0);
	assert_int_equal(f.wl->run(&f.job), 0);
	assert_int_equal(looked, 11);
	assert_int_equal(f.job.operations, 25);
	assert_int_equal(f.wl->verify(&f.job), 0);
	assert_true(fixture__value(&f, "secretmem.bytes_4k") == 4096 * 1000);
	assert_true(fixture__value(&f, "secretmem.ns") > 0);
	assert_int_equal(f.job.n_texts, 1);
	assert_string_equal(f.job.texts[0].name, "points/churn");
	assert_int_equal(points__parse("f", f.job.texts[0].text, &p, &f.job.err), 0);
	assert_int_equal(p.n, 11);
	assert_int_equal(p.v[1].operations, 2);
	assert_int_equal(p.v[10].operations, 25);
	points__release(&p);
	f.wl->teardown(&f.job);
	fixture__end(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(points_are_a_text),
		cmocka_unit_test(rates),
		cmocka_unit_test(points_that_are_wrong),
		cmocka_unit_test(a_function_in_btf),
		cmocka_unit_test(parameters),
		cmocka_unit_test(what_cannot_run_is_named),
		cmocka_unit_test(a_module_of_our_own),
		cmocka_unit_test(what_parts_ask_for),
		cmocka_unit_test(secret_memory),
		cmocka_unit_test(signatures_are_left_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
