/* SPDX-License-Identifier: Apache-2.0 */
/* HDF5 files: the lock, attributes, creating, opening and closing. */
#include "core/store_inside.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>

#include "core/context.h"
#include "core/memory.h"
#include "core/text.h"

/* Other parts of the process may use HDF5 too: we never call H5close, and do not change its locks, caches or exit
 * handler. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static const char MAGIC[] = "llmrec";
enum { MAP_ALIGNMENT = 64, TEXT_SIZE = 32 };

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
static const char BYTE_ORDER_HERE[] = "little";
#else
static const char BYTE_ORDER_HERE[] = "big";
#endif

/* --- the lock and HDF5 error reports ------------------------------------------------------------------------------ */

lr_store_inside lr_store_enter(void)
{
    lr_store_inside before = {.modern = 1};
    pthread_mutex_lock(&lock);
    H5Eauto_is_v2(H5E_DEFAULT, &before.modern);
    if (before.modern) {
        H5Eget_auto2(H5E_DEFAULT, &before.report, &before.data);
        H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    } else {
        H5Eget_auto1(&before.old_report, &before.data);
        H5Eset_auto1(NULL, NULL);
    }
    return before;
}

void lr_store_leave(lr_store_inside before)
{
    if (before.modern) H5Eset_auto2(H5E_DEFAULT, before.report, before.data);
    else H5Eset_auto1(before.old_report, before.data);
    pthread_mutex_unlock(&lock);
}

static herr_t copy_reason(unsigned depth, const H5E_error2_t *error, void *text)
{
    (void)depth;
    *(lr_quoted *)text = lr_quote(error->desc, strlen(error->desc));
    return 1; /* the innermost error is the cause; stop here */
}

llmrec_status lr_store_refuse(llmrec_status code, const lr_store *store, const char *what, const char *name)
{
    lr_quoted reason = lr_quote("no reason given", 15);
    H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, copy_reason, &reason);
    return lr_fail(code, "%s: %s \"%s\" failed: HDF5 says %s", store->path, what, name, reason.text);
}

/* --- attributes --------------------------------------------------------------------------------------------------- */

llmrec_status lr_store_put(const lr_store *store, hid_t object, const char *name, hid_t type, const void *value)
{
    const hid_t space = H5Screate(H5S_SCALAR);
    const hid_t attribute = H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
    const bool put = attribute >= 0 && H5Awrite(attribute, type, value) >= 0;
    const llmrec_status status = put ? LLMREC_OK : lr_store_refuse(LLMREC_ERR_IO, store, "writing attribute", name);
    if (attribute >= 0) H5Aclose(attribute);
    if (space >= 0) H5Sclose(space);
    return status;
}

static hid_t text_type(size_t size)
{
    const hid_t type = H5Tcopy(H5T_C_S1);
    if (type >= 0) H5Tset_size(type, size);
    return type;
}

static llmrec_status put_text(const lr_store *store, const char *name, const char *text)
{
    char padded[TEXT_SIZE] = {0};
    const hid_t type = text_type(TEXT_SIZE);
    memcpy(padded, text, strnlen(text, TEXT_SIZE - 1));
    const llmrec_status status = lr_store_put(store, store->file, name, type, padded);
    if (type >= 0) H5Tclose(type);
    return status;
}

/* True if an attribute is one value of exactly this type. A damaged or foreign file must not overrun `value`. */
static bool attribute_is(hid_t attribute, hid_t type)
{
    const hid_t found = H5Aget_type(attribute), space = H5Aget_space(attribute);
    const bool same = found >= 0 && space >= 0 && H5Tequal(found, type) > 0 && H5Sget_simple_extent_npoints(space) == 1;
    if (found >= 0) H5Tclose(found);
    if (space >= 0) H5Sclose(space);
    return same;
}

llmrec_status lr_store_get(const lr_store *store, hid_t object, const char *name, hid_t type, void *value)
{
    const htri_t exists = H5Aexists(object, name);
    if (exists < 0) return lr_store_refuse(LLMREC_ERR_FORMAT, store, "looking for attribute", name);
    if (exists == 0) return lr_fail(LLMREC_ERR_FORMAT, "%s: attribute \"%s\" is missing", store->path, name);
    const hid_t attribute = H5Aopen(object, name, H5P_DEFAULT);
    if (attribute < 0) return lr_store_refuse(LLMREC_ERR_FORMAT, store, "opening attribute", name);
    llmrec_status status = LLMREC_OK;
    if (!attribute_is(attribute, type))
        status = lr_fail(LLMREC_ERR_FORMAT, "%s: attribute \"%s\" has the wrong type", store->path, name);
    else if (H5Aread(attribute, type, value) < 0)
        status = lr_store_refuse(LLMREC_ERR_FORMAT, store, "reading attribute", name);
    H5Aclose(attribute);
    return status;
}

