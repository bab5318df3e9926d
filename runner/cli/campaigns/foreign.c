// SPDX-License-Identifier: GPL-2.0-only
/* foreign.c - `kduel import --from`: convert results of other tools to a campaign, or to CSV. */
#include "runner/cli/campaigns/foreign.h"

#include "lib/clock.h"
#include "lib/fs.h"
#include "lib/text.h"
#include "lib/utf8.h"
#include "reports/store/campaign.h"
#include "runner/cli/common.h"
#include "runner/cli/log.h"
#include "runner/host/cache.h"
#include "version.h"

#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

/* An import in progress. */
struct import {
	const struct foreign_import *o;
	struct foreign f;
	char *tool; /* owned */
	char *digests; /* host, options and hashes of the files; owned; its hash is the UUID */
	char uuid[UUID_LEN];
	uint64_t when_ns; /* mtime of the newest file */
	struct strvec caveats;
	char *command; /* the command line of this import; owned */
};

/* A boot to store: its samples are order[first..first + n). */
struct place {
	size_t variant, run; /* run: the first one of which it has samples */
	uint32_t boot;
	size_t first, n;
};

/* Derive the UUID from a text, so that importing the same again on this machine adds nothing. */
static void uuid_of(const char *text, char out[UUID_LEN])
{
	char hex[65];

	cache__sha256(text, strlen(text), hex);
	/* UUID version 8 (RFC 9562, custom), variant 10. */
	snprintf(out, UUID_LEN, "%.8s-%.4s-8%.3s-8%.3s-%.12s", hex, hex + 8, hex + 12, hex + 15,
		 hex + 18);
}

/* Split "VARIANT=FILE"; returns FILE. *variant is NULL for "FILE", whose path may have a '=' after
 * a '/'. */
static const char *split_operand(const char *arg, char **variant)
{
	const char *eq = strchr(arg, '=');

	*variant = NULL;
	if (!eq || eq == arg || memchr(arg, '/', (size_t)(eq - arg)))
		return arg;
	*variant = xstrndup(arg, (size_t)(eq - arg));
	return eq + 1;
}

static int read_file(struct import *im, const char *arg, struct err *err)
{
	_free_ char *variant = NULL, *text = NULL, *before = NULL;
	/* Not every shell expands the ~ in old=~/a.json. */
	_free_ char *path = fs__beside("", split_operand(arg, &variant));
	char hex[65];
	struct stat st;
	size_t len;
	int ret = text__read(path, FOREIGN_FILE_MAX, &text, &len, err);

	if (ret)
		return ret;
	if (streq(path, "-") || stat(path, &st))
		st.st_mtime = (time_t)(clock__wall_ns() / 1000000000);
	if ((uint64_t)st.st_mtime * 1000000000 > im->when_ns && st.st_mtime > 0)
		im->when_ns = (uint64_t)st.st_mtime * 1000000000;
	cache__sha256(text, len, hex);
	before = im->digests;
	im->digests = xasprintf("%s%s=%s\n", before, variant ? variant : "", hex);
	return foreign__parse(&im->f, im->o->format, variant, path, text, len, err);
}

static int compare_places(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	if (x->boot != y->boot)
		return x->boot < y->boot ? -1 : 1;
	return (x->variant > y->variant) - (x->variant < y->variant);
}

/* List the boots to store, those with the lowest number first, and sort the samples into order[] by
 * boot. Boots of a variant are numbered from 0 without gaps, so that each has a sample. The caller
 * frees. */
static struct place *place_boots(const struct import *im, size_t *order, size_t *n_places)
{
	const struct foreign *f = &im->f;
	_free_ uint32_t *boots = foreign__boots(f, im->o->boot);
	_free_ size_t *base = xcalloc(f->variants.n + 1, sizeof(*base)), *at = NULL;
	struct place *places;

	for (size_t i = 0; i < f->n_samples; i++) {
		size_t *end = &base[f->runs[f->samples[i].run].variant + 1];

		*end = boots[i] >= *end ? boots[i] + 1 : *end;
	}
	for (size_t i = 1; i <= f->variants.n; i++)
		base[i] += base[i - 1];
	*n_places = base[f->variants.n];
	places = xcalloc(*n_places, sizeof(*places));
	at = xcalloc(*n_places, sizeof(*at));
	for (size_t i = f->n_samples; i--;) {
		const struct foreign_run *run = &f->runs[f->samples[i].run];
		struct place *p = &places[base[run->variant] + boots[i]];

		*p = (struct place){ run->variant, f->samples[i].run, boots[i], 0, p->n + 1 };
	}
	for (size_t i = 0, first = 0; i < *n_places; first += places[i++].n)
		places[i].first = at[i] = first;
	for (size_t i = 0; i < f->n_samples; i++)
		order[at[base[f->runs[f->samples[i].run].variant] + boots[i]]++] = i;
	qsort(places, *n_places, sizeof(*places), compare_places);
	return places;
}

