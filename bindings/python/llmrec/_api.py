# SPDX-License-Identifier: Apache-2.0
"""The C API as ctypes. Generated from include/llmrec by tools/generate_python_api.py: do not edit."""
import ctypes
from ctypes import POINTER, c_char_p, c_double, c_int32, c_int64, c_size_t, c_void_p


class llmrec_log_event(ctypes.Structure):
    _fields_ = [
        ("size", c_size_t),
        ("level", c_int64),
        ("room", c_char_p),
        ("message", c_char_p),
    ]


class llmrec_progress_event(ctypes.Structure):
    _fields_ = [
        ("size", c_size_t),
        ("stage", c_char_p),
        ("unit", c_char_p),
        ("done", c_int64),
        ("total", c_int64),
        ("seconds", c_double),
        ("epoch", c_int64),
        ("epochs", c_int64),
        ("step", c_int64),
        ("loss", c_double),
        ("learning_rate", c_double),
        ("sequences_per_second", c_double),
        ("tokens_per_second", c_double),
        ("seconds_left", c_double),
        ("ndcg", c_double),
        ("hit_rate", c_double),
    ]


class llmrec_completion(ctypes.Structure):
    _fields_ = [
        ("size", c_size_t),
        ("requests", c_void_p),
        ("count", c_int64),
        ("answers", c_void_p),
    ]


class llmrec_rank_request(ctypes.Structure):
    _fields_ = [
        ("size", c_size_t),
        ("sessions", c_int64),
        ("offsets", c_void_p),
        ("items", c_void_p),
        ("k", c_int64),
        ("width", c_int64),
        ("keep_seen", c_int64),
        ("allow_count", c_int64),
        ("allow", c_void_p),
        ("deny_count", c_int64),
        ("deny", c_void_p),
        ("recommended", c_void_p),
        ("scores", c_void_p),
        ("counts", c_void_p),
    ]


class llmrec_score_request(ctypes.Structure):
    _fields_ = [
        ("size", c_size_t),
        ("sessions", c_int64),
        ("offsets", c_void_p),
        ("items", c_void_p),
        ("candidate_offsets", c_void_p),
        ("candidates", c_void_p),
        ("candidate_count", c_int64),
        ("scores", c_void_p),
    ]


llmrec_log_fn = ctypes.CFUNCTYPE(c_int32, POINTER(llmrec_log_event), c_void_p)
llmrec_progress_fn = ctypes.CFUNCTYPE(c_int32, POINTER(llmrec_progress_event), c_void_p)
llmrec_allocate_fn = ctypes.CFUNCTYPE(c_void_p, c_size_t, c_void_p)
llmrec_release_fn = ctypes.CFUNCTYPE(None, c_void_p, c_void_p)
llmrec_complete_fn = ctypes.CFUNCTYPE(c_int32, POINTER(llmrec_completion), c_void_p)
llmrec_rank_fn = ctypes.CFUNCTYPE(c_int32, POINTER(llmrec_rank_request), c_void_p)
llmrec_score_fn = ctypes.CFUNCTYPE(c_int32, POINTER(llmrec_score_request), c_void_p)
llmrec_strategy_free_fn = ctypes.CFUNCTYPE(None, c_void_p)


class llmrec_option_info(ctypes.Structure):
    _fields_ = [
        ("size", c_size_t),
        ("name", c_char_p),
        ("type", c_int64),
        ("low", c_double),
        ("high", c_double),
        ("low_open", c_int64),
        ("high_open", c_int64),
        ("unset", c_int64),
        ("choices", c_int64),
        ("count", c_char_p),
        ("help", c_char_p),
        ("since", c_char_p),
    ]


class llmrec_context_options(ctypes.Structure):
    _fields_ = [
        ("size", c_size_t),
        ("threads", c_int64),
        ("log_level", c_int64),
        ("log", llmrec_log_fn),
        ("log_user", c_void_p),
        ("progress", llmrec_progress_fn),
        ("progress_user", c_void_p),
        ("allocate", llmrec_allocate_fn),
        ("release", llmrec_release_fn),
        ("allocator_user", c_void_p),
    ]


class llmrec_dataset_options(ctypes.Structure):
    _fields_ = [
        ("size", c_size_t),
        ("format", c_int64),
        ("session_column", c_char_p),
        ("item_column", c_char_p),
        ("time_column", c_char_p),
        ("items_format", c_int64),
        ("items_id_column", c_char_p),
        ("duplicates", c_int64),
        ("min_session_rows", c_int64),
        ("min_item_rows", c_int64),
        ("min_session_length", c_int64),
        ("max_session_length", c_int64),
        ("catalog", c_int64),
        ("invalid_utf8", c_int64),
        ("delimiter", c_char_p),
        ("header", c_int64),
        ("encoding", c_int64),
        ("member", c_char_p),
        ("where", c_char_p),
        ("items_delimiter", c_char_p),
        ("items_header", c_int64),
        ("items_encoding", c_int64),
        ("items_member", c_char_p),
        ("max_rows", c_int64),
        ("max_bytes", c_int64),
        ("max_line_bytes", c_int64),
        ("max_text_bytes", c_int64),
        ("time_unit", c_int64),
        ("time_format", c_char_p),
        ("ids", c_int64),
        ("missing", c_int64),
        ("missing_values", c_char_p),
        ("session_gap", c_char_p),
        ("like", c_void_p),
        ("split_column", c_char_p),
        ("item_list", c_char_p),
        ("items_title_column", c_char_p),
    ]


class llmrec_interactions(ctypes.Structure):
    _fields_ = [
        ("size", c_size_t),
        ("rows", c_int64),
        ("session_numbers", c_void_p),
        ("session_ids", c_void_p),
        ("session_id_lengths", c_void_p),
        ("item_numbers", c_void_p),
        ("item_ids", c_void_p),
        ("item_id_lengths", c_void_p),
        ("times", c_void_p),
        ("time_numbers", c_void_p),
        ("session_missing", c_void_p),
        ("item_missing", c_void_p),
    ]


class llmrec_items(ctypes.Structure):
    _fields_ = [
        ("size", c_size_t),
        ("rows", c_int64),
        ("numbers", c_void_p),
        ("ids", c_void_p),
        ("id_lengths", c_void_p),
        ("columns", c_int64),
        ("column_names", c_void_p),
        ("texts", c_void_p),
        ("text_lengths", c_void_p),
    ]


class llmrec_split_options(ctypes.Structure):
    _fields_ = [
        ("size", c_size_t),
        ("method", c_int64),
        ("test_fraction", c_double),
        ("validation_fraction", c_double),
        ("cutoff", c_char_p),
        ("drop_untrained", c_int64),
        ("last_rows", c_int64),
        ("folds", c_int64),
        ("fold", c_int64),
        ("folding", c_int64),
        ("test_window", c_char_p),
        ("unit", c_int64),
        ("seed", c_int64),
    ]


