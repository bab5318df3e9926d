// SPDX-License-Identifier: GPL-2.0-only
/* query.c - decodes, encodes and sorts query parameters. */
#include "reports/web/query.h"
#include "lib/utf8.h"

/* Is this UTF-8 without control characters other than tab and line ends? Values end up in messages,
 * logs and HTML. */
static bool is_text(const char *s, size_t len)
{
	const char *end = s + len;

	while (s < end) {
		size_t n = utf8__decode(s, (size_t)(end - s), NULL);
		unsigned char c = (unsigned char)*s;

		if (!n || c == 0x7f || (c < 0x20 && c != '\t' && c != '\n' && c != '\r'))
			return false;
		s += n;
	}
	return true;
}

/* The value of a hexadecimal digit, or -1. */
static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

int query__decode(const char *text, size_t len, bool plus, char **out, struct err *err)
{
	char *buf = xcalloc(1, len + 1), *p = buf;

	*out = NULL;
	for (size_t i = 0; i < len; i++) {
		int hi, lo;

		if (text[i] != '%') {
			*p++ = plus && text[i] == '+' ? ' ' : text[i];
			continue;
		}
		hi = i + 2 < len ? hex(text[i + 1]) : -1;
		lo = hi >= 0 ? hex(text[i + 2]) : -1;
		if (lo < 0) {
			free(buf);
			return err__set(err, -EINVAL,
					"\"%%\" in a URL must be followed by two hexadecimal digits");
		}
		*p++ = (char)(hi << 4 | lo);
		i += 2;
	}
	if (!is_text(buf, (size_t)(p - buf))) {
		free(buf);
		return err__set(err, -EINVAL,
				"a URL must be UTF-8 text without control characters");
	}
	*out = buf;
	return 0;
}

/* "unreserved" in RFC 3986: needs no encoding anywhere in a URL. */
static bool is_unreserved(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       (c && strchr("-._~", c));
}

/* Encode into a buffer with room for 3 bytes per byte and a NUL; returns the length. */
static size_t escape_into(char *out, const char *text)
{
	static const char digits[] = "0123456789ABCDEF";
	char *p = out;

	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (is_unreserved(*text)) {
			*p++ = *text;
			continue;
		}
		*p++ = '%';
		*p++ = digits[c >> 4];
		*p++ = digits[c & 15];
	}
	*p = '\0';
	return (size_t)(p - out);
}

char *query__escape(const char *text)
{
	char *out = xcalloc(3, strlen(text) + 1);

	escape_into(out, text);
	return out;
}

/* Add one "KEY=VALUE" or "KEY". An empty pair, as in "a=1&&b=2", is skipped. */
static int add_pair(struct query *q, const char *pair, size_t len, struct err *err)
{
	const char *eq = memchr(pair, '=', len);
	size_t klen = eq ? (size_t)(eq - pair) : len;
	struct query_item item = { 0 };
	int ret;

	if (!klen)
		return len ? err__set(err, -EINVAL, "a value without a name in the URL") : 0;
	if (q->n == QUERY_MAX_ITEMS)
		return err__set(err, -E2BIG, "more than %d values in a URL", QUERY_MAX_ITEMS);
	ret = query__decode(pair, klen, true, &item.key, err);
	if (!ret)
		ret = query__decode(eq ? eq + 1 : "", eq ? len - klen - 1 : 0, true, &item.value,
				    err);
	if (ret) {
		free(item.key);
		return ret;
	}
	*APPEND(q->items, q->n) = item;
	return 0;
}

int query__parse(struct query *q, const char *text, size_t len, struct err *err)
{
	int ret = len > QUERY_MAX_LEN ?
			  err__set(err, -E2BIG, "more than %u bytes of values in the URL",
				   QUERY_MAX_LEN) :
			  0;

	*q = (struct query){ 0 };
	for (const char *end = text + len; !ret && text < end;) {
		const char *amp = memchr(text, '&', (size_t)(end - text));
		size_t n = (size_t)((amp ? amp : end) - text);

		ret = add_pair(q, text, n, err);
		text += n + 1;
	}
	if (ret)
		query__release(q);
	return ret;
}

void query__release(struct query *q)
{
	for (size_t i = 0; i < q->n; i++) {
		free(q->items[i].key);
		free(q->items[i].value);
	}
	free(q->items);
	*q = (struct query){ 0 };
}

const char *query__get(const struct query *q, const char *key)
{
	for (size_t i = 0; i < q->n; i++)
		if (streq(q->items[i].key, key))
			return q->items[i].value;
	return NULL;
}

const char *query__get_or(const struct query *q, const char *key, const char *other)
{
	const char *value = query__get(q, key);

	return value && *value ? value : other;
}

bool query__has(const struct query *q, const char *key, const char *value)
{
	for (size_t i = 0; i < q->n; i++)
		if (streq(q->items[i].key, key) && streq(q->items[i].value, value))
			return true;
	return false;
}

void query__add(struct query *q, const char *key, const char *value)
{
	*APPEND(q->items, q->n) = (struct query_item){ xstrdup(key), xstrdup(value) };
}

/* qsort() is not stable: compare addresses to keep equal keys in order. */
static int by_key(const void *a, const void *b)
{
	const struct query_item *x = *(const struct query_item *const *)a;
	const struct query_item *y = *(const struct query_item *const *)b;
	int c = strcmp(x->key, y->key);

	return c ? c : x < y ? -1 : x > y;
}

char *query__encode(const struct query *q)
{
	const struct query_item **sorted = xcalloc(q->n + 1, sizeof(const struct query_item *));
	size_t room = 1;
	char *out, *p;

	for (size_t i = 0; i < q->n; i++) {
		sorted[i] = &q->items[i];
		/* "%41" for each byte, "=" and "&" */
		room += 3 * (strlen(q->items[i].key) + strlen(q->items[i].value)) + 2;
	}
	out = p = xcalloc(1, room);
	qsort(sorted, q->n, sizeof(void *), by_key);
	for (size_t i = 0; i < q->n; i++) {
		if (!*sorted[i]->value)
			continue;
		if (p > out)
			*p++ = '&';
		p += escape_into(p, sorted[i]->key);
		*p++ = '=';
		p += escape_into(p, sorted[i]->value);
	}
	free(sorted);
	return out;
}

/* The new value is appended; all others with this key were dropped. */
char *query__encode_with(const struct query *q, const char *key, const char *value)
{
	_cleanup_(query__release) struct query copy = { 0 };

	for (size_t i = 0; i < q->n; i++)
		if (!streq(q->items[i].key, key))
			query__add(&copy, q->items[i].key, q->items[i].value);
	if (value)
		query__add(&copy, key, value);
	return query__encode(&copy);
}
