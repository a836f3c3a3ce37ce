/* SPDX-License-Identifier: Apache-2.0 */
/* Defines the option tables of blends and of their fit, and converts weights to and from text. */
#include "rank/blend_options.h"

#include <string.h>

#include "core/number.h"

static const double LARGEST = 1e9; /* of weights and constants */

static const lr_choice scales[] = {
    {"zscore", LLMREC_SCALE_ZSCORE}, {"none", LLMREC_SCALE_NONE}, {"rank", LLMREC_SCALE_RANK}, {NULL, 0}};

typedef llmrec_blend_options B;
static const lr_option option[] = {
    LR_TEXT(B, weights, NULL, "a weight for each recommender, blanks between: 0.5 1 0.2; unset: each is 1"),
    LR_CHOICE(B, scale, LLMREC_SCALE_ZSCORE, scales, "how scores of different recommenders are made comparable"),
    LR_INTEGER(B, depth, 100, 1, INT32_MAX, "items taken from each recommender's list"),
    LR_NUMBER(B, rank_constant, 60, 0, LARGEST, LR_CLOSED, "rank: added to ranks"),
};
static const lr_preset preset[] = {
    {"default", NULL, "z-scores with weight 1"},
    {"rrf", LR_SETTINGS("scale=rank"), "reciprocal rank fusion, Cormack et al. 2009"},
};
LR_OPTIONS(lr_blend_options, llmrec_blend_options, rank_constant, "blends of recommenders", option, LR_PRESETS(preset));

typedef llmrec_blend_fit_options F;
static const lr_option fit_option[] = {
    LR_INTEGER(F, k, 10, 1, INT32_MAX, "weights maximize NDCG at this list length"),
    LR_INTEGER(F, sessions, 4000, 0, INT64_MAX, "number of validation sessions to draw at random; 0: all"),
    LR_INTEGER(F, seed, 0, INT64_MIN, INT64_MAX, "seed of the random draw"),
};
LR_OPTIONS(lr_blend_fit_options, llmrec_blend_fit_options, seed, "weights of blends from validation sessions",
           fit_option, .check = NULL);

llmrec_status llmrec_blend_options_init(llmrec_blend_options *options, size_t size)
{
    return lr_options_init(&lr_blend_options, options, size);
}

llmrec_status llmrec_blend_options_preset(llmrec_blend_options *options, size_t size, const char *name)
{
    return lr_options_preset(&lr_blend_options, options, size, name);
}

llmrec_status llmrec_blend_fit_options_init(llmrec_blend_fit_options *options, size_t size)
{
    return lr_options_init(&lr_blend_fit_options, options, size);
}

/* --- weights as text ---------------------------------------------------------------------------------------------- */

static llmrec_status refuse(const char *text, size_t count)
{
    return lr_fail(LLMREC_ERR_ARGUMENT,
                   "weights is %s; wanted %zu numbers of 0 to 1e9 with blanks between, one above 0",
                   lr_quote(text, strlen(text)).text, count);
}

llmrec_status lr_weights_read(const char *text, size_t count, double *weights)
{
    static const char blanks[] = " ,";
    const char *at = text == NULL ? "" : text + strspn(text, blanks);
    double largest = 0;
    for (size_t i = 0; i < count; i++) {
        const size_t length = strcspn(at, blanks);
        weights[i] = 1;
        if (text != NULL && (!lr_parse_double(at, length, &weights[i]) || weights[i] < 0 || weights[i] > LARGEST))
            return refuse(text, count);
        if (weights[i] > largest) largest = weights[i];
        at += length;
        at += strspn(at, blanks);
    }
    return *at == '\0' && largest > 0 ? LLMREC_OK : refuse(text == NULL ? "" : text, count);
}

llmrec_status lr_weights_write(const double *weights, size_t count, lr_builder *text)
{
    for (size_t i = 0; i < count; i++) {
        if (i > 0) LR_RETURN_IF(lr_builder_add(text, " ", 1));
        LR_RETURN_IF(lr_builder_number(text, weights[i]));
    }
    return LLMREC_OK;
}
