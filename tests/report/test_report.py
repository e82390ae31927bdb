"""The report as its reader gets it: complete, safe, the same every time, in two forms with one content."""
# ruff: noqa: E501 - lines of markup

import io
import re
import shutil
import subprocess
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st
from nbformat import v4
from pypdf import PdfReader

from certlib.report import render
from certlib.report.blocks import make_blocks
from certlib.report.inlines import UnknownTag
from certlib.report.tree import TAGS, Element, clean, parse
from certlib.show.render import make_environment
from report.sample import COVER, HOSTILE, certificate, code, cover, full, notebook, summary, text


def pdf_text(data):
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)


def squeezed(value):
    return re.sub(r"\s+", "", value)


def pages(data):
    return [squeezed(page.extract_text()) for page in PdfReader(io.BytesIO(data)).pages]


class Tags(HTMLParser):
    def __init__(self, html):
        super().__init__()
        self.seen = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))


@pytest.fixture(scope="module")
def rendered():
    return render(full())


def test_the_same_notebook_gives_the_same_bytes(rendered):
    again = render(full())
    assert again.html == rendered.html
    assert again.pdf == rendered.pdf


def test_the_pdf_says_who_wrote_it_about_what_and_when(rendered):
    reader = PdfReader(io.BytesIO(rendered.pdf))
    assert reader.metadata.title == "Certificate readiness"
    assert reader.metadata.author == "Maria Keller"
    assert reader.metadata.creation_date.isoformat().startswith("2026-11-23T09:41:00")
    assert reader.trailer["/Root"]["/Lang"] == "en"
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    xmp = reader.xmp_metadata.stream.get_data().decode()
    assert "pdfuaid:part" in xmp
    assert re.search(r"<pdfaid:part>3</pdfaid:part>\s*<pdfaid:conformance>A<", xmp)


def test_the_pdf_has_bookmarks_for_chapters_and_sections(rendered):
    outline = PdfReader(io.BytesIO(rendered.pdf)).outline
    chapters = [entry.title for entry in outline if not isinstance(entry, list)]
    assert [squeezed(title) for title in chapters] == [
        "1Summary",
        "2Whateachwebserverpresents",
        "3Optionscompared",
        "4Howto",
        "5Findings",
        "6Certificates",
        "7Methodandwords",
    ]
    assert any(isinstance(entry, list) for entry in outline)


def test_a_page_names_the_site_the_chapter_and_its_number(rendered):
    made = pages(rendered.pdf)
    page = next(p for p in made if "UCCXTomcat" in p and "Browseroffer" in p)
    assert "NorthwindLogistics·Hamburg" in page
    assert "2Whateachwebserverpresents" in page
    assert f"Page{made.index(page) + 1}of{len(made)}" in page


def test_a_matrix_of_many_columns_lies_on_a_page_turned_on_its_side(rendered):
    reader = PdfReader(io.BytesIO(rendered.pdf))
    turned = [p for p in reader.pages if p.mediabox.width > p.mediabox.height]
    assert len(turned) == 1
    assert "Allofferssidebyside" in squeezed(turned[0].extract_text())


def test_the_head_of_a_long_table_stands_on_each_of_its_pages(rendered):
    findings = [p for p in pages(rendered.pdf) if re.search(r"C\d\d[✕▲?✓]", p)]
    assert len(findings) > 1
    assert all("IdStateWhereWhatBasisRemedy" in p for p in findings)


def test_the_page_has_one_title_and_no_gap_in_its_headings(rendered):
    levels = [int(tag[1]) for tag, _ in Tags(rendered.html).seen if re.fullmatch("h[1-6]", tag)]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(later <= earlier + 1 for earlier, later in pairwise(levels))


def test_every_link_within_the_page_has_its_place_and_every_id_is_unique(rendered):
    seen = Tags(rendered.html).seen
    ids = [attrs["id"] for _, attrs in seen if "id" in attrs]
    assert len(ids) == len(set(ids))
    links = [attrs["href"][1:] for tag, attrs in seen if tag == "a" and attrs["href"].startswith("#")]
    assert set(links) <= set(ids)


def test_nothing_in_the_page_is_fetched_and_a_policy_forbids_it(rendered):
    seen = Tags(rendered.html).seen
    assert [tag for tag, _ in seen if tag in ("link", "iframe", "object", "embed", "base", "form")] == []
    assert [attrs for _, attrs in seen if attrs.get("src", "data:")[:5] != "data:" or "style" in attrs] == []
    assert re.sub(r"url\(data:font/woff2;base64,[\w+/=]+\)", "", rendered.html).count("url(") == 0
    policy = next(attrs["content"] for tag, attrs in seen if "http-equiv" in attrs)
    assert policy.startswith("default-src 'none'; img-src data:; style-src 'sha256-")


