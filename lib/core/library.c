/* SPDX-License-Identifier: Apache-2.0 */
/* Version, build info and features of the loaded library. Implements the rest of llmrec/base.h. */
#include <string.h>

#include "llmrec/base.h"

#define TEXT(x)                      #x
#define VERSION(major, minor, patch) TEXT(major) "." TEXT(minor) "." TEXT(patch)

const char *llmrec_version(void)
{
    return VERSION(LLMREC_VERSION_MAJOR, LLMREC_VERSION_MINOR, LLMREC_VERSION_PATCH);
}

int32_t llmrec_abi_version(void)
{
    return LLMREC_VERSION_MAJOR * 1000 + LLMREC_VERSION_MINOR;
}

const char *llmrec_build_info(void)
{
    return "libllmrec " VERSION(LLMREC_VERSION_MAJOR, LLMREC_VERSION_MINOR, LLMREC_VERSION_PATCH)
#if defined(__VERSION__)
        ", compiler " __VERSION__
#endif
        ", BLAS " LR_BUILD_BLAS ", HDF5 " LR_BUILD_HDF5;
}

int32_t llmrec_supports(const char *feature)
{
    static const char *const features[] = {
        "hdf5",
        "gzip",
        "safetensors",
        "bert",
        "similarity",
        "popularity",
#if defined(LR_BUILD_ARCHIVE)
        "archive",
#endif
#if defined(LR_BUILD_HTTP)
        "http",
#endif
        "llm"
    };
    if (feature == NULL) return 0;
#if defined(__x86_64__)
    if (strcmp(feature, "avx2") == 0) return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    if (strcmp(feature, "avx512vnni") == 0) return __builtin_cpu_supports("avx512vnni") != 0;
#endif
    for (size_t i = 0; i < sizeof features / sizeof *features; i++)
        if (strcmp(feature, features[i]) == 0) return 1;
    return 0;
}
