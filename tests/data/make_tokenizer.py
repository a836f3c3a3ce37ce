# SPDX-License-Identifier: Apache-2.0
"""Writes results of the reference tokenizer (PyPI: tokenizers) for tests/unit/unit_tokenizer.c:

characters.txt   the class of every code point that is not a letter, as ranges: first last class
vocabulary.txt   a small WordPiece vocabulary
tokens.jsonl     texts with their ids under that vocabulary, for several settings

    python make_tokenizer.py
"""
import json
import pathlib
import random

from texts import nasty_texts
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

HERE = pathlib.Path(__file__).parent
BLANKS = "\t\n\r \u00a0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200b)))


def normalizer(**given):
    settings = dict(clean_text=False, handle_chinese_chars=False, strip_accents=False, lowercase=False)
    return normalizers.BertNormalizer(**{**settings, **given})


def character_classes():
    clean, cjk, strip = normalizer(clean_text=True), normalizer(handle_chinese_chars=True), normalizer(strip_accents=True)
    split = pre_tokenizers.BertPreTokenizer()
    for code in range(0x110000):
        if 0xD800 <= code < 0xE000:
            continue
        letter = chr(code)
        if clean.normalize_str("a" + letter + "b") == "ab":
            yield code, "control"
        elif letter in BLANKS:
            assert len(split.pre_tokenize_str("a" + letter + "b")) == 2
            yield code, "blank"
        elif cjk.normalize_str(letter) != letter:
            yield code, "ideograph"
        elif strip.normalize_str(letter) == "":
            yield code, "mark"
        elif len(split.pre_tokenize_str("a" + letter + "b")) == 3:
            yield code, "punctuation"


def write_characters():
    ranges = []
    for code, kind in character_classes():
        if ranges and ranges[-1][1] == code - 1 and ranges[-1][2] == kind:
            ranges[-1][1] = code
        else:
            ranges.append([code, code, kind])
    lines = [f"{first:X} {last:X} {kind}\n" for first, last, kind in ranges]
    (HERE / "characters.txt").write_text("".join(lines))


def vocabulary():
    """Letters as words and as continuations, some longer overlapping pieces, other scripts, upper case, marks."""
    letters = "abcdefghijklmnopqrstuvwxyz0123456789"
    words = ["lip", "lips", "lipstick", "stick", "un", "aff", "able", "the", "cream", "hair", "straße", "naïve", "sigma"]
    pieces = ["##s", "##ing", "##aff", "##able", "##stick", "##ck", "##ream", "##ir"]
    other = list("ßıσςабвгдеийæøđłαβγ中文字日本語กขคאבשالمعナイกᄀᄂ") + ["İ", "é", "É", "A", "B", "Lip", "##É", "##é", "i̇"]
    marks = ["##\u1161", "##\u11a8", "##\u0307", "\u0301", "##\u0301", "##\u093e", "##\u0903"]
    punctuation = list("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~¿—“”…、。「」™®€")
    tokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    tokens += list(letters) + ["##" + letter for letter in letters] + words + pieces + other + marks + punctuation
    return list(dict.fromkeys(tokens))


def reference(tokens, **settings):
    """The reference tokenizer. Special tokens are plain text if a text contains them."""
    ids = {token: index for index, token in enumerate(tokens)}
    tokenizer = Tokenizer(models.WordPiece(ids, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(clean_text=True, **settings)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", ids["[SEP]"]), ("[CLS]", ids["[CLS]"]))
    tokenizer.enable_truncation(40)
    tokenizer.encode_special_tokens = True
    return tokenizer


def write_tokens():
    tokens = vocabulary()
    (HERE / "vocabulary.txt").write_text("".join(token + "\n" for token in tokens))
    settings = [dict(handle_chinese_chars=cjk, strip_accents=strip, lowercase=lower)
                for cjk, strip, lower in [(True, None, True), (True, None, False), (False, False, True), (True, True, False)]]
    tokenizers = [reference(tokens, **given) for given in settings]
    with open(HERE / "tokens.jsonl", "w") as file:
        for given in settings:
            file.write(json.dumps(given) + "\n")
        for text in nasty_texts(random.Random(1), 160):
            ids = [tokenizer.encode(text).ids for tokenizer in tokenizers]
            file.write(json.dumps({"text": text, "ids": ids}, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    write_characters()
    write_tokens()
