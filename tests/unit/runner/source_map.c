// SPDX-License-Identifier: GPL-2.0-only
/* The source functions of code: small programs for two architectures, compared with addr2line, and
 * damaged files. */
/* run.sh: deadlines */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "lib/fs.h"
#include "lib/proc.h"
#include "lib/strvec.h"
#include "runner/host/cross.h"
#include "runner/kernels/files/debug_info.h"
#include "runner/kernels/files/image.h"
#include "runner/kernels/files/source_map.h"
#include "tests/unit/patience.h"

#include <sys/stat.h>
#include <unistd.h>

static char tmp[] = "/tmp/kduel-unit-XXXXXX";

/* A source tree like a kernel's: the compiler is given absolute paths, and runs in another
 * directory. */
static const struct {
	const char *path, *text;
} files[] = {
	{ "src/include/linux/t.h",
	  "static inline __attribute__((always_inline)) long leaf(volatile long *p)\n"
	  "{\n	long n = *p;\n	while (n--)\n		*p += n;\n	return *p;\n}\n"
	  "static inline __attribute__((always_inline)) long twice(volatile long *p)\n"
	  "{\n	return leaf(p) + *p * leaf(p + 1);\n}\n"
	  "long far(volatile long *p);\n" },
	{ "src/init/main.c", "#include <linux/t.h>\n"
			     "long start(volatile long *p) { return far(p) + leaf(p); }\n" },
	{ "src/mm/a.c", "#include <linux/t.h>\n"
			"long far(volatile long *p)\n{\n	long n = twice(p);\n"
			"	if (n > 9) { long m = leaf(p + 2); *p = m; }\n	return n;\n}\n"
			"long other(volatile long *p) { return *p ? twice(p) : leaf(p); }\n"
			"long plain(volatile long *p) { return *p + 1; }\n" },
	{ "src/lib/b.S",
	  "	.text\n	.globl raw\n	.type raw, %function\nraw:\n	nop\n	nop\n"
	  "	.size raw, .-raw\n	nop\n" },
};

static void run(const char *cwd, const char *const *argv)
{
	struct proc_result res = { 0 };

	assert_int_equal(proc__run(&(struct proc_opts){ .argv = (char *const *)argv,
							.cwd = cwd,
							.timeout_ms = WAIT_MS },
				   &res),
			 0);
	if (res.status)
		fail_msg("%s: %s", argv[0], res.err);
	proc_result__release(&res);
}

/* Compile files below mm/ as ccache does: with relative paths, in the directory of another
 * build? */
static bool from_ccache;

/* Compile a file of the tree to out/NAME.o, with or without debug information. */
static char *compile(const char *arch, const char *path, const char *debug)
{
	_free_ char *cc = xasprintf("%sgcc", cross__prefix(arch));
	const bool elsewhere = from_ccache && str_starts(path, "mm/");
	const char *top = elsewhere ? ".." : tmp;
	_free_ char *src = xasprintf("%s/src/%s", top, path), *out = xasprintf("%s/out", tmp);
	_free_ char *include = xasprintf("-I%s/src/include", top);
	_free_ char *map = xasprintf("-fdebug-prefix-map=%s=%s", tmp,
				     elsewhere ? "/other/build" : tmp);
	char *o = xasprintf("%s/%s-%s%s.o", out, strrchr(path, '/') + 1, arch, debug);

	run(out, STRINGS(cc, "-O2", debug, "-ffreestanding", "-fno-pic", map, include, "-c", src,
			 "-o", o));
	return o;
}

static char *link_image(const char *arch, const char *debug)
{
	_free_ char *cc = xasprintf("%sgcc", cross__prefix(arch));
	_free_ char *a = compile(arch, "mm/a.c", debug), *b = compile(arch, "lib/b.S", debug);
	_free_ char *m = compile(arch, "init/main.c", debug);
	char *to = xasprintf("%s/out/vmlinux-%s%s", tmp, arch, debug);

	run(tmp,
	    STRINGS(cc, "-nostdlib", "-static", "-no-pie", "-Wl,-Ttext=0x40080000,-estart",
		    "-Wl,--defsym=_text=0x40080000", "-Wl,--build-id=sha1", m, a, b, "-o", to));
	return to;
}

