/* SPDX-License-Identifier: Apache-2.0 */
/* A report's values per session as an Arrow stream. Implements their part of llmrec/arrow.h. */
#include <stdio.h>
#include <string.h>

#include "core/memory.h"
#include "data/arrow_table.h"
#include "eval/report.h"

enum { NAME_SIZE = 48 };

/* The columns of one list length after those of another, in the order of the metrics. */
typedef struct value_table {
    size_t sessions;
    double *values; /* [columns, sessions] */
    char (*names)[NAME_SIZE];
} value_table;

static llmrec_status fill(const void *of, size_t column, size_t first, size_t count, void *values)
{
    const value_table *table = of;
    memcpy(values, table->values + column * table->sessions + first, count * sizeof *table->values);
    return LLMREC_OK;
}

static void free_values(llmrec_context *context, void *of)
{
    value_table *table = of;
    if (table == NULL) return;
    lr_free(context, table->values);
    lr_free(context, table->names);
    lr_free(context, table);
}

static llmrec_status copy(const llmrec_report *report, size_t columns, value_table *table)
{
    table->sessions = report->sessions;
    LR_RETURN_IF(LR_NEW(report->context, table->names, columns));
    LR_RETURN_IF(lr_alloc(report->context, &table->values, report->sessions, columns * sizeof *table->values));
    for (size_t column = 0; column < columns; column++) {
        const size_t k = column / LR_SESSION_METRICS, metric = column % LR_SESSION_METRICS;
        snprintf(table->names[column], NAME_SIZE, "%s@%lld", llmrec_metric_name((int64_t)metric),
                 (long long)report->k[k]);
        if (report->sessions > 0)
            memcpy(table->values + column * report->sessions, lr_report_values(report, metric, k),
                   report->sessions * sizeof *table->values);
    }
    return LLMREC_OK;
}

llmrec_status llmrec_report_values_arrow(const llmrec_report *report, struct ArrowArrayStream *out)
{
    llmrec_status status = LLMREC_OK;
    value_table *values = NULL;
    lr_arrow_field fields[LR_SESSION_METRICS * LR_MAX_KS];
    LR_NEED(report, out);
    const size_t columns = LR_SESSION_METRICS * report->k_count;
    lr_arrow_table table = {.context = report->context, .rows = report->sessions, .fill = fill, .free = free_values};
    LR_TRY(LR_NEW_ZERO(report->context, values, 1));
    LR_TRY(copy(report, columns, values));
    for (size_t i = 0; i < columns; i++) fields[i] = (lr_arrow_field){values->names[i], "g"};
    LR_TRY(lr_arrow_set_fields(&table, fields, columns));
    table.of = values;
    return lr_arrow_give(&table, out);
done:
    free_values(report->context, values);
    return status;
}
