# SPDX-License-Identifier: Apache-2.0
"""Types of option keywords. Generated from the library's tables by tools/generate_python_options.py: do not edit."""
import datetime
import os
from collections.abc import Mapping, Sequence
from typing import Any, Literal, Union

import numpy as np
import numpy.typing as npt
from typing_extensions import TypedDict

_Text = Union[str, bytes, os.PathLike[str]]
_Integer = Union[int, np.integer[Any]]
_Number = Union[float, np.floating[Any], np.integer[Any]]
_Flag = Union[bool, np.bool_, Literal[0, 1]]
Mode = Literal["start", "frozen", "frozen_columns", "adapter"]


class Blend(TypedDict, total=False):
    weights: Union[_Text, None]
    '''a weight for each recommender, blanks between: 0.5 1 0.2; unset: each is 1; default None; a text'''
    scale: Union[Union[Literal["zscore", "none", "rank"], Literal[0, 1, 2]], None]
    '''how scores of different recommenders are made comparable; default 'zscore'; zscore, none, rank'''
    depth: Union[_Integer, None]
    '''items taken from each recommender's list; default 100; 1 to 2147483647'''
    rank_constant: Union[_Number, None]
    '''rank: added to ranks; default 60; [0, 1e+09]'''


class ChatRequest(TypedDict, total=False):
    samples: Union[_Integer, None]
    '''number of answers; default 1; 1 to 1000'''
    temperature: Union[_Number, None]
    '''sampling temperature; unset: the server's default; default None; [0, 100]'''
    top_p: Union[_Number, None]
    '''nucleus sampling; unset: the server's default; default None; (0, 1]'''
    max_tokens: Union[_Integer, None]
    '''longest answer in tokens; 0: the server's default; default 0; 0 to 2147483647'''
    seed: Union[_Integer, None]
    '''seed of the first answer, then plus one each; -1: not sent; default -1; -1 to 9223372036854774807'''
    stop: Union[Union[str, Sequence[str]], None]
    '''texts that end an answer; default None; texts'''
    json_schema: Union[Union[_Text, Mapping[str, Any]], None]
    '''JSON schema that the answer must follow; default None; a text'''
    grammar: Union[_Text, None]
    '''GBNF grammar that the answer must follow; default None; a text'''
    top_logprobs: Union[_Integer, None]
    '''alternatives per token, returned with log-probabilities; default 0; 0 to 10000'''


class Cooccurrence(TypedDict, total=False):
    window: Union[_Integer, None]
    '''largest distance of two rows that count as a pair; default 20; 1 to 2147483647'''
    distance_decay: Union[Union[Literal["none", "constant_linear", "scaling_linear", "scaling_quadratic", "scaling_cubic", "log", "harmonic", "harmonic_squared", "exponential"], Literal[0, 1, 2, 3, 4, 5, 6, 7, 8]], None]
    '''how weights of pairs decrease with distance; default 'harmonic'; none, constant_linear, scaling_linear, scaling_quadratic, scaling_cubic, log, harmonic, harmonic_squared, exponential'''
    distance_rate: Union[_Number, None]
    '''exponential: decay rate; default 0.5; 0 or more'''
    backward: Union[_Number, None]
    '''weight of pairs in the other direction; default 0.6; 0 or more'''
    power: Union[_Number, None]
    '''counts are divided by the items' rows to this power; 0: not; default 0.5; [0, 1]'''
    row_items: Union[_Integer, None]
    '''keep only the largest entries of each item; 0: all; default 0; 0 to 2147483647'''
    last_only: Union[_Flag, None]
    '''only the last item of a session counts; default False; True or False'''
    session_decay: Union[Union[Literal["none", "constant_linear", "scaling_linear", "scaling_quadratic", "scaling_cubic", "log", "harmonic", "harmonic_squared", "exponential"], Literal[0, 1, 2, 3, 4, 5, 6, 7, 8]], None]
    '''how weights of a session's items decrease with age; default 'harmonic'; none, constant_linear, scaling_linear, scaling_quadratic, scaling_cubic, log, harmonic, harmonic_squared, exponential'''
    session_decay_rate: Union[_Number, None]
    '''exponential: decay rate; default 0.5; 0 or more'''


