// SPDX-License-Identifier: GPL-2.0-only
/*
 * kallsyms.c - finds the kallsyms table in a kernel image by its structure, and reads it.
 *
 * Names are compressed: each byte of a name stands for one of 256 tokens. The tokens of the digits
 * are usually the digits themselves, which is what the search begins with. The index of the tokens,
 * which follows them, confirms the match. The parts are, in this order: number of symbols, names,
 * markers (the offset of every 256th name), tokens, index of the tokens. Addresses follow the index
 * or, up to 6.3, precede the number.
 */
#include "runner/kernels/files/kallsyms.h"

#include <endian.h>
#include <inttypes.h>

#define TOKENS 256
#define DIGIT 0x30 /* index of the token "0" */
#define TOKEN_MAX 512 /* bytes of a token; KSYM_NAME_LEN */
#define NAME_MAX_LEN 1024
#define PER_MARKER 256
#define WORK_MAX 64000000
#define SYMBOLS_MAX 4000000 /* ten times what a kernel with everything built in has */

struct table {
	const uint8_t *image;
	size_t len;
	size_t token[TOKENS], tokens, tokens_end; /* offsets in the image, as all below */
	size_t index; /* of the tokens' index */
	size_t markers, n_markers;
	size_t number, names; /* of the number of symbols, and of the first name */
	size_t n;
	size_t addresses;
	uint64_t work; /* steps taken: limits the time that a crafted image can cost */
	enum { OF_TEXT, OF_OWN_PLACE, PER_CPU } relative; /* base of the addresses */
};

static uint32_t read32(const struct table *t, size_t at)
{
	uint32_t v;

	memcpy(&v, t->image + at, sizeof(v));
	return le32toh(v);
}

static uint16_t read16(const struct table *t, size_t at)
{
	uint16_t v;

	memcpy(&v, t->image + at, sizeof(v));
	return le16toh(v);
}

static size_t align_up(size_t v, size_t to)
{
	return (v + to - 1) / to * to;
}

/* From token "0" go back to token 1, then forward to the last. Token 0 cannot be found in this way,
 * as what precedes it need not end in a zero byte. */
static bool find_tokens(struct table *t, size_t digits)
{
	size_t at = digits;

	for (unsigned int i = 1; i < DIGIT; i++) {
		size_t end = at;

		if (!end--)
			return false;
		for (at = end; at && t->image[at - 1]; at--)
			if (end - at > TOKEN_MAX)
				return false;
	}
	for (unsigned int i = 1; i < TOKENS; i++) {
		const uint8_t *end = memchr(t->image + at, 0, t->len - at);

		if (!end || (size_t)(end - t->image) - at > TOKEN_MAX)
			return false;
		t->token[i] = at;
		at = (size_t)(end - t->image) + 1;
	}
	t->tokens_end = at;
	return true;
}

/* The index has the 16-bit offset of each token, and is aligned to 4 or 8. The offset of token 1
 * tells where token 0 begins. */
static bool find_index(struct table *t)
{
	for (size_t align = 4; align <= 8; align += 4) {
		unsigned int i = 1;
		size_t first;

		t->index = align_up(t->tokens_end, align);
		if (t->index + 2 * TOKENS > t->len)
			return false;
		first = read16(t, t->index + 2);
		if (read16(t, t->index) || !first || first > t->token[1])
			continue;
		t->tokens = t->token[0] = t->token[1] - first;
		while (i < TOKENS && read16(t, t->index + 2 * i) == t->token[i] - t->tokens)
			i++;
		if (i == TOKENS)
			return !t->image[t->token[1] - 1];
	}
	return false;
}

/* Do the markers end at `end`? They ascend from 0, and are read backwards. */
static bool markers_end(struct table *t, size_t end)
{
	size_t at = end;
	uint32_t later = UINT32_MAX;

	for (t->n_markers = 0; at >= 4 && later; t->n_markers++) {
		uint32_t v = read32(t, at -= 4);

		if (v >= later || ++t->work > WORK_MAX)
			return false;
		later = v;
	}
	t->markers = at;
	return !later;
}

/* The length of the name at *at; *at moves to its first byte. SIZE_MAX: the name exceeds the
 * table. */
static size_t name_length(const struct table *t, size_t *at)
{
	size_t len;

	if (*at >= t->markers)
		return SIZE_MAX;
	len = t->image[(*at)++];
	if (len & 0x80) {
		if (*at >= t->markers)
			return SIZE_MAX;
		len = (len & 0x7f) | (size_t)t->image[(*at)++] << 7;
	}
	return len && len <= t->markers - *at ? len : SIZE_MAX;
}

