// SPDX-License-Identifier: GPL-2.0-only
/* spec.c - frees a kernel_spec. */
#include "runner/kernels/spec.h"

void kernel_spec__release(struct kernel_spec *spec)
{
	strvec__release(&spec->packages);
	strvec__release(&spec->suites);
	free(spec->arch);
	free(spec->tree);
	free(spec->image);
	free(spec->modules);
	free(spec->config);
	if (spec->build)
		build_spec__release(spec->build);
	free(spec->build);
	free(spec->named);
	*spec = (struct kernel_spec){ 0 };
}
