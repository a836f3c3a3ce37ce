/* SPDX-License-Identifier: Apache-2.0 */
/* Implements llmrec_blend_fit: weights of a blend from validation sessions. */
#include "core/memory.h"
#include "rank/blend_options.h"
#include "rank/blend_weights.h"
#include "rank/members.h"

_Static_assert(sizeof((llmrec_blend_fit_report *)0)->weights / sizeof(double) == LR_MEMBERS, "one entry for each");

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
    llmrec_blend_fit_report report;
} fitting;

static llmrec_status fit(fitting *f, const llmrec_dataset *validation)
{
    const lr_asked asked = {f->members.context, f->members.list, f->members.count, f->members.items};
    lr_kept kept = {0};
    llmrec_status status = LLMREC_OK;
    LR_TRY(lr_kept_collect(&asked, validation, &f->options, &f->fit, &kept));
    LR_TRY(lr_weights_search(&kept, &f->report));
done:
    lr_kept_clear(&kept);
    return status;
}

llmrec_status llmrec_blend_fit(const llmrec_recommender_parts *parts, const llmrec_dataset *validation,
                               const llmrec_blend_options *options, const llmrec_blend_fit_options *fit_options,
                               llmrec_blend_fit_report *report, llmrec_recommender **recommender)
{
    static const size_t frozen = LR_FROZEN(llmrec_blend_fit_report, without);
    fitting f = {.report = {.size = sizeof f.report}};
    llmrec_status status = LLMREC_OK;
    LR_NEED(validation);
    LR_RETURN_IF(lr_parts_read(parts, &f.parts));
    LR_RETURN_IF(lr_options_read(&lr_blend_options, options, &f.options));
    LR_RETURN_IF(lr_options_read(&lr_blend_fit_options, fit_options, &f.fit));
    if (report != NULL) LR_RETURN_IF(lr_struct_check("llmrec_blend_fit_report", frozen, report));
    LR_RETURN_IF(lr_members_take(&f.parts, 1, LR_MEMBERS, &f.members));
    LR_TRY(check_validation(&f.members, validation));
    LR_TRY(fit(&f, validation));
    if (recommender != NULL) LR_TRY(create(&f.parts, &f.options, f.report.weights, recommender));
    if (report != NULL) LR_TRY(lr_struct_give("llmrec_blend_fit_report", sizeof f.report, frozen, &f.report, report));
done:
    lr_members_free(&f.members);
    return status;
}
