/* SPDX-License-Identifier: Apache-2.0 */
/* Steps of the path: what follows new rows. */
#include "path.h"

llmrec_status path_encode_unknown(path_world *world, path_handle *made)
{
    static const char *const ids[] = {"i1", "i7"};
    const float values[2 * DIM] = {1, 2, 3};
    llmrec_encode_items_options options;
    llmrec_embedding *known = NULL;
    llmrec_status status =
        llmrec_embedding_create(world->made[OPEN_CONTEXT].context, values, 2, DIM, ids, NULL, NULL, &known);
    assert_ok(llmrec_encode_items_options_init(&options, sizeof options));
    options.known = known;
    if (status == LLMREC_OK)
        status = llmrec_text_encoder_encode_items(world->made[OPEN_ENCODER].encoder, world->made[LOAD_CSV].dataset,
                                                  &options, &made->embedding);
    llmrec_embedding_free(known);
    return status;
}
