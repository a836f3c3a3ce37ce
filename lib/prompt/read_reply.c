/* SPDX-License-Identifier: Apache-2.0 */
/* Reads samples for all forms: parses a sample as a list, and looks up its entries in the shown menu. */
#include <string.h>

#include "core/memory.h"
#include "prompt/prompter.h"

llmrec_status lr_reader_begin(const lr_prompter *prompter, size_t choices, lr_reader *reader)
{
    *reader = (lr_reader){
        .prompter = prompter, .listing.bytes.context = prompter->context, .likeness.context = prompter->context};
    return LR_NEW(prompter->context, reader->chosen, choices);
}

void lr_reader_clear(lr_reader *reader)
{
    if (reader->prompter == NULL) return;
    lr_free(reader->prompter->context, reader->chosen);
    lr_likeness_clear(&reader->likeness);
    lr_listing_clear(&reader->listing);
}

size_t lr_prompter_entries(const lr_prompter *prompter, size_t choices)
{
    switch (lr_kind_of(prompter->phrasing.kind)->entries) {
    case LR_ENTRIES_ONE: return 1;
    case LR_ENTRIES_MENU: return 2 * choices; /* unknown entries are counted, but take no place of others */
    default: return prompter->phrasing.count;
    }
}

llmrec_status lr_reader_read(lr_reader *reader, lr_span text, size_t choices, size_t limit)
{
    const lr_prompter *p = reader->prompter;
    const lr_kind *kind = lr_kind_of(p->phrasing.kind);
    const lr_reading reading = {kind->labels ? choices : 0, limit, kind->sampled, p->options.parity != 0};
    return lr_listing_read(&reader->listing, &reading, text.text, text.length);
}

lr_menu lr_reader_menu(lr_reader *reader, const int32_t *items, size_t choices)
{
    const lr_prompter *p = reader->prompter;
    memset(reader->chosen, 0, choices * sizeof *reader->chosen);
    return (lr_menu){&p->names,        {p->options.likeness, p->options.parity != 0}, items, choices, reader->chosen,
                     &reader->likeness};
}
