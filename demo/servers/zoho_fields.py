"""Which fields the standard modules of Zoho CRM have, and of which data type each is.

Field names are facts of the product; everything else here is our own arrangement: what nearly
every module has, what a module has besides, and the data type by name (`text` when not listed).
"""

from __future__ import annotations

from typing import Any

_PEOPLE_AND_TIMES = "id Owner Created_By Created_Time Modified_By Modified_Time Record_Status__s"
_USUAL = f"{_PEOPLE_AND_TIMES} Tag Description Locked__s"
_MONEY = "Currency Exchange_Rate"
_VISITS = (
    "Average_Time_Spent_Minutes Days_Visited First_Visited_Time First_Visited_URL "
    "Last_Visited_Time Number_Of_Chats Referrer Visitor_Score"
)
_PERSON = (
    f"First_Name Last_Name Full_Name Salutation Email Secondary_Email Phone Mobile Fax Skype_ID "
    f"Twitter Email_Opt_Out Unsubscribed_Mode Unsubscribed_Time Lead_Source Data_Source "
    f"Data_Processing_Basis Data_Processing_Basis_Details Enrich_Status__s "
    f"Last_Enriched_Time__s Change_Log_Time__s Last_Activity_Time Record_Image Territories "
    f"{_VISITS}"
)
_INVENTORY = (
    f"{_MONEY} Account_Name Adjustment Contact_Name Discount Sub_Total Subject Tax "
    "Terms_and_Conditions"
)


def _address(kind: str, *parts: str) -> str:
    return " ".join(f"{kind}_{part}" for part in parts)


_SHIPMENT = " ".join(
    _address(kind, "City", "Code", "Country", "State", "Street") for kind in ("Billing", "Shipping")
)

