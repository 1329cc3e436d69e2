"""What customers say about their taste: a short survey of codes."""

from demo.files import Fault, write_csv
from demo.world import World

_FAULTS: list[Fault] = [
    ("missing_value", {"answer_id": "sa-broken-1", "answer_code": ""}),
    ("wrong_type", {"answer_id": "sa-broken-2", "answered_at": "soon"}),
]


def write_surveys(world: World) -> None:
    """Write the survey of the source feedback."""
    world.run("""
        create table survey_answers as
        with asked as (
            select person_id, kind, question, person_id || '/' || question as id
            from persons, (select unnest(['favourite_category', 'shopping_habit']) as question)
            where kind in ('buyer', 'prospect') and u('surveyed', person_id) < 0.15
        )
        select 'sa-' || substr(md5('survey/' || id), 1, 16) as answer_id, person_id, id,
            question as question_code,
            case question when 'favourite_category'
                then pick(['wine', 'coffee', 'baby', 'cats', 'dogs', 'fitness'], u('likes', id))
                else pick(['price', 'brand', 'new', 'stock_up', 'quality', 'none'], u('habit', id))
                end as answer_code,
            moment('surveyed', id, '2017-02-01', '2017-12-31') as answered_at
        from asked""")
    write_csv(
        world,
        "feedback/survey_answers.csv",
        """
        with rows as (
            select answer_id, if(u('survey id', id) < 0.8, person_id, null) as customer_id,
                question_code, answer_code, plain(answered_at) as answered_at
            from survey_answers
        )
        select * from (select * from rows
            union all select * from rows where u('survey twice', answer_id) < 0.01)
        order by answer_id""",
        "feedback.survey_answers",
        _FAULTS,
    )
