"""Customer service tickets and answers to surveys, reviews, complaints and suggestions."""

from demo.files import Fault, write_csv, write_jsonl
from demo.truth import count_personal_data, tell
from demo.world import World

TICKET_SHARE = 0.18
_TICKET_FAULTS: list[Fault] = [
    ("above_maximum", {"ticket_id": "T9000001", "rating": "11"}),
    ("wrong_type", {"ticket_id": "T9000002", "opened_at": "2017-02-30 09:00:00"}),
    ("not_allowed", {"ticket_id": "T9000003", "status": "escalated"}),
    ("missing_value", {"ticket_id": None}),
    ("too_many_fields", {"ticket_id": "T9000004"}),
    ("too_few_fields", {"ticket_id": "T9000005"}),
]
_EVENT_FAULTS: list[Fault] = [
    ("wrong_type", {"event_id": "E9000001", "occurred_at": "2017-13-01 09:00:00"}),
    ("not_allowed", {"event_id": "E9000002", "new_value": "lost"}),
    ("missing_value", {"event_id": None}),
]
_FEEDBACK_FAULTS: list[Fault] = [
    ("above_maximum", {"response_id": "F9000001", "score": 12}),
    ("below_minimum", {"response_id": "F9000002", "score": -1}),
    ("wrong_type", {"response_id": "F9000003", "score": "ten"}),
    ("not_allowed", {"response_id": "F9000004", "kind": "rumour"}),
    ("missing_value", {"response_id": None}),
    ("invalid_json", {"response_id": "F9000005"}),
]


