/* SPDX-License-Identifier: Apache-2.0 */
/* Reads and writes tables in each file format, and aligns them with a dataset. */
#ifndef LR_EMBED_EMBEDDING_FILES_H
#define LR_EMBED_EMBEDDING_FILES_H

#include "embed/embedding.h"
#include "embed/values.h"

/* Kinds of files with tables. OTHER: damaged, or no table. */
typedef enum lr_table_kind {
    LR_TABLE_TEXT,
    LR_TABLE_NPY,
    LR_TABLE_TENSORS,
    LR_TABLE_STORE,
    LR_TABLE_OTHER
} lr_table_kind;

/* Recognizes a file by its first bytes; if they are neither text nor of a known kind, by the ending of its path. Never
 * gives OTHER: FORMAT for such a file. */
llmrec_status lr_embedding_recognize(llmrec_context *context, const char *path, lr_table_kind *kind);

/* Creates a table from a copy of the values. Takes ownership of one reference to `ids`, even if it fails. */
llmrec_status lr_embedding_store(llmrec_context *context, const lr_values *values, int64_t dtype, lr_ids *ids,
                                 llmrec_embedding **embedding);

/* Describes the table's values as a tensor, for writing. */
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

/* Reads the ids of an item file, one per row. */
llmrec_status lr_read_ids(llmrec_context *context, const char *path, int64_t format, const char *column, lr_ids **ids);

/* Implements llmrec_embedding_align; fills all counts of `report`. */
llmrec_status lr_embedding_align(const llmrec_embedding *embedding, const llmrec_dataset *dataset, int64_t missing,
                                 llmrec_alignment *report, llmrec_embedding **aligned);

#endif
