/* SPDX-License-Identifier: Apache-2.0 */
#include "llm/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <xxhash.h>

#include "core/context.h"
#include "core/file.h"
#include "core/log.h"
#include "core/memory.h"
#include "llm/journal_index.h"

enum {
    FILE_HEADER = 32,   /* magic, salt, zeros, checksum */
    RECORD_HEADER = 48, /* magic, size, key, checksum of the bytes, checksum of the header */
    SEARCH = 1 << 16,   /* bytes read at a time when searching after damage */
    LOCK_TRIES = 1000   /* of 10 ms each: an append takes far less */
};

static const char file_magic[8] = {'L', 'L', 'M', 'R', 'E', 'C', 'J', '1'};
static const char record_magic[8] = {'\n', 'r', 'e', 'c', 'o', 'r', 'd', '\0'};

struct lr_journal {
    llmrec_context *context;
    char *path;
    int descriptor;
    pid_t owner; /* process that opened the file; a child after fork() reopens it, as locks belong to open files */
    uint64_t salt;
    uint64_t end;     /* end of the records in the index */
    uint64_t damaged; /* bytes skipped or cut off that are not yet logged */
    uint64_t cut;
    bool dirty; /* records were added since the last flush */
    lr_index index;
    pthread_mutex_t lock;
};

lr_digest lr_digest_of(const void *bytes, size_t size, uint64_t kind)
{
    const XXH128_hash_t hash = XXH3_128bits_withSeed(bytes, size, kind);
    return (lr_digest){hash.low64, hash.high64};
}

bool lr_digest_equal(lr_digest a, lr_digest b)
{
    return a.low == b.low && a.high == b.high;
}

/* --- bytes --------------------------------------------------------------------------------------------------- */

static void put64(unsigned char *bytes, uint64_t value)
{
    for (int i = 0; i < 8; i++) bytes[i] = (unsigned char)(value >> (8 * i));
}

static uint64_t get64(const unsigned char *bytes)
{
    uint64_t value = 0;
    for (int i = 0; i < 8; i++) value |= (uint64_t)bytes[i] << (8 * i);
    return value;
}

/* The header of a record. */
typedef struct record {
    uint64_t size, checksum;
    lr_digest key;
} record;

static void seal(unsigned char *bytes, size_t size, uint64_t salt)
{
    put64(bytes + size - 8, XXH3_64bits_withSeed(bytes, size - 8, salt));
}

static bool sealed(const unsigned char *bytes, size_t size, uint64_t salt)
{
    return get64(bytes + size - 8) == XXH3_64bits_withSeed(bytes, size - 8, salt);
}

static void write_header(unsigned char bytes[RECORD_HEADER], const record *about, uint64_t salt)
{
    memcpy(bytes, record_magic, 8);
    put64(bytes + 8, about->size);
    put64(bytes + 16, about->key.low);
    put64(bytes + 24, about->key.high);
    put64(bytes + 32, about->checksum);
    seal(bytes, RECORD_HEADER, salt);
}

static bool read_header(const unsigned char bytes[RECORD_HEADER], uint64_t salt, record *about)
{
    if (memcmp(bytes, record_magic, 8) != 0 || !sealed(bytes, RECORD_HEADER, salt)) return false;
    *about = (record){get64(bytes + 8), get64(bytes + 32), {get64(bytes + 16), get64(bytes + 24)}};
    return true;
}

/* Reads up to `size` bytes at an offset; `*got` is the number of bytes read. */
static llmrec_status read_at(const lr_journal *journal, uint64_t offset, void *bytes, size_t size, size_t *got)
{
    const ssize_t count = lr_read_at(journal->descriptor, bytes, size, offset);
    if (count < 0) return lr_fail_errno("read", journal->path);
    *got = (size_t)count;
    return LLMREC_OK;
}

static llmrec_status file_size(const lr_journal *journal, uint64_t *size)
{
    struct stat about;
    if (fstat(journal->descriptor, &about) != 0) return lr_fail_errno("read", journal->path);
    *size = (uint64_t)about.st_size;
    return LLMREC_OK;
}

/* --- the lock ------------------------------------------------------------------------------------------------ */