class Dataset(TypedDict, total=False):
    format: Union[Union[Literal["auto", "csv", "tsv", "jsonl", "recbole", "sequences", "sequences_with_id"], Literal[0, 1, 2, 3, 4, 5, 6]], None]
    '''format of the interaction file; default 'auto'; auto, csv, tsv, jsonl, recbole, sequences, sequences_with_id'''
    session_column: Union[_Text, None]
    '''column of session ids, by name or number; unset: recognized; default None; a text'''
    item_column: Union[_Text, None]
    '''column of item ids, by name or number; unset: recognized; default None; a text'''
    time_column: Union[_Text, None]
    '''column of times, by name or number; unset: recognized; "": no times; default None; a text'''
    items_format: Union[Union[Literal["auto", "csv", "tsv", "jsonl", "recbole"], Literal[0, 1, 2, 3, 4]], None]
    '''format of the item file; default 'auto'; auto, csv, tsv, jsonl, recbole'''
    items_id_column: Union[_Text, None]
    '''id column of the item file, by name or number; unset: recognized; default None; a text'''
    duplicates: Union[Union[Literal["keep", "drop_repeats", "drop_consecutive"], Literal[0, 1, 2]], None]
    '''how repeated items of a session are handled; default 'keep'; keep, drop_repeats, drop_consecutive'''
    min_session_rows: Union[_Integer, None]
    '''p-core: drop sessions with fewer rows; alternates with min_item_rows; default 1; 1 or more'''
    min_item_rows: Union[_Integer, None]
    '''p-core: drop items with fewer rows; alternates with min_session_rows; default 1; 1 or more'''
    min_session_length: Union[_Integer, None]
    '''drop shorter sessions, after all other filters; default 1; 1 or more'''
    max_session_length: Union[_Integer, None]
    '''keep only the last rows of each session; 0: keep all; default 0; 0 or more'''
    catalog: Union[Union[Literal["interactions", "all"], Literal[0, 1]], None]
    '''which items the catalog contains; default 'all'; interactions, all'''
    invalid_utf8: Union[_Flag, None]
    '''replace invalid UTF-8 by U+FFFD; no: report an error; default False; True or False'''
    delimiter: Union[_Text, None]
    '''comma, tab, semicolon, pipe, double_colon, blank, or one or two bytes; unset: recognized; default None; a text'''
    header: Union[Union[Literal["auto", "yes", "no"], Literal[0, 1, 2], bool], None]
    '''whether the interaction file begins with names of columns; default 'auto'; auto, yes, no'''
    encoding: Union[Union[Literal["auto", "utf8", "utf16le", "utf16be", "windows_1252", "latin1"], Literal[0, 1, 2, 3, 4, 5]], None]
    '''encoding of the interaction file; default 'auto'; auto, utf8, utf16le, utf16be, windows_1252, latin1'''
    member: Union[_Text, None]
    '''file in the archive; unset: the only one, or the one with a well-known name; default None; a text'''
    where: Union[_Text, None]
    '''rows to keep: "rating >= 4 and event in (view, cart)"; unset: all; default None; a text'''
    items_delimiter: Union[_Text, None]
    '''delimiter of the item file; unset: recognized; default None; a text'''
    items_header: Union[Union[Literal["auto", "yes", "no"], Literal[0, 1, 2], bool], None]
    '''whether the item file begins with names of columns; default 'auto'; auto, yes, no'''
    items_encoding: Union[Union[Literal["auto", "utf8", "utf16le", "utf16be", "windows_1252", "latin1"], Literal[0, 1, 2, 3, 4, 5]], None]
    '''encoding of the item file; default 'auto'; auto, utf8, utf16le, utf16be, windows_1252, latin1'''
    items_member: Union[_Text, None]
    '''the item file in its archive; unset: as for member; default None; a text'''
    max_rows: Union[_Integer, None]
    '''more rows in the interaction file are an error; 0: no limit; default 0; 0 or more'''
    max_bytes: Union[_Integer, None]
    '''more bytes in a file, unpacked, are an error; 0: no limit; default 0; 0 or more'''
    max_line_bytes: Union[_Integer, None]
    '''longer lines are an error; default 16777216; 1 to 1073741824'''
    max_text_bytes: Union[_Integer, None]
    '''longer ids and item texts are an error; 0: no limit; default 0; 0 or more'''
    time_unit: Union[Union[Literal["auto", "s", "ms", "us", "ns", "date", "iso"], Literal[0, 1, 2, 3, 4, 5, 6]], None]
    '''unit of the times; auto: numbers by their size, and ISO 8601 dates; date: YYYYMMDD; default 'auto'; auto, s, ms, us, ns, date, iso'''
    time_format: Union[_Text, None]
    '''format of the times, as "%d.%m.%Y %H:%M"; set: time_unit is not used; default None; a text'''
    ids: Union[Union[Literal["text", "integer"], Literal[0, 1]], None]
    '''integer: "1", "1.0" and " 1" are one id; default 'text'; text, integer'''
    missing: Union[Union[Literal["refuse", "drop"], Literal[0, 1]], None]
    '''a row without an id or a time: an error, or dropped; default 'refuse'; refuse, drop'''
    missing_values: Union[_Text, None]
    r'''words that stand for a missing id or time, separated by commas; empty texts always do; default 'NULL,null,NA,N/A,<NA>,\\N,nan,NaN,NaT,None'; a text'''
    session_gap: Union[_Text, None]
    '''cut each history into sessions where the time between rows is longer, such as 30m, or at every "day"'s end; default None; a text'''
    split_column: Union[_Text, None]
    '''column with the part of each row, for the split method column; unset: none; default None; a text'''
    item_list: Union[_Text, None]
    '''the item column has lists of ids: read those with this ending, such as -1; "": all; unset: one id; default None; a text'''
    items_title_column: Union[_Text, None]
    '''title column of the item file, by name or number; unset: recognized; default None; a text'''


class Embedding(TypedDict, total=False):
    dtype: Union[Union[Literal["float32", "float16"], Literal[0, 1]], None]
    '''data type of the stored values; default 'float32'; float32, float16'''
    ids_path: Union[_Text, None]
    '''load: item file with one id per table row; unset: the table's own ids; default None; a text'''
    ids_format: Union[Union[Literal["auto", "csv", "tsv", "jsonl", "recbole"], Literal[0, 1, 2, 3, 4]], None]
    '''load: format of the item file; default 'auto'; auto, csv, tsv, jsonl, recbole'''
    ids_column: Union[_Text, None]
    '''load: id column of the item file; unset: found by common names; default None; a text'''
    tensor: Union[_Text, None]
    '''load, safetensors: name of the tensor; unset: "embeddings" or the only matrix; default None; a text'''
    verify: Union[_Flag, None]
    '''open: check all values even if the table is larger than 16 MiB; default False; True or False'''
    id_kind: Union[Union[Literal["text", "integer"], Literal[0, 1]], None]
    '''integer: "1", "1.0" and " 1" are one id; default 'text'; text, integer'''


