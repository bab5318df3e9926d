/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * exec_rule.h - rules that extract metrics from a command's output.
 *
 * One rule per line: NAME UNIT BETTER KIND RULE, separated by blanks. BETTER is lower or higher.
 * KIND is regex (RULE, the rest of the line, is a POSIX extended regular expression whose first
 * group is the number; it is applied to each line of the output) or json (RULE is a JSON pointer,
 * RFC 6901, into the last JSON document of the output). The last of several matches counts. Empty
 * lines and lines that begin with "#" are ignored.
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

/* -EINVAL with the line (of `text`, from 1) and what was expected. The caller releases in either
 * case. */
int exec_rules__parse(const char *text, struct exec_rules *rules, struct err *err);
void exec_rules__release(struct exec_rules *rules);
/* Apply the rule to an output (any bytes, NUL-terminated). -EPROTO: no match, or not a number. */
int exec_rule__apply(const struct exec_rule *rule, const char *text, size_t len, double *out,
		     struct err *err);

#endif
