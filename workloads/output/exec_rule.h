/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * exec_rule.h - rules that say which metrics a command's output holds.
 *
 * One rule a line: NAME UNIT BETTER KIND RULE, separated by blanks, where BETTER is lower or
 * higher, and KIND is regex (RULE, the rest of the line, is a POSIX extended regular expression
 * whose first group is the number; applied to each line of the output by itself) or json (RULE
 * is a JSON pointer, RFC 6901, into the last JSON document of the output). Of several matches
 * the last counts. Empty lines and lines that begin with "#" are passed over.
 */
#ifndef KDUEL_WORKLOADS_OUTPUT_EXEC_RULE_H
#define KDUEL_WORKLOADS_OUTPUT_EXEC_RULE_H

#include "lib/err.h"
#include "lib/metric.h"

enum exec_kind { EXEC_REGEX, EXEC_JSON };

struct exec_rule {
	char *name, *unit, *rule;
	enum metric_better better;
	enum exec_kind kind;
};

struct exec_rules {
	struct exec_rule *v;
	size_t n;
};

/* -EINVAL names the line (of `text`, from 1) and what was expected. The caller releases in either
 * case. */
int exec_rules__parse(const char *text, struct exec_rules *rules, struct err *err);
void exec_rules__release(struct exec_rules *rules);
/* What the rule finds in an output (any bytes, NUL-terminated). -EPROTO: nothing, or no number. */
int exec_rule__apply(const struct exec_rule *rule, const char *text, size_t len, double *out,
		     struct err *err);

#endif