/* A shared library whose symbols have versions. */
static char *link_vdso(const char *arch, const char *debug)
{
	static const char versions[] = "LINUX_2.6 { global: plain; local: *; };\n";
	_free_ char *cc = xasprintf("%sgcc", cross__prefix(arch));
	_free_ char *a = compile(arch, "mm/a.c", debug);
	_free_ char *script = xasprintf("%s/out/versions", tmp);
	_free_ char *option = xasprintf("-Wl,--version-script=%s", script);
	char *to = xasprintf("%s/out/vdso-%s%s.so", tmp, arch, debug);

	assert_int_equal(fs__write_atomic(script, versions, strlen(versions)), 0);
	run(tmp, STRINGS(cc, "-nostdlib", "-shared", option, "-Wl,--build-id=sha1", a, "-o", to));
	return to;
}

static int setup(void **state)
{
	(void)state;
	if (!mkdtemp(tmp))
		return -1;
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		_free_ char *path = xasprintf("%s/%s", tmp, files[i].path);
		_free_ char *dir = xstrndup(path, (size_t)(strrchr(path, '/') - path));

		if (fs__mkdir_p(dir) ||
		    fs__write_atomic(path, files[i].text, strlen(files[i].text)))
			return -1;
	}
	_free_ char *out = xasprintf("%s/out", tmp);

	return fs__mkdir_p(out);
}

static int teardown(void **state)
{
	(void)state;
	return fs__rm_rf(tmp);
}

/* The file that defines each function of the tree. */
static const char *file_of(const char *name)
{
	return streq(name, "leaf") || streq(name, "twice") ? "include/linux/t.h" :
	       streq(name, "start")			   ? "init/main.c" :
	       streq(name, "raw") || !*name		   ? "lib/b.S" :
							     "mm/a.c";
}

/* "leaf, twice, far": innermost first. */
static char *chain_of(const struct source_map *m, const char *section, uint64_t at, uint64_t *end)
{
	_cleanup_(strvec__release) struct strvec words = { 0 };

	for (uint32_t i = source_map__find(m, section, at, end); i != NO_SOURCE;
	     i = m->nodes[i].parent) {
		assert_string_equal(m->nodes[i].file, file_of(m->nodes[i].name));
		strvec__push(&words, m->nodes[i].name);
	}
	return strvec__join(&words, ", ");
}

/* The same from addr2line -f -i, which prints two lines per function: its name; path and line,
 * which may be those of the call. */
