/* SPDX-License-Identifier: Apache-2.0 */
/* Implements llmrec_blend_fit: weights of a blend from validation sessions. */
#include "core/memory.h"
#include "rank/blend_options.h"
#include "rank/blend_weights.h"
#include "rank/members.h"

static llmrec_status check_validation(const lr_members *members, const llmrec_dataset *validation)
{
    if (lr_dataset_items(validation) != members->items)
        return lr_fail(LLMREC_ERR_SHAPE, "validation has %zu items; wanted %zu as the recommenders",
                       lr_dataset_items(validation), members->items);
    if (members->ids != NULL && !lr_ids_equal(members->ids, lr_dataset_item_ids(validation)))
        return lr_fail(LLMREC_ERR_SHAPE, "validation has other item ids than the recommenders");
    return LLMREC_OK;
}

static llmrec_status create(const llmrec_recommender_parts *parts, const llmrec_blend_options *options,
                            const double *weights, llmrec_recommender **recommender)
{
    llmrec_blend_options fitted = *options;
    lr_builder text = {0};
    llmrec_status status = LLMREC_OK;
    LR_TRY(lr_weights_write(weights, (size_t)parts->recommender_count, &text));
    fitted.weights = text.text;
    LR_TRY(llmrec_recommender_create_blend(parts, &fitted, recommender));
done:
    lr_free(NULL, text.text);
    return status;
}

/* What one call works on. */
typedef struct fitting {
    llmrec_recommender_parts parts;
    llmrec_blend_options options;
    llmrec_blend_fit_options fit;
    lr_members members;
    llmrec_blend_fit_report report; /* its arrays are those below */
    double weights[LR_MEMBERS], alone[LR_MEMBERS], without[LR_MEMBERS];
} fitting;

static llmrec_status fit(fitting *f, const llmrec_dataset *validation)
{
    const lr_asked asked = {f->members.context, f->members.list, f->members.count, f->members.items};
    lr_kept kept = {0};
    llmrec_status status = LLMREC_OK;
    LR_TRY(lr_kept_collect(&asked, validation, &f->options, &f->fit, &kept));
    LR_TRY(lr_weights_search(&kept, f->weights, &f->report));
done:
    lr_kept_clear(&kept);
    return status;
}

static void give_array(const double *values, size_t count, double *given)
{
    for (size_t i = 0; given != NULL && i < count; i++) given[i] = values[i];
}

/* Fills the caller's report and its arrays. */
static llmrec_status give(fitting *f, const llmrec_blend_fit_report *wanted, llmrec_blend_fit_report *report)
{
    if (report == NULL) return LLMREC_OK;
    give_array(f->weights, f->members.count, wanted->weights);
    give_array(f->alone, f->members.count, wanted->alone);
    give_array(f->without, f->members.count, wanted->without);
    f->report.weights = wanted->weights;
    f->report.alone = wanted->alone;
    f->report.without = wanted->without;
    return lr_struct_give("llmrec_blend_fit_report", sizeof f->report, LR_FROZEN(llmrec_blend_fit_report, without),
                          &f->report, report);
}

llmrec_status llmrec_blend_fit(const llmrec_recommender_parts *parts, const llmrec_dataset *validation,
                               const llmrec_blend_options *options, const llmrec_blend_fit_options *fit_options,
                               llmrec_blend_fit_report *report, llmrec_recommender **recommender)
{
    fitting f = {.report = {.size = sizeof f.report, .alone = f.alone, .without = f.without}};
    llmrec_blend_fit_report wanted = {.size = sizeof wanted};
    llmrec_status status = LLMREC_OK;
    LR_NEED(validation);
    LR_RETURN_IF(lr_parts_read(parts, &f.parts));
    LR_RETURN_IF(lr_options_read(&lr_blend_options, options, &f.options));
    LR_RETURN_IF(lr_options_read(&lr_blend_fit_options, fit_options, &f.fit));
    if (report != NULL)
        LR_RETURN_IF(lr_struct_read("llmrec_blend_fit_report", sizeof wanted,
                                    LR_FROZEN(llmrec_blend_fit_report, without), report, &wanted));
    LR_RETURN_IF(lr_members_take(&f.parts, 1, LR_MEMBERS, &f.members));
    LR_TRY(check_validation(&f.members, validation));
    LR_TRY(fit(&f, validation));
    if (recommender != NULL) LR_TRY(create(&f.parts, &f.options, f.weights, recommender));
    LR_TRY(give(&f, &wanted, report));
done:
    lr_members_free(&f.members);
    return status;
}
