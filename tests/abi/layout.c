/* SPDX-License-Identifier: Apache-2.0 */
/* Where each field of the public structs lies. Written by tests/abi/update.sh; a change here is a change of the ABI. */
#include <stddef.h>

#include "llmrec/llmrec.h"

_Static_assert(offsetof(llmrec_log_event, size) == 0, "size");
_Static_assert(offsetof(llmrec_log_event, level) == 8, "level");
_Static_assert(offsetof(llmrec_log_event, room) == 16, "room");
_Static_assert(offsetof(llmrec_log_event, message) == 24, "message");
_Static_assert(sizeof(llmrec_log_event) == 32, "llmrec_log_event");

_Static_assert(offsetof(llmrec_progress_event, size) == 0, "size");
_Static_assert(offsetof(llmrec_progress_event, stage) == 8, "stage");
_Static_assert(offsetof(llmrec_progress_event, unit) == 16, "unit");
_Static_assert(offsetof(llmrec_progress_event, done) == 24, "done");
_Static_assert(offsetof(llmrec_progress_event, total) == 32, "total");
_Static_assert(offsetof(llmrec_progress_event, seconds) == 40, "seconds");
_Static_assert(offsetof(llmrec_progress_event, epoch) == 48, "epoch");
_Static_assert(offsetof(llmrec_progress_event, epochs) == 56, "epochs");
_Static_assert(offsetof(llmrec_progress_event, step) == 64, "step");
_Static_assert(offsetof(llmrec_progress_event, loss) == 72, "loss");
_Static_assert(offsetof(llmrec_progress_event, learning_rate) == 80, "learning_rate");
_Static_assert(offsetof(llmrec_progress_event, sequences_per_second) == 88, "sequences_per_second");
_Static_assert(offsetof(llmrec_progress_event, tokens_per_second) == 96, "tokens_per_second");
_Static_assert(offsetof(llmrec_progress_event, seconds_left) == 104, "seconds_left");
_Static_assert(offsetof(llmrec_progress_event, ndcg) == 112, "ndcg");
_Static_assert(offsetof(llmrec_progress_event, hit_rate) == 120, "hit_rate");
_Static_assert(sizeof(llmrec_progress_event) == 128, "llmrec_progress_event");

_Static_assert(offsetof(llmrec_context_options, size) == 0, "size");
_Static_assert(offsetof(llmrec_context_options, threads) == 8, "threads");
_Static_assert(offsetof(llmrec_context_options, log_level) == 16, "log_level");
_Static_assert(offsetof(llmrec_context_options, log) == 24, "log");
_Static_assert(offsetof(llmrec_context_options, log_user) == 32, "log_user");
_Static_assert(offsetof(llmrec_context_options, progress) == 40, "progress");
_Static_assert(offsetof(llmrec_context_options, progress_user) == 48, "progress_user");
_Static_assert(offsetof(llmrec_context_options, allocate) == 56, "allocate");
_Static_assert(offsetof(llmrec_context_options, release) == 64, "release");
_Static_assert(offsetof(llmrec_context_options, allocator_user) == 72, "allocator_user");
_Static_assert(sizeof(llmrec_context_options) == 80, "llmrec_context_options");

_Static_assert(offsetof(llmrec_dataset_options, size) == 0, "size");
_Static_assert(offsetof(llmrec_dataset_options, format) == 8, "format");
_Static_assert(offsetof(llmrec_dataset_options, session_column) == 16, "session_column");
_Static_assert(offsetof(llmrec_dataset_options, item_column) == 24, "item_column");
_Static_assert(offsetof(llmrec_dataset_options, time_column) == 32, "time_column");
_Static_assert(offsetof(llmrec_dataset_options, items_format) == 40, "items_format");
_Static_assert(offsetof(llmrec_dataset_options, items_id_column) == 48, "items_id_column");
_Static_assert(offsetof(llmrec_dataset_options, duplicates) == 56, "duplicates");
_Static_assert(offsetof(llmrec_dataset_options, min_session_rows) == 64, "min_session_rows");
_Static_assert(offsetof(llmrec_dataset_options, min_item_rows) == 72, "min_item_rows");
_Static_assert(offsetof(llmrec_dataset_options, min_session_length) == 80, "min_session_length");
_Static_assert(offsetof(llmrec_dataset_options, max_session_length) == 88, "max_session_length");
_Static_assert(offsetof(llmrec_dataset_options, catalogue) == 96, "catalogue");
_Static_assert(offsetof(llmrec_dataset_options, invalid_utf8) == 104, "invalid_utf8");
_Static_assert(sizeof(llmrec_dataset_options) == 112, "llmrec_dataset_options");

