"""Arrow schemas of the seven fact tables of an 835: those of data/schema.sql without load_id."""

import pyarrow as pa

MONEY = pa.decimal128(18, 2)
QUANTITY = pa.decimal128(18, 3)
_TYPES: dict[str, pa.DataType] = {
    "id": pa.int64(),
    "no": pa.int32(),
    "byte": pa.int64(),
    "text": pa.string(),
    "money": MONEY,
    "quantity": QUANTITY,
    "date": pa.date32(),
}


def _schema(columns: str) -> pa.Schema:
    """Read `name:type` pairs; an exclamation mark stands for not null."""
    fields = []
    for column in columns.split():
        name, kind = column.split(":")
        fields.append(pa.field(name, _TYPES[kind.rstrip("!")], nullable=not kind.endswith("!")))
    return pa.schema(fields)


REMITTANCE = _schema(
    "remittance_id:id! byte_start:byte! byte_end:byte! interchange_control_number:text"
    " group_control_number:text transaction_control_number:text version:text handling_code:text"
    " payment_method:text payment_amount:money payment_date:date trace_number:text"
    " originator_id:text production_date:date payer_name:text payer_id:text payee_name:text"
    " payee_npi:text payee_tin:text claim_paid:money provider_adjustment_total:money"
    " difference:money balance_state:text!"
)
CLAIM_PAYMENT = _schema(
    "remittance_id:id! claim_no:no! byte_start:byte! byte_end:byte! patient_control_number:text"
    " claim_status:text charge:money paid:money patient_responsibility:money"
    " filing_indicator:text payer_claim_control_number:text facility_type:text frequency:text"
    " original_claim_control_number:text rendering_npi:text service_from:date service_to:date"
    " received_date:date difference:money balance_state:text!"
)
SERVICE_PAYMENT = _schema(
    "remittance_id:id! claim_no:no! line_no:no! byte_start:byte! byte_end:byte!"
    " procedure_qualifier:text procedure_code:text modifiers:text revenue_code:text charge:money"
    " paid:money units:quantity service_date:date line_control_number:text difference:money"
    " balance_state:text!"
)
CLAIM_ADJUSTMENT = _schema(
    "remittance_id:id! claim_no:no! line_no:no! adjustment_no:no! group_code:text"
    " reason_code:text amount:money quantity:quantity"
)
REMARK = _schema("remittance_id:id! claim_no:no! line_no:no! source:text! code:text!")
REMITTANCE_DETAIL = _schema(
    "remittance_id:id! claim_no:no! line_no:no! byte_start:byte! element:text! qualifier:text"
    " amount:money day:date value:text"
)
PROVIDER_ADJUSTMENT = _schema(
    "remittance_id:id! adjustment_no:no! byte_start:byte! byte_end:byte! provider_id:text"
    " fiscal_period_end:date reason_code:text reference:text amount:money"
)
