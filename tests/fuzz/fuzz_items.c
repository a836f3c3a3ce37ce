/* SPDX-License-Identifier: Apache-2.0 */
/* Item files with valid interactions: the first byte selects the format. */
#include "target.h"

static const char ROWS[] = "session_id,item_id,timestamp\na,x,1\na,y,2\nb,x,3\nb,z,4\n";

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    llmrec_dataset_options options;
    llmrec_dataset *dataset = NULL;
    if (size == 0 || llmrec_dataset_options_init(&options, sizeof options) != LLMREC_OK) return 0;
    options.items_format = bytes[0] / 16 % 2 == 0 ? 1 + bytes[0] % 4 : LLMREC_FORMAT_AUTO;
    options.invalid_utf8 = bytes[0] / 4 % 2;
    options.catalog = bytes[0] / 8 % 2;
    options.items_title_column = bytes[0] / 32 % 2 == 0 ? NULL : "3";
    const char *rows = fuzz_file("rows.csv", ROWS, sizeof ROWS - 1);
    const char *items = fuzz_file("items.csv", bytes + 1, size - 1);
    fuzz_check(llmrec_dataset_load(fuzz_context(), rows, items, &options, &dataset));
    llmrec_dataset_free(dataset);
    fuzz_forget("items.csv");
    fuzz_forget("rows.csv");
    return 0;
}

void fuzz_seeds(seed_fn seed)
{
    fuzz_seed_text(seed, "\010id,title,genre\nx,\"A, \"\"quoted\"\" title\",drama\r\ny,\xC3\xA9,\nz,,\n");
    fuzz_seed_text(seed, "\011item_id\ttitle\nx\tOne\ny\tTwo\n");
    fuzz_seed_text(seed, "\012{\"id\": \"x\", \"title\": \"A\\ud83d\\ude00\", \"genres\": [\"a\", \"b\"]}\n{\"id\": 5, "
                         "\"price\": 1.50, \"new\": true, \"title\": null}\n");
    fuzz_seed_text(seed, "\020{u'id': u'x', 'title': \"A 'b'\", 'tags': [None, 'c\\xe9\\'\"'], 'new': True}\n");
    fuzz_seed_text(seed, "\0201::A (1995)::Drama\n2::B::War|Crime\n");
    fuzz_seed_text(seed, "\020[{\"id\":\"x\",\"title\":\"A\"},\n{\"id\":\"y\",\"tags\":[\"b\",[\"c\"]]}]");
    fuzz_seed_text(seed, "\020id;title\nx;Caf\xE9\n");
    fuzz_seed_text(seed, "\051x\tnews\t\"One\" title\ny\tsport\tTwo\n");
    fuzz_seed_text(seed, "\013item_id:token\tmovie_title:token_seq\nx\tToy Story\ny\tHeat\n");
}