_Static_assert(offsetof(llmrec_interactions, size) == 0, "size");
_Static_assert(offsetof(llmrec_interactions, rows) == 8, "rows");
_Static_assert(offsetof(llmrec_interactions, session_numbers) == 16, "session_numbers");
_Static_assert(offsetof(llmrec_interactions, session_ids) == 24, "session_ids");
_Static_assert(offsetof(llmrec_interactions, session_id_lengths) == 32, "session_id_lengths");
_Static_assert(offsetof(llmrec_interactions, item_numbers) == 40, "item_numbers");
_Static_assert(offsetof(llmrec_interactions, item_ids) == 48, "item_ids");
_Static_assert(offsetof(llmrec_interactions, item_id_lengths) == 56, "item_id_lengths");
_Static_assert(offsetof(llmrec_interactions, times) == 64, "times");
_Static_assert(sizeof(llmrec_interactions) == 72, "llmrec_interactions");

_Static_assert(offsetof(llmrec_items, size) == 0, "size");
_Static_assert(offsetof(llmrec_items, rows) == 8, "rows");
_Static_assert(offsetof(llmrec_items, numbers) == 16, "numbers");
_Static_assert(offsetof(llmrec_items, ids) == 24, "ids");
_Static_assert(offsetof(llmrec_items, id_lengths) == 32, "id_lengths");
_Static_assert(offsetof(llmrec_items, columns) == 40, "columns");
_Static_assert(offsetof(llmrec_items, column_names) == 48, "column_names");
_Static_assert(offsetof(llmrec_items, texts) == 56, "texts");
_Static_assert(offsetof(llmrec_items, text_lengths) == 64, "text_lengths");
_Static_assert(sizeof(llmrec_items) == 72, "llmrec_items");

_Static_assert(offsetof(llmrec_split_options, size) == 0, "size");
_Static_assert(offsetof(llmrec_split_options, method) == 8, "method");
_Static_assert(offsetof(llmrec_split_options, test_fraction) == 16, "test_fraction");
_Static_assert(offsetof(llmrec_split_options, validation_fraction) == 24, "validation_fraction");
_Static_assert(offsetof(llmrec_split_options, cutoff) == 32, "cutoff");
_Static_assert(offsetof(llmrec_split_options, drop_untrained) == 40, "drop_untrained");
_Static_assert(sizeof(llmrec_split_options) == 48, "llmrec_split_options");

_Static_assert(offsetof(llmrec_dataset_statistics, size) == 0, "size");
_Static_assert(offsetof(llmrec_dataset_statistics, sessions) == 8, "sessions");
_Static_assert(offsetof(llmrec_dataset_statistics, items) == 16, "items");
_Static_assert(offsetof(llmrec_dataset_statistics, rows) == 24, "rows");
_Static_assert(offsetof(llmrec_dataset_statistics, items_seen) == 32, "items_seen");
_Static_assert(offsetof(llmrec_dataset_statistics, time_ties) == 40, "time_ties");
_Static_assert(offsetof(llmrec_dataset_statistics, input_rows) == 48, "input_rows");
_Static_assert(offsetof(llmrec_dataset_statistics, rows_dropped) == 56, "rows_dropped");
_Static_assert(offsetof(llmrec_dataset_statistics, density) == 64, "density");
_Static_assert(offsetof(llmrec_dataset_statistics, length_mean) == 72, "length_mean");
_Static_assert(offsetof(llmrec_dataset_statistics, length_quantiles) == 80, "length_quantiles");
_Static_assert(offsetof(llmrec_dataset_statistics, popularity_mean) == 120, "popularity_mean");
_Static_assert(offsetof(llmrec_dataset_statistics, popularity_quantiles) == 128, "popularity_quantiles");
_Static_assert(offsetof(llmrec_dataset_statistics, first_time) == 168, "first_time");
_Static_assert(offsetof(llmrec_dataset_statistics, last_time) == 176, "last_time");
_Static_assert(sizeof(llmrec_dataset_statistics) == 184, "llmrec_dataset_statistics");

