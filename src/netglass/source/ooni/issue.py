"""Every issue and every reason that reading OONI data can give, by its stable name, with what it means.

An *issue* is kept on a stored measurement; a *reason* explains what was not stored. Names that speak of one field carry it after a
colon (``wrong_type:test_keys.queries[].t``); the table holds the part before it.
"""

ISSUES: dict[str, str] = {
    "wrong_type": "the field after the colon has a type or a value that the format does not allow; it is null or left out",
    "bad_time": "the field after the colon is no time; it is null",
    "bad_asn": "the field after the colon is no AS number; it is null",
    "bad_address": "the field after the colon holds something that is no IP address; the address is null",
    "bad_base64": "the field after the colon is no base64; it is left out",
    "bad_certificate": "a peer certificate can not be read; the facts of it are null",
    "start_from_test": "measurement_start_time is missing, test_start_time stands in for it",
    "no_start_time": "neither start time can be read",
    "clock_suspect": "the start is implausible against the upload, the report or the history of OONI; series use the other time",
    "after_checksum_error": "the compressed file around this record is damaged; the record itself reads well",
    "not_strict_json": "the record is readable, but no strict JSON: NaN, Infinity, lone surrogates, raw control characters, huge numbers",
    "invalid_utf8": "bytes that are no UTF-8 were replaced",
    "nul_character": "NUL characters were replaced",
    "empty_test_keys": "test_keys is an empty object",
    "no_input": "a web_connectivity record does not say what was tested",
    "bad_input": "input is no URL with a host",
}
"""Issues of stored measurements."""

REASONS: dict[str, str] = {
    "invalid_json": "the record is no JSON",
    "too_deep": "the record is nested too deeply to be read",
    "not_an_object": "the record is JSON, but no object",
    "empty_object": "the record is {}, the uploader's mark for a post that it could not read",
    "line_too_long": "the line is longer than the limit",
    "truncated": "the input ends in the middle of a record",
    "damaged_gzip": "the compressed data can not be read from here on",
    "bad_checksum": "the checksum of the compressed data does not fit; its records are kept and flagged",
    "damaged_record": "the record lies in damaged data and can not be understood",
    "trailing_garbage": "bytes after the end of the compressed data were not read",
    "damaged_tar": "the archive can not be read from here on",
    "empty_file": "the file holds nothing",
    "not_ooni": "the file holds no JSON records",
    "not_raw_data": "a file of a folder that neither by name nor by content holds measurements; it was not read",
    "unreadable_file": "the file can not be opened or read",
    "changed_while_read": "the file was written to while it was read; what was read is kept",
    "no_test_keys": "the record has no test_keys",
    "test_keys_not_object": "test_keys is no object",
    "no_test_name": "the record is an object, but names no nettest",
    "unknown_test": "the nettest is not known here",
    "no_raw_measurement": "an API reply without the raw measurement in it",
    "bad_wrapper": "what the wrapper holds is no record",
}
"""Reasons why something was not stored."""
