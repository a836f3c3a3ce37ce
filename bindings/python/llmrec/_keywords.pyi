# SPDX-License-Identifier: Apache-2.0
"""Types of option keywords. Generated from the library's tables by tools/generate_python_options.py: do not edit."""
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


class ChatRequest(TypedDict, total=False):
    samples: Union[_Integer, None]
    '''answers wanted; default 1; 1 to 1000'''
    temperature: Union[_Number, None]
    '''sampling temperature; unset: the server's; default None; [0, 100]'''
    top_p: Union[_Number, None]
    '''nucleus sampling; unset: the server's; default None; [1e-09, 1]'''
    max_tokens: Union[_Integer, None]
    '''longest answer in tokens; 0: the server's; default 0; 0 to 2147483647'''
    seed: Union[_Integer, None]
    '''seed of the first answer, later ones count on; -1: none is sent; default -1; -1 to 9223372036854774807'''
    stop: Union[Union[str, Sequence[str]], None]
    '''texts that end an answer; default None; texts'''
    json_schema: Union[Union[_Text, Mapping[str, Any]], None]
    '''JSON schema that the answer must keep; default None; a text'''
    grammar: Union[_Text, None]
    '''GBNF grammar that the answer must keep; default None; a text'''
    top_logprobs: Union[_Integer, None]
    '''alternatives of each token wanted with log-probabilities; default 0; 0 to 10000'''


class Dataset(TypedDict, total=False):
    format: Union[Union[Literal["auto", "csv", "tsv", "jsonl", "recbole", "sequences", "sequences_with_id"], Literal[0, 1, 2, 3, 4, 5, 6]], None]
    '''format of the interaction file; default 'auto'; auto, csv, tsv, jsonl, recbole, sequences, sequences_with_id'''
    session_column: Union[_Text, None]
    '''column with the session; unset: found by its usual names; default None; a text'''
    item_column: Union[_Text, None]
    '''column with the item; unset: found by its usual names; default None; a text'''
    time_column: Union[_Text, None]
    '''column with the time; unset: found by its usual names; "": there is none; default None; a text'''
    items_format: Union[Union[Literal["auto", "csv", "tsv", "jsonl", "recbole"], Literal[0, 1, 2, 3, 4]], None]
    '''format of the item file; default 'auto'; auto, csv, tsv, jsonl, recbole'''
    items_id_column: Union[_Text, None]
    '''column of the item file with the id; unset: found by its usual names; default None; a text'''
    duplicates: Union[Union[Literal["keep", "drop_repeats", "drop_consecutive"], Literal[0, 1, 2]], None]
    '''what happens to an item that a session repeats; default 'keep'; keep, drop_repeats, drop_consecutive'''
    min_session_rows: Union[_Integer, None]
    '''p-core: drop sessions with fewer rows, in turn with items; default 1; 1 or more'''
    min_item_rows: Union[_Integer, None]
    '''p-core: drop items with fewer rows, in turn with sessions; default 1; 1 or more'''
    min_session_length: Union[_Integer, None]
    '''drop shorter sessions, after all other filters; default 1; 1 or more'''
    max_session_length: Union[_Integer, None]
    '''keep only the last rows of each session; 0: keep all; default 0; 0 or more'''
    catalog: Union[Union[Literal["interactions", "all"], Literal[0, 1]], None]
    '''which items the catalog holds; default 'interactions'; interactions, all'''
    invalid_utf8: Union[_Flag, None]
    '''replace bytes that are not UTF-8 by U+FFFD instead of refusing them; default False; True or False'''


