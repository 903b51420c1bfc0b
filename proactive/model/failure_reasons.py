"""The failure reasons: a code for each reason why a message fails."""

from __future__ import annotations

from enum import StrEnum


class FailureReason(StrEnum):
    """A reason why a message failed; its value is the code that `metadata.failure`, the log and the API have."""

    ORGANIZATION_INACTIVE = "organization_inactive"
    OWNER_MISSING = "owner_missing"
    AURORA_SWITCHED_OFF = "aurora_switched_off"
    TYPE_SWITCHED_OFF = "type_switched_off"
    SKIPPED = "skipped"
    OWNER_PHONE_UNUSABLE = "owner_phone_unusable"
    PHONE_MISSING = "phone_missing"
    PHONE_NOT_A_NUMBER = "phone_not_a_number"
    PHONE_INVALID = "phone_invalid"
    PHONE_SERVICE_NUMBER = "phone_service_number"
    TOO_LATE_DAY_OVER = "too_late_day_over"
    TOO_LATE_LIFETIME_OVER = "too_late_lifetime_over"
    TOO_LATE_QUIET_HOURS = "too_late_quiet_hours"
    TOO_LATE_AFTER_WAITING = "too_late_after_waiting"
    NO_INSTANCE = "no_instance"
    INSTANCE_CONNECTING = "instance_connecting"
    INSTANCE_DISCONNECTED = "instance_disconnected"
    GATEWAY_KEY_REFUSED = "gateway_key_refused"
    GATEWAY_FORBIDDEN = "gateway_forbidden"
    GATEWAY_NOT_LICENSED = "gateway_not_licensed"
    GATEWAY_LACKS_INSTANCE = "gateway_lacks_instance"
    GATEWAY_DISCONNECTED = "gateway_disconnected"
    GATEWAY_NEVER_CONNECTED = "gateway_never_connected"
    WHATSAPP_THROTTLES = "whatsapp_throttles"
    GATEWAY_THROTTLES = "gateway_throttles"
    NOT_ON_WHATSAPP = "not_on_whatsapp"
    GATEWAY_GAVE_UP = "gateway_gave_up"
    GATEWAY_FAILED = "gateway_failed"
    GATEWAY_REFUSED = "gateway_refused"
    GATEWAY_FAILED_WHILE_SENDING = "gateway_failed_while_sending"
    GATEWAY_PROXY_FAILED = "gateway_proxy_failed"
    GATEWAY_REDIRECTS = "gateway_redirects"
    GATEWAY_IS_ANOTHER = "gateway_is_another"
    GATEWAY_UNINTELLIGIBLE = "gateway_unintelligible"
    GATEWAY_UNREACHABLE = "gateway_unreachable"
    GATEWAY_TLS = "gateway_tls"
    GATEWAY_TIMED_OUT = "gateway_timed_out"
    GATEWAY_ANSWER_UNUSABLE = "gateway_answer_unusable"
    GATEWAY_CONNECTION_BROKE = "gateway_connection_broke"
    GATEWAY_NAMED_NO_MESSAGE = "gateway_named_no_message"
    GATEWAY_HID_STATE = "gateway_hid_state"
    LOOKUP_FAILED = "lookup_failed"
    LOOKUP_UNINTELLIGIBLE = "lookup_unintelligible"
    UNKNOWN_AFTER_INTERRUPTION = "delivery_unknown_after_interruption"
    UNKNOWN_GATEWAY_AWAY = "delivery_unknown_gateway_away"
    UNKNOWN_NOT_SHOWN = "delivery_unknown_not_shown"
    UNKNOWN_CANNOT_TELL = "delivery_unknown_cannot_tell"
    UNKNOWN_AFTER_FAILURE = "delivery_unknown_after_failure"
    UNKNOWN_LOOKUP_FAILED = "delivery_unknown_lookup_failed"
    WHATSAPP_DID_NOT_DELIVER = "whatsapp_did_not_deliver"

    @property
    def is_too_late(self) -> bool:
        """Whether the message would not make sense any more."""
        return self.value.startswith("too_late")

    @property
    def is_unknown_delivery(self) -> bool:
        """Whether nobody can tell if the message went out."""
        return self.value.startswith("delivery_unknown")
