// SPDX-License-Identifier: GPL-2.0-only
/* protocol.c - a state machine that accepts the stream in pieces of any size: line, data, end of
 * data. */
#include "workloads/memcached/protocol.h"

#include <ctype.h>

#define VALUE_MAX (1ull << 30) /* larger than any server accepts */

void mc_parser__reset(struct mc_parser *p)
{
	p->state = MC_IN_LINE;
	p->line_len = 0;
	p->hit = false;
	p->key[0] = '\0';
	p->bytes = p->left = p->head_len = 0;
}

static bool parse_number(const char **s, uint64_t max, uint64_t *out)
{
	uint64_t v = 0;
	const char *p = *s;

	if (!isdigit((unsigned char)*p))
		return false;
	for (; isdigit((unsigned char)*p); p++) {
		v = v * 10 + (uint64_t)(*p - '0');
		if (v > max)
			return false;
	}
	*s = p;
	*out = v;
	return true;
}

/* "VALUE <key> <flags> <bytes>", possibly with " <cas>" */
static enum mc_reply begin_value(struct mc_parser *p)
{
	const char *s = p->line + strlen("VALUE ");
	size_t n = strcspn(s, " ");
	uint64_t flags;

	if (p->hit || n == 0 || n > MC_KEY_MAX || s[n] != ' ')
		return MC_BROKEN;
	memcpy(p->key, s, n);
	p->key[n] = '\0';
	s += n + 1;
	if (!parse_number(&s, UINT32_MAX, &flags) || *s++ != ' ' ||
	    !parse_number(&s, VALUE_MAX, &p->bytes) || (*s != '\0' && *s != ' '))
		return MC_BROKEN;
	p->hit = true;
	p->left = p->bytes;
	p->head_len = 0;
	p->line_len = 0;
	p->state = p->left ? MC_IN_DATA : MC_IN_DATA_END;
	return MC_MORE;
}

/* A complete line outside of data: the start of a value or the end of a reply. */
static enum mc_reply end_of_line(struct mc_parser *p)
{
	p->line[p->line_len] = '\0';
	if (str_starts(p->line, "VALUE "))
		return begin_value(p);
	if (streq(p->line, "END"))
		return p->hit ? MC_HIT : MC_MISS;
	if (p->hit)
		return MC_BROKEN;
	if (streq(p->line, "STORED"))
		return MC_STORED;
	if (streq(p->line, "NOT_STORED"))
		return MC_NOT_STORED;
	if (streq(p->line, "ERROR") || str_starts(p->line, "CLIENT_ERROR ") ||
	    str_starts(p->line, "SERVER_ERROR "))
		return MC_ERROR;
	return MC_BROKEN;
}

/* Consume bytes up to the end of a line. */
static enum mc_reply feed_line(struct mc_parser *p, const char *buf, size_t len, size_t *used)
{
	const char *nl = memchr(buf, '\n', len);
	size_t n = nl ? (size_t)(nl - buf) : len;

	*used = n + (nl != NULL);
	if (n > MC_LINE_MAX - p->line_len) {
		p->line[p->line_len] = '\0';
		return MC_BROKEN;
	}
	memcpy(p->line + p->line_len, buf, n);
	p->line_len += n;
	if (!nl)
		return MC_MORE;
	if (!p->line_len || p->line[p->line_len - 1] != '\r') {
		p->line[p->line_len] = '\0';
		return MC_BROKEN;
	}
	p->line_len--;
	return end_of_line(p);
}

/* Only the head of a value, which contains the tag, is kept. */
static void feed_data(struct mc_parser *p, const char *buf, size_t len, size_t *used)
{
	size_t n = len < p->left ? len : (size_t)p->left, keep = MC_HEAD_MAX - p->head_len;

	if (keep > n)
		keep = n;
	memcpy(p->head + p->head_len, buf, keep);
	p->head_len += keep;
	p->left -= n;
	*used = n;
	if (!p->left)
		p->state = MC_IN_DATA_END;
}

/* The "\r\n" after a value, which may arrive in two pieces. */
static enum mc_reply feed_data_end(struct mc_parser *p, const char *buf, size_t *used)
{
	static const char crlf[2] = { '\r', '\n' };

	*used = 1;
	if (*buf != crlf[p->line_len]) {
		snprintf(p->line, sizeof(p->line), "value of %llu bytes without its end",
			 (unsigned long long)p->bytes);
		return MC_BROKEN;
	}
	if (++p->line_len == 2) {
		p->line_len = 0;
		p->state = MC_IN_LINE;
	}
	return MC_MORE;
}

/* Stops after the first complete reply: what follows belongs to the next one, or is an error. */
enum mc_reply mc_parser__feed(struct mc_parser *p, const char *buf, size_t len, size_t *used)
{
	enum mc_reply reply = MC_MORE;
	size_t n;

	for (*used = 0; *used < len && reply == MC_MORE; *used += n) {
		n = 0;
		if (p->state == MC_IN_LINE)
			reply = feed_line(p, buf + *used, len - *used, &n);
		else if (p->state == MC_IN_DATA)
			feed_data(p, buf + *used, len - *used, &n);
		else
			reply = feed_data_end(p, buf + *used, &n);
	}
	if (reply != MC_MORE) {
		p->state = MC_IN_LINE;
		p->line_len = 0;
		p->hit = false;
	}
	return reply;
}

int mc_stats__u64(const char *text, const char *name, uint64_t *value)
{
	size_t len = strlen(name);

	while (text) {
		const char *s = text + strlen("STAT ");

		if (str_starts(text, "STAT ") && !strncmp(s, name, len) && s[len] == ' ') {
			s += len + 1;
			if (!parse_number(&s, UINT64_MAX / 16, value))
				return -EINVAL;
			return *s == '\r' || *s == '\n' || *s == '\0' ? 0 : -EINVAL;
		}
		text = strchr(text, '\n');
		if (text)
			text++;
	}
	return -ENOENT;
}