class Embedding(TypedDict, total=False):
    dtype: Union[Union[Literal["float32", "float16"], Literal[0, 1]], None]
    '''how values are stored; default 'float32'; float32, float16'''
    ids_path: Union[_Text, None]
    '''load: item file whose rows name the table's rows; unset: the table's own ids; default None; a text'''
    ids_format: Union[Union[Literal["auto", "csv", "tsv", "jsonl", "recbole"], Literal[0, 1, 2, 3, 4]], None]
    '''load: format of that item file; default 'auto'; auto, csv, tsv, jsonl, recbole'''
    ids_column: Union[_Text, None]
    '''load: its column with the ids; unset: found by its usual names; default None; a text'''
    tensor: Union[_Text, None]
    '''load, safetensors: name of the tensor; unset: "embeddings" or the only matrix; default None; a text'''
    verify: Union[_Flag, None]
    '''open: read and check all values also of tables larger than 16 MiB; default False; True or False'''


class EncodeItems(TypedDict, total=False):
    columns: Union[Union[str, Sequence[str]], None]
    '''text columns that make an item's text; unset: the title; default None; texts'''
    separator: Union[_Text, None]
    '''text between the columns' texts; default ', '; a text'''
    cache_directory: Union[_Text, None]
    '''existing directory that keeps the vectors for the next call; unset: none; default None; a text'''


class Encoder(TypedDict, total=False):
    causal: Union[_Flag, None]
    '''predict the next item at every position (SASRec) instead of hidden items (BERT4Rec); default False; True or False'''
    dim: Union[_Integer, None]
    '''dim of the hidden states and item vectors; default 64; 1 to 16384'''
    layers: Union[_Integer, None]
    '''transformer blocks; default 2; 0 to 64'''
    heads: Union[_Integer, None]
    '''attention heads; at most dim; default 2; 1 to 16384'''
    head_dim: Union[_Integer, None]
    '''dim of one head; 0: dim / heads, rounded down; default 0; 0 to 16384'''
    ffn_dim: Union[_Integer, None]
    '''dim inside the feed-forward layer; 0: 4 dim; default 0; 0 to 65536'''
    max_length: Union[_Integer, None]
    '''longest sequence; longer sessions keep their end; default 50; 2 to 65536'''
    pre_norm: Union[_Flag, None]
    '''normalize before each sublayer instead of after it; default False; True or False'''
    activation: Union[Union[Literal["gelu", "relu"], Literal[0, 1]], None]
    '''of the feed-forward layer and the head; default 'gelu'; gelu, relu'''
    embedding_norm: Union[_Flag, None]
    '''LayerNorm on the sum of item and position vectors; default True; True or False'''
    final_norm: Union[_Flag, None]
    '''LayerNorm after the last block; default False; True or False'''
    head: Union[_Flag, None]
    '''projection with activation before the output; default True; True or False'''
    head_norm: Union[_Flag, None]
    '''LayerNorm after that projection; default True; True or False'''
    output_bias: Union[_Flag, None]
    '''one trained number for each item, added to its logit; default True; True or False'''
    epsilon: Union[_Number, None]
    '''of every LayerNorm; default 1e-12; (0, 1]'''
    embedding_dropout: Union[_Number, None]
    '''dropout on the sum of item and position vectors; default 0.2; [0, 1)'''
    attention_dropout: Union[_Number, None]
    '''dropout on attention weights; default 0.2; [0, 1)'''
    hidden_dropout: Union[_Number, None]
    '''dropout on the output of each sublayer; default 0.2; [0, 1)'''
    init: Union[Union[Literal["normal", "glorot", "truncated_normal"], Literal[0, 1, 2]], None]
    '''distribution of the first weights; default 'normal'; normal, glorot, truncated_normal'''
    init_deviation: Union[_Number, None]
    '''standard deviation of the first weights; default 0.02; (0, 10]'''
    seed: Union[_Integer, None]
    '''of the first weights; default 0; an integer'''
    left_aligned: Union[_Flag, None]
    '''count positions from the start of a session instead of from its end; default False; True or False'''
    pad_with_mask: Union[_Flag, None]
    '''fill shorter sequences with mask tokens that attention sees (Harte et al. 2023); default False; True or False'''


