/* SPDX-License-Identifier: Apache-2.0 */
/* A sentence model of one layer, small enough to fail at every allocation. */
#include "path.h"

enum { MODEL_DIM = 8, INNER = 16, PIECES = 9, POSITIONS = 16 };

static const struct {
    const char *name;
    int rows, columns; /* rows 0: one dimension */
} tensors[] = {
    {"embeddings.word_embeddings.weight", PIECES, MODEL_DIM},
    {"embeddings.position_embeddings.weight", POSITIONS, MODEL_DIM},
    {"embeddings.token_type_embeddings.weight", 2, MODEL_DIM},
    {"embeddings.LayerNorm.weight", 0, MODEL_DIM},
    {"embeddings.LayerNorm.bias", 0, MODEL_DIM},
    {"encoder.layer.0.attention.self.query.weight", MODEL_DIM, MODEL_DIM},
    {"encoder.layer.0.attention.self.query.bias", 0, MODEL_DIM},
    {"encoder.layer.0.attention.self.key.weight", MODEL_DIM, MODEL_DIM},
    {"encoder.layer.0.attention.self.key.bias", 0, MODEL_DIM},
    {"encoder.layer.0.attention.self.value.weight", MODEL_DIM, MODEL_DIM},
    {"encoder.layer.0.attention.self.value.bias", 0, MODEL_DIM},
    {"encoder.layer.0.attention.output.dense.weight", MODEL_DIM, MODEL_DIM},
    {"encoder.layer.0.attention.output.dense.bias", 0, MODEL_DIM},
    {"encoder.layer.0.attention.output.LayerNorm.weight", 0, MODEL_DIM},
    {"encoder.layer.0.attention.output.LayerNorm.bias", 0, MODEL_DIM},
    {"encoder.layer.0.intermediate.dense.weight", INNER, MODEL_DIM},
    {"encoder.layer.0.intermediate.dense.bias", 0, INNER},
    {"encoder.layer.0.output.dense.weight", MODEL_DIM, INNER},
    {"encoder.layer.0.output.dense.bias", 0, MODEL_DIM},
    {"encoder.layer.0.output.LayerNorm.weight", 0, MODEL_DIM},
    {"encoder.layer.0.output.LayerNorm.bias", 0, MODEL_DIM},
};
enum { TENSORS = sizeof tensors / sizeof *tensors };

static int values_of(int tensor)
{
    return tensors[tensor].columns * (tensors[tensor].rows == 0 ? 1 : tensors[tensor].rows);
}

/* The header of a safetensors file, padded to align the numbers after it. */
static uint64_t header(char *text, size_t capacity)
{
    int begin = 0;
    size_t length = (size_t)snprintf(text, capacity, "{");
    for (int i = 0; i < TENSORS; i++) {
        const int end = begin + 4 * values_of(i);
        char shape[32];
        if (tensors[i].rows == 0) snprintf(shape, sizeof shape, "%d", tensors[i].columns);
        else snprintf(shape, sizeof shape, "%d,%d", tensors[i].rows, tensors[i].columns);
        length += (size_t)snprintf(text + length, capacity - length,
                                   "%s\"%s\":{\"dtype\":\"F32\",\"shape\":[%s],\"data_offsets\":[%d,%d]}",
                                   i == 0 ? "" : ",", tensors[i].name, shape, begin, end);
        begin = end;
    }
    length += (size_t)snprintf(text + length, capacity - length, "}");
    while (length % 8 != 0) text[length++] = ' ';
    return length;
}

static void write_weights(const char *path)
{
    static char text[8192];
    const uint64_t length = header(text, sizeof text);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    fwrite(&length, sizeof length, 1, file);
    fwrite(text, 1, length, file);
    for (int i = 0; i < TENSORS; i++)
        for (int j = 0; j < values_of(i); j++) {
            const float value = (float)((i * 37 + j * 11) % 17 - 8) / 16.0f;
            fwrite(&value, sizeof value, 1, file);
        }
    assert_int_equal(fclose(file), 0);
}

void path_write_model(void)
{
    write_text(
        path_file("config.json"),
        "{\"model_type\": \"bert\", \"hidden_act\": \"gelu\", \"vocab_size\": 9, \"max_position_embeddings\": 16,"
        " \"type_vocab_size\": 2, \"hidden_size\": 8, \"num_attention_heads\": 2, \"num_hidden_layers\": 1,"
        " \"intermediate_size\": 16}");
    write_text(path_file("vocab.txt"), "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\ntitle\nthe\n,\n##th\n");
    write_weights(path_file("model.safetensors"));
}
