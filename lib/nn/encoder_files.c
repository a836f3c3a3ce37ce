/* SPDX-License-Identifier: Apache-2.0 */
/* Public functions that save and open encoders: checkpoints, and weights as safetensors. */
#include <math.h>

#include "core/memory.h"
#include "embed/safetensors.h"
#include "nn/checkpoint.h"
#include "nn/encoder.h"

llmrec_status llmrec_encoder_save(const llmrec_encoder *encoder, const char *path)
{
    LR_NEED(encoder, path);
    return lr_checkpoint_write(encoder, path);
}

llmrec_status llmrec_encoder_open(llmrec_context *context, const char *path, llmrec_encoder **encoder)
{
    LR_NEED(context, path, encoder);
    return lr_checkpoint_read(context, path, encoder);
}

llmrec_status llmrec_encoder_export_weights(const llmrec_encoder *encoder, const char *path)
{
    llmrec_status status = LLMREC_OK;
    lr_tensor *tensors = NULL;
    LR_NEED(encoder, path);
    const lr_layout *layout = &encoder->layout;
    LR_TRY(LR_NEW_ZERO(encoder->context, tensors, layout->tensor_count));
    for (size_t i = 0; i < layout->tensor_count; i++) {
        const lr_parameter *from = &layout->tensor[i];
        const bool vector = from->rows == 1 && !from->decays;
        tensors[i] = (lr_tensor){.name = from->name,
                                 .type = LR_TENSOR_F32,
                                 .rank = vector ? 1 : 2,
                                 .count = from->rows * from->columns,
                                 .data = encoder->parameters + from->offset};
        tensors[i].sizes[0] = vector ? from->columns : from->rows;
        tensors[i].sizes[1] = vector ? 0 : from->columns;
    }
    LR_TRY(lr_safetensors_write(encoder->context, path, tensors, layout->tensor_count, "format", "llmrec encoder 1"));
done:
    lr_free(encoder->context, tensors);
    return status;
}

static llmrec_status read_tensor(const lr_safetensors *file, const char *path, const lr_parameter *wanted,
                                 float *values)
{
    const lr_tensor *found = lr_safetensors_find(file, wanted->name);
    const size_t count = wanted->rows * wanted->columns;
    if (found == NULL) return lr_fail(LLMREC_ERR_SHAPE, "%s: there is no tensor \"%s\"", path, wanted->name);
    const bool fits = found->count == count && (found->rank == 1 || found->rank == 2) &&
                      found->sizes[found->rank - 1] == wanted->columns;
    if (!fits)
        return lr_fail(LLMREC_ERR_SHAPE, "%s: tensor \"%s\" has %zu numbers in %zu dimensions; wanted %zu x %zu", path,
                       wanted->name, found->count, found->rank, wanted->rows, wanted->columns);
    LR_RETURN_IF(lr_tensor_floats(found, 0, count, values));
    for (size_t i = 0; i < count; i++)
        if (!isfinite(values[i]))
            return lr_fail(LLMREC_ERR_NUMERIC, "%s: tensor \"%s\": value %zu is not finite", path, wanted->name, i);
    return LLMREC_OK;
}

llmrec_status llmrec_encoder_import_weights(llmrec_encoder *encoder, const char *path)
{
    llmrec_status status = LLMREC_OK;
    lr_safetensors *file = NULL;
    float *fresh = NULL;
    LR_NEED(encoder, path);
    LR_TRY(lr_safetensors_open(encoder->context, path, &file));
    LR_TRY(LR_NEW(encoder->context, fresh, encoder->layout.total));
    for (size_t i = 0; i < encoder->layout.tensor_count; i++) {
        const lr_parameter *tensor = &encoder->layout.tensor[i];
        LR_TRY(read_tensor(file, path, tensor, fresh + tensor->offset));
    }
    lr_free(encoder->context, encoder->parameters);
    encoder->parameters = fresh;
    fresh = NULL;
    lr_training_clear(encoder->context, &encoder->training);
done:
    lr_free(encoder->context, fresh);
    lr_safetensors_close(file);
    return status;
}
