// SPDX-License-Identifier: GPL-2.0-only
/* disasm.c - runs objdump on a function of an image or of a module, and replaces addresses by
 * names. */
#include "runner/kernels/files/disasm.h"

#include "lib/proc.h"
#include "lib/units.h"
#include "runner/host/cross.h"
#include "runner/kernels/files/image.h"
#include "runner/kernels/files/kallsyms.h"
#include "runner/kernels/files/module_symbols.h"

#include <ctype.h>
#include <inttypes.h>
#include <sys/mman.h>
#include <unistd.h>

/* Put the data into a memfd, as objdump reads only files. The path is valid while *fd is open. */
static int write_memfd(const void *data, size_t len, int *fd, char **path)
{
	*fd = memfd_create("code", MFD_CLOEXEC);
	if (*fd < 0)
		return -errno;
	*path = xasprintf("/proc/%d/fd/%d", getpid(), *fd);
	while (len) {
		ssize_t n = write(*fd, data, len);

		if (n < 0 && errno != EINTR)
			return -errno;
		data = (const char *)data + (n > 0 ? n : 0);
		len -= (size_t)(n > 0 ? n : 0);
	}
	return 0;
}

static int run_objdump(struct strvec *argv, struct proc_result *res, struct err *err)
{
	int ret;

	ret = proc__run(&(struct proc_opts){ .argv = argv->v, .timeout_ms = 60000 }, res);
	if (ret)
		return err__set(err, -EOPNOTSUPP, "%s cannot be run (%s): install %s", argv->v[0],
				strerror(-ret),
				strchr(argv->v[0], '-') ? "binutils-aarch64-linux-gnu" :
							  "binutils");
	return res->status ? err__set(err, -EIO, "%s: %.200s", argv->v[0], res->err) : 0;
}

/* Name an address of the image: an offset in this function, or another function and the offset in
 * it. */
static char *name_address(const struct kallsyms *k, const struct disasm_place *place, uint64_t at)
{
	size_t low = 0, high = k->n;

	if (at >= place->at && at < place->at + place->size)
		return xasprintf("+0x%" PRIx64, at - place->at);
	while (low < high) {
		size_t mid = (low + high) / 2;

		if (k->v[mid].at <= at)
			low = mid + 1;
		else
			high = mid;
	}
	if (!low || at >= k->etext)
		return xasprintf("0x%" PRIx64, at);
	at -= k->v[low - 1].at;
	return at ? xasprintf("%s+0x%" PRIx64, k->v[low - 1].name, at) :
		    xstrdup(k->v[low - 1].name);
}

/* Does the instruction branch, so that its last operand ("cbz\tw0, 0x1040") is a code address? */
static bool is_branch(const char *text)
{
	const size_t len = strcspn(text, "\t");

	return (*text == 'b' && (len == 1 || text[1] == '.' || !strncmp(text, "bl\t", 3))) ||
	       str_starts(text, "cb") || str_starts(text, "tb");
}

/* The instruction without objdump's comments, a branch target replaced by its name. `k` is NULL for
 * a module, where objdump has resolved names itself. */
static char *tidy(const char *text, size_t len, const struct kallsyms *k,
		  const struct disasm_place *place)
{
	_free_ char *s = xstrndup(text, len), *name = NULL;
	char *comment = strstr(s, "//"), *operand;
	const char *at, *from;
	uint64_t target;

	if (comment)
		*comment = '\0';
	for (size_t n = strlen(s); n && isspace((unsigned char)s[n - 1]);)
		s[--n] = '\0';
	operand = is_branch(s) ? strrchr(s, ' ') : NULL;
	operand = operand && (k || strchr(s, ',')) ? operand :
		  is_branch(s)			   ? strchr(s, '\t') :
						     NULL;
	at = operand ? operand + 1 : NULL;
	if (!at || (k && !str_starts(at, "0x")))
		return xstrdup(s);
	at += k ? 2 : 0;
	if (units__hex(&at, &target))
		return xstrdup(s);
	/* In a module objdump shows "1040 <name>"; without a relocation the target is in the same
	 * section. */
	from = k ? NULL : strchr(at, '<');
	if (k)
		name = name_address(k, place, target);
	else if (target >= place->at && target < place->at + place->size)
		name = xasprintf("+0x%" PRIx64, target - place->at);
	else
		name = from ? xstrndup(from + 1, strcspn(from + 1, ">")) :
			      xasprintf("0x%" PRIx64, target);
	operand[1] = '\0';
	return xasprintf("%s%s", s, name);
}

