# SPDX-License-Identifier: Apache-2.0
"""Chat models: a server that speaks OpenAI's HTTP API, or a Python function."""
from __future__ import annotations

import ctypes
import itertools
import json
import math
import weakref
from typing import TYPE_CHECKING, Any, Callable, Iterable, Mapping, NamedTuple, Sequence, Union

from . import _api
from ._handle import Handle, owner_of
from ._library import call, keep_exception, kept_exception, library
from ._options import Options, takes
from .context import Context, ProgressCallback, default_context, telling

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from . import _keywords

CALLBACK = _api.ENUMS["status"]["callback"]

Messages = Union[str, Sequence[Mapping[str, str]]]


class Token(NamedTuple):
    """One token of a reply as its alternatives: texts and natural logarithms of their probabilities, the likeliest first."""

    texts: list[str]
    logprobs: list[float]


class Reply(NamedTuple):
    """What came of one request: its samples' texts and reasons for their end, or why there is none.

    tokens: of each sample its tokens, where the server gave log-probabilities; else empty lists.
    """

    texts: list[str]
    finishes: list[str]
    tokens: list[list[Token]]
    error: str | None

    @property
    def text(self) -> str:
        """The first sample; raises RuntimeError with the reason where there is none."""
        if self.error is not None:
            raise RuntimeError(self.error)
        return self.texts[0]


class Usage(NamedTuple):
    """What a handle has cost since it was made (llmrec_usage)."""

    requests: int
    journal_hits: int
    attempts: int
    retries: int
    failures: int
    prompt_tokens: int
    completion_tokens: int
    seconds: float
    cost: float


class ChatRequest(NamedTuple):
    """What a Python function as the model is asked; None where the caller left it to the model."""

    messages: list[dict[str, str]]
    samples: int
    temperature: float | None
    top_p: float | None
    max_tokens: int | None
    seed: int | None
    stop: list[str]
    json_schema: str | None
    grammar: str | None
    top_logprobs: int


Alternatives = Union[Mapping[str, float], Token, Sequence[Union[Mapping[str, float], Token]]]
Answer = Union[str, Mapping[str, Any], Sequence[Union[str, Mapping[str, Any]]]]


def endpoint_options(url: str, model: str | None, key: str | None, options: Mapping[str, Any]) -> Options:
    """llmrec_endpoint_options from keywords: headers may be a mapping, body anything that JSON can say."""
    options = dict(options)
    if isinstance(options.get("headers"), Mapping):
        options["headers"] = [f"{name}: {value}" for name, value in options["headers"].items()]
    if isinstance(options.get("body"), Mapping):
        options["body"] = json.dumps(options["body"])
    return Options(_api.llmrec_endpoint_options, {"url": url, "model": model, "key": key, **options})


def usage_of(name: str, owner: Any) -> Usage:
    usage = _api.llmrec_usage(size=ctypes.sizeof(_api.llmrec_usage))
    call(name, owner, ctypes.byref(usage))
    return Usage(*(getattr(usage, field) for field in Usage._fields))