static char *chain_of_binutils(const char *arch, const char *file, const char *section, uint64_t at)
{
	_free_ char *prog = xasprintf("%saddr2line", cross__prefix(arch));
	_free_ char *address = xasprintf("%#llx", (unsigned long long)at);
	_cleanup_(strvec__release) struct strvec words = { 0 };
	_cleanup_(proc_result__release) struct proc_result res = { 0 };
	const char *argv[] = { prog,	"-f", "-i", "-e", file, address, *section ? "-j" : NULL,
			       section, NULL };
	char *line, *save = NULL;

	assert_int_equal(proc__run(&(struct proc_opts){ .argv = (char *const *)argv }, &res), 0);
	assert_int_equal(res.status, 0);
	for (line = strtok_r(res.out, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		strvec__push(&words, line);
		(void)strtok_r(NULL, "\n", &save);
	}
	return strvec__join(&words, ", ");
}

/* Every address of a section, in steps of an instruction or of a byte. */
static void compare(const char *arch, const char *file, const struct source_map *m,
		    const char *section, uint64_t base)
{
	const struct source_section *s = &m->sections[0];
	const unsigned int step = streq(arch, "arm64") ? 4 : 3;
	size_t deep = 0, n = 0;

	for (size_t i = 0; i < m->n_sections; i++)
		if (streq(m->sections[i].name, section))
			s = &m->sections[i];
	assert_string_equal(s->name, section);
	for (size_t i = 1; i < s->n; i++)
		assert_true(s->v[i].start >= s->v[i - 1].end);
	for (uint64_t at = s->v[0].start; at < s->v[s->n - 1].end; at += step, n++) {
		uint64_t end;
		_free_ char *got = chain_of(m, section, at, &end);
		_free_ char *want = chain_of_binutils(arch, file, section, base + at);

		assert_true(end > at);
		/* Padding, and code that is in no function, has no name there. */
		if (!*got)
			continue;
		if (!streq(got, want))
			fail_msg("%s at %#llx: '%s', addr2line has '%s'", file,
				 (unsigned long long)at, got, want);
		deep += str_starts(got, "leaf, twice, ");
	}
	assert_in_range(deep, 4, n);
}

static const struct source_request everything = { 0 };

static void images(void **state)
{
	static const char *const debug[] = { "-gdwarf-4", "-gdwarf-5" };

	(void)state;
	for (size_t i = 0; i < 2 * ARRAY_SIZE(debug); i++) {
		const char *arch = i & 1 ? "arm64" : "amd64";
		_free_ char *file = link_image(arch, debug[i / 2]);
		struct source_map m;
		struct err err = { "" };
		uint64_t end;

		if (source_map__load(file, &everything, &m, &err))
			fail_msg("%s", err.msg);
		assert_non_null(m.root);
		compare(arch, file, &m, "", 0x40080000);
		assert_int_equal(source_map__find(&m, ".text", 0, &end), NO_SOURCE);
		source_map__release(&m);
	}
}

/* Such an object was compiled in another build's directory, but its files are those of this
 * tree. */
static void objects_of_ccache(void **state)
{
	static const char *const debug[] = { "-gdwarf-4", "-gdwarf-5" };

	(void)state;
	from_ccache = true;
	for (size_t i = 0; i < ARRAY_SIZE(debug); i++) {
		_free_ char *file = link_image("arm64", debug[i]);
		struct source_map m;
		struct err err = { "" };

		if (source_map__load(file, &everything, &m, &err))
			fail_msg("%s", err.msg);
		compare("arm64", file, &m, "", 0x40080000);
		for (size_t k = 0; k < m.n_nodes; k++)
			assert_true(*m.nodes[k].unit != '/');
		source_map__release(&m);
	}
	from_ccache = false;
}

/* Modules are not linked: their DWARF must be relocated. The root of the tree is known from the
 * kernel. */
static void modules(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2; i++) {
		const char *arch = i ? "arm64" : "amd64";
		_free_ char *file = compile(arch, "mm/a.c", "-gdwarf-5");
		_free_ char *root = xasprintf("%s/src", tmp);
		const struct source_request req = { .root = root };
		struct source_map m;
		struct err err = { "" };

		if (source_map__load(file, &req, &m, &err))
			fail_msg("%s", err.msg);
		compare(arch, file, &m, ".text", 0);
		source_map__release(&m);
	}
}

/* In a large image only code that ran is read. */
static void what_is_wanted(void **state)
{
	_free_ char *file = link_image("arm64", "-gdwarf-5");
	struct source_range want = { 0 };
	const struct source_request req = { .want = &want, .n = 1 };
	struct source_map all, m;
	struct err err = { "" };
	bool found = false;

	(void)state;
	assert_int_equal(source_map__load(file, &everything, &all, &err), 0);
	for (size_t i = 0; i < all.sections[0].n; i++)
		if (streq(all.nodes[all.sections[0].v[i].node].name, "plain"))
			want = (struct source_range){ all.sections[0].v[i].start,
						      all.sections[0].v[i].end };
	assert_true(want.end > want.start);
	assert_int_equal(source_map__load(file, &req, &m, &err), 0);
	for (size_t i = 0; i < m.n_nodes; i++) {
		assert_string_equal(m.nodes[i].unit, "mm/a.c");
		found |= streq(m.nodes[i].name, "plain");
	}
	assert_true(found);
	assert_in_range(m.n_nodes, 1, all.n_nodes - 1);
	source_map__release(&m);
	source_map__release(&all);
}

static void common_ancestors(void **state)
{
	static struct source_node nodes[] = {
		{ NO_SOURCE, "a", "", "" }, { 0, "b", "", "" },		{ 1, "c", "", "" },
		{ 0, "d", "", "" },	    { NO_SOURCE, "e", "", "" },
	};
	const struct source_map m = { .nodes = nodes, .n_nodes = ARRAY_SIZE(nodes) };

	(void)state;
	assert_int_equal(source_map__common(&m, 2, 3), 0);
	assert_int_equal(source_map__common(&m, 1, 2), 1);
	assert_int_equal(source_map__common(&m, 2, 2), 2);
	assert_int_equal(source_map__common(&m, 2, 4), NO_SOURCE);
	assert_int_equal(source_map__common(&m, 2, NO_SOURCE), NO_SOURCE);
}