class Endpoint(TypedDict, total=False):
    connect_timeout: Union[_Number, None]
    '''seconds to connect; default 10; [0.001, 1e+06]'''
    idle_timeout: Union[_Number, None]
    '''seconds without a byte once an answer has begun; default 60; [0.001, 1e+06]'''
    total_timeout: Union[_Number, None]
    '''seconds for one attempt; default 300; [0.001, 1e+06]'''
    concurrency: Union[_Integer, None]
    '''requests in flight at once; default 8; 1 to 1024'''
    attempts: Union[_Integer, None]
    '''attempts for one request, the first one included; default 6; 1 to 100'''
    backoff: Union[_Number, None]
    '''seconds before the second attempt; doubles with each attempt; default 0.5; [0, 1e+06]'''
    longest_backoff: Union[_Number, None]
    '''longest wait in seconds; a longer Retry-After fails; default 60; [0, 1e+06]'''
    answer_limit: Union[_Integer, None]
    '''longest answer in bytes; default 16777216; 1024 to 1099511627776'''
    request_budget: Union[_Integer, None]
    '''attempts that the handle may make; 0: no limit; default 0; 0 or more'''
    token_budget: Union[_Integer, None]
    '''tokens that the handle may use; 0: no limit; default 0; 0 or more'''
    headers: Union[Union[Union[str, Sequence[str]], Mapping[str, str]], None]
    '''further headers, "Name: value"; default None; texts'''
    body: Union[Union[_Text, Mapping[str, Any]], None]
    '''JSON object whose members go into every request; default None; a text'''
    authorities: Union[_Text, None]
    '''PEM file of certificate authorities; unset: the system's; default None; a text'''
    journal: Union[_Text, None]
    '''file that keeps every finished answer, so that nothing is asked twice; default None; a text'''
    prompt_price: Union[_Number, None]
    '''price of a million prompt tokens; default 0; [0, 1e+12]'''
    completion_price: Union[_Number, None]
    '''price of a million completion tokens; default 0; [0, 1e+12]'''
    seed: Union[_Integer, None]
    '''seed of the random factor in waits; default 0; an integer'''
    proxy: Union[_Text, None]
    '''URL of a proxy; unset: none; default None; a text'''
    kind: Union[Union[Literal["chat", "completions"], Literal[0, 1]], None]
    '''what a chat model is asked through; default 'chat'; chat, completions'''


class Evaluation(TypedDict, total=False):
    k: Union[Union[int, Sequence[int], npt.NDArray[Any]], None]
    '''list lengths, rising; default [10, 20]; integers'''
    no_list: Union[Union[Literal["zero", "skip"], Literal[0, 1]], None]
    '''what a session without a list scores; default 'zero'; zero, skip'''
    mrr: Union[Union[Literal["first_hit", "mean_of_hits"], Literal[0, 1]], None]
    '''reciprocal rank of the first hit, or the mean over hits; default 'first_hit'; first_hit, mean_of_hits'''
    item_counts: Union[Union[int, Sequence[int], npt.NDArray[Any]], None]
    '''rows of each item, for novelty and serendipity; unset: of train; default None; integers'''
    keep_seen: Union[_Flag, None]
    '''a session's own items may be recommended; default False; True or False'''
    batch: Union[_Integer, None]
    '''sessions asked for at a time; default 512; 1 to 2147483647'''
    sample: Union[_Integer, None]
    '''sessions drawn instead of all; 0: all; default 0; 0 or more'''
    sample_seed: Union[_Integer, None]
    '''seed of that draw; default 0; an integer'''


class InitItems(TypedDict, total=False):
    scale_std: Union[_Number, None]
    '''root mean square that the vectors are scaled to; 0: not scaled; default 0; [0, 1e+06]'''
    seed: Union[_Integer, None]
    '''adapter: of its first weights; default 0; an integer'''


