/* SPDX-License-Identifier: Apache-2.0 */
/* An append-only file of what was paid for: bytes under a 128-bit key.
 *
 * A record is a header and its bytes, each with a checksum that a number of the file's own is mixed into, so that no
 * bytes from outside can pass for a record. Records are appended by one write under the file's lock; several handles
 * and processes may share a file, and see each other's records. What a kill cut short at the end is cut off by the next
 * to open or append; damage before whole records is stepped over and left alone.
 */
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

/* The key of some bytes; `kind` keeps apart what the same bytes may mean elsewhere. */
lr_digest lr_digest_of(const void *bytes, size_t size, uint64_t kind);
bool lr_digest_equal(lr_digest a, lr_digest b);

/* Opens a journal, or makes one (readable by its owner alone). FORMAT for a file of another kind. */
llmrec_status lr_journal_open(llmrec_context *context, const char *path, lr_journal **journal);
void lr_journal_close(lr_journal *journal);

/* A copy of what is kept under a key, NUL-terminated: free it with lr_free. `*bytes` NULL: nothing is. */
llmrec_status lr_journal_find(lr_journal *journal, lr_digest key, char **bytes, size_t *size);

typedef struct lr_entry {
    lr_digest key;
    const void *bytes;
    size_t size;
} lr_entry;

/* Appends records by one write: once this has returned, a kill does not lose them. The latest of a key counts. */
llmrec_status lr_journal_add(lr_journal *journal, const lr_entry *entries, size_t count);

/* Flushes to the disk, so that a power cut does not lose it either. */
llmrec_status lr_journal_flush(lr_journal *journal);

#endif
