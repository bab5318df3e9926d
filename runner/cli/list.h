/* SPDX-License-Identifier: GPL-2.0-only */
/* list.h - every subcommand, sorted; X(name, summary, hidden), or X_NAMED() for a name that
 * is no identifier. No guard: an X-macro. */
X(aa, "run the baseline of a plan against itself, to see how noisy this machine is", false)
X(changes, "list changes of level over campaigns, and annotate them", false)
X(compare, "compare the variants of a campaign", false)
X(doctor, "check what this machine can do and what it lacks", false)
X(export, "write the dashboard as files; samples as JSON, CSV or a database", false)
X(fetch, "download packages of any suite and architecture into a directory", true)
X(history, "show a metric from campaign to campaign, and when its level changed", false)
X(kernel, "add, build, list and remove kernels of the cache", false)
X(layout, "sum up a page-table dump by section, leaf size and permission", false)
X(list, "list campaigns", false)
X(parse, "extract the metrics from saved output of a workload's program", false)
X_NAMED(plan_boots, "plan-boots", "compute how many boots it takes to see an effect", false)
X(run, "run a plan: boot, run the workloads, store, compare", false)
X(serve, "serve the database to browsers", false)
X(show, "show one campaign or one boot: kernels, command lines, consoles", false)
X(tag, "set branch, commit, date and other tags of a campaign", false)
