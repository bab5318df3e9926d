// SPDX-License-Identifier: GPL-2.0-only
/* slurm.c - run sbatch, squeue, sinfo and scontrol, and parse their output. */
#include "runner/cli/fleet/slurm.h"

#include "lib/clock.h"
#include "lib/fs.h"
#include "lib/proc.h"
#include "lib/strvec.h"
#include "reports/store/history.h"

#include <ctype.h>
#include <inttypes.h>
#include <strings.h>

#define TIMEOUT_MS (60u * 1000)
#define OUTPUT_MAX (4u << 20)
#define FORMAT_OF(first, state, reason) "--format=%" first "|%" state "|%" reason

/* Names that have a special meaning in slurm.conf. */
int slurm__check_name(const char *machine, struct err *err)
{
	if (strcasecmp(machine, "DEFAULT") && strcasecmp(machine, "ALL"))
		return 0;
	return err__set(err, -EINVAL, "machine '%s': Slurm reserves this name; rename its file",
			machine);
}

uint64_t slurm__minutes(uint64_t ns)
{
	const uint64_t minute = 60 * NSEC_PER_SEC;

	return (ns + minute - 1) / minute;
}

/* Two digits, at most `max`. */
static bool is_part(const char *s, unsigned int max)
{
	return isdigit((unsigned char)s[0]) && isdigit((unsigned char)s[1]) &&
	       (unsigned int)(10 * (s[0] - '0') + s[1] - '0') <= max;
}

/* HH:MM or HH:MM:SS. */
static bool is_clock(const char *s)
{
	const size_t n = strlen(s);

	return (n == 5 || n == 8) && is_part(s, 23) && s[2] == ':' && is_part(s + 3, 59) &&
	       (n == 5 || (s[5] == ':' && is_part(s + 6, 59)));
}

/* Slurm accepts neither time zones nor leap seconds. */
bool slurm__is_moment(const char *text)
{
	_free_ char *day = xstrdup(text);
	char *clock = strchr(day, 'T');
	uint64_t ns;

	if (!strchr(text, '-'))
		return is_clock(text);
	if (clock)
		*clock++ = '\0';
	return strlen(day) == strlen("YYYY-MM-DD") && !day[strspn(day, "0123456789-")] &&
	       !tag__date(day, &ns) && (!clock || is_clock(clock));
}

int slurm__parse_id(const char *text, char id[SLURM_ID_MAX], struct err *err)
{
	size_t n = strspn(text, "0123456789");

	if (!n || n >= SLURM_ID_MAX || (text[n] != ';' && text[n] != '\n'))
		return err__set(err, -EPROTO, "sbatch: expected a job number, found \"%.40s\"",
				text);
	snprintf(id, SLURM_ID_MAX, "%.*s", (int)n, text);
	return 0;
}

/* Copy, truncate to `size`, and replace what is not printable ASCII with '?'. */
static void copy_text(char *to, size_t size, const char *from, size_t len)
{
	size_t n = len < size ? len : size - 1;

	for (size_t i = 0; i < n; i++)
		to[i] = isprint((unsigned char)from[i]) ? from[i] : '?';
	to[n] = '\0';
}

static bool is_word(const char *s, size_t len, size_t max)
{
	for (size_t i = 0; i < len; i++)
		if (!isalnum((unsigned char)s[i]) && !strchr("._+-*~#$!%@^", s[i]))
			return false;
	return len && len < max;
}

