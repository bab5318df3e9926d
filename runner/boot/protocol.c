// SPDX-License-Identifier: GPL-2.0-only
/*
 * protocol.c - the conversation with the agent as a state machine. A table tells which message
 * types are allowed in each state; then the job, iteration and plug-in of the message are checked.
 */
#include "runner/boot/protocol.h"
#include "reports/store/boot.h"

/* Limits for one boot: facts, texts, and bytes of both together. No real boot comes near. */
#define FACTS_MAX 4096u
#define TEXTS_MAX 65536u
#define BYTES_MAX (256u << 20)

#define BIT(type) (1u << (type))
/* What an agent may send while it works on a job, apart from the messages of iterations. It is
 * silent in a timed part: a heartbeat means that the part has ended. */
#define ASIDE (BIT(WIRE_BEAT) | BIT(WIRE_LOG) | BIT(WIRE_FACT) | BIT(WIRE_TEXT))

static const unsigned int allowed[PROTOCOL_STATE_MAX] = {
	/* done instead of hello: the agent could not set up its system. */
	[PROTOCOL_BOOTING] = BIT(WIRE_LOG) | BIT(WIRE_HELLO) | BIT(WIRE_DONE),
	[PROTOCOL_IDLE] = BIT(WIRE_BEAT) | BIT(WIRE_LOG),
	[PROTOCOL_JOB] = ASIDE | BIT(WIRE_ITER_BEGIN) | BIT(WIRE_SAMPLE) | BIT(WIRE_DONE),
	[PROTOCOL_TIMED] = ASIDE | BIT(WIRE_ITER_END) | BIT(WIRE_DONE),
	[PROTOCOL_FAILING] = ASIDE | BIT(WIRE_DONE),
	[PROTOCOL_QUITTING] = BIT(WIRE_BEAT) | BIT(WIRE_LOG) | BIT(WIRE_TEXT) | BIT(WIRE_BYE),
};

void protocol__begin_job(struct protocol *p, const struct wire_msg *order)
{
	p->state = PROTOCOL_JOB;
	p->order = order;
	p->begun = 0;
}

void protocol__quit(struct protocol *p)
{
	p->state = PROTOCOL_QUITTING;
}

/* Facts that only the host knows, and that comparisons rely on: an agent must not send them. */
static bool is_host_fact(const char *key)
{
	static const char *const prefixes[] = {
		"agent/",    "dropped/", "exact/",	 "host/",     "kduel/",
		"tlbmodel/", "target/",	 "unsupported/", FACT_PARAMS,
	};

	for (size_t i = 0; i < ARRAY_SIZE(prefixes); i++)
		if (str_starts(key, prefixes[i]))
			return true;
	return streq(key, FACT_EVENTS);
}

/* Does a job yield figures of this plug-in? It is the job's own, or a collector that runs around
 * its iterations. */
static bool is_source(const struct wire_msg *order, const char *source)
{
	if (streq(order->name, source))
		return true;
	for (size_t i = 0; i < order->n_collectors; i++)
		if (streq(order->collectors[i], source))
			return true;
	return false;
}

static int check_fact(struct protocol *p, const struct wire_msg *m, struct err *err)
{
	if (is_host_fact(m->name))
		return err__set(err, -EPROTO, "the agent sends fact '%s', which is the host's",
				m->name);
	p->bytes += strlen(m->name) + strlen(m->text);
	if (++p->facts > FACTS_MAX)
		return err__set(err, -EPROTO, "more than %u facts in one boot", FACTS_MAX);
	return 0;
}

static int check_text(struct protocol *p, const struct wire_msg *m, struct err *err)
{
	p->bytes += strlen(m->text);
	if (++p->texts > TEXTS_MAX)
		return err__set(err, -EPROTO, "more than %u messages of text in one boot",
				TEXTS_MAX);
	return 0;
}

static int begin_iteration(struct protocol *p, const struct wire_msg *m, struct err *err)
{
	const struct wire_msg *order = p->order;

	if (order->kind != WIRE_WORKLOAD)
		return err__set(err, -EPROTO, "collector %s begins an iteration", order->name);
	if (m->iter != p->begun || (unsigned int)m->iter >= order->iterations)
		return err__set(err, -EPROTO, "iteration %d begins, %d of %u is next", m->iter,
				p->begun, order->iterations);
	p->begun++;
	p->state = PROTOCOL_TIMED;
	return 0;
}

