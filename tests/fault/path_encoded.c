/* SPDX-License-Identifier: Apache-2.0 */
/* Steps of the main path: interactions in archives and in other encodings. The memory that libarchive takes for itself
 * comes from malloc: its failures are out of reach here. */
#include "path.h"

#if defined(LR_BUILD_ARCHIVE)
#include "../archive_file.h"

static void write_archives(const char *text)
{
    const member rows = {"rows.csv", text};
    write_archive(path_file("rows.csv.bz2"), archive_write_set_format_raw, archive_write_add_filter_bzip2, &rows, 1);
    write_archive(path_file("rows.zip"), archive_write_set_format_zip, NULL, &rows, 1);
}
#else
static void write_archives(const char *text)
{
    (void)text;
}
#endif

/* ASCII as UTF-16 without its mark. */
static void write_utf16(const char *name, const char *text, size_t length)
{
    FILE *file = fopen(path_file(name), "wb");
    assert_non_null(file);
    for (size_t i = 0; i < length; i++) {
        fputc(text[i], file);
        fputc(0, file);
    }
    assert_int_equal(fclose(file), 0);
}

void path_write_encoded(void)
{
    size_t size = 0;
    char *text = (char *)read_bytes(path_file("rows.csv"), &size);
    text = realloc(text, size + 1);
    assert_non_null(text);
    text[size] = '\0';
    write_archives(text);
    write_utf16("utf16.csv", text, size);
    for (char *at = text; (at = strstr(at, ",i")) != NULL; at++)
        if (at[2] != 't') at[1] = '\xE9'; /* é in Windows-1252, not in the header */
    write_text(path_file("windows.csv"), text);
    free(text);
}

static llmrec_status load(path_world *world, const char *name, const llmrec_dataset_options *options, path_handle *made)
{
    return llmrec_dataset_load(world->made[OPEN_CONTEXT].context, path_file(name), NULL, options, &made->dataset);
}

llmrec_status path_load_bzip2(path_world *world, path_handle *made)
{
    return llmrec_supports("archive") ? load(world, "rows.csv.bz2", NULL, made) : LLMREC_OK;
}

llmrec_status path_load_zip(path_world *world, path_handle *made)
{
    return llmrec_supports("archive") ? load(world, "rows.zip", NULL, made) : LLMREC_OK;
}

llmrec_status path_load_utf16(path_world *world, path_handle *made)
{
    return load(world, "utf16.csv", NULL, made);
}

llmrec_status path_load_windows(path_world *world, path_handle *made)
{
    llmrec_dataset_options options;
    assert_ok(llmrec_dataset_options_init(&options, sizeof options));
    options.where = "timestamp >= 1970-01-01 and session_id not in (s1, 's 2')";
    return load(world, "windows.csv", &options, made);
}
