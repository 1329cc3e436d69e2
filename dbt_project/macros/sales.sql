{#
    Text without people who are mentioned by title (王女士, Mr. Lee), as the customer who did something
    (客户李小明要求…, 客户Anna Lee) or as somebody one spoke with (spoke with 李小明). It needs nobody to
    be known: whom the CRM calls by another name, or by none, has no name to look for. The surnames
    keep a verb before the name: 联系王先生 stays 联系[name].
#}
{% macro redact_mentions(expression) -%}
    {{ return(adapter.dispatch('redact_mentions', 'customer_360')(expression)) }}
{%- endmacro %}

{% macro duckdb__redact_mentions(expression) -%}
    {%- set surname -%}
        [王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤]
    {%- endset -%}
    {%- set title = '(先生|女士|小姐|太太|夫人|阿姨|老板)' -%}
    {%- set verb = '(要求|表示|反馈|来电|希望|需要|称|说|想|问)' -%}
    {%- set latin_name = "[A-Z][A-Za-z''’-]+([ ·][A-Z][A-Za-z''’-]+){0,3}" -%}
    {%- set spoken = '(?i:\\b(spoke|speak|talked|talk|met|meet) (with|to) +|\\b(attention|attn)[.:]? +)' -%}
    {%- set masked = namespace(sql=expression) -%}
    {%- for pattern, label in [
        (surname ~ '\\p{Han}{0,2}' ~ title, '[name]'),
        ('(客户|顾客) ?' ~ surname ~ '\\p{Han}{1,2}' ~ verb, '\\1[name]\\2'),
        ('(客户|顾客) ?' ~ latin_name, '\\1[name]'),
        ('(' ~ spoken ~ ')(\\p{Han}{2,4}|' ~ latin_name ~ ')', '\\1[name]'),
        ("\\b(Mr|Mrs|Ms|Miss|Dr)[.]? +[A-Z][A-Za-z''’-]+( [A-Z][A-Za-z''’-]+)?", '[name]'),
    ] -%}
        {%- set arguments = "'" ~ pattern ~ "', '" ~ label ~ "', 'g'" -%}
        {%- set masked.sql = "regexp_replace(" ~ masked.sql ~ ", " ~ arguments ~ ")" -%}
    {%- endfor -%}
    {{ masked.sql }}
{%- endmacro %}


{#
    Rank of the versions of a record, 1 for the one that speaks on as_of: the newest that was known
    by then, and of a record that is only known later the earliest. It needs is_version_known and
    version_at.
#}
{% macro newest_known_version(key) -%}
    row_number() over (
        partition by {{ key | join(', ') }}
        order by
            is_version_known desc,
            case when is_version_known then version_at end desc,
            version_at
    )
{%- endmacro %}