_Static_assert(offsetof(llmrec_embedding_options, size) == 0, "size");
_Static_assert(offsetof(llmrec_embedding_options, dtype) == 8, "dtype");
_Static_assert(offsetof(llmrec_embedding_options, ids_path) == 16, "ids_path");
_Static_assert(offsetof(llmrec_embedding_options, ids_format) == 24, "ids_format");
_Static_assert(offsetof(llmrec_embedding_options, ids_column) == 32, "ids_column");
_Static_assert(offsetof(llmrec_embedding_options, tensor) == 40, "tensor");
_Static_assert(offsetof(llmrec_embedding_options, verify) == 48, "verify");
_Static_assert(sizeof(llmrec_embedding_options) == 56, "llmrec_embedding_options");

_Static_assert(offsetof(llmrec_alignment, size) == 0, "size");
_Static_assert(offsetof(llmrec_alignment, found) == 8, "found");
_Static_assert(offsetof(llmrec_alignment, missing) == 16, "missing");
_Static_assert(offsetof(llmrec_alignment, surplus) == 24, "surplus");
_Static_assert(offsetof(llmrec_alignment, first_missing) == 32, "first_missing");
_Static_assert(offsetof(llmrec_alignment, first_surplus) == 40, "first_surplus");
_Static_assert(sizeof(llmrec_alignment) == 48, "llmrec_alignment");

_Static_assert(offsetof(llmrec_reducer_options, size) == 0, "size");
_Static_assert(offsetof(llmrec_reducer_options, method) == 8, "method");
_Static_assert(offsetof(llmrec_reducer_options, dim) == 16, "dim");
_Static_assert(offsetof(llmrec_reducer_options, power) == 24, "power");
_Static_assert(offsetof(llmrec_reducer_options, ridge) == 32, "ridge");
_Static_assert(offsetof(llmrec_reducer_options, tolerance) == 40, "tolerance");
_Static_assert(offsetof(llmrec_reducer_options, normalize) == 48, "normalize");
_Static_assert(offsetof(llmrec_reducer_options, skip_missing) == 56, "skip_missing");
_Static_assert(offsetof(llmrec_reducer_options, seed) == 64, "seed");
_Static_assert(sizeof(llmrec_reducer_options) == 72, "llmrec_reducer_options");

_Static_assert(offsetof(llmrec_text_encoder_options, size) == 0, "size");
_Static_assert(offsetof(llmrec_text_encoder_options, max_tokens) == 8, "max_tokens");
_Static_assert(offsetof(llmrec_text_encoder_options, normalize) == 16, "normalize");
_Static_assert(sizeof(llmrec_text_encoder_options) == 24, "llmrec_text_encoder_options");

_Static_assert(offsetof(llmrec_encode_items_options, size) == 0, "size");
_Static_assert(offsetof(llmrec_encode_items_options, columns) == 8, "columns");
_Static_assert(offsetof(llmrec_encode_items_options, column_count) == 16, "column_count");
_Static_assert(offsetof(llmrec_encode_items_options, separator) == 24, "separator");
_Static_assert(offsetof(llmrec_encode_items_options, cache_directory) == 32, "cache_directory");
_Static_assert(sizeof(llmrec_encode_items_options) == 40, "llmrec_encode_items_options");