/* Is t->names the start of the names? Each marker must match the offset of its name, and only
 * padding may follow the last name. */
static bool names_fit(struct table *t)
{
	size_t at = t->names;

	for (size_t i = 0; i < t->n; i++) {
		size_t len;

		if (!(i % PER_MARKER) &&
		    read32(t, t->markers + 4 * (i / PER_MARKER)) != at - t->names)
			return false;
		len = name_length(t, &at);
		if (len == SIZE_MAX || ++t->work > WORK_MAX)
			return false;
		at += len;
	}
	return t->markers - at < 8;
}

/* The last marker tells where the names begin, up to the length of the names after it (fewer than
 * 256). Try all positions in that range. */
static bool find_names(struct table *t)
{
	size_t last = read32(t, t->markers + 4 * (t->n_markers - 1));
	size_t least = PER_MARKER * (TOKEN_MAX + 2) + 8;

	if (last > t->markers)
		return false;
	least = t->markers - last > least ? t->markers - last - least : 8;
	for (t->names = (t->markers - last) / 4 * 4; t->names >= least && t->names >= 8;
	     t->names -= 4) {
		for (size_t before = 4; before <= 8; before += 4) {
			t->number = t->names - before;
			t->n = read32(t, t->number);
			if (t->n && t->n <= SYMBOLS_MAX &&
			    (t->n + PER_MARKER - 1) / PER_MARKER == t->n_markers && names_fit(t))
				return true;
		}
	}
	return false;
}

static uint64_t address(const struct table *t, size_t i)
{
	const size_t at = t->addresses + 4 * i;
	const uint32_t v = read32(t, at);

	if (t->relative == OF_OWN_PLACE)
		return at + (uint64_t)(int64_t)(int32_t)v;
	/* x86_64 up to 6.14 (CONFIG_KALLSYMS_ABSOLUTE_PERCPU): a value without the sign bit is a
	 * per-CPU address, made negative here to sort before all others. Those are stored as
	 * -1 - offset. */
	if (t->relative == PER_CPU)
		return v >> 31 ? ~v : v - (1ull << 32);
	return v;
}

/* Are there t->n addresses at `at`, ascending and not all equal? */
static bool ascend(struct table *t, size_t at, int relative)
{
	t->addresses = at;
	t->relative = relative;
	if (at > t->len || t->n > (t->len - at) / 4)
		return false;
	for (size_t i = 1; i < t->n; i++)
		if ((int64_t)address(t, i) < (int64_t)address(t, i - 1))
			return false;
	return t->n < 2 || address(t, 0) != address(t, t->n - 1);
}

/* Addresses follow the index; or they precede the number of symbols, with the base of relative
 * addresses in between. */
static bool find_addresses(struct table *t)
{
	for (size_t align = 4; align <= 8; align += 4) {
		size_t behind = align_up(t->index + 2 * TOKENS, align);
		size_t need = 8 + align_up(4 * t->n, align);

		if (ascend(t, behind, OF_TEXT) || ascend(t, behind, OF_OWN_PLACE) ||
		    ascend(t, behind, PER_CPU))
			return true;
		if (t->number >= need &&
		    (ascend(t, t->number - need, OF_TEXT) || ascend(t, t->number - need, PER_CPU)))
			return true;
	}
	return false;
}

/* Between markers and tokens there is only padding or, in 6.1 to 6.3, three bytes per symbol
 * (kallsyms_seqs_of_names). */
static bool find_markers(struct table *t)
{
	const size_t last = t->tokens / 4 * 4;

	for (size_t end = last; end >= 4 && t->work < WORK_MAX; end -= 4) {
		size_t gap = t->tokens - end;

		if (gap >= 3 * SYMBOLS_MAX)
			return false;
		if (!markers_end(t, end))
			continue;
		if (gap >= 12 && (gap < 3 * (PER_MARKER * (t->n_markers - 1) + 1) ||
				  gap > 3 * PER_MARKER * t->n_markers + 16))
			continue;
		if (find_names(t))
			return true;
	}
	return false;
}

static bool find_table(struct table *t)
{
	static const char digits[] = "0\0001\0002\0003\0004\0005\0006\0007\0008\0009";
	const uint8_t *at = t->image, *end = t->image + t->len;

	while ((at = memmem(at, (size_t)(end - at), digits, sizeof(digits)))) {
		if (find_tokens(t, (size_t)(at - t->image)) && find_index(t) && find_markers(t) &&
		    find_addresses(t))
			return true;
		at++;
	}
	return false;
}

