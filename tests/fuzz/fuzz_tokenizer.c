/* SPDX-License-Identifier: Apache-2.0 */
/* Texts through a tokenizer with a small vocabulary; a first byte of 1 or 2 selects a tokenizer's files instead. */
#include "target.h"

#include "embed/tokenizer.h"

static const char VOCABULARY[] =
    "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\nb\n##a\n##b\nthe\n##s\n,\n.\n\xE4\xB8\xAD\ne\n##e\n";
enum { PIECES = 16, LIMIT = 32 };

static void run_text(const lr_tokenizer *tokenizer, const uint8_t *text, size_t size)
{
    int32_t ids[LIMIT];
    const size_t count = lr_tokenizer_run(tokenizer, (const char *)text, size, LIMIT, ids, LIMIT);
    if (count < 2 || count > LIMIT || ids[0] != 2 || ids[count - 1] != 3) abort();
    for (size_t i = 0; i < count; i++)
        if (ids[i] < 0 || ids[i] >= PIECES) abort();
}

static void open_and_run(const char *name, const void *bytes, size_t size, const uint8_t *text, size_t length)
{
    lr_tokenizer *tokenizer = NULL;
    fuzz_file(name, bytes, size);
    const llmrec_status status = lr_tokenizer_open(fuzz_context(), fuzz_path(""), PIECES, &tokenizer);
    fuzz_check(status);
    if (status == LLMREC_OK && text != NULL) run_text(tokenizer, text, length);
    lr_tokenizer_free(tokenizer);
    fuzz_forget(name);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    if (size == 0) return 0;
    if (bytes[0] == 1) open_and_run("vocab.txt", bytes + 1, size - 1, NULL, 0);
    else if (bytes[0] == 2) open_and_run("tokenizer.json", bytes + 1, size - 1, NULL, 0);
    else open_and_run("vocab.txt", VOCABULARY, sizeof VOCABULARY - 1, bytes + 1, size - 1);
    return 0;
}

void fuzz_seeds(seed_fn seed)
{
    fuzz_seed_text(seed, "\003The b\xC3\xA9"
                         "bes, [SEP] \xE4\xB8\xAD\xF0\x9F\x98\x80 a\xCC\x81\xCC\x81.");
    fuzz_seed_text(seed,
                   "\003aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
                   "aaaaaaaaaaaaaaaaaaaaaaaaaa\x01\x7f\xE2\x80\x8B\xEF\xBF\xBD");
    fuzz_seed_text(seed, "\001[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\n##b\n");
    fuzz_seed_text(
        seed,
        "\002{\"version\":\"1.0\",\"truncation\":null,\"padding\":null,\"added_tokens\":[],\"normalizer\":{\"type\":"
        "\"BertNormalizer\",\"clean_text\":true,\"handle_chinese_chars\":true,\"strip_accents\":null,\"lowercase\":"
        "true},\"pre_tokenizer\":{\"type\":\"BertPreTokenizer\"},\"model\":{\"type\":\"WordPiece\",\"unk_token\":"
        "\"[UNK]\",\"continuing_subword_prefix\":\"##\",\"max_input_chars_per_word\":100,\"vocab\":{\"[PAD]\":0,"
        "\"[UNK]\":1,\"[CLS]\":2,\"[SEP]\":3,\"a\":4,\"##b\":5}}}");
}