class Prompt(TypedDict, total=False):
    form: Union[Union[Literal["rank", "genitem", "genlist", "classify"], Literal[0, 1, 2, 3]], None]
    '''what the model is asked for; default 'rank'; rank, genitem, genlist, classify'''
    variant: Union[Union[Literal["sequential", "recency", "in_context"], Literal[0, 1, 2]], None]
    '''how the session is told; default 'sequential'; sequential, recency, in_context'''
    scoring: Union[Union[Literal["list", "letters", "pairwise"], Literal[0, 1, 2]], None]
    '''rank: the model writes a list, answers with one letter, or chooses between pairs; default 'list'; list, letters, pairwise'''
    answer: Union[Union[Literal["labels", "names"], Literal[0, 1]], None]
    '''what a list is made of; default 'labels'; labels, names'''
    structure: Union[Union[Literal["auto", "none", "json_schema", "grammar"], Literal[0, 1, 2, 3]], None]
    '''how a server is held to an answer of labels; default 'auto'; auto, none, json_schema, grammar'''
    aggregation: Union[Union[Literal["borda", "reciprocal", "kemeny", "sum"], Literal[0, 1, 2, 3]], None]
    '''how the orders of several rounds become one; default 'borda'; borda, reciprocal, kemeny, sum'''
    style: Union[Union[Literal["fenced", "lines", "numbered"], Literal[0, 1, 2]], None]
    '''how lists look in a prompt; default 'fenced'; fenced, lines, numbered'''
    history: Union[_Integer, None]
    '''items of a session that are shown, the last ones; default 20; 1 to 1048576'''
    history_characters: Union[_Integer, None]
    '''show the whole session if the text has at most so many characters; 0: never; default 0; 0 to 1073741824'''
    candidates: Union[_Integer, None]
    '''rank: candidates taken from the first stage; default 20; 2 to 702'''
    rounds: Union[_Integer, None]
    '''rank: questions about the same candidates; default 1; 1 to 1000'''
    shuffle: Union[_Flag, None]
    '''rank: show the candidates in random order; default True; True or False'''
    first_stage_weight: Union[_Number, None]
    '''rank: the first stage's order counts as so many rounds; default 0; [0, 1e+06]'''
    window: Union[_Integer, None]
    '''rank: candidates in one question; default 20; 2 to 702'''
    stride: Union[_Integer, None]
    '''rank: distance from one window to the next; at most window; default 10; 1 to 702'''
    samples: Union[_Integer, None]
    '''genitem: answers for each session; default 10; 1 to 1000'''
    count: Union[_Integer, None]
    '''genlist, classify: items asked for; default 20; 1 to 702'''
    clusters: Union[_Integer, None]
    '''classify: entries of the menu; default 200; 2 to 702'''
    temperature: Union[_Number, None]
    '''sampling temperature; unset: 1 for genitem, else 0; default None; [0, 100]'''
    top_p: Union[_Number, None]
    '''nucleus sampling; default 1; (0, 1]'''
    max_tokens: Union[_Integer, None]
    '''longest answer in tokens; 0: what the answer needs; default 0; 0 to 1048576'''
    seed: Union[_Integer, None]
    '''of shuffles and clusters; sent with each request; default 0; 0 to 2147483648'''
    likeness: Union[_Number, None]
    '''least likeness of a name to one of the menu to be taken for it; default 0.8; [0, 1]'''
    title_length: Union[_Integer, None]
    '''longest name in code points; longer ones are cut; default 100; 8 to 10000'''
    on_failure: Union[Union[Literal["first_stage", "empty"], Literal[0, 1]], None]
    '''list of a session whose answers are of no use; default 'first_stage'; first_stage, empty'''
    parity: Union[_Flag, None]
    '''read replies and match names as the papers' programs do; default False; True or False'''
    noun: Union[_Text, None]
    '''what an item is called: "movie"; default 'item'; a text'''
    nouns: Union[_Text, None]
    '''what several are called: "movies"; default 'items'; a text'''
    column: Union[_Text, None]
    '''text column with the items' names; unset: the title; default None; a text'''
    system: Union[_Text, None]
    '''template of the system message; unset: the library's; default None; a text'''
    user: Union[_Text, None]
    '''template of the user message; unset: the library's; default None; a text'''
    alternatives: Union[_Integer, None]
    '''letters, pairwise: tokens whose log-probabilities are asked for; default 20; 1 to 10000'''
    asks: Union[_Integer, None]
    '''how often a question is asked at most if its answer is of no use; default 2; 1 to 10'''