_Static_assert(offsetof(llmrec_encoder_options, size) == 0, "size");
_Static_assert(offsetof(llmrec_encoder_options, causal) == 8, "causal");
_Static_assert(offsetof(llmrec_encoder_options, width) == 16, "width");
_Static_assert(offsetof(llmrec_encoder_options, layers) == 24, "layers");
_Static_assert(offsetof(llmrec_encoder_options, heads) == 32, "heads");
_Static_assert(offsetof(llmrec_encoder_options, head_width) == 40, "head_width");
_Static_assert(offsetof(llmrec_encoder_options, ffn_width) == 48, "ffn_width");
_Static_assert(offsetof(llmrec_encoder_options, max_length) == 56, "max_length");
_Static_assert(offsetof(llmrec_encoder_options, pre_norm) == 64, "pre_norm");
_Static_assert(offsetof(llmrec_encoder_options, activation) == 72, "activation");
_Static_assert(offsetof(llmrec_encoder_options, embedding_norm) == 80, "embedding_norm");
_Static_assert(offsetof(llmrec_encoder_options, final_norm) == 88, "final_norm");
_Static_assert(offsetof(llmrec_encoder_options, head) == 96, "head");
_Static_assert(offsetof(llmrec_encoder_options, head_norm) == 104, "head_norm");
_Static_assert(offsetof(llmrec_encoder_options, output_bias) == 112, "output_bias");
_Static_assert(offsetof(llmrec_encoder_options, epsilon) == 120, "epsilon");
_Static_assert(offsetof(llmrec_encoder_options, embedding_dropout) == 128, "embedding_dropout");
_Static_assert(offsetof(llmrec_encoder_options, attention_dropout) == 136, "attention_dropout");
_Static_assert(offsetof(llmrec_encoder_options, hidden_dropout) == 144, "hidden_dropout");
_Static_assert(offsetof(llmrec_encoder_options, init) == 152, "init");
_Static_assert(offsetof(llmrec_encoder_options, init_deviation) == 160, "init_deviation");
_Static_assert(offsetof(llmrec_encoder_options, seed) == 168, "seed");
_Static_assert(offsetof(llmrec_encoder_options, left_aligned) == 176, "left_aligned");
_Static_assert(offsetof(llmrec_encoder_options, pad_with_mask) == 184, "pad_with_mask");
_Static_assert(sizeof(llmrec_encoder_options) == 192, "llmrec_encoder_options");

_Static_assert(offsetof(llmrec_init_items_options, size) == 0, "size");
_Static_assert(offsetof(llmrec_init_items_options, mode) == 8, "mode");
_Static_assert(offsetof(llmrec_init_items_options, scale_std) == 16, "scale_std");
_Static_assert(offsetof(llmrec_init_items_options, seed) == 24, "seed");
_Static_assert(sizeof(llmrec_init_items_options) == 32, "llmrec_init_items_options");

