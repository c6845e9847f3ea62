"""Does an independent implementation of DL/T 698.45, the PyPI package dlt698, write what is read here?"""

import pytest

from device_profiles.protocols.dlt698 import Result, get_question, read_apdu, read_frame

native = pytest.importorskip("dlt698._native", reason="the package dlt698 is not installed")

_NO_OAD = "00000000"


def _selectors() -> list[object]:
    made = [getattr(native, f"Selector{number}")() for number in range(1, 11)]
    some = [
        native.AllMeters(),
        native.MeterNumbers(values=[7]),
        native.MeterAddresses(values=[native.Tsa(value=b"\x05123456")]),
    ]
    return [native.SelectAll(), *made, *(native.Selector10(meters=one) for one in some)]


def _plain() -> list[object]:
    result = native.AttributeResult(result=4)
    record = native.RecordResult(result=4, columns=[native.Oad(), native.Road(associated=[native.Oad()])])
    return [
        native.LinkRequest(),
        native.LinkResponse(),
        native.ConnectRequest(),
        native.ConnectRequest(mechanism=native.PasswordSecurity()),
        native.ConnectRequest(mechanism=native.SymmetrySecurity()),
        native.ConnectRequest(mechanism=native.SignatureSecurity()),
        native.ConnectResponse(),
        native.ConnectResponse(security=native.SecurityData()),
        native.ReleaseRequest(),
        native.ReleaseResponse(),
        native.ReleaseNotification(),
        native.ErrorResponse(server=True, type=1),
        native.ErrorResponse(server=False, type=1),
        native.GetMd5Request(),
        native.GetMd5Response(result=[1] * 16),
        native.GetMd5Response(result=4),
        native.GetNextResponse(result=9, last=True, block=3),
        native.GetNextResponse(result=[result], last=True, block=3),
        native.GetNextResponse(result=[record], last=False, block=3),
        native.GetRecordResponse(records=[record]),
        native.ReportNotification(payload=[result]),
        native.ReportNotification(payload=[record]),
        native.ReportNotification(payload=native.TransData(data=[b"\x01\x02", b"\x03"])),
        native.ProxyRequest(payload=native.ProxyTransRequest(command=b"abc", byte_timeout_milliseconds=100)),
        native.ProxyResponse(payload=native.ProxyTransResponse(result=b"xyz")),
        native.ProxyResponse(payload=native.ProxyTransResponse(result=3)),
        native.GetMd5Response(result=4, follow_report=[result], time_tag=native.TimeTag()),
    ]


@pytest.mark.parametrize("one", _plain(), ids=lambda one: type(one).__name__)
def test_its_services_are_read(one: object) -> None:
    written = bytes(native.encode_apdu(one))
    apdu = read_apdu(written)
    name = type(one).__name__.removesuffix("Request").removesuffix("Response").removesuffix("Notification")
    assert apdu.service.lower().startswith(
        name.lower().removesuffix("md5").removesuffix("next").removesuffix("record")
    )
    assert (apdu.time_tag is None) == (getattr(one, "time_tag", None) is None)


@pytest.mark.parametrize("rows", _selectors(), ids=lambda one: type(one).__name__)
def test_its_selections_of_records_are_read(rows: object) -> None:
    asked = native.GetRecord(rows=rows, columns=[native.Oad()])
    apdu = read_apdu(bytes(native.encode_apdu(native.GetRecordRequest(records=[asked]))))
    assert (apdu.service, apdu.fields["oad"], apdu.fields["columns"]) == (
        "GetRequestRecord",
        _NO_OAD,
        [_NO_OAD],
    )


@pytest.mark.parametrize("check", [native.Rn(value=b"12"), native.RnMac(), native.Sid(), native.SidMac()])
def test_its_envelopes_are_read(check: object) -> None:
    request = native.SecurityRequest(application=b"\x05\x01", encrypted=True, verification=check)
    apdu = read_apdu(bytes(native.encode_security(request)))
    assert (apdu.service, apdu.fields["enciphered"], apdu.secured) == ("SecurityRequest", True, b"\x05\x01")
    response = native.SecurityResponse(application=b"\x85\x01", verification=native.Mac(value=b"mmmm"))
    apdu = read_apdu(bytes(native.encode_security(response)))
    assert (apdu.fields["check"], apdu.secured) == ({"mac": "6d6d6d6d"}, b"\x85\x01")


def test_it_reads_what_is_asked_here() -> None:
    question = get_question("210019052233", ["00100200", "20000200"], 7).lstrip(b"\xfe")
    frame = native.decode_frame(question)
    assert (frame.client, frame.control, bytes(frame.server.bytes).hex()) == (0x10, 0x43, "332205190021")
    request = native.decode_apdu(frame.payload)
    assert request.piid == 7
    assert bytes(native.encode_apdu(request)) == read_frame(question)[0].apdu


def test_its_frames_are_read_here() -> None:
    frame = read_frame(get_question("1", ["40010200"]))[0]
    written = bytes(native.encode_frame(native.decode_frame(get_question("1", ["40010200"]).lstrip(b"\xfe"))))
    assert read_frame(written)[0] == frame


def test_its_results_are_read_here() -> None:
    answer = native.GetMd5Response(result=4, follow_report=[native.AttributeResult(result=6)])
    apdu = read_apdu(bytes(native.encode_apdu(answer)))
    assert apdu.follow == [Result(oad=_NO_OAD, dar=6)]
