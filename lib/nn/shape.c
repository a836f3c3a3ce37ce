/* SPDX-License-Identifier: Apache-2.0 */
#include "nn/shape.h"

#include <stdarg.h>
#include <stdio.h>

#include "core/options.h"

/* Appends a tensor and returns its offset. Its sizes are already checked for overflow. */
static size_t add(lr_layout *layout, size_t rows, size_t columns, bool decays, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

static size_t add(lr_layout *layout, size_t rows, size_t columns, bool decays, const char *format, ...)
{
    lr_parameter *tensor = &layout->tensor[layout->tensor_count++];
    va_list arguments;
    *tensor = (lr_parameter){.offset = layout->total, .rows = rows, .columns = columns, .decays = decays};
    va_start(arguments, format);
    vsnprintf(tensor->name, sizeof tensor->name, format, arguments);
    va_end(arguments);
    layout->total += rows * columns;
    return tensor->offset;
}

static lr_norm_at add_norm(lr_layout *layout, size_t dim, const char *name)
{
    const size_t gain = add(layout, 1, dim, false, "%s.weight", name);
    return (lr_norm_at){gain, add(layout, 1, dim, false, "%s.bias", name)};
}

static lr_dense_at add_dense(lr_layout *layout, size_t in, size_t out, const char *name)
{
    const size_t weights = add(layout, in, out, true, "%s.weight", name);
    return (lr_dense_at){weights, add(layout, 1, out, false, "%s.bias", name)};
}

static lr_block_at add_block(lr_layout *layout, const lr_shape *shape, size_t layer)
{
    const size_t all_heads = shape->heads * shape->head_dim;
    static const char *const names[] = {"attention_norm", "qkv", "mix", "ffn_norm", "up", "down"};
    char name[6][32];
    lr_block_at at = {0};
    for (size_t i = 0; i < 6; i++) snprintf(name[i], sizeof name[i], "block.%zu.%s", layer, names[i]);
    at.attention_norm = add_norm(layout, shape->dim, name[0]);
    at.qkv = add_dense(layout, shape->dim, 3 * all_heads, name[1]);
    at.mix = add_dense(layout, all_heads, shape->dim, name[2]);
    if (shape->filter_share > 0) at.filter = add(layout, 1, shape->dim, false, "block.%zu.filter.weight", layer);
    at.ffn_norm = add_norm(layout, shape->dim, name[3]);
    at.up = add_dense(layout, shape->dim, shape->ffn, name[4]);
    at.down = add_dense(layout, shape->ffn, shape->dim, name[5]);
    return at;
}

static llmrec_status check(const lr_shape *shape)
{
    LR_RETURN_IF(lr_option_range("items", (int64_t)shape->items, 1, INT32_MAX - 1));
    LR_RETURN_IF(lr_option_range("positions", (int64_t)shape->positions, 1, 1 << 16));
    LR_RETURN_IF(lr_option_range("dim", (int64_t)shape->dim, 1, 1 << 14));
    LR_RETURN_IF(lr_option_range("layers", (int64_t)shape->layers, 0, LR_MAX_LAYERS));
    LR_RETURN_IF(lr_option_range("heads", (int64_t)shape->heads, 1, (int64_t)shape->dim));
    LR_RETURN_IF(lr_option_range("adapter", (int64_t)shape->adapter, 0, 1 << 20));
    LR_RETURN_IF(lr_option_range("head_dim", (int64_t)shape->head_dim, 1, (int64_t)shape->dim));
    return lr_option_range("ffn", (int64_t)shape->ffn, 1, 1 << 16);
}

llmrec_status lr_layout_of(const lr_shape *shape, lr_layout *layout)
{
    LR_RETURN_IF(check(shape));
    *layout = (lr_layout){0};
    layout->position = add(layout, shape->positions, shape->dim, true, "position.weight");
    if (shape->embedding_norm) layout->embedding_norm = add_norm(layout, shape->dim, "embedding_norm");
    for (size_t l = 0; l < shape->layers; l++) layout->block[l] = add_block(layout, shape, l);
    if (shape->final_norm) layout->final_norm = add_norm(layout, shape->dim, "final_norm");
    if (shape->head) layout->head = add_dense(layout, shape->dim, shape->dim, "head");
    if (shape->head_norm) layout->head_norm = add_norm(layout, shape->dim, "head_norm");
    layout->item = add(layout, shape->items + 1, shape->dim, true, "item.weight");
    if (shape->output_bias) layout->output_bias = add(layout, 1, shape->items, false, "output.bias");
    if (shape->adapter > 0) layout->adapter = add_dense(layout, shape->adapter, shape->dim, "adapter");
    return LLMREC_OK;
}
