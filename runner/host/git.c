// SPDX-License-Identifier: GPL-2.0-only
/* git.c - run git as a child process. */
#include "runner/host/git.h"

const char *const git__env[] = { "GIT_TERMINAL_PROMPT=0",
				 "GIT_OPTIONAL_LOCKS=0",
				 "LC_ALL=C",
				 "GIT_DIR",
				 "GIT_WORK_TREE",
				 "GIT_INDEX_FILE",
				 "GIT_COMMON_DIR",
				 "GIT_OBJECT_DIRECTORY",
				 "GIT_ALTERNATE_OBJECT_DIRECTORIES",
				 "GIT_NAMESPACE",
				 "GIT_PREFIX",
				 NULL };

/* Remove trailing newlines, so that git's output can be part of a message. */
static void trim(char *text)
{
	size_t len = strlen(text);

	while (len && text[len - 1] == '\n')
		text[--len] = '\0';
}

int git__ask(const char *dir, const struct strvec *words, unsigned int timeout_ms,
	     size_t max_output, struct proc_result *res, struct err *err)
{
	_cleanup_(strvec__release) struct strvec argv = { 0 };
	int ret;

	*res = (struct proc_result){ 0 };
	strvec__push_all(&argv, "git", "-C", dir, GIT_PLAIN, NULL);
	for (size_t i = 0; i < words->n; i++)
		strvec__push(&argv, words->v[i]);
	ret = proc__run(&(struct proc_opts){ .argv = argv.v,
					     .env = (char *const *)git__env,
					     .timeout_ms = timeout_ms,
					     .max_output = max_output },
			res);
	if (ret)
		return err__set(err, -EOPNOTSUPP, "git cannot be run: %s", strerror(-ret));
	if (res->timed_out)
		return err__set(err, -EOPNOTSUPP, "%s: git did not answer in time", dir);
	trim(res->err);
	return 0;
}