class Recommend(TypedDict, total=False):
    keep_seen: Union[_Flag, None]
    '''a session's own items may be recommended; default False; True or False'''
    allow: Union[Union[Sequence[int], npt.NDArray[Any]], None]
    '''only these items may be recommended; unset: all; default None; item indices'''
    deny: Union[Union[Sequence[int], npt.NDArray[Any]], None]
    '''these items are never recommended; default None; item indices'''


class Reducer(TypedDict, total=False):
    method: Union[Union[Literal["none", "pca", "whiten", "random"], Literal[0, 1, 2, 3]], None]
    '''how vectors are reduced; default 'pca'; none, pca, whiten, random'''
    dim: Union[_Integer, None]
    '''dim of the result; 0: all directions that the table has; default 0; 0 to 2147483646'''
    power: Union[_Number, None]
    '''whiten: 0 is PCA, 1 is full whitening; default 1; [0, 1]'''
    ridge: Union[_Number, None]
    '''whiten: added to every variance, in units of the largest; default 0; 0 or more'''
    tolerance: Union[_Number, None]
    '''drop directions with a singular value below this share of the largest; default 0.001; [0, 0.5]'''
    normalize: Union[_Flag, None]
    '''scale the result's rows to length 1; default True; True or False'''
    skip_missing: Union[_Flag, None]
    '''leave missing rows out of the fit, and zero in the result; default False; True or False'''
    seed: Union[_Integer, None]
    '''random: seed of the projection; default 0; an integer'''


class Similarity(TypedDict, total=False):
    weighting: Union[Union[Literal["last", "mean"], Literal[0, 1]], None]
    '''a session's vector: the last item's, or a weighted mean; default 'mean'; last, mean'''
    decay: Union[Union[Literal["none", "constant_linear", "scaling_linear", "scaling_quadratic", "scaling_cubic", "log", "harmonic", "harmonic_squared", "exponential"], Literal[0, 1, 2, 3, 4, 5, 6, 7, 8]], None]
    '''mean: how the weights of older items fall; default 'harmonic'; none, constant_linear, scaling_linear, scaling_quadratic, scaling_cubic, log, harmonic, harmonic_squared, exponential'''
    decay_rate: Union[_Number, None]
    '''exponential decay: its rate; default 0.5; 0 or more'''
    measure: Union[Union[Literal["cosine", "dot", "euclidean"], Literal[0, 1, 2]], None]
    '''similarity of a session's vector and an item's; default 'cosine'; cosine, dot, euclidean'''
    reduce: Union[Union[Literal["none", "pca", "whiten", "random"], Literal[0, 1, 2, 3]], None]
    '''how the table is reduced first; default 'whiten'; none, pca, whiten, random'''
    reduce_dim: Union[_Integer, None]
    '''dim of the reduced vectors; 0: all directions that the table has; default 0; 0 to 2147483646'''
    reduce_power: Union[_Number, None]
    '''whiten: 0 is PCA, 1 is full whitening; default 1; [0, 1]'''
    reduce_ridge: Union[_Number, None]
    '''whiten: added to every variance, in units of the largest; default 0; 0 or more'''
    seed: Union[_Integer, None]
    '''random: seed of the projection; default 0; an integer'''