class llmrec_dataset_statistics(ctypes.Structure):
    _fields_ = [
        ("size", c_size_t),
        ("sessions", c_int64),
        ("items", c_int64),
        ("rows", c_int64),
        ("items_seen", c_int64),
        ("time_ties", c_int64),
        ("input_rows", c_int64),
        ("rows_dropped", c_int64),
        ("density", c_double),
        ("length_mean", c_double),
        ("length_quantiles", c_double * 5),
        ("popularity_mean", c_double),
        ("popularity_quantiles", c_double * 5),
        ("first_time", c_int64),
        ("last_time", c_int64),
        ("rows_missing", c_int64),
    ]


class llmrec_embedding_options(ctypes.Structure):
    _fields_ = [
        ("size", c_size_t),
        ("dtype", c_int64),
        ("ids_path", c_char_p),
        ("ids_format", c_int64),
        ("ids_column", c_char_p),
        ("tensor", c_char_p),
        ("verify", c_int64),
        ("id_kind", c_int64),
    ]


class llmrec_alignment(ctypes.Structure):
    _fields_ = [
        ("size", c_size_t),
        ("found", c_int64),
        ("missing", c_int64),
        ("surplus", c_int64),
        ("first_missing", c_int64),
        ("first_surplus", c_int64),
    ]


class llmrec_reducer_options(ctypes.Structure):
    _fields_ = [
        ("size", c_size_t),
        ("method", c_int64),
        ("dim", c_int64),
        ("power", c_double),
        ("ridge", c_double),
        ("tolerance", c_double),
        ("normalize", c_int64),
        ("skip_missing", c_int64),
        ("seed", c_int64),
    ]


class llmrec_text_encoder_options(ctypes.Structure):
    _fields_ = [
        ("size", c_size_t),
        ("max_tokens", c_int64),
        ("normalize", c_int64),
    ]


class llmrec_encode_items_options(ctypes.Structure):
    _fields_ = [
        ("size", c_size_t),
        ("columns", c_void_p),
        ("column_count", c_int64),
        ("separator", c_char_p),
        ("cache_directory", c_char_p),
        ("known", c_void_p),
    ]


class llmrec_encoder_options(ctypes.Structure):
    _fields_ = [
        ("size", c_size_t),
        ("causal", c_int64),
        ("dim", c_int64),
        ("layers", c_int64),
        ("heads", c_int64),
        ("head_dim", c_int64),
        ("ffn_dim", c_int64),
        ("max_length", c_int64),
        ("pre_norm", c_int64),
        ("activation", c_int64),
        ("embedding_norm", c_int64),
        ("final_norm", c_int64),
        ("head", c_int64),
        ("head_norm", c_int64),
        ("output_bias", c_int64),
        ("epsilon", c_double),
        ("embedding_dropout", c_double),
        ("attention_dropout", c_double),
        ("hidden_dropout", c_double),
        ("init", c_int64),
        ("init_deviation", c_double),
        ("seed", c_int64),
        ("left_aligned", c_int64),
        ("pad_with_mask", c_int64),
        ("filter_share", c_double),
        ("filter_modes", c_int64),
    ]


class llmrec_init_items_options(ctypes.Structure):
    _fields_ = [
        ("size", c_size_t),
        ("mode", c_int64),
        ("scale_std", c_double),
        ("seed", c_int64),
    ]


class llmrec_train_options(ctypes.Structure):
    _fields_ = [
        ("size", c_size_t),
        ("epochs", c_int64),
        ("batch", c_int64),
        ("mask_probability", c_double),
        ("last_share", c_double),
        ("copies", c_int64),
        ("most_masks", c_int64),
        ("window_stride", c_int64),
        ("loss", c_int64),
        ("negatives", c_int64),
        ("gbce_t", c_double),
        ("optimizer", c_int64),
        ("learning_rate", c_double),
        ("weight_decay", c_double),
        ("beta1", c_double),
        ("beta2", c_double),
        ("adam_epsilon", c_double),
        ("decay_all", c_int64),
        ("schedule", c_int64),
        ("warmup_steps", c_int64),
        ("clip", c_int64),
        ("clip_norm", c_double),
        ("accumulate", c_int64),
        ("validation_k", c_int64),
        ("validate_every", c_int64),
        ("patience", c_int64),
        ("checkpoint", c_char_p),
        ("seed", c_int64),
        ("additional", c_int64),
        ("average", c_double),
    ]


class llmrec_epoch(ctypes.Structure):
    _fields_ = [
        ("size", c_size_t),
        ("epoch", c_int64),
        ("steps", c_int64),
        ("loss", c_double),
        ("learning_rate", c_double),
        ("ndcg", c_double),
        ("hit_rate", c_double),
        ("seconds", c_double),
        ("validation_seconds", c_double),
        ("sequences_per_second", c_double),
        ("tokens_per_second", c_double),
        ("best", c_int64),
    ]


class llmrec_endpoint_options(ctypes.Structure):
    _fields_ = [
        ("size", c_size_t),
        ("url", c_char_p),
        ("model", c_char_p),
        ("key", c_char_p),
        ("connect_timeout", c_double),
        ("idle_timeout", c_double),
        ("total_timeout", c_double),
        ("concurrency", c_int64),
        ("attempts", c_int64),
        ("backoff", c_double),
        ("longest_backoff", c_double),
        ("answer_limit", c_int64),
        ("request_budget", c_int64),
        ("token_budget", c_int64),
        ("headers", c_void_p),
        ("header_count", c_int64),
        ("body", c_char_p),
        ("authorities", c_char_p),
        ("journal", c_char_p),
        ("prompt_price", c_double),
        ("completion_price", c_double),
        ("seed", c_int64),
        ("proxy", c_char_p),
        ("kind", c_int64),
    ]


class llmrec_message(ctypes.Structure):
    _fields_ = [
        ("role", c_char_p),
        ("content", c_char_p),
    ]


class llmrec_chat_request(ctypes.Structure):
    _fields_ = [
        ("size", c_size_t),
        ("messages", POINTER(llmrec_message)),
        ("message_count", c_int64),
        ("samples", c_int64),
        ("temperature", c_double),
        ("top_p", c_double),
        ("max_tokens", c_int64),
        ("seed", c_int64),
        ("stop", c_void_p),
        ("stop_count", c_int64),
        ("json_schema", c_char_p),
        ("grammar", c_char_p),
        ("top_logprobs", c_int64),
    ]


class llmrec_usage(ctypes.Structure):
    _fields_ = [
        ("size", c_size_t),
        ("requests", c_int64),
        ("journal_hits", c_int64),
        ("attempts", c_int64),
        ("retries", c_int64),
        ("failures", c_int64),
        ("prompt_tokens", c_int64),
        ("completion_tokens", c_int64),
        ("seconds", c_double),
        ("cost", c_double),
    ]


class llmrec_embeddings_options(ctypes.Structure):
    _fields_ = [
        ("size", c_size_t),
        ("batch", c_int64),
        ("batch_tokens", c_int64),
        ("max_tokens", c_int64),
        ("dim", c_int64),
        ("normalize", c_int64),
    ]