_Static_assert(offsetof(llmrec_train_options, size) == 0, "size");
_Static_assert(offsetof(llmrec_train_options, epochs) == 8, "epochs");
_Static_assert(offsetof(llmrec_train_options, batch) == 16, "batch");
_Static_assert(offsetof(llmrec_train_options, mask_probability) == 24, "mask_probability");
_Static_assert(offsetof(llmrec_train_options, last_share) == 32, "last_share");
_Static_assert(offsetof(llmrec_train_options, copies) == 40, "copies");
_Static_assert(offsetof(llmrec_train_options, most_masks) == 48, "most_masks");
_Static_assert(offsetof(llmrec_train_options, window_stride) == 56, "window_stride");
_Static_assert(offsetof(llmrec_train_options, loss) == 64, "loss");
_Static_assert(offsetof(llmrec_train_options, negatives) == 72, "negatives");
_Static_assert(offsetof(llmrec_train_options, gbce_t) == 80, "gbce_t");
_Static_assert(offsetof(llmrec_train_options, optimiser) == 88, "optimiser");
_Static_assert(offsetof(llmrec_train_options, learning_rate) == 96, "learning_rate");
_Static_assert(offsetof(llmrec_train_options, weight_decay) == 104, "weight_decay");
_Static_assert(offsetof(llmrec_train_options, beta1) == 112, "beta1");
_Static_assert(offsetof(llmrec_train_options, beta2) == 120, "beta2");
_Static_assert(offsetof(llmrec_train_options, adam_epsilon) == 128, "adam_epsilon");
_Static_assert(offsetof(llmrec_train_options, decay_all) == 136, "decay_all");
_Static_assert(offsetof(llmrec_train_options, schedule) == 144, "schedule");
_Static_assert(offsetof(llmrec_train_options, warmup_steps) == 152, "warmup_steps");
_Static_assert(offsetof(llmrec_train_options, clip) == 160, "clip");
_Static_assert(offsetof(llmrec_train_options, clip_norm) == 168, "clip_norm");
_Static_assert(offsetof(llmrec_train_options, accumulate) == 176, "accumulate");
_Static_assert(offsetof(llmrec_train_options, validation_k) == 184, "validation_k");
_Static_assert(offsetof(llmrec_train_options, validate_every) == 192, "validate_every");
_Static_assert(offsetof(llmrec_train_options, patience) == 200, "patience");
_Static_assert(offsetof(llmrec_train_options, checkpoint) == 208, "checkpoint");
_Static_assert(offsetof(llmrec_train_options, seed) == 216, "seed");
_Static_assert(sizeof(llmrec_train_options) == 224, "llmrec_train_options");

_Static_assert(offsetof(llmrec_epoch, size) == 0, "size");
_Static_assert(offsetof(llmrec_epoch, epoch) == 8, "epoch");
_Static_assert(offsetof(llmrec_epoch, steps) == 16, "steps");
_Static_assert(offsetof(llmrec_epoch, loss) == 24, "loss");
_Static_assert(offsetof(llmrec_epoch, learning_rate) == 32, "learning_rate");
_Static_assert(offsetof(llmrec_epoch, ndcg) == 40, "ndcg");
_Static_assert(offsetof(llmrec_epoch, hit_rate) == 48, "hit_rate");
_Static_assert(offsetof(llmrec_epoch, seconds) == 56, "seconds");
_Static_assert(offsetof(llmrec_epoch, validation_seconds) == 64, "validation_seconds");
_Static_assert(offsetof(llmrec_epoch, sequences_per_second) == 72, "sequences_per_second");
_Static_assert(offsetof(llmrec_epoch, tokens_per_second) == 80, "tokens_per_second");
_Static_assert(offsetof(llmrec_epoch, best) == 88, "best");
_Static_assert(sizeof(llmrec_epoch) == 96, "llmrec_epoch");

_Static_assert(offsetof(llmrec_endpoint_options, size) == 0, "size");
_Static_assert(offsetof(llmrec_endpoint_options, url) == 8, "url");
_Static_assert(offsetof(llmrec_endpoint_options, model) == 16, "model");
_Static_assert(offsetof(llmrec_endpoint_options, key) == 24, "key");
_Static_assert(offsetof(llmrec_endpoint_options, connect_timeout) == 32, "connect_timeout");
_Static_assert(offsetof(llmrec_endpoint_options, idle_timeout) == 40, "idle_timeout");
_Static_assert(offsetof(llmrec_endpoint_options, total_timeout) == 48, "total_timeout");
_Static_assert(offsetof(llmrec_endpoint_options, concurrency) == 56, "concurrency");
_Static_assert(offsetof(llmrec_endpoint_options, attempts) == 64, "attempts");
_Static_assert(offsetof(llmrec_endpoint_options, backoff) == 72, "backoff");
_Static_assert(offsetof(llmrec_endpoint_options, longest_backoff) == 80, "longest_backoff");
_Static_assert(offsetof(llmrec_endpoint_options, answer_limit) == 88, "answer_limit");
_Static_assert(offsetof(llmrec_endpoint_options, request_budget) == 96, "request_budget");
_Static_assert(offsetof(llmrec_endpoint_options, token_budget) == 104, "token_budget");
_Static_assert(offsetof(llmrec_endpoint_options, headers) == 112, "headers");
_Static_assert(offsetof(llmrec_endpoint_options, header_count) == 120, "header_count");
_Static_assert(offsetof(llmrec_endpoint_options, body) == 128, "body");
_Static_assert(offsetof(llmrec_endpoint_options, authorities) == 136, "authorities");
_Static_assert(offsetof(llmrec_endpoint_options, journal) == 144, "journal");
_Static_assert(offsetof(llmrec_endpoint_options, prompt_price) == 152, "prompt_price");
_Static_assert(offsetof(llmrec_endpoint_options, completion_price) == 160, "completion_price");
_Static_assert(offsetof(llmrec_endpoint_options, seed) == 168, "seed");
_Static_assert(offsetof(llmrec_endpoint_options, proxy) == 176, "proxy");
_Static_assert(sizeof(llmrec_endpoint_options) == 184, "llmrec_endpoint_options");