/* Expand the name at *at, whose first character is its type; *at moves past it. Returns the length,
 * with the type but without the NUL, or 0 if the name is empty or too long. */
static size_t expand(const struct table *t, size_t *at, char out[NAME_MAX_LEN])
{
	size_t len = name_length(t, at), n = 0;

	for (size_t i = 0; i < len; i++) {
		const char *token = (const char *)t->image + t->token[t->image[*at + i]];
		size_t more = strlen(token);

		if (n + more >= NAME_MAX_LEN)
			return 0;
		memcpy(out + n, token, more);
		n += more;
	}
	*at += len;
	out[n] = '\0';
	return n > 1 ? n : 0;
}

/* Symbols of the linker script share the address of a function. */
static bool is_linker_symbol(const char *name)
{
	if (str_starts(name, "__pi_"))
		name += strlen("__pi_");
	return str_ends(name, "_start") || str_ends(name, "_end") || streq(name, "_stext") ||
	       streq(name, "_text");
}

/* In order of weight: functions before linker script symbols, no __pi_ prefix, global before local,
 * short names before long ones. */
bool kallsyms__is_better(const struct kallsyms_function *a, const struct kallsyms_function *b)
{
	const bool a_global = strchr("TW", a->type), b_global = strchr("TW", b->type);
	const size_t a_len = strlen(a->name), b_len = strlen(b->name);

	if (is_linker_symbol(a->name) != is_linker_symbol(b->name))
		return is_linker_symbol(b->name);
	if (str_starts(a->name, "__pi_") != str_starts(b->name, "__pi_"))
		return str_starts(b->name, "__pi_");
	if (a_global != b_global)
		return a_global;
	return a_len == b_len ? strcmp(a->name, b->name) < 0 : a_len < b_len;
}

/* Add a function. Of several at one address the best name is kept. */
static void add_function(struct kallsyms *out, const struct kallsyms_function *f)
{
	struct kallsyms_function *last = out->n ? &out->v[out->n - 1] : NULL;

	if (!last || last->at != f->at)
		*APPEND(out->v, out->n) = *f;
	else if (kallsyms__is_better(f, last))
		*last = *f;
}

/* Drop what is not in [_stext, _etext): init code, which is freed after boot, and per-CPU or
 * absolute symbols. */
static int keep_text(struct kallsyms *out, struct err *err)
{
	size_t n = 0;

	if (out->stext >= out->etext)
		return err__set(err, -ENOENT, "its symbol table does not tell where its code is");
	for (size_t i = 0; i < out->n; i++)
		if (out->v[i].at >= out->stext && out->v[i].at < out->etext)
			out->v[n++] = out->v[i];
	out->n = n;
	return 0;
}

/* Two passes over the names: the first counts the bytes that they take. */
static int read_symbols(const struct table *t, struct kallsyms *out, struct err *err)
{
	char name[NAME_MAX_LEN];
	size_t at = t->names, room = 0;

	for (size_t i = 0; i < t->n; i++) {
		size_t len = expand(t, &at, name);

		if (!len)
			return err__set(err, -ENOENT, "name %zu of its symbol table is wrong", i);
		room += strchr("TtWw", *name) ? len : 0;
	}
	out->names = xcalloc(room, 1);
	at = t->names;
	room = 0;
	for (size_t i = 0; i < t->n; i++) {
		struct kallsyms_function f = { .at = address(t, i) };
		size_t len = expand(t, &at, name);

		if (streq(name + 1, "_stext"))
			out->stext = f.at;
		if (streq(name + 1, "_etext"))
			out->etext = f.at;
		f.type = *name;
		if (!strchr("TtWw", f.type))
			continue;
		f.name = memcpy(out->names + room, name + 1, len);
		room += len;
		add_function(out, &f);
	}
	return keep_text(out, err);
}

int kallsyms__parse(const char *image, size_t len, struct kallsyms *out, struct err *err)
{
	struct table t = { .image = (const uint8_t *)image, .len = len };

	*out = (struct kallsyms){ 0 };
	if (len < 4096 || !find_table(&t))
		return err__set(err, -ENOENT,
				"it has no symbol table in a format that kduel knows "
				"(CONFIG_KALLSYMS)");
	return read_symbols(&t, out, err);
}

void kallsyms__release(struct kallsyms *k)
{
	free(k->v);
	free(k->names);
	*k = (struct kallsyms){ 0 };
}