class Llm(Handle):
    """A chat model; immutable, and safe to use from many threads at once.

        llm = llmrec.Llm.endpoint("http://127.0.0.1:8080/v1", "gemma", journal="run.journal")
        llm = llmrec.Llm.function(lambda request: my_model(request.messages))
        for reply in llm.chat(["What comes after A?", "And after B?"], temperature=0):
            print(reply.error or reply.text)
    """

    _free = "llmrec_llm_free"

    @classmethod
    @takes("llmrec_endpoint_options")
    def endpoint(cls, url: str, model: str | None = None, *, key: str | None = None, context: Context | None = None,
                 **options: Unpack[_keywords.Endpoint]) -> Llm:
        """A model behind a server; nothing is asked yet. The key is passed here and not looked for in the environment.

        headers may be a mapping, or lines; body a mapping of members of every request; kind is "completions" for base models:
        the messages' contents as one text (docs/guides/models.md).
        """
        context = context or default_context()
        filled = endpoint_options(url, model, key, options)
        return cls._make(context, "llmrec_llm_create_endpoint", owner_of(context, "context"), filled)

    @classmethod
    def function(cls, complete: Callable[[Any], Any], *, batch: int | None = None,
                 context: Context | None = None) -> Llm:
        """A Python function as the model: complete(ChatRequest) gives a text or a list of up to `samples` texts.

        In a text's place may stand {"text": ..., "alternatives": ...}, where the model tells what else its tokens might have been
        (request.top_logprobs says how many are wanted): a mapping of token texts to natural logarithms of probabilities for the
        first token, a Token, or a list of those, one for each token. Prompts with scoring="letters" make their scores of them:

            def complete(request):
                return {"text": "B", "alternatives": {"A": -1.2, "B": -0.4}}

        batch: complete gets a list of up to so many requests instead, and gives a list of as many answers. What it raises
        ends the call and comes out of it.
        """
        context = context or default_context()
        each = complete if batch is not None else lambda requests: [complete(requests[0])]
        key = next(_keys)
        _functions[key] = each
        made = cls._make(context, "llmrec_llm_create_callback", owner_of(context, "context"), _complete, key, batch or 1)
        weakref.finalize(made._owner, _functions.pop, key, None).atexit = False
        return made

    @takes("llmrec_chat_request")
    def chat(self, prompts: Iterable[Messages], *, progress: ProgressCallback | bool | None = None,
             **options: Unpack[_keywords.ChatRequest]) -> list[Reply]:
        """Asks all prompts, each a text of the user's or a list of {"role", "content"}; one reply each, in their order.

        A request that fails for good has its reason in its reply, and the others go on. The options are for all;
        json_schema may be a mapping.
        """
        if isinstance(prompts, (str, bytes)):
            raise TypeError("prompts is one text; wanted a sequence of prompts")
        if isinstance(options.get("json_schema"), Mapping):
            options["json_schema"] = json.dumps(options["json_schema"])
        requests = [_Request(prompt, options) for prompt in prompts]
        pointers = (ctypes.c_void_p * len(requests))(*(ctypes.addressof(each.options.c) for each in requests))
        with telling(progress):
            replies = _Replies._make(self.context, "llmrec_llm_chat", self._c(), pointers, len(requests))
        with replies:
            return [replies.reply(i) for i in range(len(requests))]

    @takes("llmrec_chat_request")
    def ask(self, prompt: Messages, **options: Unpack[_keywords.ChatRequest]) -> str:
        """The text that one prompt is answered with; raises RuntimeError where it fails."""
        return self.chat([prompt], **options)[0].text

    def _facts(self):
        options = self.description.get("options")
        return "a function" if options is None else f"{options['model'] or 'a model'} at {options['url']}"

    @property
    def usage(self) -> Usage:
        return usage_of("llmrec_llm_usage", self._c())


class _Request:
    """One llmrec_chat_request and the memory that it points to."""

    def __init__(self, prompt, options):
        if isinstance(prompt, str):
            prompt = [{"role": "user", "content": prompt}]
        self.texts = [(each["role"].encode(), each["content"].encode("utf-8", "surrogateescape")) for each in prompt]
        self.messages = (_api.llmrec_message * len(self.texts))(*self.texts)
        self.options = Options(_api.llmrec_chat_request, options)
        self.options.c.messages = self.messages
        self.options.c.message_count = len(self.texts)