_Static_assert(offsetof(llmrec_message, role) == 0, "role");
_Static_assert(offsetof(llmrec_message, content) == 8, "content");
_Static_assert(sizeof(llmrec_message) == 16, "llmrec_message");

_Static_assert(offsetof(llmrec_chat_request, size) == 0, "size");
_Static_assert(offsetof(llmrec_chat_request, messages) == 8, "messages");
_Static_assert(offsetof(llmrec_chat_request, message_count) == 16, "message_count");
_Static_assert(offsetof(llmrec_chat_request, samples) == 24, "samples");
_Static_assert(offsetof(llmrec_chat_request, temperature) == 32, "temperature");
_Static_assert(offsetof(llmrec_chat_request, top_p) == 40, "top_p");
_Static_assert(offsetof(llmrec_chat_request, max_tokens) == 48, "max_tokens");
_Static_assert(offsetof(llmrec_chat_request, seed) == 56, "seed");
_Static_assert(offsetof(llmrec_chat_request, stop) == 64, "stop");
_Static_assert(offsetof(llmrec_chat_request, stop_count) == 72, "stop_count");
_Static_assert(offsetof(llmrec_chat_request, json_schema) == 80, "json_schema");
_Static_assert(offsetof(llmrec_chat_request, grammar) == 88, "grammar");
_Static_assert(offsetof(llmrec_chat_request, top_logprobs) == 96, "top_logprobs");
_Static_assert(sizeof(llmrec_chat_request) == 104, "llmrec_chat_request");

_Static_assert(offsetof(llmrec_completion, size) == 0, "size");
_Static_assert(offsetof(llmrec_completion, requests) == 8, "requests");
_Static_assert(offsetof(llmrec_completion, count) == 16, "count");
_Static_assert(offsetof(llmrec_completion, answers) == 24, "answers");
_Static_assert(sizeof(llmrec_completion) == 32, "llmrec_completion");

_Static_assert(offsetof(llmrec_usage, size) == 0, "size");
_Static_assert(offsetof(llmrec_usage, requests) == 8, "requests");
_Static_assert(offsetof(llmrec_usage, journal_hits) == 16, "journal_hits");
_Static_assert(offsetof(llmrec_usage, attempts) == 24, "attempts");
_Static_assert(offsetof(llmrec_usage, retries) == 32, "retries");
_Static_assert(offsetof(llmrec_usage, failures) == 40, "failures");
_Static_assert(offsetof(llmrec_usage, prompt_tokens) == 48, "prompt_tokens");
_Static_assert(offsetof(llmrec_usage, completion_tokens) == 56, "completion_tokens");
_Static_assert(offsetof(llmrec_usage, seconds) == 64, "seconds");
_Static_assert(offsetof(llmrec_usage, cost) == 72, "cost");
_Static_assert(sizeof(llmrec_usage) == 80, "llmrec_usage");