static llmrec_status check_text(const lr_store *store, const char *name, const char *wanted)
{
    char text[TEXT_SIZE + 1] = {0};
    const hid_t type = text_type(TEXT_SIZE);
    llmrec_status status = lr_store_get(store, store->file, name, type, text);
    if (status == LLMREC_OK && strcmp(text, wanted) != 0)
        status = lr_fail(LLMREC_ERR_FORMAT, "%s: %s is %s; wanted \"%s\"", store->path, name,
                         lr_quote(text, strlen(text)).text, wanted);
    if (type >= 0) H5Tclose(type);
    return status;
}

/* An attribute of the file: a double or an int64. HDF5's types may be asked for only under the lock. */
static llmrec_status set(const lr_store *store, const char *name, lr_type type, const void *value)
{
    const lr_store_inside before = lr_store_enter();
    const hid_t native = type == LR_I64 ? H5T_NATIVE_INT64 : H5T_NATIVE_DOUBLE;
    const llmrec_status status = lr_store_put(store, store->file, name, native, value);
    lr_store_leave(before);
    return status;
}

static llmrec_status get(const lr_store *store, const char *name, lr_type type, void *value)
{
    const lr_store_inside before = lr_store_enter();
    const hid_t native = type == LR_I64 ? H5T_NATIVE_INT64 : H5T_NATIVE_DOUBLE;
    const llmrec_status status = lr_store_get(store, store->file, name, native, value);
    lr_store_leave(before);
    return status;
}

llmrec_status lr_store_set_number(lr_store *store, const char *name, double value)
{
    return set(store, name, LR_F64, &value);
}

llmrec_status lr_store_get_number(lr_store *store, const char *name, double *value)
{
    return get(store, name, LR_F64, value);
}

llmrec_status lr_store_set_integer(lr_store *store, const char *name, int64_t value)
{
    return set(store, name, LR_I64, &value);
}

llmrec_status lr_store_get_integer(lr_store *store, const char *name, int64_t *value)
{
    return get(store, name, LR_I64, value);
}

/* --- files -------------------------------------------------------------------------------------------------------- */

/* HDF5 aborts the process if its headers and its library differ. Checking first prevents that. */
static llmrec_status check_library(void)
{
    unsigned major = 0, minor = 0, release = 0;
    H5get_libversion(&major, &minor, &release);
    if (major == H5_VERS_MAJOR && minor == H5_VERS_MINOR && release == H5_VERS_RELEASE) return LLMREC_OK;
    return lr_fail(LLMREC_ERR_UNSUPPORTED, "HDF5 %u.%u.%u is loaded; wanted %d.%d.%d, which libllmrec was built with",
                   major, minor, release, H5_VERS_MAJOR, H5_VERS_MINOR, H5_VERS_RELEASE);
}

/* Format 1.8 adds checksums to HDF5's own structures. HDF5's file locks are off: files are replaced by renaming, and
 * locks fail on some network file systems. */
static hid_t access_settings(void)
{
    const hid_t settings = H5Pcreate(H5P_FILE_ACCESS);
    if (settings < 0) return settings;
    H5Pset_libver_bounds(settings, H5F_LIBVER_V18, H5F_LIBVER_V18);
    H5Pset_alignment(settings, 1, MAP_ALIGNMENT);
    H5Pset_file_locking(settings, false, true);
    return settings;
}

static llmrec_status allocate(llmrec_context *context, const char *path, lr_store **store)
{
    lr_store *fresh = NULL;
    LR_RETURN_IF(LR_NEW_ZERO(context, fresh, 1));
    fresh->file = fresh->dataset = fresh->driver = -1;
    const llmrec_status status = lr_copy_text(context, path, strlen(path), &fresh->path);
    if (status != LLMREC_OK) {
        lr_free(context, fresh);
        return status;
    }
    fresh->context = lr_context_hold(context);
    *store = fresh;
    return LLMREC_OK;
}

/* Reports why a file could not be created: the system's reason, else HDF5's. */
static llmrec_status refuse_new(const lr_store *store, const char *kind)
{
    errno = store->driven.error;
    return errno != 0 ? lr_fail_errno("write", store->path) : lr_store_refuse(LLMREC_ERR_IO, store, "creating", kind);
}

static llmrec_status create_file(lr_store *store, lr_store_kind kind)
{
    llmrec_status status = LLMREC_OK;
    hid_t access = -1, creation = -1;
    LR_TRY(check_library());
    access = access_settings();
    store->driver = lr_store_driver();
    if (!lr_store_drive(access, store->driver, &store->driven))
        LR_TRY(lr_store_refuse(LLMREC_ERR_INTERNAL, store, "choosing a driver for", kind.name));
    creation = H5Pcreate(H5P_FILE_CREATE);
    H5Pset_obj_track_times(creation, false); /* the same content gives the same bytes */
    store->file = H5Fcreate(store->replacement.temporary, H5F_ACC_TRUNC, creation, access);
    if (store->file < 0) LR_TRY(refuse_new(store, kind.name));
    LR_TRY(put_text(store, "magic", MAGIC));
    LR_TRY(put_text(store, "endianness", BYTE_ORDER_HERE));
    LR_TRY(put_text(store, "kind", kind.name));
    LR_TRY(lr_store_put(store, store->file, "version", H5T_NATIVE_INT64, &kind.version));
done:
    if (creation >= 0) H5Pclose(creation);
    if (access >= 0) H5Pclose(access);
    return status;
}

