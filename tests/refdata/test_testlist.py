import pytest

from netglass.refdata.testlist import read_test_lists
from netglass.vocab.error import InputError

HEADER = "url,category_code,category_description,date_added,source,notes\n"


def test_a_host_has_the_category_under_which_it_is_listed(tmp_path):
    path = tmp_path / "xa.csv"
    path.write_text(f"{HEADER}https://www.news.test/a,NEWS,News,2020-01-02,x,\nhttp://forum.test,HUMR,,2021-01-01,x,\n")
    listed = read_test_lists([path])
    assert listed.category_of("news.test") == "NEWS"
    assert listed.category_of("WWW.forum.test.") == "HUMR"
    assert listed.category_of("other.test") is None
    (entry,) = listed.entries_of("news.test")
    assert (entry.date_added, entry.list_name) == ("2020-01-02", "xa")


@pytest.mark.parametrize("line", [",NEWS,,,,", "http://[::1,NEWS,,,,", "http://,NEWS,,,,"])
def test_a_bad_line_is_named(tmp_path, line):
    path = tmp_path / "xa.csv"
    path.write_text(f"{HEADER}http://ok.test,NEWS,,,,\n{line}\n")
    with pytest.raises(InputError, match=r"xa\.csv:3: "):
        read_test_lists([path])