_Static_assert(offsetof(llmrec_embeddings_options, size) == 0, "size");
_Static_assert(offsetof(llmrec_embeddings_options, batch) == 8, "batch");
_Static_assert(offsetof(llmrec_embeddings_options, batch_tokens) == 16, "batch_tokens");
_Static_assert(offsetof(llmrec_embeddings_options, max_tokens) == 24, "max_tokens");
_Static_assert(offsetof(llmrec_embeddings_options, dimensions) == 32, "dimensions");
_Static_assert(offsetof(llmrec_embeddings_options, normalize) == 40, "normalize");
_Static_assert(sizeof(llmrec_embeddings_options) == 48, "llmrec_embeddings_options");

_Static_assert(offsetof(llmrec_similarity_options, size) == 0, "size");
_Static_assert(offsetof(llmrec_similarity_options, weighting) == 8, "weighting");
_Static_assert(offsetof(llmrec_similarity_options, decay) == 16, "decay");
_Static_assert(offsetof(llmrec_similarity_options, decay_rate) == 24, "decay_rate");
_Static_assert(offsetof(llmrec_similarity_options, measure) == 32, "measure");
_Static_assert(offsetof(llmrec_similarity_options, reduce) == 40, "reduce");
_Static_assert(offsetof(llmrec_similarity_options, reduce_dim) == 48, "reduce_dim");
_Static_assert(offsetof(llmrec_similarity_options, reduce_power) == 56, "reduce_power");
_Static_assert(offsetof(llmrec_similarity_options, reduce_ridge) == 64, "reduce_ridge");
_Static_assert(offsetof(llmrec_similarity_options, seed) == 72, "seed");
_Static_assert(sizeof(llmrec_similarity_options) == 80, "llmrec_similarity_options");

_Static_assert(offsetof(llmrec_recommend_options, size) == 0, "size");
_Static_assert(offsetof(llmrec_recommend_options, keep_seen) == 8, "keep_seen");
_Static_assert(offsetof(llmrec_recommend_options, allow_count) == 16, "allow_count");
_Static_assert(offsetof(llmrec_recommend_options, allow) == 24, "allow");
_Static_assert(offsetof(llmrec_recommend_options, deny_count) == 32, "deny_count");
_Static_assert(offsetof(llmrec_recommend_options, deny) == 40, "deny");
_Static_assert(sizeof(llmrec_recommend_options) == 48, "llmrec_recommend_options");

_Static_assert(offsetof(llmrec_evaluation_options, size) == 0, "size");
_Static_assert(offsetof(llmrec_evaluation_options, k_count) == 8, "k_count");
_Static_assert(offsetof(llmrec_evaluation_options, k) == 16, "k");
_Static_assert(offsetof(llmrec_evaluation_options, missing) == 24, "missing");
_Static_assert(offsetof(llmrec_evaluation_options, mrr) == 32, "mrr");
_Static_assert(offsetof(llmrec_evaluation_options, item_counts) == 40, "item_counts");
_Static_assert(offsetof(llmrec_evaluation_options, keep_seen) == 48, "keep_seen");
_Static_assert(offsetof(llmrec_evaluation_options, batch) == 56, "batch");
_Static_assert(sizeof(llmrec_evaluation_options) == 64, "llmrec_evaluation_options");

_Static_assert(offsetof(llmrec_comparison, size) == 0, "size");
_Static_assert(offsetof(llmrec_comparison, sessions) == 8, "sessions");
_Static_assert(offsetof(llmrec_comparison, difference) == 16, "difference");
_Static_assert(offsetof(llmrec_comparison, standard_error) == 24, "standard_error");
_Static_assert(offsetof(llmrec_comparison, low) == 32, "low");
_Static_assert(offsetof(llmrec_comparison, high) == 40, "high");
_Static_assert(offsetof(llmrec_comparison, p_value) == 48, "p_value");
_Static_assert(sizeof(llmrec_comparison) == 56, "llmrec_comparison");