class EncodeItems(TypedDict, total=False):
    columns: Union[Union[str, Sequence[str]], None]
    '''text columns joined to an item's text; unset: the title; default None; texts'''
    separator: Union[_Text, None]
    '''text between the columns; default ', '; a text'''
    cache_directory: Union[_Text, None]
    '''existing directory in which vectors are cached; unset: no cache; default None; a text'''


class Encoder(TypedDict, total=False):
    causal: Union[_Flag, None]
    '''predict the next item at each position (SASRec) instead of masked items (BERT4Rec); default False; True or False'''
    dim: Union[_Integer, None]
    '''dim of the hidden states and of the item vectors; default 64; 1 to 16384'''
    layers: Union[_Integer, None]
    '''number of transformer blocks; default 2; 0 to 64'''
    heads: Union[_Integer, None]
    '''number of attention heads, at most dim; default 2; 1 to 16384'''
    head_dim: Union[_Integer, None]
    '''dim of one head; 0: dim / heads, rounded down; default 0; 0 to 16384'''
    ffn_dim: Union[_Integer, None]
    '''inner dim of the feed-forward layer; 0: 4 dim; default 0; 0 to 65536'''
    max_length: Union[_Integer, None]
    '''longest sequence; longer sessions keep their end; default 50; 2 to 65536'''
    pre_norm: Union[_Flag, None]
    '''apply LayerNorm before each sublayer instead of after it; default False; True or False'''
    activation: Union[Union[Literal["gelu", "relu"], Literal[0, 1]], None]
    '''activation of the feed-forward layer and the head; default 'gelu'; gelu, relu'''
    embedding_norm: Union[_Flag, None]
    '''apply LayerNorm to the sum of item and position vectors; default True; True or False'''
    final_norm: Union[_Flag, None]
    '''apply LayerNorm after the last block; default False; True or False'''
    head: Union[_Flag, None]
    '''add a head before the output: a projection with activation; default True; True or False'''
    head_norm: Union[_Flag, None]
    '''apply LayerNorm after the head; default True; True or False'''
    output_bias: Union[_Flag, None]
    '''add a trained bias to the logit of each item; default True; True or False'''
    epsilon: Union[_Number, None]
    '''epsilon of each LayerNorm; default 1e-12; (0, 1]'''
    embedding_dropout: Union[_Number, None]
    '''dropout rate on the sum of item and position vectors; default 0.2; [0, 1)'''
    attention_dropout: Union[_Number, None]
    '''dropout rate on attention weights; default 0.2; [0, 1)'''
    hidden_dropout: Union[_Number, None]
    '''dropout rate on the output of each sublayer; default 0.2; [0, 1)'''
    init: Union[Union[Literal["normal", "glorot", "truncated_normal"], Literal[0, 1, 2]], None]
    '''distribution of the initial weights; default 'normal'; normal, glorot, truncated_normal'''
    init_deviation: Union[_Number, None]
    '''standard deviation of the initial weights; default 0.02; (0, 10]'''
    seed: Union[_Integer, None]
    '''seed of the initial weights; default 0; an integer'''
    left_aligned: Union[_Flag, None]
    '''number positions from the start of a session instead of from its end; default False; True or False'''
    pad_with_mask: Union[_Flag, None]
    '''pad short sequences with mask tokens that attention sees (Harte et al. 2023); default False; True or False'''
    filter_share: Union[_Number, None]
    '''share of a filter of frequencies beside attention (BSARec); 0: none; default 0; [0, 1)'''
    filter_modes: Union[_Integer, None]
    '''lowest frequencies that the filter keeps as they are; default 3; 1 to 65536'''


class Endpoint(TypedDict, total=False):
    connect_timeout: Union[_Number, None]
    '''longest time to connect, in seconds; default 10; [0.001, 1e+06]'''
    idle_timeout: Union[_Number, None]
    '''longest pause within an answer, in seconds; default 60; [0.001, 1e+06]'''
    total_timeout: Union[_Number, None]
    '''longest time of one attempt, in seconds; default 300; [0.001, 1e+06]'''
    concurrency: Union[_Integer, None]
    '''most requests in flight at once; default 8; 1 to 1024'''
    attempts: Union[_Integer, None]
    '''most attempts for one request, including the first; default 6; 1 to 100'''
    backoff: Union[_Number, None]
    '''seconds before the second attempt; doubles with each attempt; default 0.5; [0, 1e+06]'''
    longest_backoff: Union[_Number, None]
    '''longest wait in seconds; fails if Retry-After is longer; default 60; [0, 1e+06]'''
    answer_limit: Union[_Integer, None]
    '''longest answer in bytes; default 16777216; 1024 to 1099511627776'''
    request_budget: Union[_Integer, None]
    '''most attempts of the handle; 0: no limit; default 0; 0 or more'''
    token_budget: Union[_Integer, None]
    '''most tokens of the handle; 0: no limit; default 0; 0 or more'''
    headers: Union[Union[Union[str, Sequence[str]], Mapping[str, str]], None]
    '''additional headers, each "Name: value"; default None; texts'''
    body: Union[Union[_Text, Mapping[str, Any]], None]
    '''JSON object whose members are added to every request; default None; a text'''
    authorities: Union[_Text, None]
    '''PEM file of certificate authorities; unset: those of the system; default None; a text'''
    journal: Union[_Text, None]
    '''path of a file that stores every complete answer, so that no request is paid twice; default None; a text'''
    prompt_price: Union[_Number, None]
    '''price of a million prompt tokens; default 0; [0, 1e+12]'''
    completion_price: Union[_Number, None]
    '''price of a million completion tokens; default 0; [0, 1e+12]'''
    seed: Union[_Integer, None]
    '''seed of the random factor in waiting times; default 0; an integer'''
    proxy: Union[_Text, None]
    '''URL of a proxy; unset: none; default None; a text'''
    kind: Union[Union[Literal["chat", "completions"], Literal[0, 1]], None]
    '''how to reach a server with models; default 'chat'; chat, completions'''


