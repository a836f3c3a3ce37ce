/* SPDX-License-Identifier: Apache-2.0 */
/* Stores paid answers in an append-only file, under 128-bit keys.
 *
 * A record is a header followed by bytes, each with a checksum. The checksums include a random salt of the file, so
 * that bytes from a server cannot imitate a record. Records are appended with one write under a file lock. Several
 * handles and processes may share a file, and they see each other's records. An incomplete record at the end, left by a
 * killed process, is cut off at the next open or append. Damage before valid records is skipped and left in place. */
#ifndef LR_LLM_JOURNAL_H
#define LR_LLM_JOURNAL_H

#include <stddef.h>
#include <stdint.h>

#include "core/status.h"
#include "llmrec/context.h"

typedef struct lr_journal lr_journal;

typedef struct lr_digest {
    uint64_t low, high;
} lr_digest;

/* Returns the key of some bytes. `kind` separates different uses of the same bytes. */
lr_digest lr_digest_of(const void *bytes, size_t size, uint64_t kind);
bool lr_digest_equal(lr_digest a, lr_digest b);

/* Opens a journal, or creates one that only its owner may read. Errors: FORMAT (another kind of file), IO, MEMORY. */
llmrec_status lr_journal_open(llmrec_context *context, const char *path, lr_journal **journal);
void lr_journal_close(lr_journal *journal);

/* Copies the bytes stored under a key, NUL-terminated; the caller frees them with lr_free. `*bytes` is NULL if there
 * are none. */
llmrec_status lr_journal_find(lr_journal *journal, lr_digest key, char **bytes, size_t *size);

typedef struct lr_entry {
    lr_digest key;
    const void *bytes;
    size_t size;
} lr_entry;

/* Appends records with one write. After it returns, a killed process does not lose them. The latest record of a key
 * counts. */
llmrec_status lr_journal_add(lr_journal *journal, const lr_entry *entries, size_t count);

/* Flushes to the disk, so that a power failure does not lose records either. */
llmrec_status lr_journal_flush(lr_journal *journal);

#endif
