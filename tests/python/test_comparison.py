# SPDX-License-Identifier: Apache-2.0
"""Two reports compared session by session."""
import numpy as np
import pytest

import llmrec

SESSIONS = 40


def report(hits):
    """Sessions with the single target 0; the first `hits` lists contain it."""
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


def test_the_mean_of_reports_is_that_of_each_session():
    reports = [report(30), report(10), report(20)]
    mean = llmrec.Report.mean(reports)
    values = sum(one.values("hr", 1) for one in reports) / 3
    assert mean.values("hr", 1) == pytest.approx(values)
    assert mean.metric("hr", 1) == pytest.approx(0.5)
    assert mean.metric("coverage", 1) == pytest.approx(1)
    assert mean.standard_error("hr", 1) == pytest.approx(values.std(ddof=1) / np.sqrt(SESSIONS))
    assert mean.compare(report(10), "hr", 1).difference == pytest.approx(0.25)
    with pytest.raises(llmrec.ArgumentError, match="no reports"):
        llmrec.Report.mean([])


def test_what_cannot_be_compared_is_refused():
    with pytest.raises(llmrec.ArgumentError, match="coverage"):
        report(3).compare(report(4), "coverage", 1)
