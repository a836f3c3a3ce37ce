# SPDX-License-Identifier: Apache-2.0
"""Texts that are hard for tokenizers, for the make_*.py in this folder."""

CHOSEN = [
    "", " ", "\t\r\n", "Lipstick", "the LIPSTICKS, un-affable!", "hair cream 3.5oz (pack of 2)", "x" * 100, "x" * 101,
    "a" * 10000, "lip" * 3000, "é" * 100, "é" * 101, "e\u0301" * 101, "naïve café Straße ﬁne", "NAÏVE CAFÉ STRASSE",
    "\u0130stanbul ıI iİ i\u0307", "ΣΊΣΥΦΟΣ σς", "Дом и Ёлка й", "日本語の文字", "ab中文cd字", "中", "\u3400\U00020000\U0002fa1f豈",
    "한국어 각 가나", "\u1100\u1161\u11a8", "ไทย กขค", "हिन्दी का ः", "שלום עליכם", "السلام ﷺ ﻋ", "emoji 😀👍🏽 👨\u200d👩\u200d👧 ❤\ufe0f", "☕️™®€",
    "zero\u200bwidth\u200cjoin\u200d\ufeff\u2060", "soft\u00adhyphen", "a\u0000b\u0001c\u007fd\u0085e\u009ff", "a\u000bb\u000cc",
    "no\u00a0break\u3000wide\u2009thin\u2028line\u2029para", "\ufffd \ufffd\ufffda", "\ue000private\U000f0000", "\U000e0001tag",
    "[SEP]", "a [CLS] b [MASK][PAD] [UNK]", "[sep] [Sep", "##ing ##", "don't can’t “quoted” ¿qué? —dash… 、。「」",
    "$%^&*()_+-=[]{}|;':\",./<>?`~\\", "a\u0301\u0323\u0327b\u0327\u0323", "\u0041\u030a\u212b\u00c5 \u1e9b\u0323 \u0344", "\u0301", "a \u0301b",
    "a\u20ddb\u0488c", "\u302e\u0301\u302f\u0591a\u302f\u302e", "\U0001d165\U0001d16d\U0001d16e\u0323", "\u0f71\u0f72\u0f74", "1/2 ½ ² ① Ⅳ ㎏",
    "\u037e \u1fef \u2260 \u226e", "𝒜𝔅ℂ", "ÅÄÖ åäö ØÆÐŁ øæđł", "Ǆ ẞ", "\u1734\u166d\U000111c9x", "\u0890a\u08e2\u1ab0\u1abf", "\U0001e944a\u2e43b",
    "lip\u034fst\u0301ick", "tab\tand\nnewline\r\nend ", "https://example.org/a_b?c=d&e=f#g", "L'Oréal Paris Féria №5 – 100% Ørsted",
]

BLOCKS = [(0x20, 0x7F), (0x20, 0x7F), (0x61, 0x7B), (0x61, 0x7B), (0xA0, 0x250), (0x300, 0x370), (0x370, 0x530), (0x590, 0x700),
          (0x900, 0xE00), (0x1100, 0x1200), (0x1AB0, 0x1B00), (0x1DC0, 0x2070), (0x2070, 0x2C00), (0x2E00, 0x2E60),
          (0x3000, 0x3400), (0x4E00, 0x4F00), (0xAC00, 0xAD00), (0xF900, 0xFFFE), (0x10000, 0x20000), (0x1F300, 0x1F700)]


def nasty_texts(random, count):
    """CHOSEN, then texts of random letters, words and marks, `count` in total."""
    texts = list(CHOSEN)
    while len(texts) < count:
        blocks = random.sample(BLOCKS, 3)
        letters = [chr(random.randrange(*random.choice(blocks))) for _ in range(random.randrange(1, 24))]
        letters += random.sample(["lipstick", " ", "able", "\u0301", "s", "hair"], 3)
        random.shuffle(letters)
        texts.append("".join(letters))
    return texts
