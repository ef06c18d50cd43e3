"""The tables of the published interface, transcribed by hand: what the schemas must say.

A line without indent names a type; behind it ``abstract``, or ``= text`` and the type of its
content. Below stand its own and inherited elements in order: name, type, least, most, branch of
the choice it is in; and its attributes: ``@name``, type, ``req`` or ``opt``. ``anon`` types give
their base and facets in brackets.
"""

from __future__ import annotations

COMPLEX = """
B:ConsultFilesBySsinRequestType
  informationCustomer K:InformationCustomerType 1 1
  informationCBSS K:InformationCBSSType 0 1
  legalContext K:LegalContextType 1 1
  criteria B:CriteriaType 1 1
B:ConsultFilesBySsinResponseType
  informationCustomer K:InformationCustomerType 1 1
  informationCBSS K:InformationCBSSType 1 1
  legalContext K:LegalContextType 1 1
  criteria B:CriteriaType 1 1
  status B:GlobalStatusType 1 1
  ssin B:SsinWithCanceledAndReplacedByStatusType 0 1
  dataFilters K:DataFiltersType 0 1
  results B:FileResultsType 0 1
B:CriteriaType
  ssin K:SsinType 1 1
  period C:OpenYearMonthPeriodType 1 1
  authenticSources B:AuthenticSourcesType 0 1
B:AuthenticSourcesType
  authenticSource B:AuthenticSourceType 1 5
B:SsinWithCanceledAndReplacedByStatusType = K:SsinType
  @canceled xsd:boolean opt
  @replacedBy K:SsinType opt
B:FileResultsType
  resultByAuthenticSource B:FileResultType 1 5
B:FileResultType
  status B:SourceStatusType 1 1
  files C:FilesType 0 1
  @authenticSource B:AuthenticSourceType req
B:GlobalStatusType
  value xsd:string[enumeration=DATA_FOUND|NO_DATA_FOUND|NO_RESULT|INCOMPLETE_DATA] 1 1
  code xsd:string[maxLength=16] 1 1
  description xsd:string[maxLength=256] 0 1
  information K:InformationType 0 15
B:SourceStatusType
  value xsd:string[enumeration=DATA_FOUND|NO_DATA_FOUND|TECHNICAL_ERROR] 1 1
  code xsd:string[maxLength=16] 1 1
  description xsd:string[maxLength=256] 0 1
  information K:InformationType 0 15
C:OpenYearMonthPeriodType
  beginMonth xsd:gYearMonth 1 1
  endMonth xsd:gYearMonth 0 1
C:FilesType
  file C:FileType 1 100
C:FileType
  childBenefitsFund C:ChildBenefitsFundType 1 1
  fileNumber xsd:string 0 1
  entitledPersonSsin K:SsinType 0 1
  beneficiaries C:BeneficiariesType 0 1
  children C:ChildrenType 0 1
C:ChildBenefitsFundType
  enterpriseNumber K:EnterpriseNumberType 1 1 a
  code C:ChildBenefitsFundCodeType 1 1 b
  description C:ChildBenefitsFundDescriptionType 0 3
C:ChildBenefitsFundDescriptionType = K:DescriptionType
  @language K:LanguageType opt
C:DescriptionType = K:DescriptionType
  @language K:LanguageType req
C:BeneficiariesType
  beneficiary C:BeneficiaryType 1 100
C:BeneficiaryType
  ssin K:SsinType 1 1
  bonuses C:BonusesType 0 1
  paymentPeriods C:PaymentPeriodsType 0 1
C:BonusesType
  bonus C:BonusType 1 100
C:BonusType
  paymentDate xsd:date 1 1
  category C:BonusCategoryType 1 1
C:BonusCategoryType
  code C:BonusCategoryCodeType 1 1
  description C:DescriptionType 0 3
C:PaymentPeriodsType
  paymentPeriod C:PaymentPeriodType 1 100
C:PaymentPeriodType
  beginMonth xsd:gYearMonth 1 1
  endMonth xsd:gYearMonth 0 1
  category C:PaymentCategoryType 1 1
C:PaymentCategoryType
  code C:PaymentCategoryCodeType 1 1
  description C:DescriptionType 0 3
C:ChildrenType
  child C:ChildType 1 100
C:ChildType
  ssin K:SsinType 1 1
  bonuses C:BonusesForChildType 0 1
  paymentPeriods C:PaymentPeriodsForChildType 0 1
C:BonusesForChildType
  bonus C:BonusForChildType 1 100
C:BonusForChildType
  paymentDate xsd:date 1 1
  category C:BonusCategoryType 1 1
  beneficiaries C:BeneficiaryIdentificationsType 0 1
C:PaymentPeriodsForChildType
  paymentPeriod C:PaymentPeriodForChildType 1 100
C:PaymentPeriodForChildType
  beginMonth xsd:gYearMonth 1 1
  endMonth xsd:gYearMonth 0 1
  category C:PaymentCategoryType 1 1
  beneficiaries C:BeneficiaryIdentificationsType 0 1
C:BeneficiaryIdentificationsType
  beneficiary K:SsinType 1 2
C:BaseSupplierRequestType abstract
  informationCustomer K:InformationCustomerType 1 1
  informationSupplier K:InformationSupplierType 0 1
  legalContext K:LegalContextType 1 1
C:SupplierFaultType
  informationCustomer K:InformationCustomerType 0 1
  informationSupplier K:InformationCBSSType 1 1
  detail K:MessageType 1 30
C:GlobalStatusType
  value xsd:string[enumeration=DATA_FOUND|NO_DATA_FOUND|NO_RESULT|INCOMPLETE_DATA] 1 1
  code xsd:string[maxLength=16] 1 1
  description xsd:string[maxLength=256] 0 1
  information K:InformationType 0 15
C:SourceStatusType
  value xsd:string[enumeration=DATA_FOUND|NO_DATA_FOUND|TECHNICAL_ERROR] 1 1
  code xsd:string[maxLength=16] 1 1
  description xsd:string[maxLength=256] 0 1
  information K:InformationType 0 15
K:BaseRequestType abstract
  informationCustomer K:InformationCustomerType 1 1
  informationCBSS K:InformationCBSSType 0 1
  legalContext K:LegalContextType 1 1
K:BaseResponseType abstract
  informationCustomer K:InformationCustomerType 1 1
  informationCBSS K:InformationCBSSType 1 1
  legalContext K:LegalContextType 1 1
K:InformationCustomerType
  ticket K:TicketType 0 1
  timestampSent xsd:dateTime 0 1
  customerIdentification K:OrganizationIdentificationType 1 1
K:OrganizationIdentificationType
  cbeNumber K:CbeNumberType 1 1 a
  sector xsd:unsignedShort[maxInclusive=999] 1 1 b
  institution xsd:unsignedShort[maxInclusive=999] 1 1 b
K:InformationCBSSType
  ticketCBSS K:UUIDType 1 1
  timestampReceive xsd:dateTime 1 1
  timestampReply xsd:dateTime 1 1
K:InformationSupplierType
  ticket K:TicketType 0 1
  timestampReceive xsd:dateTime 0 1
  timestampReply xsd:dateTime 0 1
  supplierIdentification K:OrganizationIdentificationType 1 1
K:DataFiltersType
  filteredElement xsd:string 1 unbounded
K:InformationType
  fieldName xsd:string[maxLength=64] 1 1
  fieldValue xsd:string[maxLength=256] 0 1
K:CBSSFaultType
  informationCustomer K:InformationCustomerType 0 1
  informationCBSS K:InformationCBSSType 1 1
  detail K:MessageType 1 30
K:MessageType
  severity K:SeverityType 1 1
  reasonCode xsd:string[maxLength=16] 1 1
  diagnostic xsd:string[maxLength=256] 1 1
  authorCode xsd:string[maxLength=64] 1 1
  information K:InformationType 0 15
"""