class llmrec_fine_tuning_options(ctypes.Structure):
    _fields_ = [
        ("size", c_size_t),
        ("training", c_char_p),
        ("validation", c_char_p),
        ("state", c_char_p),
        ("suffix", c_char_p),
        ("epochs", c_int64),
        ("seed", c_int64),
        ("upload_limit", c_int64),
    ]


class llmrec_fine_tuning_info(ctypes.Structure):
    _fields_ = [
        ("size", c_size_t),
        ("phase", c_int64),
        ("trained_tokens", c_int64),
        ("id", c_char_p),
        ("status", c_char_p),
        ("model", c_char_p),
        ("error", c_char_p),
    ]


class llmrec_popularity_options(ctypes.Structure):
    _fields_ = [
        ("size", c_size_t),
        ("window", c_char_p),
        ("latest_rows", c_int64),
        ("half_life", c_char_p),
    ]


class llmrec_similarity_options(ctypes.Structure):
    _fields_ = [
        ("size", c_size_t),
        ("weighting", c_int64),
        ("decay", c_int64),
        ("decay_rate", c_double),
        ("measure", c_int64),
        ("reduce", c_int64),
        ("reduce_dim", c_int64),
        ("reduce_power", c_double),
        ("reduce_ridge", c_double),
        ("seed", c_int64),
    ]


class llmrec_recommend_options(ctypes.Structure):
    _fields_ = [
        ("size", c_size_t),
        ("keep_seen", c_int64),
        ("allow_count", c_int64),
        ("allow", c_void_p),
        ("deny_count", c_int64),
        ("deny", c_void_p),
    ]


class llmrec_reason(ctypes.Structure):
    _fields_ = [
        ("size", c_size_t),
        ("kind", c_int64),
        ("index", c_int64),
        ("item", c_int64),
        ("contribution", c_double),
        ("share", c_double),
        ("value", c_double),
    ]


class llmrec_neighbors_options(ctypes.Structure):
    _fields_ = [
        ("size", c_size_t),
        ("sample_size", c_int64),
        ("sampling", c_int64),
        ("seed", c_int64),
        ("neighbors", c_int64),
        ("compared", c_int64),
        ("session_measure", c_int64),
        ("session_decay", c_int64),
        ("session_decay_rate", c_double),
        ("train_decay", c_int64),
        ("last_items", c_int64),
        ("sequential_weighting", c_int64),
        ("idf_weighting", c_int64),
        ("successors_only", c_int64),
    ]


class llmrec_cooccurrence_options(ctypes.Structure):
    _fields_ = [
        ("size", c_size_t),
        ("window", c_int64),
        ("distance_decay", c_int64),
        ("distance_rate", c_double),
        ("backward", c_double),
        ("power", c_double),
        ("row_items", c_int64),
        ("last_only", c_int64),
        ("session_decay", c_int64),
        ("session_decay_rate", c_double),
    ]


class llmrec_linear_options(ctypes.Structure):
    _fields_ = [
        ("size", c_size_t),
        ("model", c_int64),
        ("ridge", c_double),
        ("strength", c_double),
        ("guide_neighbors", c_int64),
        ("past_items", c_int64),
        ("past_decay", c_double),
        ("future_items", c_int64),
        ("future_decay", c_double),
        ("whole", c_double),
        ("session_decay", c_int64),
        ("session_decay_rate", c_double),
        ("validation_sessions", c_int64),
        ("seed", c_int64),
        ("solver", c_int64),
        ("candidates", c_int64),
        ("row_share", c_double),
        ("row_entries", c_int64),
        ("memory_limit", c_int64),
    ]


class llmrec_custom_strategy(ctypes.Structure):
    _fields_ = [
        ("size", c_size_t),
        ("name", c_char_p),
        ("dataset", c_void_p),
        ("items", c_int64),
        ("ids", c_void_p),
        ("id_lengths", c_void_p),
        ("rank", llmrec_rank_fn),
        ("score", llmrec_score_fn),
        ("free", llmrec_strategy_free_fn),
        ("user", c_void_p),
        ("id_kind", c_int64),
    ]


class llmrec_recommender_parts(ctypes.Structure):
    _fields_ = [
        ("size", c_size_t),
        ("dataset", c_void_p),
        ("embedding", c_void_p),
        ("encoder", c_void_p),
        ("llm", c_void_p),
        ("first_stage", c_void_p),
        ("text_encoder", c_void_p),
        ("recommenders", c_void_p),
        ("recommender_count", c_int64),
    ]


class llmrec_blend_options(ctypes.Structure):
    _fields_ = [
        ("size", c_size_t),
        ("weights", c_char_p),
        ("scale", c_int64),
        ("depth", c_int64),
        ("rank_constant", c_double),
    ]


class llmrec_blend_fit_options(ctypes.Structure):
    _fields_ = [
        ("size", c_size_t),
        ("k", c_int64),
        ("sessions", c_int64),
        ("seed", c_int64),
    ]


class llmrec_blend_fit_report(ctypes.Structure):
    _fields_ = [
        ("size", c_size_t),
        ("sessions", c_int64),
        ("ndcg", c_double),
        ("equal", c_double),
        ("weights", c_double * 64),
        ("alone", c_double * 64),
        ("without", c_double * 64),
    ]


class llmrec_concat_options(ctypes.Structure):
    _fields_ = [
        ("size", c_size_t),
        ("rank", c_int64),
        ("confidence", c_double),
    ]


class llmrec_switch_options(ctypes.Structure):
    _fields_ = [
        ("size", c_size_t),
        ("quantile", c_double),
    ]


class llmrec_rerank_options(ctypes.Structure):
    _fields_ = [
        ("size", c_size_t),
        ("method", c_int64),
        ("depth", c_int64),
        ("relevance", c_double),
        ("popularity_quantile", c_double),
        ("similarity_quantile", c_double),
        ("seed", c_int64),
    ]


class llmrec_prompt_options(ctypes.Structure):
    _fields_ = [
        ("size", c_size_t),
        ("form", c_int64),
        ("variant", c_int64),
        ("scoring", c_int64),
        ("answer", c_int64),
        ("structure", c_int64),
        ("aggregation", c_int64),
        ("style", c_int64),
        ("history", c_int64),
        ("history_characters", c_int64),
        ("candidates", c_int64),
        ("rounds", c_int64),
        ("shuffle", c_int64),
        ("first_stage_weight", c_double),
        ("window", c_int64),
        ("stride", c_int64),
        ("samples", c_int64),
        ("count", c_int64),
        ("clusters", c_int64),
        ("temperature", c_double),
        ("top_p", c_double),
        ("max_tokens", c_int64),
        ("seed", c_int64),
        ("likeness", c_double),
        ("title_length", c_int64),
        ("on_failure", c_int64),
        ("parity", c_int64),
        ("noun", c_char_p),
        ("nouns", c_char_p),
        ("column", c_char_p),
        ("system", c_char_p),
        ("user", c_char_p),
        ("alternatives", c_int64),
        ("asks", c_int64),
    ]