class _Replies(Handle):
    """llmrec_replies, for as long as it takes to read them."""

    _free = "llmrec_replies_free"

    def reply(self, request: int) -> Reply:
        owner, message = self._c(), ctypes.c_char_p()
        failed = library.llmrec_replies_status(owner, request, ctypes.byref(message)) != 0
        count = library.llmrec_replies_count(owner, request)
        pairs = [self._sample(owner, request, i) for i in range(count)]
        tokens = [self._tokens(owner, request, i) for i in range(count)]
        error = message.value.decode("utf-8", "replace") if failed else None
        return Reply([text for text, _ in pairs], [finish for _, finish in pairs], tokens, error)

    @staticmethod
    def _sample(owner, request, sample):
        text, length, finish = ctypes.c_void_p(), ctypes.c_size_t(), ctypes.c_char_p()
        call("llmrec_replies_text", owner, request, sample, ctypes.byref(text), ctypes.byref(length),
             ctypes.byref(finish))
        return ctypes.string_at(text, length.value).decode("utf-8"), finish.value.decode("utf-8")

    @staticmethod
    def _tokens(owner, request, sample):
        found, count, room = [], ctypes.c_int64(), 32
        for token in range(library.llmrec_replies_tokens(owner, request, sample)):
            while True:
                texts, logprobs = (ctypes.c_char_p * room)(), (ctypes.c_double * room)()
                call("llmrec_replies_alternatives", owner, request, sample, token, texts, logprobs, room,
                     ctypes.byref(count))
                if count.value <= room:
                    break
                room = count.value
            found.append(Token([text.decode("utf-8") for text in texts[: count.value]], logprobs[: count.value]))
        return found


# --- a function as the model

_functions: dict[int, Callable[[list[ChatRequest]], Sequence[Answer]]] = {}
_keys = itertools.count(1)


def _text(pointer):
    return None if pointer is None else pointer.decode("utf-8")


def _known(number):
    return None if math.isnan(number) else number


def _request_of(address):
    c = _api.llmrec_chat_request.from_address(address)
    messages = c.messages[: c.message_count]
    stop = (ctypes.c_char_p * c.stop_count).from_address(c.stop) if c.stop_count else ()
    return ChatRequest(
        [{"role": _text(each.role), "content": _text(each.content)} for each in messages], c.samples,
        _known(c.temperature), _known(c.top_p), c.max_tokens or None, None if c.seed < 0 else c.seed,
        [_text(each) for each in stop], _text(c.json_schema), _text(c.grammar), c.top_logprobs)


def _is_one(value):
    """One token's alternatives, not a list of them."""
    return isinstance(value, (Mapping, Token))


def _parts(answer):
    """An answer's text, and its tokens' alternatives as (texts, logprobs)."""
    told = ()
    if isinstance(answer, Mapping):
        if "text" not in answer or not set(answer) <= {"text", "alternatives"}:
            raise TypeError(f"the model's function gave a mapping with {list(answer)}; wanted text, and alternatives or none")
        answer, told = answer["text"], answer.get("alternatives") or ()
    if not isinstance(answer, str):
        raise TypeError(f"the model's function gave {type(answer).__name__} for a text; wanted str")
    tokens = []
    for each in [told] if _is_one(told) else told:
        if not _is_one(each):
            raise TypeError(f"the model's function gave {type(each).__name__} for a token's alternatives; wanted a mapping")
        texts, logprobs = (each.keys(), each.values()) if isinstance(each, Mapping) else each
        tokens.append((list(texts), list(logprobs)))
    return answer, tokens


def _give(completion, request, answer):
    for each in [answer] if isinstance(answer, (str, Mapping)) else answer:
        text, tokens = _parts(each)
        given = text.encode("utf-8", "replace")
        call("llmrec_completion_answer", completion, request, given, len(given))
        for texts, logprobs in tokens:
            if len(texts) != len(logprobs):
                raise TypeError(f"the model's function gave {len(texts)} alternatives and {len(logprobs)} logarithms")
            encoded = (ctypes.c_char_p * len(texts))(*(token.encode("utf-8", "replace") for token in texts))
            call("llmrec_completion_alternatives", completion, request, encoded,
                 (ctypes.c_double * len(texts))(*logprobs), len(texts))


@_api.llmrec_complete_fn
def _complete(completion, key):
    try:
        if kept_exception() is not None:
            return CALLBACK
        asked = completion.contents
        addresses = (ctypes.c_void_p * asked.count).from_address(asked.requests)
        answers = _functions[key]([_request_of(address) for address in addresses])
        if isinstance(answers, (str, Mapping)) or len(answers) != asked.count:
            raise TypeError(f"the model's function gave no list of {asked.count} answers")
        for request, answer in enumerate(answers):
            _give(completion, request, answer)
    except BaseException as error:  # raised again after the call
        keep_exception(error)
        return CALLBACK
    return 0
