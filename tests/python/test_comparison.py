# SPDX-License-Identifier: Apache-2.0
"""Two reports compared session by session."""
import numpy as np
import pytest

import llmrec

SESSIONS = 40


def report(hits):
    """Sessions whose one target is 0; the first `hits` lists find it."""
    offsets = np.arange(SESSIONS + 1)
    lists = (np.arange(SESSIONS) >= hits).astype(np.int32)
    return llmrec.Report.evaluate_lists((offsets, lists), (offsets, np.zeros(SESSIONS, np.int32)), 2, k=[1])


def test_a_comparison_is_that_of_the_values():
    better, worse = report(30), report(10)
    found = better.compare(worse, "hr", 1)
    values = better.values("hr", 1) - worse.values("hr", 1)
    assert found.sessions == SESSIONS
    assert found.difference == pytest.approx(values.mean())
    assert found.standard_error == pytest.approx(values.std(ddof=1) / np.sqrt(SESSIONS))
    assert found.low < found.difference < found.high
    assert 0 < found.p_value < 1e-5
    assert worse.compare(better, "hr", 1).difference == -found.difference


def test_what_cannot_be_compared_is_refused():
    with pytest.raises(llmrec.ArgumentError, match="coverage"):
        report(3).compare(report(4), "coverage", 1)