def test_code_and_raw_cells_stay_out_of_the_report():
    cell = code("<p>shown</p>", source="secret_call()")
    made = render(notebook(text("## A"), cell, v4.new_raw_cell("<p>raw</p>")))
    for form in (made.html, pdf_text(made.pdf)):
        assert "shown" in form
        read = re.sub(r"<(style|script)>.*?</\1>", "", form, flags=re.DOTALL)
        assert not re.search("secret_call|raw", BeautifulSoup(read, "html.parser").get_text())


EVERYWHERE = """
{% from "macros.html.j2" import table %}
<div class="verdict verdict-not-ready"><p>{{ name }}</p><p><strong>{{ name }}</strong></p></div>
{% call(row) table(name, [name, "b"], [name], "matrix") -%}
<th scope="row">{{ row }}</th><td><code class="fingerprint">{{ row }}</code></td>
{%- endcall %}
<dl class="kv"><dt>{{ name }}</dt><dd>{{ name }}</dd></dl>
<h3 id="{{ name }}">{{ name }}</h3><a href="#{{ name }}">{{ name }}</a><pre class="cmd">{{ name }}</pre>
<ol class="steps"><li>{{ name }}</li></ol>
"""
IN_A_TABLE = """
{% from "macros.html.j2" import table %}
{% call(row) table(value, [value], [value], "matrix") %}<th scope="row"><code>{{ row }}</code></th>{% endcall %}
"""


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_text_wherever_it_stands(name):
    values = dict.fromkeys(COVER, name)
    values["evidence_date"] = COVER["evidence_date"]
    display = make_environment().from_string(EVERYWHERE).render(name=name)
    made = render(notebook(cover(values), text("## Chapter"), code(str(display))))
    harmless = Tags(render(notebook(cover(), text("## Chapter"), code(str(display)))).html).seen
    seen = Tags(made.html).seen
    assert [tag for tag, _ in seen if tag not in TAGS | PAGE] == []
    assert [tag for tag, _ in harmless if tag == "script"] == [tag for tag, _ in seen if tag == "script"]
    assert [attrs for _, attrs in seen if any(key.startswith("on") for key in attrs)] == []
    shown = squeezed(BeautifulSoup(made.html, "html.parser").select_one("main pre").get_text())
    expected = squeezed(name).replace("\u202e", "\\u{202E}").replace("\0", "\\u{0000}")
    expected = expected.replace("\7", "\\u{0007}").replace("\u200b", "\\u{200B}")
    assert shown == expected
    assert made.notes == ()
    assert "".join(pages(made.pdf)).count(expected) >= 8


PAGE = {"html", "head", "meta", "title", "style", "script", "body", "header", "footer", "main", "nav", "wbr"}


@pytest.mark.parametrize("markup", HOSTILE)
def test_markup_in_a_display_that_escapes_nothing_is_taken_away(markup):
    made = render(notebook(text("## Chapter\n\n" + markup), code(f"<p>{markup}</p>", "<p>after</p>")))
    seen = Tags(made.html).seen
    assert [tag for tag, _ in seen if tag not in TAGS | PAGE] == []
    assert sum(tag == "script" for tag, _ in seen) == 1
    assert [a for _, a in seen if a.get("href", "#")[0] != "#" or any(k.startswith("on") for k in a)] == []
    assert "after" in pdf_text(made.pdf)
    assert "root:" not in pdf_text(made.pdf)


@given(st.lists(st.sampled_from([*HOSTILE, "<table>", "</table>", "<tr>", "<td colspan=9>", "<ul>", "<li>", "<dl><dd>",
                                 "<pre>", "</div>", "<h5>", "<details>", "text", "<b>", "<tbody>", "<caption>"])))  # fmt: skip
@settings(max_examples=60, deadline=None)
def test_whatever_is_written_has_a_form_in_the_pdf(parts):
    root = parse(clean("".join(parts)))
    for element in root.walk():
        if element.tag in ("h1", "h5", "h6"):
            element.tag = "h4"
        if element.tag in ("h2", "h3", "h4"):
            element.attrs["id"] = "x"
        element.tag = {"b": "strong", "i": "em", "kbd": "code"}.get(element.tag, element.tag)
    flow = squeezed("".join(strings(make_blocks(root))).replace("[]", ""))
    assert squeezed(root.text()) in flow or sorted(squeezed(root.text())) == sorted(flow)