def write_service(world: World) -> None:
    """Write the files of the source service."""
    world.run(f"""
        create table tickets as
        with asked as (
            select *, person_id || '/' || k as id,
                moment('ticket', person_id || '/' || k, '2017-01-02', '2017-12-31') as opened_at
            from persons, range(0, 1 + floor(u('tickets', person_id) * 2.4)::bigint) as t(k)
            where kind <> 'test' and u('ticket', person_id) < {TICKET_SHARE}
        )
        select *, 'T' || lpad((row_number() over (order by opened_at, id))::varchar, 7, '0')
                as ticket_id,
            pick(['phone', 'email', 'web', 'wechat'], u('ticket channel', id)) as channel,
            getvariable('tickets')[1 + floor(u('ticket text', id) * 5)::bigint * 2
                + if(is_zh, 1, 0)] as problem,
            u('ticket pii', id) < 0.2 as has_pii,
            if(has_pii, pick(getvariable('comments_with_pii'), u('ticket gap', id)), '')
                as sentence,
            opened_at + to_minutes(3 + floor(pow(u('answer', id), 3) * 1500)::bigint)
                as answered_at,
            has_happened(answered_at) as is_answered,
            answered_at + to_minutes(5 + floor(pow(u('solve', id), 3) * 8000)::bigint)
                as solved_at,
            u('solved', id) < 0.93 as will_be_solved,
            will_be_solved and has_happened(solved_at) as is_solved,
            if(will_be_solved, is_solved, is_answered) as is_final,
            pick(getvariable('priorities'), u('priority', id)) as right_priority,
            if(u('new priority', id) < 0.15,
                pick(getvariable('priorities'), u('first priority', id)), right_priority)
                as first_priority,
            opened_at + floor(u('prioritised', id) * 0.8 * (epoch(answered_at) - epoch(opened_at)
                + if(is_solved, epoch(solved_at) - epoch(answered_at), 0)))::bigint
                * interval 1 second as prioritised_at,
            if(has_happened(prioritised_at), right_priority, first_priority) as priority,
            is_solved and u('reopened', id) < 0.08 as is_reopened,
            answered_at + floor(0.3 * (epoch(solved_at) - epoch(answered_at)))::bigint
                * interval 1 second as first_solved_at,
            answered_at + floor(0.6 * (epoch(solved_at) - epoch(answered_at)))::bigint
                * interval 1 second as reopened_at,
            opened_at >= timestamp '2017-03-01 05:00:00' as is_logged,
            if(is_solved, pick(['resolved', 'closed'], u('closed', id)), 'pending') as last_status
        from asked""")
    count_personal_data(world, "service.tickets", "tickets", "sentence")
    write_csv(
        world,
        "service/tickets.csv",
        """
        with rows as (
            select ticket_id, channel, problem.kind as ticket_type,
                if(version = 'final', priority, first_priority) as priority,
                if(kind in ('buyer', 'prospect') and u('ticket id', id) < 0.35, person_id, null)
                    as customer_id,
                if(channel in ('email', 'web') or u('ticket mail', id) < 0.2,
                    typed_email(email, u('ticket typed', id)), null) as contact_email,
                if(channel in ('phone', 'wechat') or u('ticket phone', id) < 0.3,
                    typed_phone(country, mobile, u('ticket dialled', id)), null) as contact_phone,
                problem.subject as subject, trim(problem.body || ' ' || filled(sentence,
                    typed_phone(country, mobile, u('ticket said', id)), email, full_name))
                    as description,
                pick(getvariable('zoho_staff'), u('agent', id)) as staff_id,
                case version when 'final' then last_status when 'solved' then 'resolved'
                    else 'open' end as status,
                plain(opened_at) as opened_at,
                if(version <> 'new', plain(answered_at), null) as first_response_at,
                case when version = 'final' and is_solved then plain(solved_at)
                    when version in ('solved', 'reopened') then plain(first_solved_at) end
                    as resolved_at,
                if(version = 'final' and is_solved,
                    pick(getvariable('resolutions'), u('result', id)), null) as resolution,
                if(version = 'final' and is_solved and u('rated', id) < 0.5,
                    5 - floor(pow(u('rating', id), 2) * 5)::integer, null) as rating,
                plain(case version when 'new' then tickets.opened_at
                    when 'solved' then first_solved_at when 'reopened' then reopened_at
                    else if(is_solved, solved_at, answered_at) end) as updated_at
            from tickets,
                (values ('new'), ('solved'), ('reopened'), ('final')) as versions(version)
            where version = 'new' or (version = 'final' and is_final)
                or (version in ('solved', 'reopened') and is_reopened and not is_logged)
        )
        select * from (select * from rows
            union all select * from rows where u('ticket twice', ticket_id) < 0.01)
        order by ticket_id, updated_at""",
        "service.tickets",
        _TICKET_FAULTS,
        encoding="gb18030",
    )
    tell(world, "service.tickets", "select person_id, ticket_id from tickets", "truth_references")
    _write_ticket_events(world)


def _write_ticket_events(world: World) -> None:
    # The log begins in March: what changed on older tickets shows in their versions only.
    world.run("""
        create table ticket_events as
        with status_steps as (
            select *, 'status' as event_kind, unnest(list_filter([
                {'step': 1, 'old': 'open', 'new': 'pending', 'at': answered_at,
                    'there': is_answered},
                {'step': 2, 'old': 'pending', 'new': 'resolved',
                    'at': if(is_reopened, first_solved_at, solved_at), 'there': is_solved},
                {'step': 3, 'old': 'resolved', 'new': 'open', 'at': reopened_at,
                    'there': is_reopened},
                {'step': 4, 'old': 'open', 'new': 'resolved', 'at': solved_at,
                    'there': is_reopened},
                {'step': 5, 'old': 'resolved', 'new': 'closed', 'at': solved_at,
                    'there': last_status = 'closed'}
            ], lambda x: x.there)) as change
            from tickets where is_logged
        ), priority_steps as (
            select *, 'priority' as event_kind, {'step': 6, 'old': first_priority,
                'new': priority, 'at': prioritised_at, 'there': true} as change
            from tickets where is_logged and first_priority <> priority
        )
        select ticket_id || '-' || change.step as event_id, ticket_id, event_kind,
            change.old as old_value, change.new as new_value,
            pick(getvariable('zoho_staff'), u('agent', id)) as staff_id,
            plain(change.at) as occurred_at
        from (select * from status_steps union all select * from priority_steps)""")
    write_csv(
        world,
        "service/ticket_events.csv",
        """
        select * from (select * from ticket_events union all
            select * from ticket_events where u('event twice', event_id) < 0.01)
        order by event_id""",
        "service.ticket_events",
        _EVENT_FAULTS,
    )