class Evaluation(TypedDict, total=False):
    k: Union[Union[int, Sequence[int], npt.NDArray[Any]], None]
    '''list lengths, rising; default [10, 20]; integers'''
    no_list: Union[Union[Literal["zero", "skip"], Literal[0, 1]], None]
    '''score of a session without a list; default 'zero'; zero, skip'''
    mrr: Union[Union[Literal["first_hit", "mean_of_hits"], Literal[0, 1]], None]
    '''reciprocal rank of the first hit, or the mean over hits; default 'first_hit'; first_hit, mean_of_hits'''
    item_counts: Union[Union[int, Sequence[int], npt.NDArray[Any]], None]
    '''rows of each item, for novelty and serendipity; unset: counted in train; default None; integers'''
    keep_seen: Union[_Flag, None]
    '''a session's own items may be recommended; default False; True or False'''
    batch: Union[_Integer, None]
    '''sessions per call of the recommender; default 512; 1 to 2147483647'''
    sample: Union[_Integer, None]
    '''number of sessions to draw at random; 0: all; default 0; 0 or more'''
    sample_seed: Union[_Integer, None]
    '''seed of the random draw; default 0; an integer'''


class FitBlend(TypedDict, total=False):
    weights: Union[_Text, None]
    '''a weight for each recommender, blanks between: 0.5 1 0.2; unset: each is 1; default None; a text'''
    scale: Union[Union[Literal["zscore", "none", "rank"], Literal[0, 1, 2]], None]
    '''how scores of different recommenders are made comparable; default 'zscore'; zscore, none, rank'''
    depth: Union[_Integer, None]
    '''items taken from each recommender's list; default 100; 1 to 2147483647'''
    rank_constant: Union[_Number, None]
    '''rank: added to ranks; default 60; [0, 1e+09]'''


class InitItems(TypedDict, total=False):
    scale_std: Union[_Number, None]
    '''root mean square to which vectors are scaled; 0: no scaling; default 0; [0, 1e+06]'''
    seed: Union[_Integer, None]
    '''adapter: seed of its initial weights; default 0; an integer'''


class Linear(TypedDict, total=False):
    model: Union[Union[Literal["slit", "ease", "slist", "slis"], Literal[0, 1, 2, 3]], None]
    '''rows of past and next items, of whole sessions, or of both; default 'slist'; slit, ease, slist, slis'''
    ridge: Union[_Number, None]
    '''weight of the squared solution; 0: chosen on held-out items; default 0; 0 or more'''
    strength: Union[_Number, None]
    '''weight of the distance to the guide; -1: chosen; 0: no guide; default -1; -1 or more'''
    guide_neighbors: Union[_Integer, None]
    '''most similar items of each item in the guide; default 100; 1 to 10000'''
    past_items: Union[_Integer, None]
    '''most past items of a row; default 10; 1 to 1000'''
    past_decay: Union[_Number, None]
    '''past items have the weight exp(-age / past_decay); default 8; more than 0'''
    future_items: Union[_Integer, None]
    '''most next items of a row; default 3; 1 to 1000'''
    future_decay: Union[_Number, None]
    '''next items have the weight exp(-distance / future_decay); default 2; more than 0'''
    whole: Union[_Number, None]
    '''slist: weight of whole sessions; default 0.2; (0, 1)'''
    session_decay: Union[Union[Literal["none", "constant_linear", "scaling_linear", "scaling_quadratic", "scaling_cubic", "log", "harmonic", "harmonic_squared", "exponential"], Literal[0, 1, 2, 3, 4, 5, 6, 7, 8]], None]
    '''how weights of a session's items decrease with age; default 'harmonic'; none, constant_linear, scaling_linear, scaling_quadratic, scaling_cubic, log, harmonic, harmonic_squared, exponential'''
    session_decay_rate: Union[_Number, None]
    '''exponential: decay rate; default 0.5; 0 or more'''
    validation_sessions: Union[_Integer, None]
    '''most sessions that ridge and strength are chosen on; default 4000; 1 to 2147483647'''
    seed: Union[_Integer, None]
    '''seed of the choice of these sessions; default 0; an integer'''
    solver: Union[Union[Literal["auto", "dense", "columns"], Literal[0, 1, 2]], None]
    '''all items at once, or each column with its own candidates; default 'auto'; auto, dense, columns'''
    candidates: Union[_Integer, None]
    '''columns: most items in a column's system; default 500; 1 to 10000'''
    row_share: Union[_Number, None]
    '''largest entries of a row are kept up to this share; 1: all; default 1; (0, 1]'''
    row_entries: Union[_Integer, None]
    '''most entries of a row, the largest; 0: all; default 0; 0 to 2147483647'''
    memory_limit: Union[_Integer, None]
    '''most bytes to use; 0: three quarters of the machine's memory; default 0; 0 or more'''


