// SPDX-License-Identifier: GPL-2.0-only
/* progress.c - progress of a campaign on standard error. */
#include "runner/cli/progress.h"

#include "lib/clock.h"
#include "lib/units.h"
#include "reports/render/json.h"
#include "reports/store/boot.h"
#include "runner/boot/boot.h"
#include "runner/campaign/budget.h"
#include "runner/cli/log.h"
#include "runner/host/host.h"
#include "runner/machine/hold.h"

static bool json;

void progress__use_json(void)
{
	json = true;
	log__set_quiet(true);
}

/* Print an object on one line and flush, as a script may be waiting for it. Drops the reference to
 * `o`. */
static void put_event(json_t *o)
{
	_free_ char *text = json_dumps(o,
				       JSON_COMPACT | JSON_ENSURE_ASCII | JSON_REAL_PRECISION(9));

	json_decref(o);
	fprintf(stderr, "%s\n", text ? text : "{}");
	fflush(stderr);
}

static json_t *seconds(uint64_t ns)
{
	return json_real((double)ns / 1e9);
}

/* Add "left_s": null if it is not known yet. */
static void put_left(json_t *o, uint64_t ns)
{
	json_object_set_new(o, "left_s", ns ? seconds(ns) : json_null());
}

/* A new event about a boot, with the members that all of these have. */
static json_t *boot_event(const char *event, const struct campaign_run *c,
			  const struct schedule_slot *slot)
{
	json_t *o = json_pack("{s:s, s:s, s:i, s:I}", "event", event, "campaign", c->uuid, "boot",
			      (int)slot->slot + 1, "of", (json_int_t)c->n_slots);

	json_object_set_new(o, "variant", json__text(c->plan->variants[slot->variant].name));
	json_object_set_new(o, "workload",
			    slot->workload < 0 ?
				    json_null() :
				    json__text(c->plan->workloads[slot->workload].wl->name));
	return o;
}

char *progress__boot_name(const struct campaign_run *c, const struct schedule_slot *slot)
{
	const char *variant = c->plan->variants[slot->variant].name;

	return slot->workload < 0 ?
		       xstrdup(variant) :
		       xasprintf("%s %s%s", variant, c->plan->workloads[slot->workload].wl->name,
				 slot->repeat_of < 0 ? "" : " again");
}

/* "1h20m"; the caller frees. */
static char *duration(uint64_t ns)
{
	char buf[32];

	return xstrdup(units__fmt_duration(ns, buf, sizeof(buf)));
}

/* The same for a time that is shown counting up or down: below a minute in whole seconds. */
static char *counting(uint64_t ns)
{
	return ns < 60 * NSEC_PER_SEC ?
		       xasprintf("%llus", (unsigned long long)(ns / NSEC_PER_SEC)) :
		       duration(ns);
}

void progress__expect(struct campaign_run *c, struct store *st)
{
	_free_ char *host = c->machine ? xstrdup(c->machine->describe) : hostinfo__describe();
	const char *const plans[] = { c->plan->name, "" };

	for (size_t p = 0; p < ARRAY_SIZE(plans); p++) {
		/* Per workload, at its index + 1; [0] is for boots that run all workloads. */
		_free_ uint64_t *ns = xcalloc(c->plan->n_workloads + 1, sizeof(*ns));
		bool all = true;

		for (size_t i = 0; i < c->n_slots; i++) {
			int workload = c->slots[i].workload;
			uint64_t *of = &ns[workload + 1];

			if (!*of)
				*of = store__boot_time(st, host, c->ops->name, plans[p],
						       workload < 0 ? "" :
								      c->plan->workloads[workload]
									      .wl->name);
			c->expected_ns[i] = *of;
			all &= *of > 0;
			if (!*of)
				break;
		}
		if (all)
			return;
	}
	memset(c->expected_ns, 0, c->n_slots * sizeof(*c->expected_ns));
}

/* How long the remaining boots of the first `blocks` blocks will take, in ns; 0: unknown. */
static uint64_t expected(const struct campaign_run *c, unsigned int blocks)
{
	uint64_t ns = 0;

	for (size_t i = 0; i < c->n_slots; i++)
		ns += c->done[i] || c->slots[i].block >= blocks ? 0 : c->expected_ns[i];
	return ns / (c->parallel ? c->parallel : 1);
}

/* Print the budget, and how many blocks of the plan fit into it. */
static void log_budget(const struct campaign_run *c, unsigned int fits)
{
	_free_ char *what = budget__describe(c), *left = duration(budget__left(c));
	const unsigned int blocks = budget__blocks(c);

	if (!c->expected_ns[0])
		log__info("budget  %s (%s): how many of %u blocks fit is known after the first boot",
			  what, left, blocks);
	else
		log__info("budget  %s (%s): %u of %u blocks fit", what, left, fits, blocks);
}

