/* SPDX-License-Identifier: Apache-2.0 */
/* Interactions in every format: the first byte selects it, or leaves it to be recognized. */
#include "target.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    llmrec_dataset_options options;
    llmrec_dataset *dataset = NULL;
    if (size == 0 || llmrec_dataset_options_init(&options, sizeof options) != LLMREC_OK) return 0;
    options.format = bytes[0] % 7;
    options.invalid_utf8 = bytes[0] / 7 % 2;
    options.duplicates = bytes[0] / 14 % 3;
    options.missing = bytes[0] / 42 % 2;
    options.where = options.missing == 0 ? NULL : "2 >= 1 and 1 not in (x, \"y z\")";
    options.ids = bytes[0] / 84 % 2;
    options.delimiter = bytes[0] < 168 ? NULL : "::";
    options.item_list = bytes[0] % 13 == 12 ? "-1" : NULL;
    fuzz_check(
        llmrec_dataset_load(fuzz_context(), fuzz_file("rows.csv", bytes + 1, size - 1), NULL, &options, &dataset));
    llmrec_dataset_free(dataset);
    fuzz_forget("rows.csv");
    return 0;
}

void fuzz_seeds(seed_fn seed)
{
    static const unsigned char gzipped[] = "\x01\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\x01\x05\x00\xfa\xff"
                                           "a,b\n1\x00\x00\x00\x00\x05\x00\x00\x00";
    static const unsigned char wide[] = "\0\xFF\xFEu\0,\0i\0,\0"
                                        "1\0\n\0u\0,\0\x3D\xD8\0\xDE,\0"
                                        "2\0\n\0";
    static const unsigned char unmarked[] = "\0u\0,\0i\0,\0t\0\n\0"
                                            "1\0,\0\xE9\0,\0"
                                            "2\0\n\0";
    /* rows.csv, stored: "a,b\n1,2\n" */
    static const unsigned char zipped[] =
        "\0PK\3\4\12\0\0\0\0\0\0\0\x21\0\173\007\227\012\10\0\0\0\10\0\0\0\10\0\0\0rows.csv"
        "a,b\n1,2\nPK\1\2\12\0\12\0\0\0\0\0\0\0\x21\0\173\007\227\012\10\0\0\0\10\0\0\0\10\0\0\0\0\0\0"
        "\0\0\0\0\0\0\0\0\0\0\0rows.csvPK\5\6\0\0\0\0\1\0\1\0\x36\0\0\0\x2e\0\0\0\0\0";
    fuzz_seed_text(seed, "\001session_id,item_id,timestamp\na,x,1\na,\"y, \"\"z\"\"\",2.5\r\nb,x,-1e3\n");
    fuzz_seed_text(seed, "\010\xEF\xBB\xBFuser_id,rating,item_id,timestamp\r\n1,5,2,881250949\r\n1,3,\xFF,881250950");
    fuzz_seed_text(seed, "\002session\titem\ttime\na\tx\t1\nb\ty\t2\n");
    fuzz_seed_text(seed, "\003{\"user_id\": 1, \"item_id\": \"x\\u00e9\", \"timestamp\": 1.5}\n"
                         "{\"item_id\": 7, \"user_id\": \"a\", \"timestamp\": 2, \"more\": [1, {\"b\": null}]}\n");
    fuzz_seed_text(seed,
                   "\004user_id:token\titem_id:token\ttimestamp:float\n196\t242\t881250949\n186\t302\t891717742\n");
    fuzz_seed_text(seed, "\005a b c\nb\n\nc a\n");
    fuzz_seed_text(seed, "\006s1 a b c\ns2 b\n");
    fuzz_seed_text(seed,
                   "\x2B"
                   "user_id,item_id,timestamp\n1,2,2024-03-01\nNULL,3,2024-03-01 10:00:00Z\n1,,nan\n1,4,1700000000\n");
    fuzz_seed_text(seed, "\x7F"
                         "user_id,item_id,timestamp\n1.0, 2,1.5\n01,3e0,1700000000000\n1,\\N,2\n");
    seed(gzipped, sizeof gzipped - 1);
    fuzz_seed_text(seed, "\007sep=;\r\nuser;item;time\r\nu;\"a\"\"b\";1\r\n");
    fuzz_seed_text(seed, "\0521::10::5::978300760\n1::11:::978300759\n");
    fuzz_seed_text(seed, "\250\"user\"::item::time\nu::\"a::b\"::2\n");
    fuzz_seed_text(seed,
                   "\007[{\"user\":1,\"item\":\"a\\\"\",\"time\":2},{\"user\":12345678901234567890,\"item\":1e9}]");
    fuzz_seed_text(seed, "\0071 10\n1 11\n2 10\n");
    fuzz_seed_text(seed, "\x2A"
                         "user,item,time\n1,0,5\n2,0.5,6\n"); /* no row meets the conditions */
    fuzz_seed_text(seed, "\x2A"
                         "user,item,time\n1,3,5\n2,x,6\n");
    fuzz_seed_text(seed, "\007user\titem\ttime\r\r\n1\t\"a\"\"b\"\t20200101\r\r\n2\t\"c\td\"\t20200102\r\r\n");
    fuzz_seed_text(seed, "\x33" /* lists */
                         "user\titem\ttime\n1\t3-1 4-0  5-1\t5\n2\t-1 6-1\t6\n3\t\t7\n");
    seed(wide, sizeof wide - 1);
    seed(unmarked, sizeof unmarked - 1);
    seed(zipped, sizeof zipped - 1);
}