class Neighbors(TypedDict, total=False):
    sample_size: Union[_Integer, None]
    '''training sessions that are compared with a session; default 1000; 1 to 2147483647'''
    sampling: Union[Union[Literal["recent", "random"], Literal[0, 1]], None]
    '''which of those that share an item; default 'recent'; recent, random'''
    seed: Union[_Integer, None]
    '''random: seed of the order of sessions; default 0; an integer'''
    neighbors: Union[_Integer, None]
    '''nearest training sessions that count; default 100; 1 to 2147483647'''
    compared: Union[Union[Literal["items", "vectors"], Literal[0, 1]], None]
    '''what sessions are compared by; default 'items'; items, vectors'''
    session_measure: Union[Union[Literal["cosine", "dot"], Literal[0, 1]], None]
    '''similarity of two sessions; default 'cosine'; cosine, dot'''
    session_decay: Union[Union[Literal["none", "constant_linear", "scaling_linear", "scaling_quadratic", "scaling_cubic", "log", "harmonic", "harmonic_squared", "exponential"], Literal[0, 1, 2, 3, 4, 5, 6, 7, 8]], None]
    '''how weights of a session's items decrease with age; default 'harmonic'; none, constant_linear, scaling_linear, scaling_quadratic, scaling_cubic, log, harmonic, harmonic_squared, exponential'''
    session_decay_rate: Union[_Number, None]
    '''exponential: decay rate; default 0.5; 0 or more'''
    train_decay: Union[Union[Literal["none", "constant_linear", "scaling_linear", "scaling_quadratic", "scaling_cubic", "log", "harmonic", "harmonic_squared", "exponential"], Literal[0, 1, 2, 3, 4, 5, 6, 7, 8]], None]
    '''vectors: the same for the mean of a training session; default 'none'; none, constant_linear, scaling_linear, scaling_quadratic, scaling_cubic, log, harmonic, harmonic_squared, exponential'''
    last_items: Union[_Integer, None]
    '''how many of a session's last items are used; 0: all; default 0; 0 to 2147483647'''
    sequential_weighting: Union[_Flag, None]
    '''neighbors that share a later item of the session count more; default False; True or False'''
    idf_weighting: Union[_Flag, None]
    '''items of fewer sessions count more; default False; True or False'''
    successors_only: Union[_Flag, None]
    '''only items that directly follow the last one in a training session; default False; True or False'''


class Popularity(TypedDict, total=False):
    window: Union[_Text, None]
    '''count only rows of this time before the newest row, as 30d; default None; a text'''
    latest_rows: Union[_Integer, None]
    '''count only that many newest rows; 0: all; default 0; 0 or more'''
    half_life: Union[_Text, None]
    '''a row that is older by this time than the newest one counts half, as 30d; default None; a text'''


class Prompt(TypedDict, total=False):
    form: Union[Union[Literal["rank", "genitem", "genlist", "classify"], Literal[0, 1, 2, 3]], None]
    '''the model orders candidates, names one item, names a list, or chooses from a menu; default 'rank'; rank, genitem, genlist, classify'''
    variant: Union[Union[Literal["sequential", "recency", "in_context"], Literal[0, 1, 2]], None]
    '''how the session is presented; default 'sequential'; sequential, recency, in_context'''
    scoring: Union[Union[Literal["list", "letters", "pairwise"], Literal[0, 1, 2]], None]
    '''rank: the model writes a list, answers with one letter, or chooses between pairs; default 'list'; list, letters, pairwise'''
    answer: Union[Union[Literal["labels", "names"], Literal[0, 1]], None]
    '''answers of labels or of names; default 'labels'; labels, names'''
    structure: Union[Union[Literal["auto", "none", "json_schema", "grammar"], Literal[0, 1, 2, 3]], None]
    '''how the server is made to answer with labels; default 'auto'; auto, none, json_schema, grammar'''
    aggregation: Union[Union[Literal["borda", "reciprocal", "kemeny", "sum"], Literal[0, 1, 2, 3]], None]
    '''how the orders of several rounds are combined; default 'borda'; borda, reciprocal, kemeny, sum'''
    style: Union[Union[Literal["fenced", "lines", "numbered"], Literal[0, 1, 2]], None]
    '''how lists look in a prompt; default 'fenced'; fenced, lines, numbered'''
    history: Union[_Integer, None]
    '''number of last items of a session that are shown; default 20; 1 to 1048576'''
    history_characters: Union[_Integer, None]
    '''show the whole session if the text has at most this many characters; 0: never; default 0; 0 to 1073741824'''
    candidates: Union[_Integer, None]
    '''rank: number of candidates from the first stage; default 20; 2 to 702'''
    rounds: Union[_Integer, None]
    '''rank: questions about the same candidates; default 1; 1 to 1000'''
    shuffle: Union[_Flag, None]
    '''rank: show the candidates in random order; default True; True or False'''
    first_stage_weight: Union[_Number, None]
    '''rank: weight of the first stage's order, in rounds; default 0; [0, 1e+06]'''
    window: Union[_Integer, None]
    '''rank: candidates in one question; default 20; 2 to 702'''
    stride: Union[_Integer, None]
    '''rank: distance between windows; at most window; default 10; 1 to 702'''
    samples: Union[_Integer, None]
    '''genitem: answers per session; default 10; 1 to 1000'''
    count: Union[_Integer, None]
    '''genlist, classify: number of items asked for; default 20; 1 to 702'''
    clusters: Union[_Integer, None]
    '''classify: number of menu entries; default 200; 2 to 702'''
    temperature: Union[_Number, None]
    '''sampling temperature; unset: 1 for genitem, else 0; default None; [0, 100]'''
    top_p: Union[_Number, None]
    '''nucleus sampling; default 1; (0, 1]'''
    max_tokens: Union[_Integer, None]
    '''longest answer in tokens; 0: what the answer needs; default 0; 0 to 1048576'''
    seed: Union[_Integer, None]
    '''seed of shuffles and clusters; sent with each request; default 0; 0 to 2147483648'''
    likeness: Union[_Number, None]
    '''smallest similarity of a name to a menu entry for a match; default 0.8; [0, 1]'''
    title_length: Union[_Integer, None]
    '''longest name in code points; longer names are cut; default 100; 8 to 10000'''
    on_failure: Union[Union[Literal["first_stage", "empty"], Literal[0, 1]], None]
    '''list of a session without a usable answer; default 'first_stage'; first_stage, empty'''
    parity: Union[_Flag, None]
    '''read replies and match names as the papers' programs do; default False; True or False'''
    noun: Union[_Text, None]
    '''word for an item, such as "movie"; default 'item'; a text'''
    nouns: Union[_Text, None]
    '''word for several items, such as "movies"; default 'items'; a text'''
    column: Union[_Text, None]
    '''text column with the items' names; unset: the title; default None; a text'''
    system: Union[_Text, None]
    '''template of the system message; unset: the library's; default None; a text'''
    user: Union[_Text, None]
    '''template of the user message; unset: the library's; default None; a text'''
    alternatives: Union[_Integer, None]
    '''letters, pairwise: tokens with log-probabilities to request; default 20; 1 to 10000'''
    asks: Union[_Integer, None]
    '''most times that a question is asked until an answer is usable; default 2; 1 to 10'''