void progress__begin(const struct campaign_run *c, bool again)
{
	const double rate = budget__expected_rate(c);
	const unsigned int fits = rate > 0 ? budget__fits(c, rate) : 0;
	uint64_t left = expected(c, fits);
	_free_ char *time = duration(left);
	const char *plural = plural_s(c->n_slots);
	json_t *o;

	if (json) {
		o = json_pack("{s:s, s:s, s:I}", "event", "campaign", "campaign", c->uuid, "boots",
			      (json_int_t)c->n_slots);
		put_left(o, left);
		json_object_set_new(o, "blocks", json_integer(budget__blocks(c)));
		json_object_set_new(o, "blocks_fit", rate > 0 ? json_integer(fits) : json_null());
		put_event(o);
		return;
	}
	if (budget__is_limited(c))
		log_budget(c, fits);
	if (left)
		log__info(again ? "campaign %.8s: continuing, %zu boot%s in all, about %s left (by "
				  "earlier boots of this machine)" :
				  "campaign %.8s: %zu boot%s, about %s (by earlier boots of this "
				  "machine)",
			  c->uuid, c->n_slots, plural, time);
	else
		log__info(again ? "campaign %.8s: continuing, %zu boot%s in all" :
			  *plural ?
				  "campaign %.8s: %zu boot%s; how long they take is known after "
				  "the first" :
				  "campaign %.8s: %zu boot%s; how long it takes is known after it",
			  c->uuid, c->n_slots, plural);
}

/* Is this still the step of the previous call? The hook is called each second. */
static bool is_same_step(const struct schedule_slot *slot, const struct campaign_step *step)
{
	static struct campaign_step last;
	static unsigned int last_slot;
	bool same = last.what && streq(last.what, step->what) && last_slot == slot->slot &&
		    last.iteration == step->iteration;

	last = *step;
	last_slot = slot->slot;
	return same;
}

static void put_step(const struct campaign_run *c, const struct schedule_slot *slot,
		     const struct campaign_step *step)
{
	json_t *o = boot_event("step", c, slot);

	json_object_set_new(o, "step", json__text(step->what));
	json_object_set_new(o, "iteration",
			    step->iteration ? json_integer(step->iteration) : json_null());
	json_object_set_new(o, "iterations",
			    step->iteration ? json_integer(step->iterations) : json_null());
	json_object_set_new(o, "done", json_integer((json_int_t)step->done));
	json_object_set_new(o, "elapsed_s", seconds(step->elapsed_ns));
	put_left(o, step->left_ns);
	put_event(o);
}

/* "[3/12] patched: memcached 2/4, 1m20s, left 4m10s" */
void progress__step(const struct campaign_run *c, const struct schedule_slot *slot,
		    const struct campaign_step *step)
{
	_free_ char *name = progress__boot_name(c, slot), *of = xstrdup("");
	_free_ char *elapsed = counting(step->elapsed_ns);
	_free_ char *left = counting(step->left_ns);

	if (json) {
		if (!is_same_step(slot, step))
			put_step(c, slot, step);
		return;
	}
	if (step->iteration) {
		free(of);
		of = xasprintf(" %u/%u", step->iteration, step->iterations);
	}
	log__progress("[%u/%zu] %s: %s%s, %s%s%s", slot->slot + 1, c->n_slots, name, step->what, of,
		      elapsed, step->left_ns ? ", left " : "", step->left_ns ? left : "");
}

/* Warn about workloads that could not run in a boot, and pass on what its agent reported. */
static void warn_about(const struct campaign_run *c, const struct schedule_slot *slot,
		       const char *name, const struct store_boot *b)
{
	for (size_t i = 0; i < b->n_facts; i++)
		if (str_starts(b->facts[i].key, "unsupported/"))
			log__warn("boot %u/%zu  %s: %s cannot run here: %s", slot->slot + 1,
				  c->n_slots, name, strchr(b->facts[i].key, '/') + 1,
				  b->facts[i].value);
	/* Parts that a workload skipped; it has results for the rest. */
	for (size_t i = 0; i < b->n_facts; i++) {
		const char *key = b->facts[i].key, *slash = strchr(key, '/');

		if (slash && streq(slash, "/unsupported"))
			log__warn("boot %u/%zu  %s: parts of %.*s cannot run here: %s",
				  slot->slot + 1, c->n_slots, name, (int)(slash - key), key,
				  b->facts[i].value);
	}
	for (size_t i = 0; i < b->n_facts; i++)
		if (streq(b->facts[i].key, FACT_AGENT_LOG))
			log__warn("boot %u/%zu  %s: the agent: %s", slot->slot + 1, c->n_slots,
				  name, b->facts[i].value);
}

void progress__booted(const struct campaign_run *c, const struct schedule_slot *slot,
		      const struct store_boot *b, uint64_t left_ns)
{
	_free_ char *name = progress__boot_name(c, slot), *left = duration(left_ns);
	/* The clock may have been set back meanwhile. */
	uint64_t ns = b->ended_ns > b->started_ns ? b->ended_ns - b->started_ns : 0;
	_free_ char *took = duration(ns);
	json_t *o;

	warn_about(c, slot, name, b);
	if (json) {
		o = boot_event("boot", c, slot);
		json_object_set_new(o, "status", json_string(boot_status__name(b->status)));
		json_object_set_new(o, "detail", json__text(b->detail));
		json_object_set_new(o, "took_s", seconds(ns));
		put_left(o, left_ns);
		put_event(o);
	} else if (b->status == BOOT_OK) {
		log__info("boot %u/%zu  %-12s ok, %s%s%s", slot->slot + 1, c->n_slots, name, took,
			  left_ns ? ", left " : "", left_ns ? left : "");
	} else {
		log__warn("boot %u/%zu  %s: %s after %s: %s\n"
			  "         (kduel show %.8s %u --console)",
			  slot->slot + 1, c->n_slots, name, boot_status__name(b->status), took,
			  b->detail, c->uuid, slot->slot + 1);
	}
}

void progress__end(const struct campaign_run *c, const char *word)
{
	log__progress_end();
	if (json)
		put_event(json_pack("{s:s, s:s, s:s, s:I}", "event", "end", "campaign", c->uuid,
				    "state", word, "failed", (json_int_t)c->failed));
}