static void what_has_none(void **state)
{
	_free_ char *none = link_image("arm64", "-g0"), *text = xasprintf("%s/src/mm/a.c", tmp);
	_free_ char *missing = xasprintf("%s/none", tmp);
	struct source_map m;
	struct err err = { "" };

	(void)state;
	assert_int_equal(source_map__load(none, &everything, &m, &err), -ENODATA);
	assert_non_null(strstr(err.msg, "it has no debug information"));
	source_map__release(&m);
	assert_int_equal(source_map__load(text, &everything, &m, &err), -EINVAL);
	assert_non_null(strstr(err.msg, "not an ELF file"));
	source_map__release(&m);
	assert_int_equal(source_map__load(missing, &everything, &m, &err), -ENOENT);
	source_map__release(&m);
}

/* An image that contains the build id of a vmlinux; the caller frees. */
static char *make_image(const char *vmlinux, const char *name)
{
	_free_ char *objcopy = xasprintf("%sobjcopy", cross__prefix("arm64")), *note = NULL;
	_free_ char *part = xasprintf("%s/out/note", tmp);
	char *image = xasprintf("%s/out/%s", tmp, name), data[4096] = { 0 };
	size_t len;

	run(tmp,
	    STRINGS(objcopy, "-O", "binary", "--only-section=.note.gnu.build-id", vmlinux, part));
	assert_int_equal(fs__read(part, 1024, &note, &len), 0);
	memcpy(data + 56, (const char[]){ 'A', 'R', 'M', 0x64 }, 4);
	memcpy(data + 256, note, len);
	assert_int_equal(fs__write_atomic(image, data, sizeof(data)), 0);
	return image;
}

/* The debug information of a vmlinux is found for its image and for no other: in the cache, or
 * where packages with debug symbols install it. */
static void kept_and_found(void **state)
{
	_free_ char *vmlinux = link_image("arm64", "-gdwarf-5");
	_free_ char *other = link_image("arm64", "-gdwarf-4"), *none = link_image("arm64", "-g0");
	_free_ char *debug = xasprintf("%s/out/vmlinux.debug", tmp);
	_free_ char *dir = xasprintf("%s/debug", tmp), *boot = xasprintf("%s/boot", dir);
	_free_ char *installed = xasprintf("%s/vmlinux-6.1-x", boot), *path = NULL, *again = NULL;
	struct kernel k = { .image = make_image(vmlinux, "Image"), .release = (char[]){ "6.1-x" } };
	struct kernel o = { .image = make_image(other, "other"), .release = k.release };
	struct source_map m;
	struct err err = { "" };

	(void)state;
	assert_int_equal(setenv("KDUEL_DEBUG_DIR", dir, 1), 0);
	assert_true(debug_info__is_in(vmlinux));
	assert_false(debug_info__is_in(none));
	assert_null(debug_info__find(&k, &err));
	assert_string_equal(err.msg, "");
	if (debug_info__take(vmlinux, "arm64", debug, &err))
		fail_msg("%s", err.msg);
	k.debug = o.debug = debug;
	path = debug_info__find(&k, &err);
	assert_string_equal(path, debug);
	assert_int_equal(source_map__load(path, &everything, &m, &err), 0);
	compare("arm64", vmlinux, &m, "", 0x40080000);
	source_map__release(&m);
	assert_null(debug_info__find(&o, &err));
	assert_non_null(strstr(err.msg, "vmlinux.debug is not for this kernel: it has build id "));

	k.debug = NULL;
	assert_int_equal(fs__mkdir_p(boot), 0);
	assert_int_equal(rename(debug, installed), 0);
	again = debug_info__find(&k, &err);
	assert_string_equal(again, installed);
	assert_int_equal(unsetenv("KDUEL_DEBUG_DIR"), 0);
	free(k.image);
	free(o.image);
}