@given(st.lists(st.sampled_from([*HOSTILE, "<table>", "<tr id=r>", "<td rowspan=3>", "<th colspan=99>", "</table>", "<ul>",
                                 "<li id=l>", "<ol start=7>", "<dl>", "<dt>", "<dd id=d>", "<b>", "<h4 id=h>", "<h2>Two</h2>",
                                 "<div id=v>", "</div>", "<a href=#r>row", "<a href=#h>head", "<a href=#v>box", "<code>",
                                 "<pre>", "<p id=p>", "<a href=#p>", "<section id=s><h3>S</h3>", "<a href=#s>s</a>", "word "]),
                max_size=12))  # fmt: skip
@settings(max_examples=20)
def test_no_markup_however_clumsy_stops_the_report(parts):
    made = render(notebook(text("# T"), code("".join(parts)), text("## After\n\nthe end")))
    assert "the end" in pdf_text(made.pdf)
    assert made.notes == ()


def strings(value):
    if isinstance(value, list):
        for item in value:
            yield from strings(item)
    elif isinstance(value, dict):
        yield from strings([v for k, v in value.items() if k in ("c", "t", "caption")])
    elif isinstance(value, str):
        yield value


def test_a_tag_without_a_form_in_the_pdf_is_an_error_and_no_gap():
    root = Element("root", {}, [Element("p", {}, ["a", Element("marquee", {}, ["b"])])])
    with pytest.raises(UnknownTag, match="marquee"):
        make_blocks(root)


def test_every_allowed_tag_has_a_form_in_both():
    inner = "".join(
        f"<{tag}>word-{tag}</{tag}>"
        for tag in sorted(
            TAGS
            - {"img", "br", "hr", "tr", "td", "th", "thead", "tbody", "tfoot", "caption", "li", "dt", "dd"}
        )
        if tag not in ("table", "ul", "ol", "dl")
    )
    made = render(
        notebook(
            text("## Chapter"),
            code(inner + "<hr><br><table><caption>word-caption</caption><thead><tr><th>word-th</th></tr></thead>"
                 "<tfoot><tr><td>word-tfoot</td></tr></tfoot></table><dl><dt>word-dt</dt><dd>word-dd</dd></dl>"),
        )
    )  # fmt: skip
    shown = "".join(pages(made.pdf))
    words = set(re.findall(r"word-\w+", BeautifulSoup(made.html, "html.parser").main.get_text()))
    assert len(words) > 25
    assert {word for word in words if word not in shown} == set()


def test_foreign_and_missing_characters_never_stop_the_pdf():
    made = render(notebook(text("## 漢字"), code("<p>中文 😀 עברית \ue000 \U0001f9ff e\u0301 \ufffd</p>")))
    assert r"\u{6F22}\u{5B57}" in pdf_text(made.pdf)
    assert r"\u{E000}" in pdf_text(made.pdf)
    assert "漢字" in made.html
    assert made.notes[0].startswith("The PDF's fonts lack")


@given(st.text(min_size=1, max_size=30))
@settings(max_examples=15, deadline=None)
def test_any_text_at_all_can_be_printed(value):
    display = make_environment().from_string(IN_A_TABLE).render(value=value)
    made = render(
        notebook(cover({**COVER, "customer": value, "title": value}), text("## A"), code(str(display)))
    )
    assert made.pdf.startswith(b"%PDF")


def test_the_number_of_a_chapter_stands_before_a_name_from_right_to_left(tmp_path):
    if shutil.which("pdftotext") is None:
        pytest.skip("no pdftotext on this machine")
    cells = (text("## Summary"), text("## שירות"), *(code("<p>line</p>") for _ in range(120)))
    file = tmp_path / "report.pdf"
    file.write_bytes(render(notebook(text("# T"), cover(), *cells)).pdf)
    said = subprocess.run(["pdftotext", "-bbox", file, "-"], capture_output=True, check=True).stdout
    names = set()
    for page in BeautifulSoup(said, "html.parser").select("page")[1:]:
        words = page("word")
        for name in (word for word in words if set(word.get_text()) <= set("שירות")):
            line = [word for word in words if abs(float(word["ymax"]) - float(name["ymax"])) < 4]
            number = next(word for word in line if word.get_text() == "2")
            assert float(number["xmax"]) < float(name["xmin"])
            names.add(round(float(name["ymin"])))
    assert len(names) >= 3  # in the contents, above its chapter, and around the pages