_MODULES: dict[str, str] = {
    "Leads": f"{_USUAL} {_PERSON} {_MONEY} Annual_Revenue City Company Converted_Account "
    "Converted_Contact Converted_Date_Time Converted_Deal Converted__s Country Designation "
    "Industry Layout Lead_Conversion_Time Lead_Status No_of_Employees Rating State Street Website "
    "Zip_Code",
    "Contacts": f"{_USUAL} {_PERSON} Account_Name Assistant Asst_Phone Date_of_Birth Department "
    "Home_Phone Reporting_To Reports_To Title Vendor_Name Other_Phone "
    + _address("Mailing", "City", "Country", "State", "Street", "Zip")
    + " "
    + _address("Other", "City", "Country", "State", "Street", "Zip"),
    "Accounts": f"{_USUAL} {_MONEY} {_SHIPMENT} Account_Name Account_Number Account_Site "
    "Account_Type Annual_Revenue Change_Log_Time__s Employees Enrich_Status__s Fax Industry "
    "Last_Activity_Time Last_Enriched_Time__s Ownership Parent_Account Phone Rating Record_Image "
    "SIC_Code Territories Ticker_Symbol Website",
    "Deals": f"{_USUAL} {_MONEY} Account_Name Amount Campaign_Source Change_Log_Time__s "
    "Closing_Date Contact_Name Deal_Name Expected_Revenue Last_Activity_Time Lead_Conversion_Time "
    "Lead_Source Next_Step Overall_Sales_Duration Pipeline Probability Reason_For_Loss__s "
    "Sales_Cycle_Duration Stage Territory Type",
    "Campaigns": f"{_PEOPLE_AND_TIMES} {_MONEY} Tag Description Actual_Cost Budgeted_Cost "
    "Campaign_Name End_Date Expected_Response Expected_Revenue Num_sent Parent_Campaign Start_Date "
    "Status Type",
    "Cases": f"{_USUAL} Account_Name Add_Comment Case_Number Case_Origin Case_Reason Comments "
    "Deal_Name Email Internal_Comments No_of_comments Phone Priority Product_Name Related_To "
    "Reported_By Solution Status Subject Type",
    "Products": f"{_USUAL} Commission_Rate Handler Manufacturer Product_Active Product_Category "
    "Product_Code Product_Name Qty_Ordered Qty_in_Demand Qty_in_Stock Record_Image Reorder_Level "
    "Sales_End_Date Sales_Start_Date Support_Expiry_Date Support_Start_Date Tax Taxable Unit_Price "
    "Usage_Unit Vendor_Name",
    "Sales_Orders": f"{_USUAL} {_INVENTORY} {_SHIPMENT} Carrier Customer_No Deal_Name Due_Date "
    "Excise_Duty Ordered_Items Pending Purchase_Order Quote_Name SO_Number Sales_Commission Status",
    "Invoices": f"{_USUAL} {_INVENTORY} {_SHIPMENT} Due_Date Excise_Duty Grand_Total Invoice_Date "
    "Invoice_Number Invoiced_Items Purchase_Order Sales_Commission Sales_Order Status",
    "Quotes": f"{_USUAL} {_INVENTORY} {_SHIPMENT} Carrier Deal_Name Grand_Total Quote_Number "
    "Quote_Stage Quoted_Items Team Valid_Till",
    "Notes": f"{_PEOPLE_AND_TIMES} Associated_Id__s Note_Content Note_Title Parent_Id",
    "Tasks": f"{_USUAL} Closed_Time Due_Date Priority Recurring_Activity Remind_At "
    "Send_Notification_Email Status Subject What_Id Who_Id",
    "Events": f"{_PEOPLE_AND_TIMES} Tag Description All_day Check_In_Address Check_In_By "
    "Check_In_City Check_In_Comment Check_In_Country Check_In_State Check_In_Status "
    "Check_In_Sub_Locality Check_In_Time End_DateTime Event_Title Latitude Longitude Participants "
    "Recurring_Activity Remind_At Remind_Participants Start_DateTime Venue What_Id Who_Id ZIP_Code",
    "Calls": f"{_PEOPLE_AND_TIMES} Tag Description CTI_Entry Call_Agenda Call_Duration "
    "Call_Duration_in_seconds Call_Purpose Call_Result Call_Start_Time Call_Type Caller_ID "
    "Dialled_Number Outgoing_Call_Status Reminder Scheduled_In_CRM Subject Voice_Recording__s "
    "What_Id Who_Id",
    "Consents": f"{_PEOPLE_AND_TIMES} Consent_Date Consent_Remarks Consent_Through "
    "Contact_Through_Email Contact_Through_Phone Contact_Through_Survey Data_Processing_Basis "
    "Email Lawful_Reason Mail_Sent_Time",
    "Data_Subject_Requests": "id Record_Status__s Closed_By Closed_Date Is_Closed Parent_Id "
    "Request_Source Request_Type Requested_By Requested_Date",
    "Vendors": f"{_USUAL} Category City Country Email Email_Opt_Out GL_Account Phone Record_Image "
    "State Street Unsubscribed_Mode Unsubscribed_Time Vendor_Name Website Zip_Code",
}