class Split(TypedDict, total=False):
    method: Union[Union[Literal["leave_one_out", "temporal"], Literal[0, 1]], None]
    '''which rows are held out; default 'temporal'; leave_one_out, temporal'''
    test_fraction: Union[_Number, None]
    '''temporal: share of the sessions held out, those that end last; default 0.2; (0, 1)'''
    validation_fraction: Union[_Number, None]
    '''temporal: share of the other sessions held out for validation; default 0; [0, 1)'''
    cutoff: Union[_Number, None]
    '''temporal: sessions that end at or after this time are test; unset: by test_fraction; default None; a number'''
    drop_untrained: Union[Union[Literal["auto", "no", "yes"], Literal[-1, 0, 1], bool], None]
    '''drop held-out rows whose item train never has; auto: yes for temporal, no for leave_one_out; default 'auto'; auto, no, yes'''


class StartEndpoint(TypedDict, total=False):
    connect_timeout: Union[_Number, None]
    '''seconds to connect; default 10; [0.001, 1e+06]'''
    idle_timeout: Union[_Number, None]
    '''seconds without a byte once an answer has begun; default 60; [0.001, 1e+06]'''
    total_timeout: Union[_Number, None]
    '''seconds for one attempt; default 300; [0.001, 1e+06]'''
    concurrency: Union[_Integer, None]
    '''requests in flight at once; default 8; 1 to 1024'''
    attempts: Union[_Integer, None]
    '''attempts for one request, the first one included; default 6; 1 to 100'''
    backoff: Union[_Number, None]
    '''seconds before the second attempt; doubles with each attempt; default 0.5; [0, 1e+06]'''
    longest_backoff: Union[_Number, None]
    '''longest wait in seconds; a longer Retry-After fails; default 60; [0, 1e+06]'''
    answer_limit: Union[_Integer, None]
    '''longest answer in bytes; default 16777216; 1024 to 1099511627776'''
    request_budget: Union[_Integer, None]
    '''attempts that the handle may make; 0: no limit; default 0; 0 or more'''
    token_budget: Union[_Integer, None]
    '''tokens that the handle may use; 0: no limit; default 0; 0 or more'''
    headers: Union[Union[Union[str, Sequence[str]], Mapping[str, str]], None]
    '''further headers, "Name: value"; default None; texts'''
    body: Union[Union[_Text, Mapping[str, Any]], None]
    '''JSON object whose members go into every request; default None; a text'''
    authorities: Union[_Text, None]
    '''PEM file of certificate authorities; unset: the system's; default None; a text'''
    journal: Union[_Text, None]
    '''file that keeps every finished answer, so that nothing is asked twice; default None; a text'''
    prompt_price: Union[_Number, None]
    '''price of a million prompt tokens; default 0; [0, 1e+12]'''
    completion_price: Union[_Number, None]
    '''price of a million completion tokens; default 0; [0, 1e+12]'''
    proxy: Union[_Text, None]
    '''URL of a proxy; unset: none; default None; a text'''
    kind: Union[Union[Literal["chat", "completions"], Literal[0, 1]], None]
    '''what a chat model is asked through; default 'chat'; chat, completions'''


class TextEncoder(TypedDict, total=False):
    max_tokens: Union[_Integer, None]
    '''longest text in tokens, longer ones are cut; 0: as the model says; default 0; 0 or more'''
    normalize: Union[Union[Literal["auto", "no", "yes"], Literal[-1, 0, 1], bool], None]
    '''scale vectors to length 1; auto: as the model says; default 'auto'; auto, no, yes'''


