"""What an export says beside the data: in English, with the Chinese term."""

from __future__ import annotations

CLASSES = {
    "direct": "direct identifier 直接标识符",
    "quasi": "quasi-identifier 准标识符",
    "sensitive": "sensitive 敏感",
    "plain": "plain 普通",
}
PURPOSES = {
    "integration": "take data over, typed and cleaned 整合",
    "identification": "find out which records are one person 识别",
    "analytics": "know customers and the business 分析",
    "marketing": "choose, offer and contact, with consent 营销",
    "sales": "work on opportunities 销售",
    "service": "work on tickets and answers 服务",
    "operations": "show that nothing was lost 运行",
    "rules": "how the company counts 规则",
}
RETENTIONS = {
    "source": "with the files of its source 与原始文件同期",
    "build": "with the build of a night 与构建同期",
}
NOT_INCLUDED = (
    "Publications and PostgreSQL: copies of the tables that name where they are published."
    " 发布的副本",
    "Builds before the live one: the same data as of earlier nights; they are removed in turn."
    " 较早的构建",
    "Backups: encrypted copies of the same stores, which expire by themselves. 备份",
    "Look-up lists (schema gate, handover.int_crm_people): names and addresses of everybody, to"
    " look for them in texts, made anew every night from the tables above. 检查用名单",
    "The audit log: it names people by a keyed hash only; `make audit SUBJECT=` lists who looked"
    " them up. 审计日志",
)
OTHERS = (
    "Values that lead to somebody else (the other side of a link, whoever recommended or was"
    " recommended, names of staff) are replaced by “[another person 他人]”. Free texts are as they"
    " were written: whoever sends this on reads them first."
    " 涉及他人的信息已替换；自由文本保持原样，发送前请先阅读。"
)