class llmrec_fine_tuning_data_options(ctypes.Structure):
    _fields_ = [
        ("size", c_size_t),
        ("format", c_int64),
        ("training", c_char_p),
        ("validation", c_char_p),
        ("validation_share", c_double),
        ("validation_rows", c_int64),
        ("rows", c_int64),
        ("min_history", c_int64),
        ("token_limit", c_int64),
        ("byte_limit", c_int64),
        ("seed", c_int64),
    ]


class llmrec_fine_tuning_data_info(ctypes.Structure):
    _fields_ = [
        ("size", c_size_t),
        ("training_rows", c_int64),
        ("validation_rows", c_int64),
        ("training_tokens", c_int64),
        ("validation_tokens", c_int64),
        ("training_bytes", c_int64),
        ("validation_bytes", c_int64),
        ("longest_row", c_int64),
        ("too_short", c_int64),
        ("unnamed", c_int64),
        ("repeated", c_int64),
        ("too_long", c_int64),
        ("unreadable", c_int64),
    ]


class llmrec_evaluation_options(ctypes.Structure):
    _fields_ = [
        ("size", c_size_t),
        ("k_count", c_int64),
        ("k", c_void_p),
        ("no_list", c_int64),
        ("mrr", c_int64),
        ("item_counts", c_void_p),
        ("keep_seen", c_int64),
        ("batch", c_int64),
        ("sample", c_int64),
        ("sample_seed", c_int64),
    ]


class llmrec_comparison(ctypes.Structure):
    _fields_ = [
        ("size", c_size_t),
        ("sessions", c_int64),
        ("difference", c_double),
        ("standard_error", c_double),
        ("low", c_double),
        ("high", c_double),
        ("p_value", c_double),
    ]