DAY = "(0[0-9]|[12][0-9]|3[01])"
CHECK = "(9[0-7]|[0-8][0-9])"

SIMPLE = {
    "B:AuthenticSourceType": [
        ("enumeration", source)
        for source in ("FEDERAL", "BRUSSELS", "FLANDERS", "WALLONIA", "EASTBELGIUM")
    ],
    "C:ChildBenefitsFundCodeType": [("length", "3"), ("pattern", "[0-9]{3}")],
    "C:BonusCategoryCodeType": [("maxLength", "50"), ("pattern", "[A-Z_]{1,50}")],
    "C:PaymentCategoryCodeType": [("maxLength", "50"), ("pattern", "[A-Z_]{1,50}")],
    "K:SeverityType": [("enumeration", grade) for grade in ("INFORMATION", "WARNING", "FATAL")],
    "K:UUIDType": [("pattern", "[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")],
    "K:TicketType": [("maxLength", "36")],
    "K:CbeNumberType": [("pattern", "[0-9]{10}")],
    "K:EnterpriseNumberType": [("pattern", "[01][0-9]{9}")],
    "K:SsinType": [
        (
            "pattern",
            f"[0-9]{{2}}(0[0-9]|1[0-2]){DAY}(00[1-9]|0[1-9][0-9]|[1-9][0-9]{{2}}){CHECK}",
        ),
        ("pattern", f"[0-9]{{2}}(2[0-9]|3[0-2]){DAY}[0-9]{{3}}{CHECK}"),
        ("pattern", f"[0-9]{{2}}(4[0-9]|5[0-2]){DAY}[0-9]{{3}}{CHECK}"),
    ],
    "K:LegalContextType": [("maxLength", "64")],
    "K:DescriptionType": [("maxLength", "100")],
    "K:LanguageType": [("enumeration", language) for language in ("NL", "FR", "DE")],
}

ELEMENTS = {
    f"{letter}:{name}": kind
    for letter in "IB"
    for name, kind in {
        "consultFilesBySsinRequest": "B:ConsultFilesBySsinRequestType",
        "consultFilesBySsinResponse": "B:ConsultFilesBySsinResponseType",
        "consultFilesBySsinFault": "K:CBSSFaultType",
    }.items()
}


def complex_types() -> dict[str, list[str]]:
    """Give the lines below each type, with the rest of its heading first."""
    types: dict[str, list[str]] = {}
    name = ""
    for line in COMPLEX.strip().splitlines():
        if line.startswith(" "):
            types[name].append(line.strip())
        else:
            name, _, rest = line.partition(" ")
            types[name] = [rest]
    return types
