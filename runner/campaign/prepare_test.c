// SPDX-License-Identifier: GPL-2.0-only
#include "runner/campaign/prepare_test.h"

#include "runner/kernels/files/modules.h"
#include "runner/kernels/module/module.h"

static bool lacks_test_module(const struct kernel *k)
{
	char name[] = EXT_MODULE_NAME, *v[] = { name, NULL };
	struct strvec names = { v, 1 }, files = { 0 };
	int ret = kernel_modules__files(k, &names, &files, NULL);

	strvec__release(&files);
	return ret == -ENOENT;
}

int prepare__test_modules(struct campaign_run *c, const struct lock *want,
			  const struct campaign_hooks *hooks, struct err *err)
{
	const struct plan *plan = c->plan;
	struct strvec modules = { 0 };
	int ret = 0;

	plan__modules(plan, &modules);
	for (size_t i = 0;
	     !ret && strvec__has(&modules, "?" EXT_MODULE_NAME) && i < plan->n_variants; i++) {
		const struct kernel_spec *spec = &plan->variants[i].kernel;
		struct kernel *k = c->kernels[i];
		char *path;

		if (spec->image || k->planned || k->extra.n || !lacks_test_module(k))
			continue;
		ret = ext_module__build(k, &spec->suites, want, &c->lock, &path, err);
		if (ret == -ENOENT) {
			hooks->note("module  none for %s: %s", plan->variants[i].name, err->msg);
			ret = 0;
		} else if (!ret) {
			hooks->note("module  %s: " EXT_MODULE_NAME " for %s",
				    plan->variants[i].name, k->release);
			strvec__push(&k->extra, path);
			free(path);
		}
	}
	strvec__release(&modules);
	return ret;
}
