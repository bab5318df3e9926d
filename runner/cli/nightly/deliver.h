/* SPDX-License-Identifier: GPL-2.0-only */
/* deliver.h - send out the result of a night: files, a mail, a webhook. */
#ifndef KDUEL_NIGHTLY_DELIVER_H
#define KDUEL_NIGHTLY_DELIVER_H

#include "reports/report/report.h"
#include "runner/cli/nightly/config.h"
#include "runner/cli/nightly/tree.h"

struct night {
	const struct nightly *config;
	/* The commit or kernel that was tested; NULL if the file has neither `git` nor `kernel`. */
	const struct nightly_commit *commit;
	const struct nightly_commit *good; /* ${good}; NULL: there is none */
	const struct report *report; /* NULL: the night failed */
	const char *campaign; /* UUID; "" if there is none */
	const char *changes; /* changes of level, as text; "" if there are none */
	int code; /* exit code */
	const char *verdict; /* "good", "bad", or "" */
	char *mail, *json; /* contents of mail.txt and night.json, set by deliver__make() */
};

/* Compose n->mail and n->json, from the other members. Free them with deliver__release(). */
void deliver__make(struct night *n);
void deliver__release(struct night *n);

/* Write mail.txt and night.json and, if there is a report, report.md, report.json and junit.xml to
 * a new directory below config->report, and let the link `latest` point to it. Does nothing without
 * config->report. 0 or -errno. */
int deliver__files(const struct night *n, struct err *err);
/* Send the mail, and post night.json to the webhook, as configured. Tries both; returns the first
 * error. */
int deliver__hooks(const struct night *n, struct err *err);

#endif