def test_a_chapter_that_begins_with_a_table_is_not_parted_from_it():
    rows = "".join(f"<tr><td>cell-{number}</td><td>x</td></tr>" for number in range(14))
    table = f"<table><caption>The table</caption><tbody>{rows}</tbody></table>"
    for lines in range(14, 30):
        cells = (code(*["<p>line</p>"] * lines), text("## Second\n\nIt leads in."), code(table))
        made = pages(render(notebook(text("# T"), cover(), text("## First"), *cells)).pdf)[2:]
        (page,) = [page for page in made if "Itleadsin." in page]
        assert "Thetable" in page
        assert "cell-0" in page


def test_a_task_of_the_runbook_stays_on_one_page_with_the_heading_above_it():
    steps = "".join(f"<li>step-{number}</li>" for number in range(6))
    ticks = "<table class=ticks><caption>Row by row</caption><tr><td>a-node</td></tr><tr><td>b-node</td></tr></table>"
    task = (
        "<h4>The-phase</h4><p>What it is about.</p><section class=whole id=task-1><p><strong>The-task</strong></p>"
        f"<ol>{steps}</ol><p><strong>It worked when</strong> it does.</p>{ticks}</section><p><a href=#task-1>t</a></p>"
    )
    for lines in range(10, 34, 3):
        cells = (text("## First"), code(*["<p>line</p>"] * lines), code(task))
        made = pages(render(notebook(text("# T"), cover(), *cells)).pdf)[2:]
        (page,) = [page for page in made if "The-phase" in page]
        assert all(part in page for part in ("The-task", "step-0", "step-5", "a-node", "b-node"))


def test_on_paper_a_link_to_another_part_tells_its_page():
    lines = code(*["<p>line</p>"] * 60)
    links = code(
        "<p><a class=paged href=#far>Steps</a>. <a class=paged href=#none>Nowhere</a>. <a href=#far>Plain</a>.</p>"
    )
    made = pages(render(notebook(text("# T"), links, lines, code("<p id=far>The-place</p>"))).pdf)
    (there,) = [number for number, page in enumerate(made, 1) if "The-place" in page]
    assert there > 2
    assert f"Steps(page{there}).Nowhere.Plain." in "".join(made)


def test_a_task_longer_than_a_page_goes_on_with_its_last_sentence_beside_its_boxes():
    steps = "".join(f"<li>step-{number}</li>" for number in range(70))
    ticks = "<table class=ticks><caption>Row by row</caption><tr><td>a-node</td></tr><tr><td>b-node</td></tr></table>"
    for lines in range(0, 30, 3):
        task = f"<section class=whole><ol>{steps}</ol><p>It worked.</p>{ticks}</section>"
        cells = (text("## First"), code(*["<p>line</p>"] * lines), code(task))
        made = pages(render(notebook(text("# T"), cover(), *cells)).pdf)[2:]
        assert sum("step-" in page for page in made) > 1
        (page,) = [page for page in made if "Itworked." in page]
        assert "a-node" in page


def test_contents_too_long_for_a_page_leave_out_the_sections_of_the_longest_chapters():
    questions = "\n\n".join(f"### Question {number}" for number in range(90))
    made = render(
        notebook(
            text("# T"),
            cover(),
            text("## Short\n\n### Only\n\ntext"),
            text(f"## Long\n\n{questions}"),
            text("## End"),
        )
    )
    shown = pages(made.pdf)
    assert all(part in shown[1] for part in ("1Short", "1.1Only", "2Long", "3End"))
    assert "Question" not in shown[1]
    assert "Contents" not in shown[2]
    marks = [
        entry for part in PdfReader(io.BytesIO(made.pdf)).outline if isinstance(part, list) for entry in part
    ]
    assert len(marks) == 91


def test_commands_that_follow_each_other_share_a_box():
    inner = "".join(f'<pre class="cmd">utils service restart {name}</pre>' for name in "abc")
    block = next(one for one in make_blocks(parse(clean(inner))) if one["k"] == "pre")
    assert block["t"].split("\n") == [f"utils service restart {name}" for name in "abc"]
    apart = make_blocks(parse(clean("<pre>one\ntwo</pre><pre>three</pre>")))
    assert [one["t"] for one in apart] == ["one\ntwo", "three"]