_TYPES: dict[str, str] = {
    "ownerlookup": "Owner Created_By Modified_By",
    "userlookup": "Closed_By Check_In_By Handler",
    "lookup": "Account_Name Contact_Name Deal_Name Product_Name Vendor_Name Campaign_Source "
    "Parent_Account Parent_Campaign Parent_Id Reports_To Converted_Account Converted_Contact "
    "Converted_Deal Related_To Quote_Name Sales_Order Purchase_Order Territory What_Id Who_Id "
    "Requested_By",
    "datetime": "Created_Time Modified_Time Change_Log_Time__s Converted_Date_Time Mail_Sent_Time "
    "First_Visited_Time Last_Visited_Time Last_Activity_Time Last_Enriched_Time__s Closed_Time "
    "Unsubscribed_Time Start_DateTime End_DateTime Check_In_Time Call_Start_Time Requested_Date "
    "Closed_Date Reminder",
    "date": "Date_of_Birth Closing_Date Due_Date Start_Date End_Date Consent_Date Invoice_Date "
    "Valid_Till Sales_Start_Date Sales_End_Date Support_Start_Date Support_Expiry_Date",
    "boolean": "Email_Opt_Out Converted__s Locked__s Taxable Product_Active All_day CTI_Entry "
    "Is_Closed Contact_Through_Email Contact_Through_Phone Contact_Through_Survey "
    "Send_Notification_Email Scheduled_In_CRM",
    "currency": "Annual_Revenue Amount Expected_Revenue Actual_Cost Budgeted_Cost Unit_Price "
    "Tax Sub_Total Grand_Total Adjustment Discount Excise_Duty Sales_Commission Commission_Rate",
    "double": "Exchange_Rate Qty_Ordered Qty_in_Demand Qty_in_Stock Reorder_Level Latitude "
    "Longitude Average_Time_Spent_Minutes",
    "integer": "Employees No_of_Employees Number_Of_Chats Days_Visited Visitor_Score Probability "
    "Num_sent Expected_Response No_of_comments Call_Duration_in_seconds Lead_Conversion_Time "
    "Overall_Sales_Duration Sales_Cycle_Duration SIC_Code",
    "picklist": "Salutation Lead_Source Lead_Status Industry Rating Record_Status__s Stage Type "
    "Status Priority Pipeline Currency Account_Type Ownership Product_Category Usage_Unit "
    "Case_Origin Case_Reason Unsubscribed_Mode Data_Source Enrich_Status__s Call_Type "
    "Call_Purpose Call_Result Lawful_Reason Data_Processing_Basis Reason_For_Loss__s Carrier",
    "textarea": "Description Note_Content Internal_Comments Add_Comment Terms_and_Conditions",
    "email": "Email Secondary_Email",
    "phone": "Phone Mobile Home_Phone Other_Phone Asst_Phone Fax",
    "website": "Website First_Visited_URL",
    "autonumber": "Case_Number SO_Number Quote_Number Invoice_Number",
    "bigint": "id",
    "profileimage": "Record_Image",
    "subform": "Ordered_Items Invoiced_Items Quoted_Items Participants",
    "multiselectpicklist": "Territories",
}
_OWN_NAMES = {
    "Accounts.Account_Name", "Deals.Deal_Name", "Products.Product_Name", "Vendors.Vendor_Name",
    "Sales_Orders.Purchase_Order", "Invoices.Purchase_Order", "Products.Tax",
}  # fmt: skip
"""Text here, although a field of that name is something else elsewhere."""

_TYPE_OF = {name: kind for kind, names in _TYPES.items() for name in names.split()}

_JSON_TYPES = {
    "boolean": "boolean",
    "integer": "integer",
    "double": "double",
    "currency": "double",
    "percent": "double",
    **dict.fromkeys(("lookup", "ownerlookup", "userlookup"), "jsonobject"),
    **dict.fromkeys(("subform", "multiselectpicklist"), "jsonarray"),
}


def fields_of(module: str) -> dict[str, str]:
    """Data type of every standard field of a module, by API name; none of an unknown module."""
    return {
        name: "text" if f"{module}.{name}" in _OWN_NAMES else _TYPE_OF.get(name, "text")
        for name in _MODULES.get(module, "").split()
    }


def standard_modules() -> list[str]:
    """API names of the modules that every account has."""
    return list(_MODULES)


def guessed_type(value: object) -> str:
    """Data type of a custom field, told from a value of it."""
    match value:
        case bool():
            return "boolean"
        case int():
            return "integer"
        case float():
            return "double"
        case dict():
            return "lookup"
        case list():
            return "multiselectpicklist"
        case _:
            return "text"


def description(module: str, name: str, kind: str, number: int) -> dict[str, Any]:
    """One field as `GET /settings/fields` tells it; the parts that clients read."""
    is_standard = name in _MODULES.get(module, "").split()
    return {
        "id": f"{5_000_000_000_000_000_000 + number}",
        "api_name": name,
        "field_label": name.removesuffix("__s").removesuffix("__c").replace("_", " "),
        "data_type": "text" if name == "Tag" else kind,
        "json_type": "jsonarray" if name == "Tag" else _JSON_TYPES.get(kind, "string"),
        "length": 255,
        "custom_field": not is_standard,
        "visible": True,
        "read_only": name in ("id", "Created_Time", "Modified_Time", "Created_By", "Modified_By"),
        "system_mandatory": name == "id",
        "pick_list_values": [],
    }
