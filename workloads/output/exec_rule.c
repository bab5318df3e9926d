// SPDX-License-Identifier: GPL-2.0-only
/* exec_rule.c - parses rules, and applies them to a command's output. */
#include "workloads/output/exec_rule.h"

#include "lib/units.h"
#include "workloads/output/json_text.h"
#include "workloads/output/regex_size.h"

#include <ctype.h>
#include <math.h>
#include <regex.h>

#define NAME_BYTES "abcdefghijklmnopqrstuvwxyz0123456789_.-"
#define NAME_MAX_BYTES 64
#define UNIT_MAX_BYTES 16
#define POINTER_MAX 1024

/* The next word at *p, after blanks; the caller frees; NULL if there is none. */
static char *next_word(const char **p)
{
	const char *begin = *p + strspn(*p, " \t");
	size_t len = strcspn(begin, " \t");

	*p = begin + len;
	return len ? xstrndup(begin, len) : NULL;
}

/* The size is checked before regcomp(3), as a few bytes can make that use all memory
 * (regex_size.h). */
static int check_regex(const char *rule, struct err *err)
{
	char why[200];
	regex_t re;
	size_t groups;
	int ret;

	if (!(regex_size(rule) <= REGEX_MAX_SIZE))
		return err__set(err, -EINVAL,
				"'%.200s' is too large once its repetitions are "
				"written out: leave some out",
				rule);
	ret = regcomp(&re, rule, REG_EXTENDED);
	if (ret) {
		regerror(ret, &re, why, sizeof(why));
		return err__set(err, -EINVAL, "'%.200s' is not a regular expression: %s", rule,
				why);
	}
	groups = re.re_nsub;
	regfree(&re);
	return groups ? 0 :
			err__set(err, -EINVAL,
				 "'%.200s' has no group: put the number in "
				 "parentheses",
				 rule);
}

/* RFC 6901: in a key, "~0" is '~' and "~1" is '/'. */
static int check_pointer(const char *rule, struct err *err)
{
	if (*rule != '/' || strlen(rule) > POINTER_MAX)
		return err__set(err, -EINVAL,
				"'%.200s' is not a JSON pointer: expected '/' and a key, "
				"such as /jobs/0/iops",
				rule);
	for (const char *p = rule; (p = strchr(p, '~')); p++)
		if (p[1] != '0' && p[1] != '1')
			return err__set(err, -EINVAL,
					"'%.200s': in a JSON pointer '~' is written "
					"~0 and a '/' in a key ~1",
					rule);
	return 0;
}

/* Check the words before the rule; any of them may be NULL if the line is too short. */
static int set_words(struct exec_rule *r, const char *better, const char *kind, struct err *err)
{
	if (!r->name || strspn(r->name, NAME_BYTES) != strlen(r->name) ||
	    strlen(r->name) > NAME_MAX_BYTES)
		return err__set(err, -EINVAL,
				"expected 'NAME UNIT lower|higher regex|json RULE', "
				"NAME of a-z, 0-9, '_', '.' and '-'; found '%.80s'",
				r->name ? r->name : "");
	if (!r->unit || strlen(r->unit) > UNIT_MAX_BYTES)
		return err__set(err, -EINVAL, "%s: expected a unit after the name", r->name);
	if (!better || (!streq(better, "lower") && !streq(better, "higher")))
		return err__set(err, -EINVAL,
				"%s: expected lower or higher, which is better; found "
				"'%.80s'",
				r->name, better ? better : "");
	if (!kind || (!streq(kind, "regex") && !streq(kind, "json")))
		return err__set(err, -EINVAL, "%s: expected regex or json; found '%.80s'", r->name,
				kind ? kind : "");
	r->better = streq(better, "higher") ? BETTER_HIGHER : BETTER_LOWER;
	r->kind = streq(kind, "json") ? EXEC_JSON : EXEC_REGEX;
	return 0;
}

/* After an error, what was parsed so far belongs to the rule and is freed with it. */
static int read_rule(const char *line, struct exec_rule *r, struct err *err)
{
	_free_ char *better = NULL, *kind = NULL;
	int ret;

	r->name = next_word(&line);
	r->unit = next_word(&line);
	better = next_word(&line);
	kind = next_word(&line);
	ret = set_words(r, better, kind, err);
	if (ret)
		return ret;
	line += strspn(line, " \t");
	r->rule = xstrndup(line, strlen(line));
	return r->kind == EXEC_JSON ? check_pointer(r->rule, err) : check_regex(r->rule, err);
}

static int add_rule(struct exec_rules *rules, const char *line, struct err *err)
{
	struct exec_rule *r;
	int ret;

	rules->v = xrealloc(rules->v, rules->n + 1, sizeof(*rules->v));
	r = &rules->v[rules->n++];
	*r = (struct exec_rule){ 0 };
	ret = read_rule(line, r, err);
	for (size_t i = 0; !ret && i + 1 < rules->n; i++)
		if (streq(rules->v[i].name, r->name))
			ret = err__set(err, -EINVAL, "metric %s is listed twice", r->name);
	return ret;
}

int exec_rules__parse(const char *text, struct exec_rules *rules, struct err *err)
{
	unsigned int number = 1;

	*rules = (struct exec_rules){ 0 };
	for (; *text; number++) {
		size_t len = strcspn(text, "\n"), blank = strspn(text, " \t");
		_free_ char *line = xstrndup(text, len - (len && text[len - 1] == '\r'));
		int ret = 0;

		if (blank < strlen(line) && text[blank] != '#')
			ret = add_rule(rules, line, err);
		if (ret)
			return err__prefix(err, ret, "metrics, line %u: ", number);
		text += len + (text[len] != '\0');
	}
	return rules->n ? 0 :
			  err__set(err, -EINVAL,
				   "metrics: none is given; expected one per line, "
				   "'NAME UNIT lower|higher regex|json RULE'");
}

