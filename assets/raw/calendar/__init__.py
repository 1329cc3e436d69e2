"""The calendar source: days with Chinese public holidays and lunar dates (农历); no file needed.

Belongs here: what the calendar libraries say about a day. Does not belong here: fiscal calendars
or business rules on days (dbt_project/models/core).
"""
