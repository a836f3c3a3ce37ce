/* SPDX-License-Identifier: Apache-2.0 */
/* Implements prompt/labels.h: labels of menu entries, and reading them from tokens. */
#include "prompt/labels.h"

#include <math.h>
#include <string.h>

enum { LETTERS = 26 };

size_t lr_label_text(size_t index, char text[LR_LABEL_SIZE])
{
    size_t length = 0;
    if (index >= LETTERS) text[length++] = (char)('A' + (index - LETTERS) / LETTERS);
    text[length++] = (char)('A' + (index < LETTERS ? index : (index - LETTERS) % LETTERS));
    text[length] = '\0';
    return length;
}

static int letter(char c)
{
    return c >= 'A' && c <= 'Z' ? c - 'A' : c >= 'a' && c <= 'z' ? c - 'a' : -1;
}

int32_t lr_label_find(const char *text, size_t length, size_t count)
{
    if (length < 1 || length > 2 || letter(text[0]) < 0 || letter(text[length - 1]) < 0) return -1;
    const int index = length == 1 ? letter(text[0]) : LETTERS + letter(text[0]) * LETTERS + letter(text[1]);
    return (size_t)index < count ? index : -1;
}

static llmrec_status add_labels(lr_builder *out, size_t count, const char *separator)
{
    char label[LR_LABEL_SIZE];
    for (size_t i = 0; i < count; i++) {
        lr_label_text(i, label);
        LR_RETURN_IF(lr_builder_format(out, "%s\"%s\"", i == 0 ? "" : separator, label));
    }
    return LLMREC_OK;
}

llmrec_status lr_labels_schema(size_t count, size_t entries, lr_builder *out)
{
    LR_RETURN_IF(lr_builder_format(out, "{\"type\": \"object\", \"properties\": {\"ranking\": {\"type\": \"array\", "
                                        "\"items\": {\"type\": \"string\", \"enum\": ["));
    LR_RETURN_IF(add_labels(out, count, ", "));
    return lr_builder_format(out,
                             "]}, \"minItems\": %zu, \"maxItems\": %zu}}, \"required\": [\"ranking\"], "
                             "\"additionalProperties\": false}",
                             entries, entries);
}

llmrec_status lr_labels_grammar(size_t count, size_t entries, lr_builder *out)
{
    LR_RETURN_IF(lr_builder_format(out, "root ::= label"));
    for (size_t i = 1; i < entries; i++) LR_RETURN_IF(lr_builder_format(out, " \", \" label"));
    LR_RETURN_IF(lr_builder_format(out, "\nlabel ::= "));
    LR_RETURN_IF(add_labels(out, count, " | "));
    return lr_builder_add(out, "\n", 1);
}

/* The label in a token, ignoring blanks (also tokenizers' marks for them) and one or two punctuation marks. */
static int32_t label_of_token(const char *text, size_t count)
{
    static const char *const blanks[] = {"\xE2\x96\x81", "\xC4\xA0", " ", "\n", "\t", "\"", "(", "[", "*"};
    for (size_t i = 0; i < sizeof blanks / sizeof *blanks; i++) {
        const size_t length = strlen(blanks[i]);
        if (strncmp(text, blanks[i], length) != 0) continue;
        text += length;
        i = (size_t)-1;
    }
    size_t length = strcspn(text, " \n\t\"()[]*.,:");
    if (strspn(text + length, " \n\t\"()[]*.,:") != strlen(text + length)) return -1;
    for (size_t i = 0; i < length; i++)
        if (text[i] < 'A' || text[i] > 'Z') return -1; /* " a" is an article */
    return lr_label_find(text, length, count);
}

bool lr_labels_score(const char *names, const lr_alternative *alternatives, size_t listed, size_t count,
                     double *probabilities)
{
    double best = -INFINITY, total = 0;
    for (size_t i = 0; i < listed; i++)
        if (label_of_token(names + alternatives[i].name, count) >= 0) best = fmax(best, alternatives[i].logprob);
    if (!isfinite(best)) return false;
    for (size_t i = 0; i < count; i++) probabilities[i] = 0;
    for (size_t i = 0; i < listed; i++) {
        const int32_t label = label_of_token(names + alternatives[i].name, count);
        const double mass = exp(alternatives[i].logprob - best);
        if (label < 0 || isnan(mass)) continue;
        probabilities[label] += mass;
        total += mass;
    }
    for (size_t i = 0; i < count; i++) probabilities[i] /= total;
    return true;
}
