// SPDX-License-Identifier: GPL-2.0-only
/* budget.c - how many complete blocks fit into the time that a campaign has. */
#include "runner/campaign/budget.h"

#include "lib/clock.h"
#include "lib/units.h"

#define DAY 1440 /* minutes */
/* Boot times vary: a block is begun only if it would still fit when taking 5 % longer. */
#define RESERVE 1.05

/* Minutes since midnight, local time; -1 on failure. */
static int minute_of_day(time_t t)
{
	struct tm tm;

	return localtime_r(&t, &tm) ? tm.tm_hour * 60 + tm.tm_min : -1;
}

/* Parse "06:30" or "6:30" to minutes since midnight; -1 if it is not a time of day. */
static int parse_time(const char *s)
{
	unsigned int v[2] = { 0, 0 };
	const size_t hours = strspn(s, "0123456789");

	if (hours < 1 || hours > 2 || s[hours] != ':' || strspn(s + hours + 1, "0123456789") != 2 ||
	    s[hours + 3])
		return -1;
	for (size_t i = 0; i < hours; i++)
		v[0] = v[0] * 10 + (unsigned int)(s[i] - '0');
	v[1] = (unsigned int)((s[hours + 1] - '0') * 10 + (s[hours + 2] - '0'));
	return v[0] < 24 && v[1] < 60 ? (int)(v[0] * 60 + v[1]) : -1;
}

/* Search minute by minute, which also handles the change to and from summer time. */
int budget__parse_until(const char *text, uint64_t now_ns, uint64_t *until_ns, struct err *err)
{
	const int want = parse_time(text);
	time_t t = (time_t)(now_ns / NSEC_PER_SEC / 60 * 60);

	if (want < 0)
		return err__set(err, -EINVAL, "expected a time of day such as 06:30, found '%.40s'",
				text);
	for (int i = 0; i < 3 * DAY; i++, t += 60) {
		const int from = minute_of_day(t), to = minute_of_day(t + 60);
		const int step = (to - from + DAY) % DAY;

		if (from < 0 || to < 0)
			break;
		/* If the clock was set back, `step` is nearly a whole day. */
		if (to == want ||
		    (step < DAY / 2 && (want - from + DAY) % DAY < step && want != from)) {
			*until_ns = (uint64_t)(t + 60) * NSEC_PER_SEC;
			return 0;
		}
	}
	return err__set(err, -EINVAL, "the clock here never shows %.40s", text);
}

bool budget__is_limited(const struct campaign_run *c)
{
	return c->budget.until_ns || c->budget.plan_ns;
}

static uint64_t left_until(const struct campaign_budget *b)
{
	const uint64_t now = clock__wall_ns();

	return !b->until_ns ? UINT64_MAX : b->until_ns > now ? b->until_ns - now : 0;
}

static uint64_t left_of_plan(const struct campaign_budget *b)
{
	const uint64_t spent = b->spent_ns + (b->began_ns ? clock__ns() - b->began_ns : 0);

	return !b->plan_ns ? UINT64_MAX : b->plan_ns > spent ? b->plan_ns - spent : 0;
}

char *budget__describe(const struct campaign_run *c)
{
	const struct campaign_budget *b = &c->budget;
	char buf[32];

	return left_until(b) <= left_of_plan(b) && b->until_ns ?
		       xasprintf("until %s", b->until) :
		       xasprintf("budget %s", units__fmt_duration(b->plan_ns, buf, sizeof(buf)));
}

uint64_t budget__left(const struct campaign_run *c)
{
	const uint64_t until = left_until(&c->budget), of_plan = left_of_plan(&c->budget);

	return until < of_plan ? until : of_plan;
}

double budget__weight(const struct campaign_run *c, size_t slot)
{
	return c->expected_ns[slot] ? (double)c->expected_ns[slot] : 1;
}

double budget__expected_rate(const struct campaign_run *c)
{
	return c->expected_ns[0] ? 1.0 / (c->parallel ? c->parallel : 1) : 0;
}

unsigned int budget__blocks(const struct campaign_run *c)
{
	return c->n_slots ? c->slots[c->n_slots - 1].block + 1 : 0;
}

unsigned int budget__whole(const struct campaign_run *c)
{
	unsigned int whole = 0;

	for (size_t i = 0; i < c->n_slots;) {
		const unsigned int block = c->slots[i].block;
		bool all = true;

		for (; i < c->n_slots && c->slots[i].block == block; i++)
			all &= c->done[i];
		whole += all;
	}
	return whole;
}

unsigned int budget__fits(const struct campaign_run *c, double rate)
{
	const double left = (double)budget__left(c);
	double cost = 0;

	if (!budget__is_limited(c))
		return budget__blocks(c);
	for (size_t i = 0; i < c->n_slots;) {
		const unsigned int block = c->slots[i].block;
		bool open = false;

		for (; i < c->n_slots && c->slots[i].block == block; i++) {
			open |= !c->done[i];
			cost += c->done[i] ? 0 : budget__weight(c, i) * rate * RESERVE;
		}
		if (open && (cost > left || left <= 0))
			return block;
		if (open && rate <= 0)
			return block + 1;
	}
	return budget__blocks(c);
}

int budget__check(const struct campaign_run *c, struct err *err)
{
	_free_ char *what = budget__describe(c);
	const uint64_t left = budget__left(c);
	char time[32], need[32];
	double block = 0;

	if (!budget__is_limited(c) || budget__fits(c, budget__expected_rate(c)))
		return 0;
	units__fmt_duration(left, time, sizeof(time));
	for (size_t i = 0; i < c->n_slots && !c->slots[i].block; i++)
		block += c->done[i] ? 0 : budget__weight(c, i) * budget__expected_rate(c);
	if (!left || block <= 0)
		return err__set(err, -EBUSY, "%s: there is no time left; nothing was booted", what);
	return err__set(err, -EBUSY,
			"%s: not one block fits into %s, since it takes about %s by earlier boots of "
			"this machine; nothing was booted",
			what, time, units__fmt_duration(units__whole(block), need, sizeof(need)));
}
