// SPDX-License-Identifier: GPL-2.0-only
/* svg.c - the <svg> element, axes, and marks of series. */
#include "reports/charts/svg.h"

#include <math.h>

void svg__open(struct html *h, const struct svg_frame *f, const char *class, const char *title)
{
	html__fmt(h, "<svg class=\"%s\" viewBox=\"0 0 %g %g\" role=\"img\" aria-label=\"%s\">\n",
		  class, f->width, f->height, title);
}

void svg__open_links(struct html *h, const struct svg_frame *f, const char *class,
		     const char *title)
{
	html__fmt(h, "<svg class=\"%s\" viewBox=\"0 0 %g %g\" role=\"group\" aria-label=\"%s\">\n",
		  class, f->width, f->height, title);
}

void svg__close(struct html *h)
{
	html__put(h, "</svg>\n");
}

void svg__value_axis(struct html *h, const struct svg_frame *f, const struct scale *y,
		     const char *unit)
{
	struct scale_ticks t;

	scale__ticks(y, 5, &t);
	for (size_t i = 0; i < t.n; i++) {
		_free_ char *label = scale__label(t.v[i], t.step);
		double at = scale__at(y, t.v[i]);

		html__fmt(h,
			  "<path class=\"grid\" d=\"M%g %.1fH%g\"/><text class=\"tick\" x=\"%g\" "
			  "y=\"%.1f\" text-anchor=\"end\">%s</text>\n",
			  f->left, at, f->right, f->left - 6, at + 4, label);
	}
	html__fmt(h, "<text class=\"unit\" x=\"%g\" y=\"%g\" text-anchor=\"end\">%s</text>\n",
		  f->left - 6, f->top - 10, unit);
}

/* Draw a tick below the plot, with its label. */
static void x_tick(struct html *h, const struct svg_frame *f, double at, const char *class,
		   const char *label)
{
	html__fmt(h,
		  "<path class=\"axis\" d=\"M%.1f %gv4\"/><text class=\"%s\" x=\"%.1f\" y=\"%g\" "
		  "text-anchor=\"middle\">%s</text>\n",
		  at, f->bottom, class, at, f->bottom + 18, label);
}

/* Draw the line of a horizontal axis. */
static void x_line(struct html *h, const struct svg_frame *f)
{
	html__fmt(h, "<path class=\"axis\" d=\"M%g %gH%g\"/>\n", f->left, f->bottom, f->right);
}

void svg__time_axis(struct html *h, const struct svg_frame *f, const struct scale *x)
{
	struct scale_ticks t;

	x_line(h, f);
	scale__time_ticks(x, 8, &t);
	for (size_t i = 0; i < t.n; i++) {
		_free_ char *label = scale__time_label(t.v[i], t.step);

		x_tick(h, f, scale__at(x, t.v[i]), "tick time", label);
	}
}

void svg__x_axis(struct html *h, const struct svg_frame *f, const struct scale *x, const char *unit)
{
	struct scale_ticks t;

	x_line(h, f);
	scale__ticks(x, 6, &t);
	for (size_t i = 0; i < t.n; i++) {
		_free_ char *label = scale__label(t.v[i], t.step);

		x_tick(h, f, scale__at(x, t.v[i]), "tick", label);
	}
	html__fmt(h, "<text class=\"unit\" x=\"%g\" y=\"%g\" text-anchor=\"end\">%s</text>\n",
		  f->right, f->bottom + 36, unit);
}

/* Path data of the mark of a series, centred at (x, y) with a radius of about r. */
static void outline(struct html *h, size_t which, double x, double y, double r)
{
	switch (which) {
	case 0: /* a disc */
		html__fmt(h, "M%.1f %.1fa%g %g 0 1 0 %g 0a%g %g 0 1 0 %g 0z", x - r, y, r, r, 2 * r,
			  r, r, -2 * r);
		break;
	case 1: /* a square on its corner */
		r *= 1.25;
		html__fmt(h, "M%.1f %.1fl%g %gl%g %gl%g %gz", x, y - r, r, r, -r, r, -r, -r);
		break;
	case 2: /* a square */
		r *= 0.9;
		html__fmt(h, "M%.1f %.1fh%gv%gh%gz", x - r, y - r, 2 * r, 2 * r, -2 * r);
		break;
	case 3: /* triangle, pointing up */
		html__fmt(h, "M%.1f %.1fl%g %gh%gz", x, y - 1.2 * r, 1.2 * r, 2.1 * r, -2.4 * r);
		break;
	case 4: /* triangle, pointing down */
		html__fmt(h, "M%.1f %.1fl%g %gh%gz", x, y + 1.2 * r, 1.2 * r, -2.1 * r, -2.4 * r);
		break;
	default: /* a bow tie */
		html__fmt(h, "M%.1f %.1fv%gl%g %gv%gz", x - r, y - r, 2 * r, 2 * r, -2 * r, 2 * r);
	}
}

void svg__mark(struct html *h, size_t which, double x, double y, double size, bool hollow)
{
	which %= SVG_SERIES;
	html__fmt(h, "<path class=\"m s%zu%s\" data-x=\"%.1f\" d=\"", which,
		  hollow ? " hollow" : "", x);
	outline(h, which, x, y, size);
	html__put(h, "\"><title>");
}

void svg__mark_end(struct html *h)
{
	html__put(h, "</title></path>\n");
}

void svg__legend(struct html *h, const char *const *names, size_t n)
{
	html__put(h, "<ul class=\"legend\">\n");
	for (size_t i = 0; i < n; i++) {
		html__put(h, "<li><svg viewBox=\"0 0 12 12\" aria-hidden=\"true\">");
		svg__mark(h, i, 6, 6, 4, i / SVG_SERIES % 2);
		svg__mark_end(h);
		html__fmt(h, "</svg>%s</li>\n", names[i]);
	}
	html__put(h, "</ul>\n");
}