class Recommend(TypedDict, total=False):
    keep_seen: Union[_Flag, None]
    '''a session's own items may be recommended; default False; True or False'''
    allow: Union[Union[Sequence[int], npt.NDArray[Any]], None]
    '''only these items may be recommended; unset: all; default None; item indices'''
    deny: Union[Union[Sequence[int], npt.NDArray[Any]], None]
    '''these items are never recommended; default None; item indices'''


class Reducer(TypedDict, total=False):
    method: Union[Union[Literal["none", "pca", "whiten", "random"], Literal[0, 1, 2, 3]], None]
    '''reduction method; default 'pca'; none, pca, whiten, random'''
    dim: Union[_Integer, None]
    '''dim of the result; 0: all directions of the table; default 0; 0 to 2147483646'''
    power: Union[_Number, None]
    '''whiten: exponent; 0 is PCA, 1 is full whitening; default 1; [0, 1]'''
    ridge: Union[_Number, None]
    '''whiten: added to variances, as a fraction of the largest; default 0; 0 or more'''
    tolerance: Union[_Number, None]
    '''drop directions whose singular value is below this fraction of the largest; default 0.001; [0, 0.5]'''
    normalize: Union[_Flag, None]
    '''scale each row of the result to length 1; default True; True or False'''
    skip_missing: Union[_Flag, None]
    '''exclude missing rows from the fit and set them to zero in the result; default False; True or False'''
    seed: Union[_Integer, None]
    '''random: seed of the projection; default 0; an integer'''


class Similarity(TypedDict, total=False):
    weighting: Union[Union[Literal["last", "mean"], Literal[0, 1]], None]
    '''vector of a session: of the last item, or a weighted mean; default 'mean'; last, mean'''
    decay: Union[Union[Literal["none", "constant_linear", "scaling_linear", "scaling_quadratic", "scaling_cubic", "log", "harmonic", "harmonic_squared", "exponential"], Literal[0, 1, 2, 3, 4, 5, 6, 7, 8]], None]
    '''mean: how weights decrease with age; default 'harmonic'; none, constant_linear, scaling_linear, scaling_quadratic, scaling_cubic, log, harmonic, harmonic_squared, exponential'''
    decay_rate: Union[_Number, None]
    '''exponential: decay rate; default 0.5; 0 or more'''
    measure: Union[Union[Literal["cosine", "dot", "euclidean"], Literal[0, 1, 2]], None]
    '''similarity measure between session and item vectors; default 'cosine'; cosine, dot, euclidean'''
    reduce: Union[Union[Literal["none", "pca", "whiten", "random"], Literal[0, 1, 2, 3]], None]
    '''how the table is reduced first; default 'whiten'; none, pca, whiten, random'''
    reduce_dim: Union[_Integer, None]
    '''dim of the reduced vectors; 0: all directions of the table; default 0; 0 to 2147483646'''
    reduce_power: Union[_Number, None]
    '''whiten: exponent; 0 is PCA, 1 is full whitening; default 1; [0, 1]'''
    reduce_ridge: Union[_Number, None]
    '''whiten: added to variances, as a fraction of the largest; default 0; 0 or more'''
    seed: Union[_Integer, None]
    '''random: seed of the projection; default 0; an integer'''


class Split(TypedDict, total=False):
    method: Union[Union[Literal["leave_one_out", "temporal", "leave_last", "random", "global_time", "column"], Literal[0, 1, 2, 3, 4, 5]], None]
    '''which rows are held out; default 'temporal'; leave_one_out, temporal, leave_last, random, global_time, column'''
    test_fraction: Union[_Number, None]
    '''share held out for test: the newest, or random sessions; default 0.2; (0, 1)'''
    validation_fraction: Union[_Number, None]
    '''share of what comes before the test, held out for validation; default 0; [0, 1)'''
    cutoff: Union[Union[_Text, _Number, datetime.date, np.datetime64], None]
    '''temporal, global_time: the test begins at this time, a number in the data's unit or a date; unset: use test_fraction; default None; a text'''
    drop_untrained: Union[Union[Literal["auto", "no", "yes"], Literal[-1, 0, 1], bool], None]
    '''drop held-out rows whose item is not in train; auto: yes except for leave_one_out, leave_last and column; default 'auto'; auto, no, yes'''
    last_rows: Union[_Integer, None]
    '''leave_last: targets of a session in validation, and in test; default 1; 1 to 2147483647'''
    folds: Union[_Integer, None]
    '''number of test blocks; default 1; 1 to 2147483647'''
    fold: Union[_Integer, None]
    '''which test block, from 0; default 0; 0 to 2147483647'''
    folding: Union[Union[Literal["chained", "sliding"], Literal[0, 1]], None]
    '''what train sees in later folds: all that comes before, or as much as in the first; default 'chained'; chained, sliding'''
    test_window: Union[_Text, None]
    '''with a cutoff: length of a test block, such as 7d or 12h; unset: to the end; default None; a text'''
    unit: Union[Union[Literal["sessions", "users"], Literal[0, 1]], None]
    '''random: what is drawn; users: all sessions of a user together; default 'sessions'; sessions, users'''
    seed: Union[_Integer, None]
    '''random: same seed, same parts; default 0; 0 or more'''