static llmrec_status open_file(lr_journal *journal)
{
    const int opened = open(journal->path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (opened < 0) return lr_fail_errno("open", journal->path);
    journal->descriptor = opened;
    journal->owner = getpid();
    return LLMREC_OK;
}

static llmrec_status lock_file(lr_journal *journal)
{
    static const struct timespec pause = {0, 10000000};
    if (journal->owner != getpid()) {
        close(journal->descriptor);
        journal->descriptor = -1;
        LR_RETURN_IF(open_file(journal));
    }
    for (int i = 0; i < LOCK_TRIES; i++) {
        if (flock(journal->descriptor, LOCK_EX | LOCK_NB) == 0) return LLMREC_OK;
        if (errno != EWOULDBLOCK && errno != EINTR) return lr_fail_errno("lock", journal->path);
        nanosleep(&pause, NULL);
    }
    return lr_fail(LLMREC_ERR_IO, "lock %s: another process has held it for ten seconds", journal->path);
}

static void unlock_file(const lr_journal *journal)
{
    flock(journal->descriptor, LOCK_UN);
}

/* --- reading forward ----------------------------------------------------------------------------------------- */

/* Finds the first valid header in [from, size). `*found` is its offset, or `size`. */
static llmrec_status search(const lr_journal *journal, uint64_t from, uint64_t size, uint64_t *found)
{
    unsigned char *window = NULL;
    size_t got = 0;
    record about;
    *found = size;
    LR_RETURN_IF(LR_NEW(journal->context, window, SEARCH + RECORD_HEADER));
    llmrec_status status = LLMREC_OK;
    for (uint64_t at = from; status == LLMREC_OK && *found == size && at < size; at += SEARCH) {
        status = read_at(journal, at, window, SEARCH + RECORD_HEADER, &got);
        for (size_t i = 0; status == LLMREC_OK && i < SEARCH && i + RECORD_HEADER <= got; i++) {
            if (!read_header(window + i, journal->salt, &about) || about.size > size - at - i - RECORD_HEADER) continue;
            *found = at + i;
            break;
        }
    }
    lr_free(journal->context, window);
    return status;
}

/* Checks whether the record at `offset` has undamaged bytes. */
static llmrec_status whole(const lr_journal *journal, uint64_t offset, const record *about, bool *is_whole)
{
    char *bytes = NULL;
    size_t got = 0;
    LR_RETURN_IF(lr_alloc(journal->context, &bytes, about->size, 1));
    const llmrec_status status = read_at(journal, offset + RECORD_HEADER, bytes, about->size, &got);
    *is_whole = got == about->size && XXH3_64bits_withSeed(bytes, got, journal->salt) == about->checksum;
    lr_free(journal->context, bytes);
    return status;
}

/* Adds the record at journal->end to the index and advances. `*taken` is false if there is no valid record. */
static llmrec_status take_record(lr_journal *journal, uint64_t size, bool *taken)
{
    unsigned char header[RECORD_HEADER];
    size_t got = 0;
    record about;
    const uint64_t at = journal->end;
    *taken = false;
    LR_RETURN_IF(read_at(journal, at, header, sizeof header, &got));
    if (got < sizeof header || !read_header(header, journal->salt, &about)) return LLMREC_OK;
    if (about.size > size - at - RECORD_HEADER) return LLMREC_OK;
    const uint64_t next = at + RECORD_HEADER + about.size;
    bool sound = true;
    if (next == size)
        LR_RETURN_IF(whole(journal, at, &about, &sound)); /* the last may be incomplete; others are checked when read */
    if (!sound) return LLMREC_OK;
    LR_RETURN_IF(lr_index_put(&journal->index, &(lr_place){about.key, at, about.size}));
    journal->end = next;
    *taken = true;
    return LLMREC_OK;
}

/* Reads records appended by others, with the file locked. Cuts off an incomplete record at the end, which nobody is
 * writing now. */
static llmrec_status catch_up(lr_journal *journal)
{
    uint64_t size = 0, next = 0;
    bool taken = true;
    LR_RETURN_IF(file_size(journal, &size));
    if (size < journal->end) return lr_fail(LLMREC_ERR_IO, "%s: became shorter while it was in use", journal->path);
    while (journal->end < size) {
        LR_RETURN_IF(take_record(journal, size, &taken));
        if (taken) continue;
        LR_RETURN_IF(search(journal, journal->end + 1, size, &next));
        if (next == size) break;
        journal->damaged += next - journal->end;
        journal->end = next;
    }
    if (journal->end == size) return LLMREC_OK;
    if (ftruncate(journal->descriptor, (off_t)journal->end) != 0) return lr_fail_errno("write", journal->path);
    journal->cut += size - journal->end;
    return LLMREC_OK;
}

/* --- opening ------------------------------------------------------------------------------------------------- */

static llmrec_status begin_file(lr_journal *journal)
{
    unsigned char header[FILE_HEADER] = {0};
    memcpy(header, file_magic, sizeof file_magic);
    if (getrandom(header + 8, 8, 0) != 8) return lr_fail_errno("random numbers for", journal->path);
    seal(header, FILE_HEADER, 0);
    if (ftruncate(journal->descriptor, 0) != 0 || lseek(journal->descriptor, 0, SEEK_SET) != 0)
        return lr_fail_errno("write", journal->path);
    return lr_write_all(journal->descriptor, header, sizeof header, journal->path);
}

/* Reads the file's header. A shorter file was left by a killed process; it is written again if its bytes begin a valid
 * header. */
static llmrec_status read_file_header(lr_journal *journal)
{
    unsigned char header[FILE_HEADER];
    size_t got = 0;
    LR_RETURN_IF(read_at(journal, 0, header, sizeof header, &got));
    if (got < sizeof header && memcmp(header, file_magic, got < 8 ? got : 8) == 0) {
        LR_RETURN_IF(begin_file(journal));
        LR_RETURN_IF(read_at(journal, 0, header, sizeof header, &got));
    }
    if (got < sizeof header || memcmp(header, file_magic, 8) != 0 || !sealed(header, sizeof header, 0))
        return lr_fail(LLMREC_ERR_FORMAT, "%s: not a journal of llmrec", journal->path);
    journal->salt = get64(header + 8);
    journal->end = FILE_HEADER;
    return LLMREC_OK;
}

/* Logs damage; called without any lock. */
static void tell(lr_journal *journal)
{
    pthread_mutex_lock(&journal->lock);
    const unsigned long long cut = journal->cut, damaged = journal->damaged;
    journal->cut = journal->damaged = 0;
    pthread_mutex_unlock(&journal->lock);
    if (cut > 0)
        lr_log(journal->context, LLMREC_LOG_WARNING, "llm",
               "journal %s: %llu bytes of an incomplete record are cut off", journal->path, cut);
    if (damaged > 0)
        lr_log(journal->context, LLMREC_LOG_WARNING, "llm", "journal %s: %llu damaged bytes are skipped", journal->path,
               damaged);
}

static llmrec_status open_journal(lr_journal *journal)
{
    LR_RETURN_IF(open_file(journal));
    LR_RETURN_IF(lock_file(journal));
    llmrec_status status = read_file_header(journal);
    if (status == LLMREC_OK) status = catch_up(journal);
    unlock_file(journal);
    if (status == LLMREC_OK) tell(journal);
    return status;
}

llmrec_status lr_journal_open(llmrec_context *context, const char *path, lr_journal **journal)
{
    lr_journal *fresh = NULL;
    LR_RETURN_IF(LR_NEW_ZERO(context, fresh, 1));
    fresh->descriptor = -1;
    if (pthread_mutex_init(&fresh->lock, NULL) != 0) {
        lr_free(context, fresh);
        return lr_fail(LLMREC_ERR_MEMORY, "memory: no room for a lock");
    }
    fresh->context = fresh->index.context = lr_context_hold(context);
    llmrec_status status = lr_copy_text(context, path, strlen(path), &fresh->path);
    if (status == LLMREC_OK) status = open_journal(fresh);
    if (status == LLMREC_OK) *journal = fresh;
    else lr_journal_close(fresh);
    return status;
}

void lr_journal_close(lr_journal *journal)
{
    if (journal == NULL) return;
    llmrec_context *context = journal->context;
    if (journal->descriptor >= 0) close(journal->descriptor);
    pthread_mutex_destroy(&journal->lock);
    lr_free(context, journal->index.places);
    lr_free(context, journal->path);
    lr_free(context, journal);
    llmrec_context_free(context);
}

/* --- use ----------------------------------------------------------------------------------------------------- */

/* Reads records that another handle or process has appended. */
static llmrec_status refresh(lr_journal *journal)
{
    uint64_t size = 0;
    LR_RETURN_IF(file_size(journal, &size));
    if (size == journal->end) return LLMREC_OK;
    LR_RETURN_IF(lock_file(journal));
    const llmrec_status status = catch_up(journal);
    unlock_file(journal);
    return status;
}

static llmrec_status read_place(lr_journal *journal, const lr_place *place, char **bytes, size_t *size)
{
    llmrec_status status = LLMREC_OK;
    unsigned char header[RECORD_HEADER];
    size_t got = 0;
    record about;
    char *fresh = NULL;
    LR_TRY(read_at(journal, place->offset, header, sizeof header, &got));
    if (got < sizeof header || !read_header(header, journal->salt, &about) || about.size != place->size) goto damaged;
    LR_TRY(lr_alloc(journal->context, &fresh, about.size + 1, 1));
    LR_TRY(read_at(journal, place->offset + RECORD_HEADER, fresh, about.size, &got));
    if (got != about.size || XXH3_64bits_withSeed(fresh, got, journal->salt) != about.checksum) goto damaged;
    fresh[got] = '\0';
    *bytes = fresh;
    *size = got;
    return LLMREC_OK;
damaged:
    journal->damaged += place->size;
done:
    lr_free(journal->context, fresh);
    return status;
}

llmrec_status lr_journal_find(lr_journal *journal, lr_digest key, char **bytes, size_t *size)
{
    llmrec_status status = LLMREC_OK;
    *bytes = NULL;
    pthread_mutex_lock(&journal->lock);
    const lr_place *place = lr_index_find(&journal->index, key);
    if (place == NULL) {
        LR_TRY(refresh(journal));
        place = lr_index_find(&journal->index, key);
    }
    if (place != NULL) LR_TRY(read_place(journal, place, bytes, size));
done:
    pthread_mutex_unlock(&journal->lock);
    tell(journal);
    return status;
}

static size_t size_of(const lr_entry *entries, size_t count)
{
    size_t size = 0;
    for (size_t i = 0; i < count; i++) size += RECORD_HEADER + entries[i].size;
    return size;
}

static void write_entries(const lr_journal *journal, const lr_entry *entries, size_t count, unsigned char *records)
{
    for (size_t i = 0; i < count; i++) {
        const lr_entry *entry = &entries[i];
        const uint64_t checksum = XXH3_64bits_withSeed(entry->bytes, entry->size, journal->salt);
        write_header(records, &(record){entry->size, checksum, entry->key}, journal->salt);
        if (entry->size > 0) memcpy(records + RECORD_HEADER, entry->bytes, entry->size);
        records += RECORD_HEADER + entry->size;
    }
}

static llmrec_status index_entries(lr_journal *journal, const lr_entry *entries, size_t count)
{
    uint64_t at = journal->end;
    for (size_t i = 0; i < count; i++) {
        LR_RETURN_IF(lr_index_put(&journal->index, &(lr_place){entries[i].key, at, entries[i].size}));
        at += RECORD_HEADER + entries[i].size;
    }
    return LLMREC_OK;
}

/* Appends all headers and bytes with one write; removes what a failed write left. */
static llmrec_status append(lr_journal *journal, const lr_entry *entries, size_t count)
{
    const size_t size = size_of(entries, count);
    unsigned char *records = NULL;
    LR_RETURN_IF(lr_alloc(journal->context, &records, size, 1));
    write_entries(journal, entries, count, records);
    llmrec_status status = lr_index_room(&journal->index, count);
    if (status == LLMREC_OK && lseek(journal->descriptor, (off_t)journal->end, SEEK_SET) < 0)
        status = lr_fail_errno("write", journal->path);
    if (status == LLMREC_OK) status = lr_write_all(journal->descriptor, records, size, journal->path);
    lr_free(journal->context, records);
    if (status != LLMREC_OK) {
        if (ftruncate(journal->descriptor, (off_t)journal->end) != 0) errno = 0; /* the next to open cuts it off */
        return status;
    }
    status = index_entries(journal, entries, count);
    journal->end += size;
    journal->dirty = true;
    return status;
}

llmrec_status lr_journal_add(lr_journal *journal, const lr_entry *entries, size_t count)
{
    llmrec_status status = LLMREC_OK;
    pthread_mutex_lock(&journal->lock);
    LR_TRY(lock_file(journal));
    status = catch_up(journal);
    if (status == LLMREC_OK) status = append(journal, entries, count);
    unlock_file(journal);
done:
    pthread_mutex_unlock(&journal->lock);
    tell(journal);
    return status;
}

llmrec_status lr_journal_flush(lr_journal *journal)
{
    llmrec_status status = LLMREC_OK;
    pthread_mutex_lock(&journal->lock);
    if (journal->dirty && fdatasync(journal->descriptor) != 0 && errno != EINVAL && errno != EROFS)
        status = lr_fail_errno("flush", journal->path);
    else journal->dirty = false;
    pthread_mutex_unlock(&journal->lock);
    return status;
}