/* The boot id (FACT_BOOT_ID) to store: "boots" with the same id are sessions on a single boot.
 * NULL: it is a boot of its own. The caller frees. */
static char *boot_id(const struct import *im, const struct place *p)
{
	const struct foreign *f = &im->f;

	if (im->o->boot == FOREIGN_ONE)
		return xasprintf("%s/%s", im->uuid, f->one_boot ? "" : f->variants.v[p->variant]);
	return f->one_boot ? xasprintf("%s/%zu", im->uuid, f->runs[p->run].file) : NULL;
}

static int add_boot(const struct import *im, struct store *st, const struct place *p,
		    unsigned int slot, const size_t *order, struct err *err)
{
	const struct foreign *f = &im->f;
	size_t n_facts = im->caveats.n;
	_free_ struct store_sample *samples = xcalloc(p->n, sizeof(*samples));
	_free_ struct boot_fact *facts = xcalloc(n_facts + 1, sizeof(*facts));
	_free_ char *key = xasprintf("%s %u", im->uuid, slot), *id = boot_id(im, p);
	_cleanup_(strvec__release) struct strvec names = { 0 };
	struct store_boot b = { .slot = slot,
				.block = p->boot,
				.variant = f->variants.v[p->variant],
				.seed = slot,
				.status = BOOT_OK,
				.detail = "",
				.started_ns = im->when_ns,
				.ended_ns = im->when_ns,
				.command = im->command,
				.facts = facts,
				.samples = samples,
				.n_samples = p->n };

	uuid_of(key, b.uuid);
	for (size_t i = 0; i < n_facts; i++)
		strvec__pushf(&names, FACT_CAVEAT "%02zu", i);
	for (size_t i = 0; i < n_facts; i++)
		facts[i] = (struct boot_fact){ names.v[i], im->caveats.v[i] };
	if (id)
		facts[n_facts++] = (struct boot_fact){ FACT_BOOT_ID, id };
	b.n_facts = n_facts;
	for (size_t i = 0; i < p->n; i++) {
		const struct foreign_sample *s = &f->samples[order[p->first + i]];
		const struct foreign_metric *m = &f->metrics[s->metric];

		samples[i] = (struct store_sample){
			.workload = m->workload,
			.source = im->tool,
			.version = 1,
			.metric = &m->metric,
			.iter = im->o->boot == FOREIGN_RUN ? 0 : (int)s->iter,
			.value = s->value,
			.basis = metric__basis(m->metric.kind, PLATFORM_HARDWARE),
			.enabled_ns = s->enabled_ns,
			.running_ns = s->running_ns,
		};
	}
	return store__add_boot(st, im->uuid, &b, err);
}

/* Add the campaign, in which every variant is compared with the first. */
static int add_campaign(const struct import *im, struct store *st, size_t n_slots, struct err *err)
{
	const struct foreign *f = &im->f;
	size_t n = f->variants.n;
	_free_ struct campaign_variant *variants = xcalloc(n, sizeof(*variants));
	_free_ struct campaign_compare *compares = xcalloc(n, sizeof(*compares));
	_cleanup_(strvec__release) struct strvec titles = { 0 };
	_free_ char *text = xasprintf("# %s\n", im->command);
	struct campaign c = { .uuid = im->uuid,
			      .name = im->o->name ? im->o->name : im->tool,
			      .plan_path = "",
			      .plan_text = text,
			      .target = TARGET_IMPORT,
			      .host = "unknown",
			      .version = KDUEL_VERSION,
			      .lock_text = "",
			      .created_ns = clock__wall_ns(),
			      .n_slots = (unsigned int)n_slots,
			      .variants = variants,
			      .n_variants = n,
			      .compares = compares,
			      .n_compares = n - 1 };

	for (size_t i = 0; i < n; i++)
		variants[i] = (struct campaign_variant){ .name = f->variants.v[i],
							 .cpu = "",
							 .cmdline = "",
							 .kernel_hash = "",
							 .baseline = i == 0 };
	for (size_t i = 1; i < n; i++) {
		strvec__pushf(&titles, "%s against %s", f->variants.v[i], f->variants.v[0]);
		compares[i - 1] = (struct campaign_compare){ NULL, i, 0 };
	}
	for (size_t i = 1; i < n; i++)
		compares[i - 1].title = titles.v[i - 1];
	return store__add_campaign(st, &c, err);
}