/* A line "\t\t\t1040: R_AARCH64_CALL26\tname" tells what the preceding instruction refers to. */
static void add_relocation(struct strvec *lines, const char *line, size_t len)
{
	const char *type = memmem(line, len, "R_AARCH64_", 10), *tab;
	char *last = lines->n ? lines->v[lines->n - 1] : NULL;
	_free_ char *name = NULL;

	tab = type ? memchr(type, '\t', len - (size_t)(type - line)) : NULL;
	if (!tab || !last)
		return;
	name = xstrndup(tab + 1, len - (size_t)(tab + 1 - line));
	if (is_branch(last))
		last[strcspn(last, "\t")] = '\0';
	lines->v[lines->n - 1] = xasprintf("%s\t%s", last, name);
	free(last);
}

/* Read objdump's output. Lines of instructions are blanks, address, colon, tab, text. */
static int read_lines(const char *out, const struct kallsyms *k, const struct disasm_place *place,
		      struct strvec *lines, struct err *err)
{
	for (size_t len; *out; out += len + (out[len] == '\n')) {
		const char *at = out + strspn(out, " "), *from = at;
		_free_ char *text = NULL;
		uint64_t address;

		len = strcspn(out, "\n");
		if (!strncmp(out, "\t\t\t", 3)) {
			add_relocation(lines, out, len);
			continue;
		}
		if (units__hex(&at, &address) || at == from || strncmp(at, ":\t", 2))
			continue;
		/* Counts are per word: each instruction must have its line, in order. */
		if (address != place->at + 4 * (uint64_t)lines->n)
			return err__set(err, -EIO, "objdump skips instructions");
		text = tidy(at + 2, len - (size_t)(at + 2 - out), k, place);
		strvec__push(lines, text);
	}
	return lines->n == place->size / 4 ?
		       0 :
		       err__set(err, -EIO, "objdump shows %zu of %" PRIu64 " instructions",
				lines->n, place->size / 4);
}

static int disassemble_image(const struct kernel *k, const struct disasm_place *place,
			     struct strvec *argv, struct strvec *lines, struct err *err)
{
	_cleanup_(proc_result__release) struct proc_result res = { 0 };
	_cleanup_(kallsyms__release) struct kallsyms symbols = { 0 };
	_free_ char *image = NULL, *path = NULL;
	_close_ int fd = -1;
	size_t len;
	int ret = image__read(k->image, &image, &len, err);

	if (ret)
		return ret;
	if (place->at > len || place->size > len - place->at)
		return err__set(err, -ENOENT, "%s has no such function", k->image);
	ret = kallsyms__parse(image, len, &symbols, err);
	if (ret)
		return err__prefix(err, ret, "%s: ", k->image);
	ret = write_memfd(image + place->at, place->size, &fd, &path);
	if (ret)
		return err__errno(err, ret, "a file in memory");
	strvec__push_all(argv, "-b", "binary", "-m", "aarch64", "-D", NULL);
	strvec__pushf(argv, "--adjust-vma=0x%" PRIx64, place->at);
	strvec__push(argv, path);
	ret = run_objdump(argv, &res, err);
	return ret ? ret : read_lines(res.out, &symbols, place, lines, err);
}

static int disassemble_module(const struct kernel *k, const struct disasm_place *place,
			      struct strvec *argv, struct strvec *lines, struct err *err)
{
	_cleanup_(proc_result__release) struct proc_result res = { 0 };
	_free_ char *data = NULL, *path = NULL;
	_close_ int fd = -1;
	size_t len;
	int ret = module_symbols__file(k, place->module, &data, &len, err);

	if (ret)
		return ret;
	ret = write_memfd(data, len, &fd, &path);
	if (ret)
		return err__errno(err, ret, "a file in memory");
	strvec__push(argv, "-dr");
	strvec__pushf(argv, "--section=%s", place->section);
	strvec__pushf(argv, "--start-address=0x%" PRIx64, place->at);
	strvec__pushf(argv, "--stop-address=0x%" PRIx64, place->at + place->size);
	strvec__push(argv, path);
	ret = run_objdump(argv, &res, err);
	return ret ? ret : read_lines(res.out, NULL, place, lines, err);
}

int disasm__function(const struct kernel *k, const struct disasm_place *place, struct strvec *lines,
		     struct err *err)
{
	_cleanup_(strvec__release) struct strvec argv = { 0 };

	strvec__pushf(&argv, "%sobjdump", cross__prefix("arm64"));
	strvec__push(&argv, "-z");
	strvec__push(&argv, "--no-show-raw-insn");
	return *place->module ? disassemble_module(k, place, &argv, lines, err) :
				disassemble_image(k, place, &argv, lines, err);
}