/* Samples of an iteration come after it ends; those of the boot may come with any iteration. */
static int check_sample(const struct protocol *p, const struct wire_msg *m, struct err *err)
{
	if (!is_source(p->order, m->source))
		return err__set(err, -EPROTO, "a sample of %s, which job %s does not run",
				m->source, p->order->name);
	if (m->iter != WIRE_BOOT && p->order->kind != WIRE_WORKLOAD)
		return err__set(err, -EPROTO, "collector %s has a sample of iteration %d",
				p->order->name, m->iter);
	if (p->order->kind == WIRE_WORKLOAD &&
	    (!p->begun || (m->iter != WIRE_BOOT && m->iter != p->begun - 1)))
		return err__set(err, -EPROTO, "a sample of iteration %d, %d have ended", m->iter,
				p->begun);
	return 0;
}

/* A successful job must have done all iterations. "unsupported" is possible only before the first
 * of them. */
static int end_job(struct protocol *p, const struct wire_msg *m, struct err *err)
{
	const unsigned int want = p->order->kind == WIRE_WORKLOAD ? p->order->iterations : 0;

	if (m->status == WIRE_OK && (p->state != PROTOCOL_JOB || (unsigned int)p->begun != want))
		return err__set(err, -EPROTO, "%s is done after %d of %u iterations",
				p->order->name, p->begun - (p->state != PROTOCOL_JOB), want);
	if (m->status == WIRE_UNSUPPORTED && p->begun)
		return err__set(err, -EPROTO, "%s is unsupported after %d iterations",
				p->order->name, p->begun);
	p->state = PROTOCOL_IDLE;
	p->order = NULL;
	return 0;
}

static bool names_job(enum wire_type type)
{
	return type == WIRE_ITER_BEGIN || type == WIRE_ITER_END || type == WIRE_SAMPLE ||
	       type == WIRE_DONE;
}

/* Check what an allowed message refers to, and change the state. */
static int step(struct protocol *p, const struct wire_msg *m, struct err *err)
{
	switch (m->type) {
	case WIRE_HELLO:
		p->state = PROTOCOL_IDLE;
		return 0;
	case WIRE_BYE:
		p->state = PROTOCOL_OVER;
		return 0;
	case WIRE_FACT:
		return check_fact(p, m, err);
	case WIRE_TEXT:
		return check_text(p, m, err);
	case WIRE_ITER_BEGIN:
		return begin_iteration(p, m, err);
	case WIRE_ITER_END:
		if (m->iter != p->begun - 1)
			return err__set(err, -EPROTO, "iteration %d ends, %d is running", m->iter,
					p->begun - 1);
		p->state = PROTOCOL_JOB;
		return 0;
	case WIRE_SAMPLE:
		return check_sample(p, m, err);
	case WIRE_DONE:
		return end_job(p, m, err);
	default:
		return 0;
	}
}

int protocol__take(struct protocol *p, const struct wire_msg *m, struct err *err)
{
	const enum protocol_state before = p->state;
	int ret;

	if (!(allowed[before] & BIT(m->type)))
		return err__set(err, -EPROTO, "unexpected message '%s'", wire_type__name(m->type));
	if (names_job(m->type) && !p->order) {
		/* Without a job the table allows only `done` instead of hello. */
		p->state = PROTOCOL_OVER;
		return 0;
	}
	if (names_job(m->type) && m->job != p->order->job)
		return err__set(err, -EPROTO, "'%s' of job %d, %d is running",
				wire_type__name(m->type), m->job, p->order->job);
	ret = step(p, m, err);
	if (!ret && p->bytes > BYTES_MAX)
		ret = err__set(err, -EPROTO, "more than %u MiB of facts and texts in one boot",
			       BYTES_MAX >> 20);
	if (!ret && before == PROTOCOL_TIMED && p->state == PROTOCOL_TIMED)
		p->state = PROTOCOL_FAILING;
	return ret;
}