class Train(TypedDict, total=False):
    epochs: Union[_Integer, None]
    '''epochs in all, those of earlier calls included; default 100; 1 to 16777216'''
    batch: Union[_Integer, None]
    '''sequences in a batch; default 256; 1 to 1048576'''
    mask_probability: Union[_Number, None]
    '''probability that an item is hidden; default 0.4; (0, 1]'''
    last_share: Union[_Number, None]
    '''share of sequences of which only the last item is hidden; default 0.3; [0, 1]'''
    copies: Union[_Integer, None]
    '''0: each sequence once an epoch; c: once with its last item hidden and c times at random; default 0; 0 to 1024'''
    most_masks: Union[_Integer, None]
    '''hide a fixed share of items, at most so many; 0: each by chance; default 0; 0 to 65536'''
    window_stride: Union[_Integer, None]
    '''distance of the windows of long sessions; 0: max_length; -1: the last window only; default 0; -1 to 65536'''
    loss: Union[Union[Literal["softmax", "sampled_softmax", "gbce"], Literal[0, 1, 2]], None]
    '''cross-entropy over all items, or a sampled loss; default 'softmax'; softmax, sampled_softmax, gbce'''
    negatives: Union[_Integer, None]
    '''sampled losses: items drawn for each batch; default 256; 1 to 1048576'''
    gbce_t: Union[_Number, None]
    '''gbce: calibration; default 0.75; [0, 1]'''
    optimizer: Union[Union[Literal["adamw", "bert_adam", "keras_adamw"], Literal[0, 1, 2]], None]
    '''the optimizer; default 'adamw'; adamw, bert_adam, keras_adamw'''
    learning_rate: Union[_Number, None]
    '''largest learning rate; default 0.001; (0, 1e+06]'''
    weight_decay: Union[_Number, None]
    '''decoupled weight decay, not on biases and norms; default 0.01; [0, 1e+06]'''
    beta1: Union[_Number, None]
    '''decay of the first moment; default 0.9; [0, 1)'''
    beta2: Union[_Number, None]
    '''decay of the second moment; default 0.999; [0, 1)'''
    adam_epsilon: Union[_Number, None]
    '''added to the root of the second moment; default 1e-08; (0, 1]'''
    decay_all: Union[_Flag, None]
    '''weight decay on biases and norms too; default False; True or False'''
    schedule: Union[Union[Literal["constant", "linear", "cosine"], Literal[0, 1, 2]], None]
    '''learning rate by step; linear and cosine end at 0; default 'constant'; constant, linear, cosine'''
    warmup_steps: Union[_Integer, None]
    '''steps in which the learning rate rises from 0; default 0; 0 to 1073741824'''
    clip: Union[Union[Literal["none", "global", "tensor"], Literal[0, 1, 2]], None]
    '''limit of the gradient's norm: over all tensors, or for each; default 'global'; none, global, tensor'''
    clip_norm: Union[_Number, None]
    '''that limit; default 5; more than 0'''
    accumulate: Union[_Integer, None]
    '''batches in one step; default 1; 1 to 1048576'''
    validation_k: Union[_Integer, None]
    '''list length of the validation NDCG; default 10; 1 to 1073741824'''
    validate_every: Union[_Integer, None]
    '''epochs from one validation to the next; default 1; 1 to 16777216'''
    patience: Union[_Integer, None]
    '''stop after so many validations without a better one; 0: never; default 10; 0 to 16777216'''
    checkpoint: Union[_Text, None]
    '''file written after each epoch; unset: none; default None; a text'''
    seed: Union[_Integer, None]
    '''of order, masks, dropout and negatives; default 0; an integer'''