# What each function returns and takes.
FUNCTIONS = {
    "llmrec_last_error": (c_char_p, []),
    "llmrec_status_name": (c_char_p, [c_int32]),
    "llmrec_version": (c_char_p, []),
    "llmrec_abi_version": (c_int32, []),
    "llmrec_build_info": (c_char_p, []),
    "llmrec_supports": (c_int32, [c_char_p]),
    "llmrec_options_count": (c_int64, []),
    "llmrec_options_name": (c_char_p, [c_int64]),
    "llmrec_options_help": (c_char_p, [c_char_p]),
    "llmrec_options_fill": (c_int32, [c_char_p, c_char_p, c_void_p, c_size_t]),
    "llmrec_options_json": (c_int32, [c_char_p, c_void_p, c_char_p, c_size_t, c_void_p]),
    "llmrec_option_count": (c_int64, [c_char_p]),
    "llmrec_option_describe": (c_int32, [c_char_p, c_int64, POINTER(llmrec_option_info)]),
    "llmrec_option_choice": (c_int32, [c_char_p, c_char_p, c_int64, c_void_p, c_void_p]),
    "llmrec_option_set": (c_int32, [c_char_p, c_void_p, c_char_p, c_char_p]),
    "llmrec_option_get": (c_int32, [c_char_p, c_void_p, c_char_p, c_char_p, c_size_t, c_void_p]),
    "llmrec_option_range": (c_int32, [c_char_p, c_char_p, c_char_p, c_size_t, c_void_p]),
    "llmrec_preset_count": (c_int64, [c_char_p]),
    "llmrec_preset_name": (c_char_p, [c_char_p, c_int64]),
    "llmrec_preset_help": (c_char_p, [c_char_p, c_int64]),
    "llmrec_preset_setting": (c_char_p, [c_char_p, c_int64, c_int64]),
    "llmrec_context_options_init": (c_int32, [POINTER(llmrec_context_options), c_size_t]),
    "llmrec_context_create": (c_int32, [POINTER(llmrec_context_options), c_void_p]),
    "llmrec_context_free": (None, [c_void_p]),
    "llmrec_context_description": (c_int32, [c_void_p, c_char_p, c_size_t, c_void_p]),
    "llmrec_context_threads": (c_int64, [c_void_p]),
    "llmrec_dataset_options_init": (c_int32, [POINTER(llmrec_dataset_options), c_size_t]),
    "llmrec_dataset_options_preset": (c_int32, [POINTER(llmrec_dataset_options), c_size_t, c_char_p]),
    "llmrec_dataset_load": (c_int32, [c_void_p, c_char_p, c_char_p, POINTER(llmrec_dataset_options), c_void_p]),
    "llmrec_dataset_create": (c_int32, [c_void_p, POINTER(llmrec_interactions), POINTER(llmrec_items), POINTER(llmrec_dataset_options), c_void_p]),
    "llmrec_dataset_append": (c_int32, [c_void_p, c_void_p, c_void_p]),
    "llmrec_dataset_save": (c_int32, [c_void_p, c_char_p]),
    "llmrec_dataset_open": (c_int32, [c_void_p, c_char_p, c_void_p]),
    "llmrec_dataset_free": (None, [c_void_p]),
    "llmrec_split_options_init": (c_int32, [POINTER(llmrec_split_options), c_size_t]),
    "llmrec_dataset_split": (c_int32, [c_void_p, POINTER(llmrec_split_options), c_int64, c_void_p]),
    "llmrec_dataset_split_rows": (c_int32, [c_void_p, c_void_p, c_int64, c_int64, c_void_p]),
    "llmrec_dataset_sessions": (c_int64, [c_void_p]),
    "llmrec_dataset_items": (c_int64, [c_void_p]),
    "llmrec_dataset_rows": (c_int64, [c_void_p]),
    "llmrec_dataset_copy_sessions": (c_int32, [c_void_p, c_int64, c_int64, c_void_p, c_void_p, c_void_p, c_int64, c_void_p]),
    "llmrec_dataset_time_unit": (c_int64, [c_void_p]),
    "llmrec_dataset_copy_targets": (c_int32, [c_void_p, c_int64, c_int64, c_void_p]),
    "llmrec_dataset_item_id": (c_int32, [c_void_p, c_int64, c_void_p, c_void_p]),
    "llmrec_dataset_session_id": (c_int32, [c_void_p, c_int64, c_void_p, c_void_p]),
    "llmrec_dataset_item_text": (c_int32, [c_void_p, c_int64, c_int64, c_void_p, c_void_p]),
    "llmrec_dataset_find_item": (c_int64, [c_void_p, c_char_p, c_size_t]),
    "llmrec_dataset_find_session": (c_int64, [c_void_p, c_char_p, c_size_t]),
    "llmrec_dataset_item_ids_are_numbers": (c_int32, [c_void_p]),
    "llmrec_dataset_session_ids_are_numbers": (c_int32, [c_void_p]),
    "llmrec_dataset_columns": (c_int64, [c_void_p]),
    "llmrec_dataset_column_name": (c_char_p, [c_void_p, c_int64]),
    "llmrec_dataset_find_column": (c_int64, [c_void_p, c_char_p]),
    "llmrec_dataset_title_column": (c_int64, [c_void_p]),
    "llmrec_dataset_item_counts": (c_int32, [c_void_p, c_void_p]),
    "llmrec_dataset_describe": (c_int32, [c_void_p, POINTER(llmrec_dataset_statistics)]),
    "llmrec_dataset_description": (c_int32, [c_void_p, c_char_p, c_size_t, c_void_p]),
    "llmrec_embedding_options_init": (c_int32, [POINTER(llmrec_embedding_options), c_size_t]),
    "llmrec_embedding_create": (c_int32, [c_void_p, c_void_p, c_int64, c_int64, c_void_p, c_void_p, POINTER(llmrec_embedding_options), c_void_p]),
    "llmrec_embedding_load": (c_int32, [c_void_p, c_char_p, POINTER(llmrec_embedding_options), c_void_p]),
    "llmrec_embedding_open": (c_int32, [c_void_p, c_char_p, POINTER(llmrec_embedding_options), c_void_p]),
    "llmrec_embedding_save": (c_int32, [c_void_p, c_char_p]),
    "llmrec_embedding_free": (None, [c_void_p]),
    "llmrec_embedding_rows": (c_int64, [c_void_p]),
    "llmrec_embedding_dim": (c_int64, [c_void_p]),
    "llmrec_embedding_dtype": (c_int64, [c_void_p]),
    "llmrec_embedding_description": (c_int32, [c_void_p, c_char_p, c_size_t, c_void_p]),
    "llmrec_embedding_data": (c_void_p, [c_void_p]),
    "llmrec_embedding_copy_rows": (c_int32, [c_void_p, c_int64, c_int64, c_void_p]),
    "llmrec_embedding_has_row": (c_int32, [c_void_p, c_int64]),
    "llmrec_embedding_id": (c_int32, [c_void_p, c_int64, c_void_p, c_void_p]),
    "llmrec_embedding_ids_are_numbers": (c_int32, [c_void_p]),
    "llmrec_embedding_find": (c_int64, [c_void_p, c_char_p, c_size_t]),
    "llmrec_embedding_align": (c_int32, [c_void_p, c_void_p, c_int64, POINTER(llmrec_alignment), c_void_p]),
    "llmrec_reducer_options_init": (c_int32, [POINTER(llmrec_reducer_options), c_size_t]),
    "llmrec_reducer_fit": (c_int32, [c_void_p, POINTER(llmrec_reducer_options), c_void_p]),
    "llmrec_reducer_apply": (c_int32, [c_void_p, c_void_p, c_void_p]),
    "llmrec_reducer_dim": (c_int64, [c_void_p]),
    "llmrec_reducer_description": (c_int32, [c_void_p, c_char_p, c_size_t, c_void_p]),
    "llmrec_reducer_deviations": (c_int32, [c_void_p, c_void_p]),
    "llmrec_reducer_save": (c_int32, [c_void_p, c_char_p]),
    "llmrec_reducer_open": (c_int32, [c_void_p, c_char_p, c_void_p]),
    "llmrec_reducer_free": (None, [c_void_p]),
    "llmrec_text_encoder_options_init": (c_int32, [POINTER(llmrec_text_encoder_options), c_size_t]),
    "llmrec_text_encoder_load": (c_int32, [c_void_p, c_char_p, POINTER(llmrec_text_encoder_options), c_void_p]),
    "llmrec_text_encoder_free": (None, [c_void_p]),
    "llmrec_text_encoder_dim": (c_int64, [c_void_p]),
    "llmrec_text_encoder_max_tokens": (c_int64, [c_void_p]),
    "llmrec_text_encoder_description": (c_int32, [c_void_p, c_char_p, c_size_t, c_void_p]),
    "llmrec_text_encoder_tokenize": (c_int32, [c_void_p, c_char_p, c_size_t, c_void_p, c_int64, c_void_p]),
    "llmrec_text_encoder_encode": (c_int32, [c_void_p, c_void_p, c_void_p, c_int64, c_void_p]),
    "llmrec_encode_items_options_init": (c_int32, [POINTER(llmrec_encode_items_options), c_size_t]),
    "llmrec_text_encoder_encode_items": (c_int32, [c_void_p, c_void_p, POINTER(llmrec_encode_items_options), c_void_p]),
    "llmrec_encoder_options_init": (c_int32, [POINTER(llmrec_encoder_options), c_size_t]),
    "llmrec_encoder_options_preset": (c_int32, [POINTER(llmrec_encoder_options), c_size_t, c_char_p]),
    "llmrec_encoder_create": (c_int32, [c_void_p, POINTER(llmrec_encoder_options), c_void_p]),
    "llmrec_encoder_free": (None, [c_void_p]),
    "llmrec_encoder_items": (c_int64, [c_void_p]),
    "llmrec_encoder_dim": (c_int64, [c_void_p]),
    "llmrec_encoder_parameters": (c_int64, [c_void_p]),
    "llmrec_encoder_item_id": (c_int32, [c_void_p, c_int64, c_void_p, c_void_p]),
    "llmrec_encoder_get_options": (c_int32, [c_void_p, POINTER(llmrec_encoder_options)]),
    "llmrec_encoder_copy_weights": (c_int32, [c_void_p, c_char_p, c_int64, c_int64, c_void_p, c_void_p, c_void_p]),
    "llmrec_encoder_weights": (c_int64, [c_void_p]),
    "llmrec_encoder_weight_name": (c_char_p, [c_void_p, c_int64]),
    "llmrec_init_items_options_init": (c_int32, [POINTER(llmrec_init_items_options), c_size_t]),
    "llmrec_encoder_init_items": (c_int32, [c_void_p, c_void_p, POINTER(llmrec_init_items_options)]),
    "llmrec_train_options_init": (c_int32, [POINTER(llmrec_train_options), c_size_t]),
    "llmrec_train_options_preset": (c_int32, [POINTER(llmrec_train_options), c_size_t, c_char_p]),
    "llmrec_encoder_train": (c_int32, [c_void_p, c_void_p, c_void_p, POINTER(llmrec_train_options)]),
    "llmrec_encoder_description": (c_int32, [c_void_p, c_char_p, c_size_t, c_void_p]),
    "llmrec_encoder_get_train_options": (c_int32, [c_void_p, POINTER(llmrec_train_options)]),
    "llmrec_encoder_epochs": (c_int64, [c_void_p]),
    "llmrec_encoder_epoch": (c_int32, [c_void_p, c_int64, POINTER(llmrec_epoch)]),
    "llmrec_encoder_save_history": (c_int32, [c_void_p, c_char_p]),
    "llmrec_encoder_best_epoch": (c_int64, [c_void_p]),
    "llmrec_encoder_save": (c_int32, [c_void_p, c_char_p]),
    "llmrec_encoder_open": (c_int32, [c_void_p, c_char_p, c_void_p]),
    "llmrec_encoder_export_weights": (c_int32, [c_void_p, c_char_p]),
    "llmrec_encoder_import_weights": (c_int32, [c_void_p, c_char_p]),
    "llmrec_encoder_grow": (c_int32, [c_void_p, c_void_p, c_void_p, c_int64, c_void_p]),
    "llmrec_endpoint_options_init": (c_int32, [POINTER(llmrec_endpoint_options), c_size_t]),
    "llmrec_chat_request_init": (c_int32, [POINTER(llmrec_chat_request), c_size_t]),
    "llmrec_llm_create_endpoint": (c_int32, [c_void_p, POINTER(llmrec_endpoint_options), c_void_p]),
    "llmrec_completion_answer": (c_int32, [POINTER(llmrec_completion), c_int64, c_char_p, c_size_t]),
    "llmrec_completion_alternatives": (c_int32, [POINTER(llmrec_completion), c_int64, c_void_p, c_void_p, c_int64]),
    "llmrec_llm_create_callback": (c_int32, [c_void_p, llmrec_complete_fn, c_void_p, c_int64, c_void_p]),
    "llmrec_llm_free": (None, [c_void_p]),
    "llmrec_llm_description": (c_int32, [c_void_p, c_char_p, c_size_t, c_void_p]),
    "llmrec_llm_chat": (c_int32, [c_void_p, c_void_p, c_int64, c_void_p]),
    "llmrec_replies_free": (None, [c_void_p]),
    "llmrec_replies_status": (c_int32, [c_void_p, c_int64, c_void_p]),
    "llmrec_replies_count": (c_int64, [c_void_p, c_int64]),
    "llmrec_replies_text": (c_int32, [c_void_p, c_int64, c_int64, c_void_p, c_void_p, c_void_p]),
    "llmrec_replies_tokens": (c_int64, [c_void_p, c_int64, c_int64]),
    "llmrec_replies_alternatives": (c_int32, [c_void_p, c_int64, c_int64, c_int64, c_void_p, c_void_p, c_int64, c_void_p]),
    "llmrec_llm_usage": (c_int32, [c_void_p, POINTER(llmrec_usage)]),
    "llmrec_embeddings_options_init": (c_int32, [POINTER(llmrec_embeddings_options), c_size_t]),
    "llmrec_text_encoder_create_endpoint": (c_int32, [c_void_p, POINTER(llmrec_endpoint_options), POINTER(llmrec_embeddings_options), c_void_p]),
    "llmrec_text_encoder_usage": (c_int32, [c_void_p, POINTER(llmrec_usage)]),
    "llmrec_fine_tuning_options_init": (c_int32, [POINTER(llmrec_fine_tuning_options), c_size_t]),
    "llmrec_fine_tuning_start": (c_int32, [c_void_p, POINTER(llmrec_endpoint_options), POINTER(llmrec_fine_tuning_options), c_void_p]),
    "llmrec_fine_tuning_description": (c_int32, [c_void_p, c_char_p, c_size_t, c_void_p]),
    "llmrec_fine_tuning_free": (None, [c_void_p]),
    "llmrec_fine_tuning_look": (c_int32, [c_void_p, POINTER(llmrec_fine_tuning_info)]),
    "llmrec_fine_tuning_follow": (c_int32, [c_void_p, c_double, POINTER(llmrec_fine_tuning_info)]),
    "llmrec_fine_tuning_cancel": (c_int32, [c_void_p, POINTER(llmrec_fine_tuning_info)]),
    "llmrec_recommender_create_popularity": (c_int32, [c_void_p, c_void_p]),
    "llmrec_popularity_options_init": (c_int32, [POINTER(llmrec_popularity_options), c_size_t]),
    "llmrec_recommender_create_recent_popularity": (c_int32, [c_void_p, POINTER(llmrec_popularity_options), c_void_p]),
    "llmrec_similarity_options_init": (c_int32, [POINTER(llmrec_similarity_options), c_size_t]),
    "llmrec_similarity_options_preset": (c_int32, [POINTER(llmrec_similarity_options), c_size_t, c_char_p]),
    "llmrec_recommender_create_similarity": (c_int32, [c_void_p, POINTER(llmrec_similarity_options), c_void_p]),
    "llmrec_recommender_create_encoder": (c_int32, [c_void_p, c_void_p]),
    "llmrec_recommender_free": (None, [c_void_p]),
    "llmrec_recommender_description": (c_int32, [c_void_p, c_char_p, c_size_t, c_void_p]),
    "llmrec_recommender_name": (c_char_p, [c_void_p]),
    "llmrec_recommender_items": (c_int64, [c_void_p]),
    "llmrec_recommender_item_id": (c_int32, [c_void_p, c_int64, c_void_p, c_void_p]),
    "llmrec_recommender_item_ids_are_numbers": (c_int32, [c_void_p]),
    "llmrec_recommender_item_title": (c_int32, [c_void_p, c_int64, c_void_p, c_void_p]),
    "llmrec_recommender_find_items": (c_int32, [c_void_p, c_void_p, c_void_p, c_int64, c_void_p]),
    "llmrec_recommend_options_init": (c_int32, [POINTER(llmrec_recommend_options), c_size_t]),
    "llmrec_recommend": (c_int32, [c_void_p, c_void_p, c_void_p, c_int64, c_int64, POINTER(llmrec_recommend_options), c_void_p, c_void_p, c_void_p]),
    "llmrec_recommend_ids": (c_int32, [c_void_p, c_void_p, c_void_p, c_void_p, c_int64, c_int64, POINTER(llmrec_recommend_options), c_void_p, c_void_p, c_void_p, c_void_p]),
    "llmrec_score": (c_int32, [c_void_p, c_void_p, c_void_p, c_int64, c_void_p, c_void_p, c_int64, c_void_p]),
    "llmrec_score_ids": (c_int32, [c_void_p, c_void_p, c_void_p, c_void_p, c_int64, c_void_p, c_void_p, c_void_p, c_int64, c_void_p, c_void_p]),
    "llmrec_recommender_dim": (c_int64, [c_void_p]),
    "llmrec_recommender_measure": (c_int64, [c_void_p]),
    "llmrec_session_vectors": (c_int32, [c_void_p, c_void_p, c_void_p, c_int64, c_void_p]),
    "llmrec_recommender_item_vectors": (c_int32, [c_void_p, c_void_p]),
    "llmrec_similar_items": (c_int32, [c_void_p, c_void_p, c_int64, c_int64, POINTER(llmrec_recommend_options), c_void_p, c_void_p, c_void_p]),
    "llmrec_session_create": (c_int32, [c_void_p, c_void_p]),
    "llmrec_session_free": (None, [c_void_p]),
    "llmrec_session_append": (c_int32, [c_void_p, c_void_p, c_int64]),
    "llmrec_session_append_ids": (c_int32, [c_void_p, c_void_p, c_void_p, c_int64, c_void_p]),
    "llmrec_session_length": (c_int64, [c_void_p]),
    "llmrec_session_description": (c_int32, [c_void_p, c_char_p, c_size_t, c_void_p]),
    "llmrec_session_recommend": (c_int32, [c_void_p, c_int64, POINTER(llmrec_recommend_options), c_void_p, c_void_p, c_void_p]),
    "llmrec_explain": (c_int32, [c_void_p, c_void_p, c_int64, c_int32, c_void_p]),
    "llmrec_explanation_free": (None, [c_void_p]),
    "llmrec_explanation_score": (c_double, [c_void_p]),
    "llmrec_explanation_method": (c_char_p, [c_void_p]),
    "llmrec_explanation_count": (c_int64, [c_void_p]),
    "llmrec_explanation_reason": (c_int32, [c_void_p, c_int64, POINTER(llmrec_reason)]),
    "llmrec_explanation_part": (c_void_p, [c_void_p, c_int64]),
    "llmrec_explanation_sentence": (c_char_p, [c_void_p]),
    "llmrec_neighbors_options_init": (c_int32, [POINTER(llmrec_neighbors_options), c_size_t]),
    "llmrec_neighbors_options_preset": (c_int32, [POINTER(llmrec_neighbors_options), c_size_t, c_char_p]),
    "llmrec_recommender_create_neighbors": (c_int32, [c_void_p, c_void_p, POINTER(llmrec_neighbors_options), c_void_p]),
    "llmrec_cooccurrence_options_init": (c_int32, [POINTER(llmrec_cooccurrence_options), c_size_t]),
    "llmrec_cooccurrence_options_preset": (c_int32, [POINTER(llmrec_cooccurrence_options), c_size_t, c_char_p]),
    "llmrec_recommender_create_cooccurrence": (c_int32, [c_void_p, POINTER(llmrec_cooccurrence_options), c_void_p]),
    "llmrec_recommender_update_cooccurrence": (c_int32, [c_void_p, c_void_p, c_void_p, c_void_p]),
    "llmrec_linear_options_init": (c_int32, [POINTER(llmrec_linear_options), c_size_t]),
    "llmrec_recommender_create_linear": (c_int32, [c_void_p, c_void_p, POINTER(llmrec_linear_options), c_void_p]),
    "llmrec_recommender_create_custom": (c_int32, [c_void_p, POINTER(llmrec_custom_strategy), c_void_p]),
    "llmrec_strategy_count": (c_int64, []),
    "llmrec_strategy_name": (c_char_p, [c_int64]),
    "llmrec_strategy_help": (c_char_p, [c_char_p]),
    "llmrec_strategy_options": (c_char_p, [c_char_p]),
    "llmrec_strategy_needs": (c_int64, [c_char_p]),
    "llmrec_strategy_takes": (c_int64, [c_char_p]),
    "llmrec_recommender_create": (c_int32, [POINTER(llmrec_recommender_parts), c_char_p, c_void_p]),
    "llmrec_recommender_save": (c_int32, [c_void_p, c_char_p]),
    "llmrec_recommender_open": (c_int32, [c_void_p, c_char_p, POINTER(llmrec_recommender_parts), c_void_p]),
    "llmrec_blend_options_init": (c_int32, [POINTER(llmrec_blend_options), c_size_t]),
    "llmrec_blend_options_preset": (c_int32, [POINTER(llmrec_blend_options), c_size_t, c_char_p]),
    "llmrec_recommender_create_blend": (c_int32, [POINTER(llmrec_recommender_parts), POINTER(llmrec_blend_options), c_void_p]),
    "llmrec_blend_fit_options_init": (c_int32, [POINTER(llmrec_blend_fit_options), c_size_t]),
    "llmrec_blend_fit": (c_int32, [POINTER(llmrec_recommender_parts), c_void_p, POINTER(llmrec_blend_options), POINTER(llmrec_blend_fit_options), POINTER(llmrec_blend_fit_report), c_void_p]),
    "llmrec_concat_options_init": (c_int32, [POINTER(llmrec_concat_options), c_size_t]),
    "llmrec_concat_options_preset": (c_int32, [POINTER(llmrec_concat_options), c_size_t, c_char_p]),
    "llmrec_switch_options_init": (c_int32, [POINTER(llmrec_switch_options), c_size_t]),
    "llmrec_rerank_options_init": (c_int32, [POINTER(llmrec_rerank_options), c_size_t]),
    "llmrec_rerank_options_preset": (c_int32, [POINTER(llmrec_rerank_options), c_size_t, c_char_p]),
    "llmrec_prompt_options_init": (c_int32, [POINTER(llmrec_prompt_options), c_size_t]),
    "llmrec_prompt_options_preset": (c_int32, [POINTER(llmrec_prompt_options), c_size_t, c_char_p]),
    "llmrec_recommender_create_prompt": (c_int32, [POINTER(llmrec_recommender_parts), POINTER(llmrec_prompt_options), c_void_p]),
    "llmrec_prompt_preview": (c_int32, [c_void_p, c_void_p, c_int64, c_void_p, c_int64, c_char_p, c_size_t, c_void_p]),
    "llmrec_recommend_grounded": (c_int32, [c_void_p, c_void_p, c_void_p, c_int64, c_int64, POINTER(llmrec_recommend_options), c_void_p, c_void_p, c_void_p, c_void_p, c_int64]),
    "llmrec_fine_tuning_data_options_init": (c_int32, [POINTER(llmrec_fine_tuning_data_options), c_size_t]),
    "llmrec_fine_tuning_write": (c_int32, [POINTER(llmrec_recommender_parts), POINTER(llmrec_prompt_options), POINTER(llmrec_fine_tuning_data_options), POINTER(llmrec_fine_tuning_data_info)]),
    "llmrec_evaluation_options_init": (c_int32, [POINTER(llmrec_evaluation_options), c_size_t]),
    "llmrec_evaluate": (c_int32, [c_void_p, c_void_p, c_void_p, POINTER(llmrec_evaluation_options), c_void_p]),
    "llmrec_evaluate_lists": (c_int32, [c_void_p, c_int64, c_int64, c_void_p, c_void_p, c_void_p, c_void_p, c_void_p, POINTER(llmrec_evaluation_options), c_void_p]),
    "llmrec_report_free": (None, [c_void_p]),
    "llmrec_report_metric": (c_int32, [c_void_p, c_int64, c_int64, c_void_p, c_void_p]),
    "llmrec_report_sessions": (c_int64, [c_void_p]),
    "llmrec_report_empty_lists": (c_int64, [c_void_p]),
    "llmrec_report_seconds": (c_double, [c_void_p]),
    "llmrec_report_k_count": (c_int64, [c_void_p]),
    "llmrec_report_k": (c_int64, [c_void_p, c_int64]),
    "llmrec_metric_name": (c_char_p, [c_int64]),
    "llmrec_report_grounding": (c_int64, [c_void_p, c_int64]),
    "llmrec_report_values": (c_int32, [c_void_p, c_int64, c_int64, c_void_p]),
    "llmrec_report_compare": (c_int32, [c_void_p, c_void_p, c_int64, c_int64, POINTER(llmrec_comparison)]),
    "llmrec_report_mean": (c_int32, [c_void_p, c_int64, c_void_p]),
    "llmrec_report_format": (c_int32, [c_void_p, c_void_p, c_int64, c_int64, c_char_p, c_size_t, c_void_p]),
    "llmrec_report_description": (c_int32, [c_void_p, c_char_p, c_size_t, c_void_p]),
    "llmrec_report_save": (c_int32, [c_void_p, c_void_p, c_int64, c_char_p]),
    "llmrec_dataset_create_arrow": (c_int32, [c_void_p, c_void_p, c_void_p, POINTER(llmrec_dataset_options), c_void_p]),
    "llmrec_dataset_rows_arrow": (c_int32, [c_void_p, c_void_p]),
    "llmrec_dataset_items_arrow": (c_int32, [c_void_p, c_void_p]),
    "llmrec_dataset_statistics_arrow": (c_int32, [c_void_p, c_void_p]),
    "llmrec_recommendations_arrow": (c_int32, [c_void_p, c_int64, c_int64, c_void_p, c_void_p, c_void_p, c_void_p]),
    "llmrec_report_values_arrow": (c_int32, [c_void_p, c_void_p]),
}


