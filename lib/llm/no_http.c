/* SPDX-License-Identifier: Apache-2.0 */
/* Replaces the transport in a build without libcurl. */
#include "llm/transport.h"

llmrec_status lr_transport_supported(void)
{
    return lr_fail(LLMREC_ERR_UNSUPPORTED,
                   "this libllmrec was built without HTTP; wanted one built with -Dhttp=enabled");
}

llmrec_status lr_transport_create(const lr_endpoint *endpoint, lr_transport **transport)
{
    (void)endpoint;
    (void)transport;
    return lr_transport_supported();
}

void lr_transport_free(lr_transport *transport)
{
    (void)transport;
}

llmrec_status lr_transport_take(lr_endpoint *endpoint, lr_transport **transport)
{
    return lr_transport_create(endpoint, transport);
}

void lr_transport_give(lr_endpoint *endpoint, lr_transport *transport)
{
    (void)endpoint;
    (void)transport;
}

llmrec_status lr_transport_start(lr_transport *transport, size_t slot, const lr_request *request)
{
    (void)transport;
    (void)slot;
    (void)request;
    return lr_transport_supported();
}

llmrec_status lr_transport_wait(lr_transport *transport, double seconds)
{
    (void)transport;
    (void)seconds;
    return lr_transport_supported();
}

bool lr_transport_ended(lr_transport *transport, size_t *slot, lr_outcome *outcome)
{
    (void)transport;
    (void)slot;
    (void)outcome;
    return false;
}

void lr_transport_abort(lr_transport *transport)
{
    (void)transport;
}