def test_a_failed_cell_is_a_banner_and_a_box_in_its_place():
    failed = code(
        v4.new_output(
            "error", ename="ValueError", evalue="<b>no</b> evidence\x1b[0m", traceback=["/home/me/x.py"]
        )
    )
    after = [v4.new_code_cell("show.more()"), v4.new_code_cell("show.end()")]
    made = render(
        notebook(
            text("# T"),
            text("## First"),
            code("<p>fine</p>"),
            text("## Second"),
            failed,
            text("## Third"),
            *after,
        )
    )
    assert [chapter for chapter, _ in made.missing] == ["Second", "Third"]
    assert made.missing[0][1] == "ValueError: <b>no</b> evidence"
    soup = BeautifulSoup(made.html, "html.parser")
    assert "INCOMPLETE REPORT" in soup.select_one("header .banner").get_text()
    assert len(soup.select("main .failure")) == 2
    shown = squeezed(pdf_text(made.pdf))
    assert "INCOMPLETEREPORT" in pages(made.pdf)[0]
    assert shown.count("Thispartismissing.") == 2
    assert shown.count("ValueError:<b>no</b>evidence") == 2
    assert "/home/me" not in made.html


def test_a_display_cannot_pretend_that_a_part_failed():
    made = render(
        notebook(text("## A"), code('<report-failure>x</report-failure><div class="failure">y</div>'))
    )
    assert made.missing == ()
    assert 'class="failure"' not in made.html


def test_a_cover_without_values_and_one_with_other_types_is_no_error():
    for values in ({}, {"customer": None, "site": 7, "verdict": ["x"], "accent": "red;}*{display:none"}):
        made = render(notebook(text("# Title"), cover(values), text("## A")))
        assert "<h1>Title</h1>" in made.html
        assert "red;" not in made.html


def test_a_notebook_of_somebody_else_has_a_plain_title_and_no_cover():
    made = render(notebook(text("# My notes\n\nhello"), code("<p>shown</p>"), text("## One")))
    assert "<h1>My notes</h1>" in made.html
    assert "verdict" not in BeautifulSoup(made.html, "html.parser").body.get_text()
    assert "My notes" in pdf_text(made.pdf)


def test_an_empty_notebook_is_a_report_too():
    made = render(notebook())
    assert "<h1>Notebook</h1>" in made.html  # the name that nbconvert gives one without a file
    assert len(PdfReader(io.BytesIO(made.pdf)).pages) >= 1


def test_a_remark_of_the_consultant_is_in_both_forms():
    made = render(
        notebook(
            *full().cells, text("## Remark\n\nWe spoke with **the CA** on Friday; see [why](#1-summary).")
        )
    )
    assert "<strong>the CA</strong>" in made.html
    assert "We spoke with the CA on Friday" in pdf_text(made.pdf)


def test_pictures_are_kept_only_as_data_and_with_a_description():
    svg = "data:image/svg+xml;base64,PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciIHdpZHRoPSI5IiBoZWlnaHQ9IjkiPjxyZWN0IHdpZHRoPSI5IiBoZWlnaHQ9IjkiLz48L3N2Zz4="
    made = render(
        notebook(
            text("## A"),
            code(f'<figure><img src="{svg}" alt="expiry"><figcaption>When</figcaption></figure>',
                 '<p>x <img src="http://127.0.0.1:9/a.png" alt="far"> y</p>', '<img src="data:image/png;base64,AAAA" alt="torn">'),
        )
    )  # fmt: skip
    assert svg in made.html
    assert "127.0.0.1" not in made.html
    assert "[far]" in made.html
    assert "[far]" in pdf_text(made.pdf)


def test_a_fingerprint_breaks_in_groups_and_copies_without_them():
    made = render(notebook(text("## A"), code(certificate("n1"))))
    shown = BeautifulSoup(made.html, "html.parser").select_one(".fingerprint")
    assert len(shown.find_all("wbr")) == 5
    assert "\u200b" not in made.html
    assert shown.get_text() in pdf_text(made.pdf).replace("\n", "")


def test_a_word_that_is_wider_than_the_page_is_broken_and_kept():
    long = "host-" + "x" * 400 + ".example"
    made = render(
        notebook(text(f"## A\n\n{long}"), code(f"<table><tr><td>{long}</td><td>b</td></tr></table>"))
    )
    assert "".join(pages(made.pdf)).count(long) == 2


def test_states_are_words_with_symbols_in_both_forms():
    made = render(notebook(text("## A"), code(summary())))
    for form in (BeautifulSoup(made.html, "html.parser").get_text(), pdf_text(made.pdf)):
        assert "✕ cannot be accepted" in form
        assert "▲ one prompt per PC" in form


def test_the_sample_page_stays_small(rendered):
    assert len(rendered.html.encode()) < 400_000