static int store_results(const struct import *im, struct err *err)
{
	_cleanup_(store__closep) struct store *st = NULL;
	_free_ size_t *order = xcalloc(im->f.n_samples, sizeof(*order));
	size_t n;
	_free_ struct place *places = place_boots(im, order, &n);
	int ret = results__open(im->o->db, STORE_WRITE, &st, err);

	if (!ret)
		ret = store__begin(st, err);
	if (ret)
		return ret;
	ret = add_campaign(im, st, n, err);
	for (size_t i = 0; !ret && i < n; i++)
		ret = add_boot(im, st, &places[i], (unsigned int)i, order, err);
	if (!ret)
		ret = store__finish_campaign(st, im->uuid, "finished", err);
	ret = store__end(st, ret, err);
	if (!ret)
		log__info("%s: %zu value%s of %zu variant%s: kduel compare %.8s", im->tool,
			  im->f.n_samples, plural_s(im->f.n_samples), im->f.variants.n,
			  plural_s(im->f.variants.n), im->uuid);
	return ret;
}

static int write_csv(const struct import *im, struct err *err)
{
	_free_ char *text = NULL;
	size_t len;
	FILE *out = xmemstream(&text, &len);
	int ret = foreign__print_csv(&im->f, im->o->boot, out, err);

	fclose(out);
	if (ret)
		return ret;
	if (!streq(im->o->csv, "-")) {
		ret = fs__write_output(im->o->csv, text, len);
		return ret ? err__errno(err, ret, im->o->csv) : 0;
	}
	fwrite(text, 1, len, stdout);
	return fs__is_short(stdout) ? err__set(err, -EIO, "cannot write the samples") : 0;
}

static char *command_of(const struct foreign_import *o, const char *tool)
{
	static const char *const boots[] = { "one", "file", "run" };
	struct strvec words = { 0 };
	char *text;

	strvec__push_all(&words, "kduel", "import", "--from", tool, "--boot", boots[o->boot], NULL);
	for (size_t i = 0; i < o->n; i++)
		strvec__push(&words, o->files[i]);
	text = strvec__join(&words, " ");
	strvec__release(&words);
	utf8__clean(text, strlen(text), false);
	return text;
}

static void log_notes(const struct import *im)
{
	for (size_t i = 0; i < im->f.notes.n; i++)
		log__warn("%s", im->f.notes.v[i]);
	if (im->f.n_notes > im->f.notes.n)
		log__warn("and %zu notes more", im->f.n_notes - im->f.notes.n);
	for (size_t i = 0; i < im->caveats.n; i++)
		log__info("%s", im->caveats.v[i]);
}

int foreign_import__run(const struct foreign_import *o)
{
	struct import im = { .o = o };
	struct err err;
	int ret = foreign__check_boot(o->format, o->boot, &err);
	char host[HOST_NAME_MAX + 1] = "";

	im.tool = foreign__tool(o->format);
	im.command = command_of(o, im.tool);
	if (gethostname(host, sizeof(host) - 1))
		host[0] = '\0';
	im.digests = xasprintf("%s %s %d %s\n", host, im.tool, (int)o->boot,
			       o->name ? o->name : "");
	for (size_t i = 0; !ret && i < o->n; i++)
		ret = read_file(&im, o->files[i], &err);
	if (!ret) {
		uuid_of(im.digests, im.uuid);
		foreign__caveats(&im.f, o->format, o->boot, &im.caveats);
		ret = o->csv ? write_csv(&im, &err) : store_results(&im, &err);
	}
	if (!ret)
		log_notes(&im);
	/* A file that is too large, or a directory, is a usage error. */
	if (ret == -EFBIG || ret == -EISDIR)
		ret = -EINVAL;
	foreign__release(&im.f);
	strvec__release(&im.caveats);
	free(im.tool);
	free(im.command);
	free(im.digests);
	return cmd__fail(ret, &err);
}
