/* SPDX-License-Identifier: Apache-2.0 */
/* The workers behind llmrec/embedding.h: tables from and to each kind of file, and alignment. */
#ifndef LR_EMBED_EMBEDDING_FILES_H
#define LR_EMBED_EMBEDDING_FILES_H

#include "embed/embedding.h"
#include "embed/values.h"

/* A table of values from anywhere, copied; takes over one hold on `ids`, also when it fails. */
llmrec_status lr_embedding_store(llmrec_context *context, const lr_values *values, int64_t dtype, lr_ids *ids,
                                 llmrec_embedding **embedding);

/* The values as an array to be written. */
lr_tensor lr_embedding_tensor(const llmrec_embedding *embedding, const char *name);

llmrec_status lr_embedding_load_npy(llmrec_context *context, const char *path, const llmrec_embedding_options *options,
                                    llmrec_embedding **embedding);
llmrec_status lr_embedding_load_text(llmrec_context *context, const char *path, const llmrec_embedding_options *options,
                                     llmrec_embedding **embedding);
llmrec_status lr_embedding_load_tensors(llmrec_context *context, const char *path,
                                        const llmrec_embedding_options *options, llmrec_embedding **embedding);
llmrec_status lr_embedding_open_store(llmrec_context *context, const char *path,
                                      const llmrec_embedding_options *options, llmrec_embedding **embedding);

llmrec_status lr_embedding_save_npy(const llmrec_embedding *embedding, const char *path);
llmrec_status lr_embedding_save_tensors(const llmrec_embedding *embedding, const char *path);
llmrec_status lr_embedding_save_store(const llmrec_embedding *embedding, const char *path);

/* The ids of an item file's rows. */
llmrec_status lr_read_ids(llmrec_context *context, const char *path, int64_t format, const char *column, lr_ids **ids);

/* Worker of llmrec_embedding_align; `report` gets every count. */
llmrec_status lr_embedding_align(const llmrec_embedding *embedding, const llmrec_dataset *dataset, int64_t missing,
                                 llmrec_alignment *report, llmrec_embedding **aligned);

#endif