llmrec_status lr_store_replace(llmrec_context *context, const char *path, lr_store_kind kind, lr_store **store)
{
    llmrec_status status = LLMREC_OK;
    lr_store *fresh = NULL;
    LR_TRY(allocate(context, path, &fresh));
    LR_TRY(lr_replacement_begin(context, path, &fresh->replacement));
    const lr_store_inside before = lr_store_enter();
    status = create_file(fresh, kind);
    lr_store_leave(before);
    if (status != LLMREC_OK) goto done;
    *store = fresh;
    fresh = NULL;
done:
    lr_store_close(fresh);
    return status;
}

static llmrec_status open_file(lr_store *store, lr_store_kind kind)
{
    int64_t version = 0;
    LR_RETURN_IF(check_library());
    const hid_t access = access_settings();
    store->file = H5Fopen(store->path, H5F_ACC_RDONLY, access);
    if (access >= 0) H5Pclose(access);
    if (store->file < 0) return lr_store_refuse(LLMREC_ERR_FORMAT, store, "opening", kind.name);
    LR_RETURN_IF(check_text(store, "magic", MAGIC));
    LR_RETURN_IF(check_text(store, "endianness", BYTE_ORDER_HERE));
    LR_RETURN_IF(check_text(store, "kind", kind.name));
    LR_RETURN_IF(lr_store_get(store, store->file, "version", H5T_NATIVE_INT64, &version));
    if (version >= 1 && version <= kind.version) return LLMREC_OK;
    return lr_fail(LLMREC_ERR_FORMAT, "%s: format version is %lld; this library reads 1 to %lld", store->path,
                   (long long)version, (long long)kind.version);
}

llmrec_status lr_store_open(llmrec_context *context, const char *path, lr_store_kind kind, lr_store **store)
{
    llmrec_status status = LLMREC_OK;
    lr_store *fresh = NULL;
    LR_TRY(allocate(context, path, &fresh));
    LR_TRY(lr_store_check_seal(context, path, &fresh->file_size));
    const lr_store_inside before = lr_store_enter();
    status = open_file(fresh, kind);
    lr_store_leave(before);
    if (status != LLMREC_OK) goto done;
    *store = fresh;
    fresh = NULL;
done:
    lr_store_close(fresh);
    return status;
}

/* Closes the HDF5 objects. For a written file, reports if any write failed. */
static llmrec_status close_file(lr_store *store)
{
    llmrec_status status = LLMREC_OK;
    if (store->file < 0 && store->driver < 0) return status;
    const lr_store_inside before = lr_store_enter();
    if (store->dataset >= 0) H5Dclose(store->dataset);
    if (store->file >= 0 && H5Fclose(store->file) < 0)
        status = lr_store_refuse(LLMREC_ERR_IO, store, "closing", store->path);
    if (store->driver >= 0) H5FDunregister(store->driver);
    lr_store_leave(before);
    store->file = store->dataset = store->driver = -1;
    errno = store->driven.error;
    return errno != 0 ? lr_fail_errno("write", store->path) : status;
}

/* Keeps the error text, since a failure usually came before. */
void lr_store_close(lr_store *store)
{
    char text[LR_ERROR_SIZE];
    if (store == NULL) return;
    llmrec_context *context = store->context;
    lr_error_take(text);
    close_file(store);
    lr_replacement_abandon(&store->replacement);
    lr_error_put(text);
    lr_free(context, store->extents);
    lr_free(context, store->path);
    lr_free(context, store);
    llmrec_context_free(context);
}

llmrec_status lr_store_commit(lr_store **store)
{
    lr_store *committed = *store;
    lr_replacement *replacement = &committed->replacement;
    llmrec_status status = close_file(committed);
    if (status == LLMREC_OK)
        status =
            lr_store_seal(committed->context, replacement->temporary, committed->extents, committed->extent_words / 2);
    if (status == LLMREC_OK) status = lr_replacement_commit(replacement);
    lr_store_close(committed);
    *store = NULL;
    return status;
}

llmrec_status lr_store_save(llmrec_context *context, const char *path, lr_store_kind kind,
                            llmrec_status (*write)(const void *self, lr_store *store), const void *self)
{
    llmrec_status status = LLMREC_OK;
    lr_store *store = NULL;
    LR_TRY(lr_store_replace(context, path, kind, &store));
    LR_TRY(write(self, store));
    status = lr_store_commit(&store);
done:
    lr_store_close(store);
    return status;
}
