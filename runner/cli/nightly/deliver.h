/* SPDX-License-Identifier: GPL-2.0-only */
/* deliver.h - what people and programs get of a night: files, a mail, a webhook. */
#ifndef KDUEL_NIGHTLY_DELIVER_H
#define KDUEL_NIGHTLY_DELIVER_H

#include "reports/report/report.h"
#include "runner/cli/nightly/config.h"
#include "runner/cli/nightly/tree.h"

struct night {
	const struct nightly *config;
	const struct nightly_commit
		*commit; /* that was tested, or a kernel; NULL: the plan says all */
	const struct nightly_commit *good; /* that it was held against; NULL: likewise */
	const struct report *report; /* NULL: the night came to none */
	const char *campaign; /* UUID; "" when there is none */
	const char *changes; /* of levels, as text; "" without any */
	int code; /* exit code */
	const char *verdict; /* "good", "bad", or "" */
	char *mail, *json; /* texts of mail.txt and night.json, from deliver__make() */
};

/* Make both texts, which deliver__release() frees. */
void deliver__make(struct night *n);
void deliver__release(struct night *n);

/* Write mail.txt, report.md, report.json, junit.xml and night.json to a directory of their own below
 * config->report, with the link `latest` to it; without `report` only mail.txt and night.json. Nothing
 * to do without config->report. 0 or -errno. */
int deliver__files(const struct night *n, struct err *err);
/* Send the mail, and post night.json. Each is tried; the first failure is returned. */
int deliver__hooks(const struct night *n, struct err *err);

#endif
