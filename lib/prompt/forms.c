/* SPDX-License-Identifier: Apache-2.0 */
/* Contains the table of forms. */
#include "prompt/form.h"

static const lr_form *const forms[] = {&lr_form_rank,    &lr_form_letters, &lr_form_pairs,
                                       &lr_form_genitem, &lr_form_genlist, &lr_form_classify};

const lr_form *lr_form_of(const llmrec_prompt_options *options)
{
    size_t at = 0; /* the options were checked, so one form matches */
    while (forms[at]->form != options->form ||
           (forms[at]->scoring != LR_ANY_SCORING && forms[at]->scoring != options->scoring))
        at++;
    return forms[at];
}