/* The image also contains the build id of a vDSO, whose debug information is installed, too. */
static void vdso_is_not_the_kernel(void **state)
{
	_free_ char *vmlinux = link_image("arm64", "-gdwarf-5");
	_free_ char *vdso = link_vdso("arm64", "-gdwarf-4");
	_free_ char *image = make_image(vmlinux, "Image"), *of_vdso = make_image(vdso, "vdso");
	_free_ char *dir = xasprintf("%s/debug", tmp), *boot = xasprintf("%s/boot", dir);
	_free_ char *installed = xasprintf("%s/vmlinux-6.1-x", boot), *links = NULL, *link = NULL;
	_free_ char *data = NULL, *note = NULL, *path = NULL, *by_id = NULL;
	struct kernel k = { .image = image, .release = (char[]){ "6.1-x" } };
	_cleanup_(strvec__release) struct strvec ids = { 0 }, both = { 0 };
	struct err err = { "" };
	size_t len;

	(void)state;
	assert_int_equal(fs__read(image, 4096, &data, &len), 0);
	assert_int_equal(fs__read(of_vdso, 4096, &note, &len), 0);
	memcpy(data + 128, note + 256, 64);
	assert_int_equal(fs__write_atomic(image, data, len), 0);
	assert_int_equal(image__build_ids(of_vdso, &ids, &err), 0);
	links = xasprintf("%s/.build-id/%.2s", dir, ids.v[0]);
	link = xasprintf("%s/%s.debug", links, ids.v[0] + 2);
	assert_int_equal(fs__mkdir_p(boot), 0);
	assert_int_equal(fs__mkdir_p(links), 0);
	assert_int_equal(debug_info__take(vdso, "arm64", link, &err), 0);
	assert_int_equal(debug_info__take(vmlinux, "arm64", installed, &err), 0);
	assert_int_equal(setenv("KDUEL_DEBUG_DIR", dir, 1), 0);
	path = debug_info__find(&k, &err);
	assert_non_null(path);
	assert_string_equal(path, installed);

	/* By build id alone: the id of the vDSO is the first in the image. */
	assert_int_equal(image__build_ids(image, &both, &err), 0);
	assert_int_equal(both.n, 2);
	assert_string_equal(both.v[0], ids.v[0]);
	by_id = xasprintf("%s/.build-id/%.2s/%s.debug", dir, both.v[1], both.v[1] + 2);
	free(path);
	path = xasprintf("%s/.build-id/%.2s", dir, both.v[1]);
	assert_int_equal(fs__mkdir_p(path), 0);
	assert_int_equal(rename(installed, by_id), 0);
	free(path);
	path = debug_info__find(&k, &err);
	assert_non_null(path);
	assert_string_equal(path, by_id);
	assert_int_equal(unlink(by_id), 0);
	assert_null(debug_info__find(&k, &err));
	assert_int_equal(unsetenv("KDUEL_DEBUG_DIR"), 0);
}

/* Change single bytes: nothing crashes, and the result is well-formed. */
static void damaged(void **state)
{
	uint64_t seed = 15;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		_free_ char *file = i ? compile("arm64", "mm/a.c", "-gdwarf-5") :
					link_image("arm64", "-gdwarf-5");
		_free_ char *data = NULL;
		size_t len, read = 0;

		assert_int_equal(fs__read(file, 1 << 24, &data, &len), 0);
		for (size_t k = 0; k < 300; k++) {
			_free_ char *copy = xcalloc(len, 1);
			struct source_map m;
			struct err err = { "" };

			memcpy(copy, data, len);
			for (size_t b = 0; b < 1 + k % 8; b++) {
				seed = seed * 6364136223846793005ull + 1442695040888963407ull;
				copy[(seed >> 20) % len] = (char)(seed >> 50);
			}
			read += !source_map__parse(copy, k % 5 ? len : len * (k + 1) / 301,
						   &everything, &m, &err);
			for (size_t s = 0; s < m.n_sections; s++)
				for (size_t v = 0; v < m.sections[s].n; v++)
					assert_true(m.sections[s].v[v].node < m.n_nodes);
			source_map__release(&m);
		}
		assert_in_range(read, 1, 300);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(images),	    cmocka_unit_test(objects_of_ccache),
		cmocka_unit_test(modules),	    cmocka_unit_test(what_is_wanted),
		cmocka_unit_test(common_ancestors), cmocka_unit_test(what_has_none),
		cmocka_unit_test(kept_and_found),   cmocka_unit_test(vdso_is_not_the_kernel),
		cmocka_unit_test(damaged),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