class WritePrompt(TypedDict, total=False):
    form: Union[Union[Literal["rank", "genitem", "genlist", "classify"], Literal[0, 1, 2, 3]], None]
    '''what the model is asked for; default 'rank'; rank, genitem, genlist, classify'''
    variant: Union[Union[Literal["sequential", "recency", "in_context"], Literal[0, 1, 2]], None]
    '''how the session is told; default 'sequential'; sequential, recency, in_context'''
    scoring: Union[Union[Literal["list", "letters", "pairwise"], Literal[0, 1, 2]], None]
    '''rank: the model writes a list, answers with one letter, or chooses between pairs; default 'list'; list, letters, pairwise'''
    answer: Union[Union[Literal["labels", "names"], Literal[0, 1]], None]
    '''what a list is made of; default 'labels'; labels, names'''
    structure: Union[Union[Literal["auto", "none", "json_schema", "grammar"], Literal[0, 1, 2, 3]], None]
    '''how a server is held to an answer of labels; default 'auto'; auto, none, json_schema, grammar'''
    aggregation: Union[Union[Literal["borda", "reciprocal", "kemeny", "sum"], Literal[0, 1, 2, 3]], None]
    '''how the orders of several rounds become one; default 'borda'; borda, reciprocal, kemeny, sum'''
    style: Union[Union[Literal["fenced", "lines", "numbered"], Literal[0, 1, 2]], None]
    '''how lists look in a prompt; default 'fenced'; fenced, lines, numbered'''
    history: Union[_Integer, None]
    '''items of a session that are shown, the last ones; default 20; 1 to 1048576'''
    history_characters: Union[_Integer, None]
    '''show the whole session if the text has at most so many characters; 0: never; default 0; 0 to 1073741824'''
    candidates: Union[_Integer, None]
    '''rank: candidates taken from the first stage; default 20; 2 to 702'''
    rounds: Union[_Integer, None]
    '''rank: questions about the same candidates; default 1; 1 to 1000'''
    shuffle: Union[_Flag, None]
    '''rank: show the candidates in random order; default True; True or False'''
    first_stage_weight: Union[_Number, None]
    '''rank: the first stage's order counts as so many rounds; default 0; [0, 1e+06]'''
    window: Union[_Integer, None]
    '''rank: candidates in one question; default 20; 2 to 702'''
    stride: Union[_Integer, None]
    '''rank: distance from one window to the next; at most window; default 10; 1 to 702'''
    samples: Union[_Integer, None]
    '''genitem: answers for each session; default 10; 1 to 1000'''
    count: Union[_Integer, None]
    '''genlist, classify: items asked for; default 20; 1 to 702'''
    clusters: Union[_Integer, None]
    '''classify: entries of the menu; default 200; 2 to 702'''
    temperature: Union[_Number, None]
    '''sampling temperature; unset: 1 for genitem, else 0; default None; [0, 100]'''
    top_p: Union[_Number, None]
    '''nucleus sampling; default 1; (0, 1]'''
    max_tokens: Union[_Integer, None]
    '''longest answer in tokens; 0: what the answer needs; default 0; 0 to 1048576'''
    likeness: Union[_Number, None]
    '''least likeness of a name to one of the menu to be taken for it; default 0.8; [0, 1]'''
    title_length: Union[_Integer, None]
    '''longest name in code points; longer ones are cut; default 100; 8 to 10000'''
    on_failure: Union[Union[Literal["first_stage", "empty"], Literal[0, 1]], None]
    '''list of a session whose answers are of no use; default 'first_stage'; first_stage, empty'''
    parity: Union[_Flag, None]
    '''read replies and match names as the papers' programs do; default False; True or False'''
    noun: Union[_Text, None]
    '''what an item is called: "movie"; default 'item'; a text'''
    nouns: Union[_Text, None]
    '''what several are called: "movies"; default 'items'; a text'''
    column: Union[_Text, None]
    '''text column with the items' names; unset: the title; default None; a text'''
    system: Union[_Text, None]
    '''template of the system message; unset: the library's; default None; a text'''
    user: Union[_Text, None]
    '''template of the user message; unset: the library's; default None; a text'''
    alternatives: Union[_Integer, None]
    '''letters, pairwise: tokens whose log-probabilities are asked for; default 20; 1 to 10000'''
    asks: Union[_Integer, None]
    '''how often a question is asked at most if its answer is of no use; default 2; 1 to 10'''