class StartEndpoint(TypedDict, total=False):
    connect_timeout: Union[_Number, None]
    '''longest time to connect, in seconds; default 10; [0.001, 1e+06]'''
    idle_timeout: Union[_Number, None]
    '''longest pause within an answer, in seconds; default 60; [0.001, 1e+06]'''
    total_timeout: Union[_Number, None]
    '''longest time of one attempt, in seconds; default 300; [0.001, 1e+06]'''
    concurrency: Union[_Integer, None]
    '''most requests in flight at once; default 8; 1 to 1024'''
    attempts: Union[_Integer, None]
    '''most attempts for one request, including the first; default 6; 1 to 100'''
    backoff: Union[_Number, None]
    '''seconds before the second attempt; doubles with each attempt; default 0.5; [0, 1e+06]'''
    longest_backoff: Union[_Number, None]
    '''longest wait in seconds; fails if Retry-After is longer; default 60; [0, 1e+06]'''
    answer_limit: Union[_Integer, None]
    '''longest answer in bytes; default 16777216; 1024 to 1099511627776'''
    request_budget: Union[_Integer, None]
    '''most attempts of the handle; 0: no limit; default 0; 0 or more'''
    token_budget: Union[_Integer, None]
    '''most tokens of the handle; 0: no limit; default 0; 0 or more'''
    headers: Union[Union[Union[str, Sequence[str]], Mapping[str, str]], None]
    '''additional headers, each "Name: value"; default None; texts'''
    body: Union[Union[_Text, Mapping[str, Any]], None]
    '''JSON object whose members are added to every request; default None; a text'''
    authorities: Union[_Text, None]
    '''PEM file of certificate authorities; unset: those of the system; default None; a text'''
    journal: Union[_Text, None]
    '''path of a file that stores every complete answer, so that no request is paid twice; default None; a text'''
    prompt_price: Union[_Number, None]
    '''price of a million prompt tokens; default 0; [0, 1e+12]'''
    completion_price: Union[_Number, None]
    '''price of a million completion tokens; default 0; [0, 1e+12]'''
    proxy: Union[_Text, None]
    '''URL of a proxy; unset: none; default None; a text'''
    kind: Union[Union[Literal["chat", "completions"], Literal[0, 1]], None]
    '''how to reach a server with models; default 'chat'; chat, completions'''


class TextEncoder(TypedDict, total=False):
    max_tokens: Union[_Integer, None]
    '''longest text in tokens; longer texts are cut; 0: the model's limit; default 0; 0 or more'''
    normalize: Union[Union[Literal["auto", "no", "yes"], Literal[-1, 0, 1], bool], None]
    '''scale vectors to length 1; auto: the model's setting; default 'auto'; auto, no, yes'''


class Train(TypedDict, total=False):
    epochs: Union[_Integer, None]
    '''number of epochs, including those of earlier calls; default 100; 1 to 16777216'''
    batch: Union[_Integer, None]
    '''sequences per batch; default 256; 1 to 1048576'''
    mask_probability: Union[_Number, None]
    '''probability that an item is masked; default 0.4; (0, 1]'''
    last_share: Union[_Number, None]
    '''share of sequences in which only the last item is masked; default 0.3; [0, 1]'''
    copies: Union[_Integer, None]
    '''0: each sequence once per epoch; c: once with the last item masked and c times with random masks; default 0; 0 to 1024'''
    most_masks: Union[_Integer, None]
    '''mask a fixed share of items, at most this number; 0: mask each independently; default 0; 0 to 65536'''
    window_stride: Union[_Integer, None]
    '''distance between windows of long sessions; 0: max_length; -1: only the last window; default 0; -1 to 65536'''
    loss: Union[Union[Literal["softmax", "sampled_softmax", "gbce"], Literal[0, 1, 2]], None]
    '''cross-entropy over all items, or a sampled loss; default 'softmax'; softmax, sampled_softmax, gbce'''
    negatives: Union[_Integer, None]
    '''sampled losses: items drawn for each batch; default 256; 1 to 1048576'''
    gbce_t: Union[_Number, None]
    '''gbce: calibration parameter t; default 0.75; [0, 1]'''
    optimizer: Union[Union[Literal["adamw", "bert_adam", "keras_adamw"], Literal[0, 1, 2]], None]
    '''optimizer; default 'adamw'; adamw, bert_adam, keras_adamw'''
    learning_rate: Union[_Number, None]
    '''largest learning rate; default 0.001; (0, 1e+06]'''
    weight_decay: Union[_Number, None]
    '''decoupled weight decay, except on biases and norms; default 0.01; [0, 1e+06]'''
    beta1: Union[_Number, None]
    '''decay rate of the first moment; default 0.9; [0, 1)'''
    beta2: Union[_Number, None]
    '''decay rate of the second moment; default 0.999; [0, 1)'''
    adam_epsilon: Union[_Number, None]
    '''added to the square root of the second moment; default 1e-08; (0, 1]'''
    decay_all: Union[_Flag, None]
    '''apply weight decay to biases and norms too; default False; True or False'''
    schedule: Union[Union[Literal["constant", "linear", "cosine"], Literal[0, 1, 2]], None]
    '''learning-rate schedule; linear and cosine end at 0; default 'constant'; constant, linear, cosine'''
    warmup_steps: Union[_Integer, None]
    '''steps in which the learning rate rises from 0; default 0; 0 to 1073741824'''
    clip: Union[Union[Literal["none", "global", "tensor"], Literal[0, 1, 2]], None]
    '''clip the gradient norm over all tensors, or of each; default 'global'; none, global, tensor'''
    clip_norm: Union[_Number, None]
    '''largest gradient norm; default 5; more than 0'''
    accumulate: Union[_Integer, None]
    '''batches per optimizer step; default 1; 1 to 1048576'''
    validation_k: Union[_Integer, None]
    '''list length k of the validation NDCG@k; default 10; 1 to 1073741824'''
    validate_every: Union[_Integer, None]
    '''epochs between validations; default 1; 1 to 16777216'''
    patience: Union[_Integer, None]
    '''stop after this number of validations without improvement; 0: never; default 10; 0 to 16777216'''
    checkpoint: Union[_Text, None]
    '''path of a checkpoint written after each epoch; unset: none; default None; a text'''
    seed: Union[_Integer, None]
    '''seed of order, masks, dropout and negatives; default 0; an integer'''
    additional: Union[_Flag, None]
    '''train `epochs` more than the encoder has had; no: until it has had `epochs`; default False; True or False'''
    average: Union[_Number, None]
    '''decay of a running average of the weights, which are validated and used; 0: none; default 0; [0, 1)'''