void exec_rules__release(struct exec_rules *rules)
{
	for (size_t i = 0; i < rules->n; i++) {
		free(rules->v[i].name);
		free(rules->v[i].unit);
		free(rules->v[i].rule);
	}
	free(rules->v);
	*rules = (struct exec_rules){ 0 };
}

/* Characters inside numbers: decimal point, "1,234", "1'234", "1:23.5"; blanks are handled
 * separately. */
#define PARTS ".,':"

/* Skip a no-break space, as in "1 234". */
static const char *skip_hard_blank(const char *p)
{
	return str_starts(p, "\u00a0") ? p + strlen("\u00a0") :
	       str_starts(p, "\u202f") ? p + strlen("\u202f") :
					 p;
}

/* Did the pattern match only part of a number: "1" of "1,234.5", "1e3" or "1:23", "0" of "0x1f",
 * "234" of "1,234 ms"? Not if it continues after the group, or begins before it, as that is
 * deliberate: "^([0-9]+)," takes the first column of a table. */
static bool is_part(const char *line, const regmatch_t *m)
{
	const char *begin = line + m[1].rm_so, *end = line + m[1].rm_eo;

	if (m[0].rm_eo == m[1].rm_eo) {
		const char *more =
			end + (*end && strchr(PARTS, *end)) +
			(*end && strchr("eE", *end) ? 1 + (end[1] && strchr("+-", end[1])) : 0);

		if (isdigit((unsigned char)*skip_hard_blank(more)) ||
		    (end == begin + 1 && *begin == '0' && *end && strchr("xX", *end) &&
		     isxdigit((unsigned char)end[1])))
			return true;
	}
	if (m[0].rm_so != m[1].rm_so || begin == line)
		return false;
	if (begin > line + 1 && strchr("+-", begin[-1]) && strchr("eE", begin[-2]))
		begin--;
	return isdigit((unsigned char)begin[-1]) ||
	       (begin > line + 1 && strchr(PARTS "eE", begin[-1]) &&
		isdigit((unsigned char)begin[-2]));
}

/* The first group of the last matching line; the caller frees; NULL if no line matches. `part`: the
 * line, if the group is only part of a number. */
static char *match_lines(const regex_t *re, const char *text, char **part)
{
	char *found = NULL;

	while (*text) {
		size_t len = strcspn(text, "\r\n");
		_free_ char *line = xstrndup(text, len);
		regmatch_t m[2];

		if (!regexec(re, line, 2, m, 0) && m[1].rm_so >= 0) {
			free(found);
			free(*part);
			found = xstrndup(line + m[1].rm_so, (size_t)(m[1].rm_eo - m[1].rm_so));
			*part = is_part(line, m) ? xstrdup(line) : NULL;
		}
		text += len + (text[len] != '\0');
	}
	return found;
}

static int apply_regex(const struct exec_rule *r, const char *text, double *out, struct err *err)
{
	_free_ char *found = NULL, *part = NULL;
	bool negative;
	regex_t re;

	if (regcomp(&re, r->rule, REG_EXTENDED))
		return err__set(err, -EINVAL, "'%.200s' is not a regular expression", r->rule);
	found = match_lines(&re, text, &part);
	regfree(&re);
	if (!found)
		return err__set(err, -EPROTO, "%s: no line of the output matches '%.200s'", r->name,
				r->rule);
	if (part)
		return err__set(err, -EPROTO,
				"%s: '%.80s', which '%.200s' matches, is only a part of a number in "
				"'%.200s'",
				r->name, found, r->rule, part);
	negative = *found == '-'; /* units__double() takes no sign */
	if (units__double(found + negative, out))
		return err__set(err, -EPROTO,
				"%s: '%.80s', which '%.200s' matches, is not a number", r->name,
				found, r->rule);
	*out = negative ? -*out : *out;
	return 0;
}

/* One step of a JSON pointer: a key, or an array index without leading zeros. */
static const json_t *pointer_step(const json_t *j, const char *token, size_t len)
{
	_free_ char *key = xstrndup(token, len);
	char *to = key;
	uint64_t i;

	for (const char *p = key; *p; p++) {
		bool escaped = *p == '~' && (p[1] == '0' || p[1] == '1');

		*to++ = !escaped ? *p : p[1] == '0' ? '~' : '/';
		p += escaped;
	}
	*to = '\0';
	if (!json_is_array(j))
		return json_object_get(j, key);
	if ((key[0] == '0' && key[1]) || units__u64(key, &i))
		return NULL;
	return json_array_get(j, (size_t)i);
}

/* Only numbers: a string that looks like one is not accepted. */
static int apply_json(const struct exec_rule *r, const char *text, size_t len, double *out,
		      struct err *err)
{
	json_t *doc;
	const json_t *j;
	int ret = json_text__last(text, len, &doc, err);

	if (ret)
		return err__prefix(err, ret, "%s: ", r->name);
	j = doc;
	for (const char *p = r->rule; j && *p; p += strcspn(p, "/")) {
		p++;
		j = pointer_step(j, p, strcspn(p, "/"));
	}
	if (!json_is_number(j) || !isfinite(json_number_value(j)))
		ret = err__set(err, -EPROTO, "%s: no number at %s", r->name, r->rule);
	else
		*out = json_number_value(j);
	json_decref(doc);
	return ret;
}

int exec_rule__apply(const struct exec_rule *r, const char *text, size_t len, double *out,
		     struct err *err)
{
	return r->kind == EXEC_JSON ? apply_json(r, text, len, out, err) :
				      apply_regex(r, text, out, err);
}
