// SPDX-License-Identifier: GPL-2.0-only
/* columns.c - writes records as CSV lines and JSON objects. */
#include "reports/render/columns.h"
#include "lib/csv.h"
#include "lib/metric.h"
#include "reports/render/json.h"
#include "reports/store/boot.h"

#include <math.h>

/* The value of a column; `kind` says which member holds it. */
struct cell {
	enum { CELL_TEXT, CELL_DOUBLE, CELL_INTEGER, CELL_BOOL, CELL_NONE } kind;
	const char *text;
	double number;
	uint64_t integer;
};

/* Read the field of a record that a column describes. A record is an array of pointers to structs;
 * c->part is the index. */
static struct cell read_cell(const struct column *c, const void *const *record)
{
	const void *at = (const char *)record[c->part] + c->offset;
	struct cell cell = { .kind = CELL_INTEGER };

	switch (c->kind) {
	case COLUMN_TEXT:
		cell = (struct cell){ .kind = CELL_TEXT, .text = *(char *const *)at };
		break;
	case COLUMN_ARRAY:
		cell = (struct cell){ .kind = CELL_TEXT, .text = at };
		break;
	case COLUMN_TEXT_OF:
		cell = (struct cell){ .kind = CELL_TEXT, .text = c->text(at) };
		break;
	case COLUMN_DOUBLE:
		cell = (struct cell){ .kind = CELL_DOUBLE, .number = *(const double *)at };
		break;
	case COLUMN_DOUBLE_OF:
		cell = (struct cell){ .kind = CELL_DOUBLE, .number = c->number(at) };
		break;
	case COLUMN_BOOL:
		cell = (struct cell){ .kind = CELL_BOOL, .integer = *(const bool *)at };
		break;
	case COLUMN_INDEX:
		cell.kind = *(const int *)at < 0 ? CELL_NONE : CELL_INTEGER;
		cell.integer = *(const int *)at;
		break;
	case COLUMN_UINT:
		cell.integer = *(const unsigned int *)at + c->plus;
		break;
	case COLUMN_ULONG:
		cell.integer = *(const size_t *)at;
		break;
	case COLUMN_WHOLE:
		cell.integer = *(const double *)at;
		break;
	}
	return cell;
}

const char *column__basis(const void *basis)
{
	return metric__basis_name(*(const enum metric_basis *)basis);
}

const char *column__better(const void *better)
{
	return metric__better_name(*(const enum metric_better *)better);
}

const char *column__boot_status(const void *status)
{
	return boot_status__name(*(const enum boot_status *)status);
}

void columns__csv_header(const struct column *columns, FILE *out)
{
	struct csv_record r = { .out = out };

	for (const struct column *c = columns; c->name; c++)
		if (c->only != COLUMN_JSON)
			csv_record__text(&r, c->name);
	csv_record__end(&r);
}

void columns__csv(const struct column *columns, const void *const *record, FILE *out)
{
	struct csv_record r = { .out = out };

	for (const struct column *c = columns; c->name; c++) {
		struct cell cell;

		if (c->only == COLUMN_JSON)
			continue;
		cell = read_cell(c, record);
		if (cell.kind == CELL_TEXT)
			csv_record__text(&r, cell.text);
		else if (cell.kind == CELL_INTEGER || cell.kind == CELL_BOOL)
			csv_record__u64(&r, cell.integer);
		else
			csv_record__number(&r, cell.kind == CELL_DOUBLE ? cell.number : NAN);
	}
	csv_record__end(&r);
}

/* Write 64-bit integers (c->quoted) as strings: many JSON parsers read numbers as doubles. */
json_t *columns__json(const struct column *columns, const void *const *record)
{
	json_t *object = json_object();

	for (const struct column *c = columns; c->name; c++) {
		json_t *value = NULL;
		struct cell cell;
		char text[24];

		if (c->only == COLUMN_CSV)
			continue;
		cell = read_cell(c, record);
		switch (cell.kind) {
		case CELL_TEXT:
			value = json__text(cell.text);
			break;
		case CELL_DOUBLE:
			value = json__number(cell.number);
			break;
		case CELL_INTEGER:
			snprintf(text, sizeof(text), "%llu", (unsigned long long)cell.integer);
			value = c->quoted ? json_string(text) :
					    json_integer((json_int_t)cell.integer);
			break;
		case CELL_BOOL:
			value = json_boolean(cell.integer);
			break;
		case CELL_NONE:
			value = json_null();
			break;
		}
		json_object_set_new(object, c->name, value);
	}
	return object;
}
