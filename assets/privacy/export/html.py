"""The export as one HTML file to be read or printed: no script, nothing from outside."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from pathlib import Path

from assets.privacy.export.html_records import records
from assets.privacy.export.model import LAYERS, Export, Group
from assets.privacy.export.words import CLASSES, NOT_INCLUDED, OTHERS, PURPOSES, RETENTIONS

STYLE = Path(__file__).with_name("page.css")
GOLDEN = "vault.vault.customer_pii"
"""The golden record: what the sources together say of the person."""

CONTENT_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def page(export: Export) -> str:
    """The page; every value of the data is escaped."""
    return "".join(_page(export))


def _page(export: Export) -> Iterator[str]:
    yield (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{CONTENT_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="robots" content="noindex">\n'
        f"<title>Personal data 个人信息 {escape(export.customer_key)}</title>\n"
        f"<style>\n{STYLE.read_text(encoding='utf-8')}</style>\n</head>\n<body>\n"
    )
    yield from _head(export)
    yield from _summary(export)
    yield from _contents(export)
    for layer, label in LAYERS.items():
        held = [group for group in export.held if group.layer == layer]
        if held:
            yield f'<h2 id="{layer}">{escape(label)}</h2>\n'
            for group in held:
                yield from _group(group)
    yield from _rest(export)
    yield "</body>\n</html>\n"


def _head(export: Export) -> Iterator[str]:
    yield "<header>\n<h1>Personal data held on one person <span>个人信息副本</span></h1>\n"
    yield (
        "<p>A copy of everything that this customer database holds on one person, from the files "
        "that were delivered to what was worked out of them (GDPR Art. 15 and 20, "
        "《个人信息保护法》第四十五条). The same data for machines is in customer.json.</p>\n"
    )
    facts = [
        ("Customer 客户", export.customer_key),
        ("Request 请求", export.request),
        ("Made 生成时间", export.made_at),
        ("State of 数据日期", export.as_of),
        ("Records 记录数", f"{export.records:,}"),
        ("Found in 数据表", f"{len(export.held):,} of {export.searched:,} tables and stores"),
    ]
    yield '<dl class="facts">\n'
    for name, value in facts:
        yield f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>\n"
    yield "</dl>\n"
    earlier = [key for key in export.keys if key != export.customer_key]
    if earlier:
        yield f"<p>Known before as 曾用客户键: {escape(', '.join(earlier))}</p>\n"
    yield f"<p>{escape(OTHERS)}</p>\n</header>\n"


def _summary(export: Export) -> Iterator[str]:
    for group in export.held:
        if group.name == GOLDEN:
            yield '<h2 id="summary">In short 基本信息</h2>\n<section>\n'
            yield "<p>What the sources together say; the most trusted and newest value of each.</p>"
            yield from records(group)
            yield "</section>\n"


def _contents(export: Export) -> Iterator[str]:
    yield '<h2 id="contents">What is held, and what for 目录与目的</h2>\n<p class="legend">'
    for name, label in CLASSES.items():
        yield f'<span class="{name}">{escape(label)}</span> '
    yield (
        '</p>\n<div class="scroll"><table class="contents">\n<thead><tr><th>Table 数据表</th>'
        "<th>Records 记录数</th><th>Purpose 目的</th><th>Kept 保存期限</th>"
        "<th>Readers of the publication 可见角色</th></tr></thead>\n"
    )
    for layer, label in LAYERS.items():
        held = [group for group in export.held if group.layer == layer]
        if not held:
            continue
        yield (
            f'<tbody><tr class="layer"><th colspan="5"><a href="#{layer}">{escape(label)}</a>'
            "</th></tr>\n"
        )
        for group in held:
            yield (
                f'<tr><td><a href="#{_anchor(group)}">{escape(group.name)}</a></td>'
                f'<td class="number">{len(group.records):,}</td>'
                f"<td>{escape(_purposes(group))}</td>"
                f"<td>{escape(_kept(group))}</td>"
                f"<td>{escape(_readers(group))}</td></tr>\n"
            )
        yield "</tbody>\n"
    yield "</table></div>\n"


def _group(group: Group) -> Iterator[str]:
    yield f'<section id="{_anchor(group)}">\n<h3>{escape(group.name)} '
    yield f"<small>{len(group.records):,}</small></h3>\n"
    yield f"<p>{escape(group.description)}</p>\n"
    facts = [f"For 目的: {_purposes(group)}", f"Kept 保存: {_kept(group)}"]
    if group.published_as:
        facts.append(f"Published 发布 as {group.published_as}; readers 可见角色: {_readers(group)}")
    yield f'<p class="meta">{"<br>".join(map(escape, facts))}</p>\n'
    yield from records(group)
    yield '<p class="up"><a href="#contents">contents 目录</a></p>\n</section>\n'


def _rest(export: Export) -> Iterator[str]:
    yield '<h2 id="limits">What is not in it 未包含的内容</h2>\n<section>\n<ul>\n'
    for text in NOT_INCLUDED:
        yield f"<li>{escape(text)}</li>\n"
    yield "</ul>\n"
    if export.gaps:
        yield "<h3>Could not be looked through 未能检索</h3>\n<ul>\n"
        for gap in export.gaps:
            yield f"<li>{escape(gap.what)}: {escape(gap.why)}</li>\n"
        yield "</ul>\n"
    yield "</section>\n"


def _purposes(group: Group) -> str:
    return "; ".join(PURPOSES[it] for it in group.purposes)


def _kept(group: Group) -> str:
    kept = RETENTIONS[group.retention]
    return f"{kept}, at most {group.kept_days:,} days 天" if group.kept_days else kept


def _readers(group: Group) -> str:
    if group.published_as is None:
        return "not published 未发布"
    return ", ".join(group.readers) or "files only 仅文件"


def _anchor(group: Group) -> str:
    return escape(f"{group.layer}-{group.name}".replace("/", "-"))
