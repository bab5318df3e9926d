/* SPDX-License-Identifier: GPL-2.0-only */
/* list.h - every subcommand, sorted; X(name, summary, hidden), or X_NAMED() for a name that
 * is no identifier. No guard: an X-macro. */
X(aa, "run the baseline of a plan against itself: how noisy is this machine?", false)
X(changes, "list changes of level over campaigns, and keep what is known of them", false)
X(compare, "compare the variants of a campaign", false)
X(doctor, "say what this machine can do and what it lacks", false)
X(export, "the dashboard as files; samples as JSON, CSV or a database", false)
X(fetch, "download packages of any suite and architecture into a directory", true)
X(history, "a metric from campaign to campaign, and when its level changed", false)
X(kernel, "get, build, list and remove the kernels of the cache", false)
X(layout, "sum up a page-table dump by section, leaf size and permission", false)
X(list, "list campaigns", false)
X(parse, "read the figures out of a saved output of a workload's program", false)
X_NAMED(plan_boots, "plan-boots", "how many boots does it take to see an effect?", false)
X(run, "run a plan: boot, work, store, compare", false)
X(serve, "show what is in the database to browsers", false)
X(show, "show one campaign or one boot: kernels, command lines, consoles", false)
X(tag, "say what is known of a campaign: branch, commit, date", false)
