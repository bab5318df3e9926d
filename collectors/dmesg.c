// SPDX-License-Identifier: GPL-2.0-only
/*
 * dmesg: what the kernel log says about the linear map (BBM, rodata), and whether the kernel
 * complained. Facts only; the agent sends the log itself separately.
 */
#include "collectors/collector.h"
#include "collectors/support/dmesg_read.h"

/* Without its first lines the log cannot prove that something was not detected. */
static const char *or_absent(const char *found, const struct dmesg_summary *s)
{
	if (found[0])
		return found;
	return s->has_start ? "not detected" : "unknown (the log's beginning was overwritten)";
}

/* Report how many lines complain, followed by the first of them, one per line. */
static void report_complaints(struct job *job, const char *key, const struct dmesg_summary *s)
{
	char text[DMESG_KEEP * (sizeof(s->first[0]) + 1) + 1] = "";
	size_t used = 0, kept = s->complaints < DMESG_KEEP ? s->complaints : DMESG_KEEP;

	for (size_t i = 0; i < kept; i++)
		used += (size_t)snprintf(text + used, sizeof(text) - used, "\n%s", s->first[i]);
	job__fact(job, key, "%u%s", s->complaints, text);
}

static int collect(struct job *job, enum collect_phase phase)
{
	_free_ char *text = NULL;
	struct dmesg_summary s;
	int ret = dmesg__read(&text);

	if (ret == -EPERM || ret == -EACCES || ret == -ENOSYS)
		return job__fail(job, -EOPNOTSUPP,
				 "the kernel log may not be read here (%s): run as root, or set "
				 "kernel.dmesg_restrict to 0",
				 strerror(-ret));
	if (ret)
		return job__fail(job, ret, "cannot read the kernel log: %s", strerror(-ret));
	dmesg__summarise(text, &s);
	if (phase == COLLECT_AT_END) {
		report_complaints(job, "dmesg/warnings-at-end", &s);
		job__fact(job, "dmesg/worst", "%s", dmesg_class__name(s.worst));
		return 0;
	}
	job__fact(job, "dmesg/bbm", "%s", or_absent(s.bbm, &s));
	job__fact(job, "dmesg/rodata", "%s", s.rodata[0] ? s.rodata : "not mentioned");
	job__fact(job, "dmesg/kaslr", "%s", s.kaslr[0] ? s.kaslr : "not mentioned");
	report_complaints(job, "dmesg/warnings", &s);
	return 0;
}

const struct collector col_dmesg = {
	.name = "dmesg",
	.version = 1,
	.summary = "what the kernel log says about BBM and rodata, and its warnings",
	.needs = NEEDS(NEED(.symbol = "PRINTK", .wanted = true,
			    .why = "without it there is no kernel log")),
	.phases = COLLECT_AFTER_BOOT | COLLECT_AT_END,
	.max_s = 20,
	.collect = collect,
};