static bool parse_line(const char *s, size_t len, struct slurm_line *l)
{
	const char *end = s + len, *a = memchr(s, '|', len);
	const char *b = a ? memchr(a + 1, '|', (size_t)(end - a - 1)) : NULL;

	if (!b || memchr(s, '\0', len) || !is_word(s, (size_t)(a - s), sizeof(l->name)) ||
	    !is_word(a + 1, (size_t)(b - a - 1), sizeof(l->state)))
		return false;
	copy_text(l->name, sizeof(l->name), s, (size_t)(a - s));
	copy_text(l->state, sizeof(l->state), a + 1, (size_t)(b - a - 1));
	copy_text(l->reason, sizeof(l->reason), b + 1, (size_t)(end - b - 1));
	for (char *c = l->state; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	return true;
}

void slurm__parse_list(const char *text, struct slurm_list *out)
{
	*out = (struct slurm_list){ 0 };
	while (*text) {
		size_t len = strcspn(text, "\n");
		struct slurm_line l;

		if (parse_line(text, len, &l))
			*APPEND(out->v, out->n) = l;
		text += len + (text[len] == '\n');
	}
}

char *slurm__reason(const char *text)
{
	char *s = xstrndup(text, SLURM_REASON_MAX - 1);

	for (char *c = s; *c; c++) {
		if (*c == '\n' || *c == '\t')
			*c = ' ';
		else if (!isprint((unsigned char)*c) || strchr("\"'\\`$", *c))
			*c = '?';
	}
	return s;
}

/* Run one of Slurm's programs; the caller frees *out. `what` is for messages: "list jobs". */
static int ask(const struct strvec *argv, const char *what, char **out, struct err *err)
{
	_cleanup_(proc_result__release) struct proc_result res = { 0 };
	char *env[] = { (char[]){ "LC_ALL=C" }, NULL };
	const struct proc_opts o = {
		.argv = argv->v, .env = env, .timeout_ms = TIMEOUT_MS, .max_output = OUTPUT_MAX
	};
	int ret = proc__run(&o, &res);
	const char *prog = argv->v[0];

	if (ret == -ENOENT)
		return err__set(err, -EOPNOTSUPP,
				"%s: no such program; it is needed to %s (package slurm-client)",
				prog, what);
	if (ret)
		return err__set(err, ret, "%s: cannot be run: %s", prog, strerror(-ret));
	if (res.timed_out)
		return err__set(err, -EOPNOTSUPP,
				"%s: no answer within %u s; is slurmctld running?", prog,
				TIMEOUT_MS / 1000);
	if (res.status) {
		_free_ char *said = slurm__reason(res.err);

		return err__set(err, -EOPNOTSUPP, "%s failed with %d (it was to %s): %s", prog,
				res.status, what, said);
	}
	*out = res.out;
	res.out = NULL;
	return 0;
}

/* --signal=B: sends SIGTERM to the batch script only. With exec, that is kduel. */
#define SCRIPT "#!/bin/sh\nexec \"$@\"\n"

int slurm__submit(const struct slurm_job *job, char id[SLURM_ID_MAX], struct err *err)
{
	_free_ char *script = xasprintf("%s/job.sh", job->dir), *out = NULL;
	_cleanup_(strvec__release) struct strvec argv = { 0 };
	int ret = fs__write_text(script, SCRIPT, err);

	if (ret)
		return ret;
	strvec__push_all(&argv, "sbatch", "--parsable", "--nodes=1", "--exclusive", "--requeue",
			 "--open-mode=append", NULL);
	strvec__pushf(&argv, "--partition=%s", job->machine);
	strvec__pushf(&argv, "--job-name=%s", job->name);
	strvec__pushf(&argv, "--chdir=%s", job->dir);
	/* Relative to --chdir: sbatch would interpret a '%' in the path of the directory. */
	strvec__push(&argv, "--output=log.txt");
	strvec__pushf(&argv, "--time=%" PRIu64, slurm__minutes(job->limit_ns));
	strvec__pushf(&argv, "--signal=B:TERM@%" PRIu64, (uint64_t)(job->warn_ns / NSEC_PER_SEC));
	if (job->reservation)
		strvec__pushf(&argv, "--reservation=%s", job->reservation);
	if (job->deadline)
		strvec__pushf(&argv, "--deadline=%s", job->deadline);
	strvec__push(&argv, script);
	for (size_t i = 0; job->argv[i]; i++)
		strvec__push(&argv, job->argv[i]);
	ret = ask(&argv, "submit a job", &out, err);
	return ret || !out ? ret : slurm__parse_id(out, id, err);
}

static int ask_list(const char *what, struct slurm_list *list, struct err *err, const char *prog,
		    const char *option, const char *format)
{
	_cleanup_(strvec__release) struct strvec argv = { 0 };
	_free_ char *out = NULL;
	int ret;

	*list = (struct slurm_list){ 0 };
	strvec__push_all(&argv, prog, "--noheader", option, format, NULL);
	ret = ask(&argv, what, &out, err);
	if (!ret && out)
		slurm__parse_list(out, list);
	return ret;
}

int slurm__jobs(struct slurm_list *out, struct err *err)
{
	return ask_list("list jobs", out, err, "squeue", "--all", FORMAT_OF("i", "T", "r"));
}

int slurm__nodes(struct slurm_list *out, struct err *err)
{
	return ask_list("list nodes", out, err, "sinfo", "--Node", FORMAT_OF("N", "T", "E"));
}

int slurm__drain(const char *machine, const char *reason, struct err *err)
{
	_cleanup_(strvec__release) struct strvec argv = { 0 };
	_free_ char *why = slurm__reason(reason), *out = NULL;

	strvec__push_all(&argv, "scontrol", "update", NULL);
	strvec__pushf(&argv, "nodename=%s", machine);
	strvec__push(&argv, "state=drain");
	strvec__pushf(&argv, "reason=%s", why);
	return ask(&argv, "drain a node", &out, err);
}

const struct slurm_line *slurm_list__find(const struct slurm_list *l, const char *name)
{
	for (size_t i = 0; i < l->n; i++)
		if (streq(l->v[i].name, name))
			return &l->v[i];
	return NULL;
}
