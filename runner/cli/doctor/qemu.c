// SPDX-License-Identifier: GPL-2.0-only
/* qemu.c - find the QEMUs on this machine, and what each of them can run. */
#include "runner/cli/doctor/qemu.h"

#include "runner/cli/doctor/line.h"

#include "lib/units.h"
#include "runner/config/cpus.h"
#include "runner/host/host.h"
#include "runner/host/release.h"
#include "runner/targets/qemu_fetch.h"
#include "runner/targets/qemu_find.h"
#include "runner/targets/qemu_kvm.h"

/* Describe what a version of QEMU can run ("all CPUs and exact mode") or is too old for. Caller
 * frees. */
static char *good_for(const struct arch *arch, const char *version)
{
	bool exact = qemu_release__is_at_least(version, QEMU_EXACT_MODE);
	_free_ char *lacking = xstrdup("");
	_cleanup_(cpus__freep) struct cpus *cpus = NULL;

	if (cpus__load(&cpus, NULL))
		return xstrdup("the CPU table cannot be read");
	for (size_t i = 0; i < cpus->n; i++) {
		_free_ char *old = NULL;

		if (!streq(cpus->v[i].arch, arch->deb) ||
		    !cpu_model__check_qemu(&cpus->v[i], version, NULL))
			continue;
		old = lacking;
		lacking = xasprintf("%s%s%s", old, *old ? ", " : "", cpus->v[i].name);
	}
	if (!*lacking)
		return xasprintf("all CPUs%s",
				 exact ? " and exact mode" : "; too old for exact mode");
	return xasprintf("too old for %s%s", lacking, exact ? "" : ", and for exact mode");
}

/* Print a QEMU. Sets *any, and *exact if it supports exact mode. */
static void show_qemu(const struct arch *arch, const struct qemu *q, const char *where, bool *any,
		      bool *exact)
{
	_free_ char *use = good_for(arch, q->version), *text = qemu__describe(q);
	struct err err;

	doctor__line("ok", "QEMU %s %s: %s", text, where, use);
	/* In some virtual machines /dev/kvm can be opened, but no guest runs. */
	if (!hostinfo__check_kvm(arch->deb, NULL) && qemu_kvm__try(q, arch, "kvm", &err))
		doctor__line("note", "no KVM in it: /dev/kvm is there, but no guest runs (%s)",
			     err.msg);
	*any = true;
	*exact |= qemu_release__is_at_least(q->version, QEMU_EXACT_MODE);
}

/* Print the QEMUs that earlier runs downloaded into the cache. */
static void show_fetched(const struct arch *arch, bool *any, bool *exact)
{
	_cleanup_(strvec__release) struct strvec dirs = { 0 };

	qemu_fetch__installed(&dirs);
	for (size_t i = 0; i < dirs.n; i++) {
		struct qemu *q = NULL;

		if (qemu_dir__arch(dirs.v[i]) != arch)
			continue;
		q = qemu__of_dir(dirs.v[i]);
		if (q)
			show_qemu(arch, q, "in the cache", any, exact);
		else
			doctor__line("note",
				     "%s: the QEMU in it does not run; remove the directory",
				     dirs.v[i]);
		qemu__free(q);
	}
}

/* Print what would be downloaded. `any`: there is a QEMU already, so that only one with exact mode
 * is of use. */
static void show_offer(const struct arch *arch, const struct qemu_host *host,
		       const struct qemu_offer *offer, bool any)
{
	_free_ char *use = good_for(arch, offer->version), *place = qemu_host__describe(host);
	bool exact = qemu_release__is_at_least(offer->version, QEMU_EXACT_MODE);
	char size[32];

	units__fmt_size(offer->bytes, size, sizeof(size));
	if (!exact && any)
		doctor__line("note",
			     "no exact mode: it needs QEMU " QEMU_EXACT_MODE ", and %s has only %s",
			     place, offer->version);
	else
		doctor__line("note",
			     "a plan that needs it gets QEMU %s from %s into the cache "
			     "(%zu packages, %s to download): %s",
			     offer->version, place, offer->lock.n, size, use);
}

/* Ask the package archive which QEMU a plan would get. */
static void show_remote(const struct arch *arch, bool any)
{
	_cleanup_(qemu_offer__release) struct qemu_offer offer = { 0 };
	_cleanup_(qemu_host__release) struct qemu_host host = { 0 };
	struct err err;
	int ret = qemu_host__read(&host, &err);

	if (!ret)
		ret = qemu_fetch__offer(&host, arch, &offer, &err);
	if (!ret)
		show_offer(arch, &host, &offer, any);
	else if (any)
		doctor__line("note",
			     "no exact mode: it needs QEMU " QEMU_EXACT_MODE
			     ", which cannot be fetched: %s",
			     err.msg);
	else
		doctor__lacks("%s, needed for: target qemu; install the package %s (it cannot be "
			      "fetched: %s)",
			      arch->qemu, arch->qemu_package, err.msg);
}

/* Asking the archive downloads package lists, so do that only if no local QEMU has exact mode, and
 * not for amd64, whose kernels not everybody boots. */
static void check_arch(const struct arch *arch)
{
	struct qemu *q = qemu__of_system(arch);
	bool any = false, exact = false;

	if (q)
		show_qemu(arch, q, "of the system", &any, &exact);
	qemu__free(q);
	show_fetched(arch, &any, &exact);
	if (!exact && streq(arch->deb, ARCH_ARM64))
		show_remote(arch, any);
	else if (!exact)
		doctor__line("note",
			     "a plan with %s kernels that needs a newer %s gets it from the archive "
			     "(package %s)",
			     arch->deb, arch->qemu, arch->qemu_package);
}

void doctor__qemu(void)
{
	for (size_t i = 0; i < arch__count; i++)
		check_arch(&arch__all[i]);
}