# Values of each enum, by its name and by its constants' names without what these have in common.
ENUMS = {
    "status": {
        "ok": 0,
        "argument": -1,
        "memory": -2,
        "io": -3,
        "format": -4,
        "shape": -5,
        "numeric": -6,
        "abi": -7,
        "canceled": -8,
        "callback": -9,
        "unsupported": -10,
        "internal": -11,
    },
    "option_type": {
        "integer": 0,
        "number": 1,
        "flag": 2,
        "choice": 3,
        "text": 4,
        "secret": 5,
        "texts": 6,
        "indices": 7,
        "integers": 8,
        "count": 9,
        "pointer": 10,
    },
    "log_level": {
        "error": 0,
        "warning": 1,
        "info": 2,
        "debug": 3,
    },
    "format": {
        "auto": 0,
        "csv": 1,
        "tsv": 2,
        "jsonl": 3,
        "recbole": 4,
        "sequences": 5,
        "sequences_with_id": 6,
    },
    "header": {
        "auto": 0,
        "yes": 1,
        "no": 2,
    },
    "encoding": {
        "auto": 0,
        "utf8": 1,
        "utf16le": 2,
        "utf16be": 3,
        "windows_1252": 4,
        "latin1": 5,
    },
    "duplicates": {
        "keep": 0,
        "drop_repeats": 1,
        "drop_consecutive": 2,
    },
    "catalog_items": {
        "interactions": 0,
        "all": 1,
    },
    "time_unit": {
        "auto": 0,
        "s": 1,
        "ms": 2,
        "us": 3,
        "ns": 4,
        "date": 5,
        "iso": 6,
    },
    "ids": {
        "text": 0,
        "integer": 1,
    },
    "missing": {
        "refuse": 0,
        "drop": 1,
    },
    "split_part": {
        "train": 0,
        "validation": 1,
        "test": 2,
        "train_validation": 3,
    },
    "split_method": {
        "leave_one_out": 0,
        "temporal": 1,
        "leave_last": 2,
        "random": 3,
        "global_time": 4,
        "column": 5,
    },
    "folding": {
        "chained": 0,
        "sliding": 1,
    },
    "split_unit": {
        "sessions": 0,
        "users": 1,
    },
    "dtype": {
        "float32": 0,
        "float16": 1,
    },
    "align_missing": {
        "zero": 0,
        "error": 1,
    },
    "reduce_method": {
        "none": 0,
        "pca": 1,
        "whiten": 2,
        "random": 3,
    },
    "activation": {
        "gelu": 0,
        "relu": 1,
    },
    "weight_init": {
        "normal": 0,
        "glorot": 1,
        "truncated_normal": 2,
    },
    "init_items_mode": {
        "start": 0,
        "frozen": 1,
        "frozen_columns": 2,
        "adapter": 3,
    },
    "loss": {
        "softmax": 0,
        "sampled_softmax": 1,
        "gbce": 2,
    },
    "optimizer": {
        "adamw": 0,
        "bert_adam": 1,
        "keras_adamw": 2,
    },
    "schedule": {
        "constant": 0,
        "linear": 1,
        "cosine": 2,
    },
    "clip": {
        "none": 0,
        "global": 1,
        "tensor": 2,
    },
    "endpoint_kind": {
        "chat": 0,
        "completions": 1,
    },
    "fine_tuning_phase": {
        "running": 0,
        "succeeded": 1,
        "failed": 2,
        "canceled": 3,
    },
    "weighting": {
        "last": 0,
        "mean": 1,
    },
    "decay": {
        "none": 0,
        "constant_linear": 1,
        "scaling_linear": 2,
        "scaling_quadratic": 3,
        "scaling_cubic": 4,
        "log": 5,
        "harmonic": 6,
        "harmonic_squared": 7,
        "exponential": 8,
    },
    "measure": {
        "cosine": 0,
        "dot": 1,
        "euclidean": 2,
    },
    "reason_kind": {
        "item": 0,
        "session": 1,
        "part": 2,
        "rows": 3,
        "words": 4,
    },
    "sampling": {
        "recent": 0,
        "random": 1,
    },
    "compared": {
        "items": 0,
        "vectors": 1,
    },
    "linear_model": {
        "slit": 0,
        "ease": 1,
        "slist": 2,
        "slis": 3,
    },
    "linear_solver": {
        "auto": 0,
        "dense": 1,
        "columns": 2,
    },
    "need": {
        "dataset": 1,
        "embedding": 2,
        "encoder": 4,
        "llm": 8,
        "first_stage": 16,
        "text_encoder": 32,
        "recommenders": 64,
    },
    "blend_scale": {
        "zscore": 0,
        "none": 1,
        "rank": 2,
    },
    "rerank_method": {
        "mmr": 0,
        "popularity": 1,
        "diversity": 2,
    },
    "prompt_form": {
        "rank": 0,
        "genitem": 1,
        "genlist": 2,
        "classify": 3,
    },
    "prompt_variant": {
        "sequential": 0,
        "recency": 1,
        "in_context": 2,
    },
    "prompt_scoring": {
        "list": 0,
        "letters": 1,
        "pairwise": 2,
    },
    "prompt_answer": {
        "labels": 0,
        "names": 1,
    },
    "prompt_structure": {
        "auto": 0,
        "none": 1,
        "json_schema": 2,
        "grammar": 3,
    },
    "prompt_aggregation": {
        "borda": 0,
        "reciprocal": 1,
        "kemeny": 2,
        "sum": 3,
    },
    "prompt_style": {
        "fenced": 0,
        "lines": 1,
        "numbered": 2,
    },
    "on_failure": {
        "first_stage": 0,
        "empty": 1,
    },
    "grounding": {
        "exact": 0,
        "fuzzy": 1,
        "nearest": 2,
        "duplicate": 3,
        "hallucinated": 4,
        "backfilled": 5,
        "failed": 6,
        "filtered": 7,
        "requests": 8,
        "count": 9,
    },
    "row_format": {
        "chat": 0,
        "completion": 1,
        "input_output": 2,
    },
    "metric": {
        "ndcg": 0,
        "hr": 1,
        "mrr": 2,
        "recall": 3,
        "precision": 4,
        "map": 5,
        "novelty": 6,
        "serendipity": 7,
        "coverage": 8,
    },
    "no_list": {
        "zero": 0,
        "skip": 1,
    },
    "mrr": {
        "first_hit": 0,
        "mean_of_hits": 1,
    },
    "report_layout": {
        "table": 0,
        "json": 1,
        "csv": 2,
    },
}


# The ABI of these headers, as llmrec_abi_version() counts.
ABI = 1
