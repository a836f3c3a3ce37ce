/* SPDX-License-Identifier: Apache-2.0 */
#include "core/options.h"

#include <string.h>

#include "core/number.h"

static llmrec_status unknown_layout(const char *what, size_t size)
{
    return lr_fail(LLMREC_ERR_ABI, "%s: size %zu is no known layout; was its _init called?", what, size);
}

llmrec_status lr_options_overlay(void *full, size_t known, size_t oldest, const void *given, const char *what)
{
    size_t size = known;
    if (given == NULL) return LLMREC_OK;
    memcpy(&size, given, sizeof size);
    if (size < oldest || size > LR_OPTIONS_MAX) return unknown_layout(what, size);
    for (size_t i = known; i < size; i++) /* a newer caller may leave what we do not know at zero */
        if (((const unsigned char *)given)[i] != 0)
            return lr_fail(LLMREC_ERR_ABI, "%s: an option set here needs a newer libllmrec", what);
    memcpy(full, given, size < known ? size : known);
    memcpy(full, &known, sizeof known);
    return LLMREC_OK;
}

llmrec_status lr_options_init(void *options, size_t size, const void *defaults, size_t known, size_t oldest,
                              const char *what)
{
    if (options == NULL) return lr_fail(LLMREC_ERR_ARGUMENT, "%s: options is NULL", what);
    if (size < oldest || size > LR_OPTIONS_MAX) return unknown_layout(what, size);
    memset(options, 0, size);
    memcpy(options, defaults, size < known ? size : known);
    memcpy(options, &size, sizeof size);
    return LLMREC_OK;
}

llmrec_status lr_option_range(const char *name, int64_t value, int64_t low, int64_t high)
{
    if (value >= low && value <= high) return LLMREC_OK;
    return lr_fail(LLMREC_ERR_ARGUMENT, "%s is %lld; wanted %lld to %lld", name, (long long)value, (long long)low,
                   (long long)high);
}

llmrec_status lr_count(const char *name, int64_t count)
{
    const int64_t most = INT64_C(1) << 48;
    if (count < 0) return lr_fail(LLMREC_ERR_ARGUMENT, "%s is %lld; wanted 0 or more", name, (long long)count);
    return lr_option_range(name, count, 0, most);
}

llmrec_status lr_option_number(const char *name, double value, double low, double high)
{
    if (value >= low && value <= high) return LLMREC_OK; /* not so of NaN */
    void *locale = lr_locale_enter();
    const llmrec_status status =
        lr_fail(LLMREC_ERR_ARGUMENT, "%s is %g; wanted a number from %g to %g", name, value, low, high);
    lr_locale_restore(locale);
    return status;
}
