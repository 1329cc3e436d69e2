{#
    What a record may say about a person: forms of address, fillers and impossible dates are no
    values. Blanks are tidied first (`tidy_name`), in a CTE of its own: an engine that expands the
    expression would otherwise tidy each name once for every use.
#}

{# A name with one blank between words, none at the ends and none beside a Chinese character. #}
{% macro tidy_name(expression) -%}
    {{ adapter.dispatch('tidy_name', 'customer_360')(expression) }}
{%- endmacro %}

{% macro duckdb__tidy_name(expression) -%}
    trim(
        regexp_replace(
            regexp_replace({{ expression }}, '[\s\x{00a0}\x{3000}]+', ' ', 'g'),
            '({{ han_character() }}) ',
            '\1',
            'g'
        )
    )
{%- endmacro %}

{% macro spark__tidy_name(expression) -%}
    trim(
        regexp_replace(
            regexp_replace({{ expression }}, r'[\s\x{00a0}\x{3000}]+', ' '),
            r'({{ han_character() }}) ',
            r'$1'
        )
    )
{%- endmacro %}

{# A class of Chinese characters that RE2 and Java both understand. #}
{% macro han_character() -%}
    [\x{3400}-\x{9fff}]
{%- endmacro %}

{% macro name_titles() -%}
    先生|女士|小姐|太太|老师|师傅|总|经理|博士|教授|医生
{%- endmacro %}

{% macro latin_titles() -%}
    (?i:mr|mrs|ms|miss|mx|dr|prof)
{%- endmacro %}

{% macro compound_surnames() -%}
    欧阳|歐陽|司马|司馬|诸葛|諸葛|上官|司徒|东方|東方|皇甫|尉迟|尉遲|夏侯|令狐|慕容|公孙|公孫|长孙|長孫|宇文|轩辕|軒轅|端木|独孤|獨孤|南宫|南宮|万俟
{%- endmacro %}

{#
    A tidied name without its title (张伟先生 -> 张伟, Dr. Anna Li -> Anna Li). Null when it is only a
    form of address (王先生, 欧阳女士, Mr Smith), which is how staff note somebody whose name they do
    not know, a filler, a number or an e-mail address.
#}
{% macro person_name(tidied) -%}
    case
        when not (
            {{ matches(tidied, '^(.|' ~ compound_surnames() ~ ')(' ~ name_titles() ~ ')$') }}
            or {{ matches(tidied, '^' ~ latin_titles() ~ '[.]? [^ ]+$') }}
            or {{ matches(tidied, '^.*(@|[0-9]{3})') }}
            or {{ is_filler(tidied) }}
        )
            then {{ without_titles(tidied) }}
    end
{%- endmacro %}

{% macro without_titles(tidied) -%}
    {{ adapter.dispatch('without_titles', 'customer_360')(tidied) }}
{%- endmacro %}

{% macro duckdb__without_titles(tidied) -%}
    regexp_replace({{ tidied }}, '{{ _titles_pattern() }}', '')
{%- endmacro %}

{% macro spark__without_titles(tidied) -%}
    regexp_replace({{ tidied }}, r'{{ _titles_pattern() }}', '')
{%- endmacro %}

{% macro _titles_pattern() -%}
    ^{{ latin_titles() }}([.] ?| )| ?({{ name_titles() }})$
{%- endmacro %}

{# A text that a form was filled with because it wanted one: 测试, 匿名, 微信用户, test, unknown. #}
{% macro is_filler(expression) -%}
    {%- set words = [
        '测试.*', '无', '无名', '没有', '匿名.*', '未知', '未命名', '未填写', '不详', '暂无',
        '客户', '顾客', '用户', '新用户', '会员', '游客', '微信用户', '微博用户', name_titles(),
        'test([ _-]?(user|name|customer|account|person|test|[0-9]+))*',
        'n[/.]?a[.]?', 'none', 'null', 'nil', 'unknown', 'anonymous', 'no ?name', 'customer',
        'guest', 'user', 'client', 'member', 'wechat ?user', 'weixin ?user', 'x{2,}', '[-–—_.?*/ 0]+'
    ] -%}
    {{ matches(expression, '^(?i:' ~ words | join('|') ~ ')$') }}
{%- endmacro %}

{# Whether a tidied name begins in Chinese, whose characters sort after those of other scripts. #}
{% macro is_chinese(tidied) -%}
    {{ tidied }} >= '㐀'
{%- endmacro %}

{# Two Chinese characters or two words: more than a surname. #}
{% macro is_full_name(tidied) -%}
    ({{ tidied }} like '% %' or ({{ is_chinese(tidied) }} and length({{ tidied }}) > 1))
{%- endmacro %}

{# Letters of a name. A Chinese character counts as four: pinyin is read off it, never the reverse. #}
{% macro name_completeness(tidied) -%}
    length({{ tidied }}) * case when {{ is_chinese(tidied) }} then 4 else 1 end
{%- endmacro %}

{# A birth date that is possible: not before 1900 or on its first day, which forms fill in. #}
{% macro possible_birth_date(expression) -%}
    case
        when {{ expression }} > date '1900-01-01' and {{ expression }} <= {{ as_of_date() }}
            then {{ expression }}
    end
{%- endmacro %}

{# New Year's Day is the birthday of people whose birthday nobody asked for. #}
{% macro is_likely_birth_date(expression) -%}
    not (extract(month from {{ expression }}) = 1 and extract(day from {{ expression }}) = 1)
{%- endmacro %}
