from kszclient.reconciliation.output.report.drawings import HEIGHT, bars


def test_the_peak_reaches_the_top_and_half_of_it_the_middle():
    assert bars([10, 5], peak=10) == f"M0.15 {HEIGHT}V0h.7V{HEIGHT}zM1.15 {HEIGHT}V12h.7V{HEIGHT}z"


def test_one_among_thousands_is_still_seen():
    assert f"V{HEIGHT - 0.6}h" in bars([1], peak=5000)


def test_a_month_without_findings_has_no_bar():
    assert bars([0, 0], peak=1) == ""
