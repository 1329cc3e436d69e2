"""The faults that the gates are scored with: what can go wrong, by where it enters.

Chosen before the rules that must find them were tuned: from what sources do to data (files that are
cut, stale, shifted, re-encoded; units, signs, time zones; keys, consent) and from what a mistake in
a model does to a table. How each is put into the data is told in `faults/`, under the same name.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """One kind of fault: a name, and what has happened to the data."""

    name: str
    says: str


DELIVERED = (
    Kind("file_missing", "a snapshot was not delivered"),
    Kind("file_of_header_only", "a file came with its header and no row"),
    Kind("stale_file", "the file of two days ago came again"),
    Kind("file_cut_between_rows", "the last third of a file is missing"),
    Kind("file_cut_inside_a_row", "a file ends in the middle of a row"),
    Kind("truncated_day", "the rows of the day end at noon"),
    Kind("missing_day", "the day has no rows, later files will come as usual"),
    Kind("column_removed", "a column is no longer delivered"),
    Kind("column_renamed", "a column has another name"),
    Kind("column_added", "a column came that nobody declared"),
    Kind("columns_swapped", "two columns of one type changed places under an old header"),
    Kind("rows_shifted", "half of the rows are shifted by one column"),
    Kind("delimiter_changed", "semicolons came in place of commas"),
    Kind("decimal_comma", "amounts are written 12,50"),
    Kind("currency_signs", "amounts are written ¥1,250.00"),
    Kind("ids_as_floats", "numbers of customers are written 123.0"),
    Kind("ids_cut", "numbers of customers lost their last digit"),
    Kind("ids_prefixed", "numbers of customers are written C-123"),
    Kind("keys_padded", "keys have a blank behind them"),
    Kind("other_encoding", "a file is GBK where UTF-8 is declared"),
    Kind("mojibake", "UTF-8 was read as Latin-1 and saved again"),
    Kind("question_marks", "Chinese characters became question marks"),
    Kind("texts_cut", "texts were cut to ten characters"),
    Kind("nul_bytes", "fields hold NUL"),
    Kind("days_and_months_swapped", "dates are written month first"),
    Kind("midnight_times", "the times of the day all became midnight"),
    Kind("shifted_clock_today", "the times of the day are eight hours late"),
    Kind("shifted_clock_always", "all times, also those of the past, are eight hours late"),
    Kind("future_dates", "one row of twenty is dated next year"),
    Kind("ancient_dates", "one row of twenty is dated 1970"),
    Kind("dated_a_day_early", "the rows of the day carry the date of the day before"),
    Kind("rows_again_under_new_keys", "the rows of the day came twice, with new keys"),
    Kind("keys_with_two_contents", "keys came a second time with other values"),
    Kind("null_flood", "an optional column of the day is empty in most rows"),
    Kind("null_flood_of_customers", "a third of the day's orders name no customer"),
    Kind("constant_column", "a column of the day has one value"),
    Kind("unknown_words", "a fifth of the day's rows have a word that nobody knows"),
    Kind("cents_today", "the amounts of the day are in cents"),
    Kind("cents_always", "all amounts, also those of the past, are in cents"),
    Kind("other_currency_today", "the amounts of the day are of another currency, not said"),
    Kind("other_currency_said", "the orders of the day say another currency, wrongly"),
    Kind("sign_flipped_today", "the amounts of the day are negative"),
    Kind("sign_flipped_refunds", "refunds are negative"),
    Kind("points_tenfold", "points earned on the day are ten times too many"),
    Kind("score_of_another_scale", "scores of 0 to 10 became 1 to 5"),
    Kind("inverted_rates", "exchange rates are the other way round"),
    Kind("stale_rates", "exchange rates ended a month ago"),
    Kind("volume_fivefold", "the day has five times its rows"),
    Kind("one_robot", "most visits of the day are of one device"),
    Kind("customers_shuffled_today", "orders of the day belong to other customers"),
    Kind("customers_shuffled_always", "all orders belong to other customers"),
    Kind("statuses_back_to_pending", "a third of the completed orders are pending again"),
    Kind("consents_inverted", "granted and withdrawn changed places"),
    Kind("consents_flipped_1_percent", "one consent event of a hundred says the opposite"),
    Kind("withdrawals_lost", "withdrawals of the last month are missing"),
    Kind("test_accounts", "a tenth of the accounts are marked as test accounts"),
    Kind("half_a_catalogue", "half of the products are missing"),
    Kind("headers_missing", "a tenth of the order headers are missing"),
    Kind("orders_before_the_customer", "accounts are younger than their first orders"),
    Kind("refunds_before_the_order", "refunds are dated before the order"),
    Kind("solved_before_opened", "tickets are solved before they were opened"),
    Kind("placeholder_phone", "a third of the contacts have one phone number"),
    Kind("contacts_shuffled", "e-mail addresses belong to other accounts"),
    Kind("deletions_flood", "the CRM deleted nearly half of its contacts"),
    Kind("crm_sees_less", "the CRM user may see two thirds of the records only"),
    Kind("personal_data_in_a_label", "the name of a campaign holds a phone number and a name"),
)
"""What a source may deliver: put into its files, or into what its system answers."""

BUILT = (
    Kind("staging_rows_lost", "a model of staging loses rows"),
    Kind("staging_rows_doubled", "a join doubles rows of staging"),
    Kind("staging_amounts_rounded", "amounts lost their cents"),
    Kind("staging_clock_twice", "a time zone was applied twice"),
    Kind("identity_strangers_joined", "a fifth of the customers got the key of another"),
    Kind("identity_customers_torn", "a tenth of the records got new keys"),
    Kind("identity_records_lost", "records have no customer"),
    Kind("core_rows_lost", "a fact loses one row of a hundred"),
    Kind("core_rows_doubled", "a fact has rows twice"),
    Kind("core_join_explosion", "a dimension has a key twice"),
    Kind("core_sign_flipped", "refunds are subtracted twice"),
    Kind("core_customers_unknown", "a seventh of the orders lost their customer"),
    Kind("core_customers_shuffled", "orders and customers were joined wrongly"),
    Kind("core_cancelled_counted", "cancelled orders count as valid"),
    Kind("core_future_rows", "rows lie after the business date"),
    Kind("core_versions_overlap", "two versions of a customer hold on one day"),
    Kind("core_phone_column", "a phone number got into a dimension"),
    Kind("enrich_buyers_missing", "buyers have no prediction"),
    Kind("enrich_value_hundredfold", "lifetime values are a hundred times too high"),
    Kind("enrich_probabilities_inverted", "probabilities are one minus themselves"),
    Kind("enrich_last_nights_scores", "predictions are those of the night before"),
    Kind("marts_customer_missing", "customers are missing in a mart"),
    Kind("marts_customer_doubled", "customers are twice in a mart"),
    Kind("marts_scores_inverted", "the best customers have the lowest RFM scores"),
    Kind("marts_money_inflated", "spend is three percent too high"),
    Kind("marts_points_off", "the points balance of some members is wrong"),
    Kind("marts_one_segment", "every customer is in one segment"),
    Kind("marts_consent_ignored", "people are to be written to who did not consent"),
    Kind("marts_last_nights_columns", "the wide table has last night's scores"),
    Kind("marts_credit_too_high", "campaigns share more orders than there were"),
    Kind("marts_of_yesterday", "a mart is that of the day before"),
    Kind("publish_rows_lost", "a published table lacks rows"),
    Kind("publish_phone_in_text", "a published text holds a phone number"),
    Kind("publish_name_in_text", "a published text holds the name of a customer"),
    Kind("publish_mobile_as_number", "a published number is a mobile number"),
    Kind("publish_small_cell", "a customer is alone with place, sex and age"),
)
"""What a mistake in our own code leaves: put into a table after it was built."""