class WritePrompt(TypedDict, total=False):
    form: Union[Union[Literal["rank", "genitem", "genlist", "classify"], Literal[0, 1, 2, 3]], None]
    '''the model orders candidates, names one item, names a list, or chooses from a menu; default 'rank'; rank, genitem, genlist, classify'''
    variant: Union[Union[Literal["sequential", "recency", "in_context"], Literal[0, 1, 2]], None]
    '''how the session is presented; default 'sequential'; sequential, recency, in_context'''
    scoring: Union[Union[Literal["list", "letters", "pairwise"], Literal[0, 1, 2]], None]
    '''rank: the model writes a list, answers with one letter, or chooses between pairs; default 'list'; list, letters, pairwise'''
    answer: Union[Union[Literal["labels", "names"], Literal[0, 1]], None]
    '''answers of labels or of names; default 'labels'; labels, names'''
    structure: Union[Union[Literal["auto", "none", "json_schema", "grammar"], Literal[0, 1, 2, 3]], None]
    '''how the server is made to answer with labels; default 'auto'; auto, none, json_schema, grammar'''
    aggregation: Union[Union[Literal["borda", "reciprocal", "kemeny", "sum"], Literal[0, 1, 2, 3]], None]
    '''how the orders of several rounds are combined; default 'borda'; borda, reciprocal, kemeny, sum'''
    style: Union[Union[Literal["fenced", "lines", "numbered"], Literal[0, 1, 2]], None]
    '''how lists look in a prompt; default 'fenced'; fenced, lines, numbered'''
    history: Union[_Integer, None]
    '''number of last items of a session that are shown; default 20; 1 to 1048576'''
    history_characters: Union[_Integer, None]
    '''show the whole session if the text has at most this many characters; 0: never; default 0; 0 to 1073741824'''
    candidates: Union[_Integer, None]
    '''rank: number of candidates from the first stage; default 20; 2 to 702'''
    rounds: Union[_Integer, None]
    '''rank: questions about the same candidates; default 1; 1 to 1000'''
    shuffle: Union[_Flag, None]
    '''rank: show the candidates in random order; default True; True or False'''
    first_stage_weight: Union[_Number, None]
    '''rank: weight of the first stage's order, in rounds; default 0; [0, 1e+06]'''
    window: Union[_Integer, None]
    '''rank: candidates in one question; default 20; 2 to 702'''
    stride: Union[_Integer, None]
    '''rank: distance between windows; at most window; default 10; 1 to 702'''
    samples: Union[_Integer, None]
    '''genitem: answers per session; default 10; 1 to 1000'''
    count: Union[_Integer, None]
    '''genlist, classify: number of items asked for; default 20; 1 to 702'''
    clusters: Union[_Integer, None]
    '''classify: number of menu entries; default 200; 2 to 702'''
    temperature: Union[_Number, None]
    '''sampling temperature; unset: 1 for genitem, else 0; default None; [0, 100]'''
    top_p: Union[_Number, None]
    '''nucleus sampling; default 1; (0, 1]'''
    max_tokens: Union[_Integer, None]
    '''longest answer in tokens; 0: what the answer needs; default 0; 0 to 1048576'''
    likeness: Union[_Number, None]
    '''smallest similarity of a name to a menu entry for a match; default 0.8; [0, 1]'''
    title_length: Union[_Integer, None]
    '''longest name in code points; longer names are cut; default 100; 8 to 10000'''
    on_failure: Union[Union[Literal["first_stage", "empty"], Literal[0, 1]], None]
    '''list of a session without a usable answer; default 'first_stage'; first_stage, empty'''
    parity: Union[_Flag, None]
    '''read replies and match names as the papers' programs do; default False; True or False'''
    noun: Union[_Text, None]
    '''word for an item, such as "movie"; default 'item'; a text'''
    nouns: Union[_Text, None]
    '''word for several items, such as "movies"; default 'items'; a text'''
    column: Union[_Text, None]
    '''text column with the items' names; unset: the title; default None; a text'''
    system: Union[_Text, None]
    '''template of the system message; unset: the library's; default None; a text'''
    user: Union[_Text, None]
    '''template of the user message; unset: the library's; default None; a text'''
    alternatives: Union[_Integer, None]
    '''letters, pairwise: tokens with log-probabilities to request; default 20; 1 to 10000'''
    asks: Union[_Integer, None]
    '''most times that a question is asked until an answer is usable; default 2; 1 to 10'''