def write_feedback(world: World) -> None:
    """Write the file of the source feedback."""
    world.run("""
        create table responses as
        with asked as (
            select *, person_id || '/' || n as id, pick(['nps', 'nps', 'csat', 'csat', 'review',
                    'review', 'complaint', 'suggestion'], u('feedback kind', person_id || '/' || n))
                    as feedback_kind,
                -- a person is rather happy or rather unhappy, whatever the question
                least(1, greatest(0, 0.25 + 0.9 * u('mood', person_id)
                    + 0.4 * (u('answer mood', person_id || '/' || n) - 0.5))) as mood
            from persons, range(0, 1 + floor(u('feedback', person_id) * 3)::bigint) as t(n)
            where kind in ('buyer', 'partner', 'prospect') and u('answers', person_id) < 0.3
        )
        select *, moment('feedback', id, '2017-01-04', '2017-12-31') as responded_at,
            'F' || lpad((row_number() over (order by responded_at, id))::varchar, 7, '0')
                as response_id,
            case feedback_kind when 'nps' then floor(mood * 10.99)::integer
                when 'csat' then 1 + floor(mood * 4.99)::integer
                when 'review' then 1 + floor(mood * 4.99)::integer end as score,
            case when u('feedback pii', id) < 0.08
                    then pick(getvariable('comments_with_pii'), u('comment', id))
                when feedback_kind = 'suggestion'
                    then pick(getvariable('suggestions'), u('comment', id))
                when feedback_kind = 'complaint' or mood < 0.35
                    then pick(getvariable('bad_comments'), u('comment', id))
                when feedback_kind in ('nps', 'csat') and u('silent', id) < 0.5 then null
                when mood < 0.65 then pick(getvariable('middle_comments'), u('comment', id))
                else pick(getvariable('good_comments'), u('comment', id)) end as sentence
        from asked""")
    count_personal_data(world, "feedback.responses", "responses", "sentence")
    write_jsonl(
        world,
        "feedback/responses.jsonl",
        """
        with rows as (
            select response_id, feedback_kind as kind,
                if(responses.kind <> 'partner' and u('feedback id', id) < 0.5, person_id, null)
                    as customer_id,
                if(u('feedback mail', id) < 0.5, typed_email(email, u('feedback typed', id)), null)
                    as respondent_email,
                if(u('feedback mobile', id) < 0.3,
                    typed_phone(country, mobile, u('feedback dialled', id)), null)
                    as respondent_mobile, score,
                filled(sentence, typed_phone(country, mobile, u('feedback said', id)), email,
                    full_name) as comment,
                product_id,
                pick(['email', 'sms', 'web', 'app', 'wechat', 'store'], u('asked by', id))
                    as channel,
                if(feedback_kind = 'csat', pick(getvariable('zoho_staff'), u('rated staff', id)),
                    null) as staff_id, plain(responded_at) as responded_at
            from responses left join popular on position = if(feedback_kind = 'review',
                floor(pow(u('reviewed', id), 2) * 3000)::bigint, null)
        )
        select * from (select * from rows
            union all select * from rows where u('feedback twice', response_id) < 0.005)
        order by response_id""",
        "feedback.responses",
        _FEEDBACK_FAULTS,
    )
    tell(
        world,
        "feedback.responses",
        "select person_id, response_id from responses",
        "truth_references",
    )
