"""The signed answer: it verifies offline, no bit of it can change, and keys are kept apart."""

import json
import stat
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import AuditEntry
from reports.certificates import signing

PAYLOAD = {
    "code": "2222-2222-2222-2222",
    "state": "valid",
    "as_of": "2019-04-08T09:30:00+08:00",
    "unit": "源潭镇秀溪村",
}


@pytest.fixture(autouse=True)
def own_keys(settings, tmp_path):
    settings.VAR_DIR = tmp_path


def test_a_signed_document_verifies():
    document = json.loads(json.dumps(signing.signed(PAYLOAD), ensure_ascii=False))

    assert signing.verify(document, signing.public_key()) == PAYLOAD


@pytest.mark.parametrize("field", PAYLOAD)
def test_a_changed_document_does_not(field):
    document = signing.signed(PAYLOAD)
    document["payload"][field] += "一"

    with pytest.raises(signing.NotSigned, match="签名不符"):
        signing.verify(document, signing.public_key())


@pytest.mark.parametrize(
    "document", [None, [], {}, {"payload": {}}, {"payload": {}, "signature": {"algorithm": "Ed25519", "value": "不"}}]
)
def test_what_is_no_document_is_named(document):
    with pytest.raises(signing.NotSigned, match="不是证书查验文件"):
        signing.verify(document, signing.public_key())


def test_another_algorithm_is_named():
    document = signing.signed(PAYLOAD)
    document["signature"]["algorithm"] = "SM2"

    with pytest.raises(signing.NotSigned, match="SM2"):
        signing.verify(document, signing.public_key())


def test_key_is_made_once_and_for_the_portal_alone(tmp_path):
    first = signing.private_key()

    assert signing.private_key() == first
    assert stat.S_IMODE((tmp_path / "keys" / "certificates.pem").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700


def test_key_from_the_environment_is_used_and_not_rotated(settings, tmp_path):
    given = tmp_path / "given.pem"
    given.write_bytes(signing.Ed25519().make())
    settings.CERTIFICATE_KEY = str(given)

    assert signing.private_key() == given.read_bytes()
    assert not (tmp_path / "keys").exists()
    with pytest.raises(ValueError, match="PORTAL_CERTIFICATE_KEY"):
        signing.rotate(date(2019, 4, 8))


def test_after_a_rotation_old_documents_verify_with_the_old_key():
    old, document = signing.public_key(), signing.signed(PAYLOAD)

    signing.rotate(date(2019, 4, 8))

    assert signing.public_key() != old
    assert signing.former_keys() == [("2019-04-08", old)]
    assert signing.verify(document, old) == PAYLOAD
    with pytest.raises(signing.NotSigned, match=signing.key_id(old)):
        signing.verify(document, signing.public_key())


def command(*arguments: str) -> str:
    said = StringIO()
    call_command("verify_certificate", *arguments, stdout=said)
    return said.getvalue()


def test_command_verifies_a_file(tmp_path):
    file, key = tmp_path / "certificate.json", tmp_path / "key.pem"
    file.write_text(json.dumps(signing.signed(PAYLOAD)), encoding="utf-8")
    key.write_bytes(signing.public_key())

    assert "签名有效" in command(str(file), "--key", str(key))
    assert "源潭镇秀溪村" in command(str(file))


def kept(tmp_path, text: str) -> str:
    file = tmp_path / "certificate.json"
    file.write_text(text, encoding="utf-8")
    return str(file)


@pytest.mark.parametrize(("state", "words"), [("valid", "有效"), ("rechecking", "复核中"), ("withdrawn", "已撤销")])
def test_command_says_as_of_when_it_knows_the_state(state, words, tmp_path):
    said = command(kept(tmp_path, json.dumps(signing.signed(PAYLOAD | {"state": state}))))

    assert f"截至2019年4月8日 09:30，{words}；此后是否变化，以查验页为准。" in said


@pytest.mark.parametrize("payload", [{"state": "valid"}, PAYLOAD | {"as_of": "不详"}, PAYLOAD | {"state": "gilded"}])
def test_command_refuses_a_state_without_its_day(payload, tmp_path):
    with pytest.raises(CommandError, match="没有写明证书的状态或截至哪一天"):
        command(kept(tmp_path, json.dumps(signing.signed(payload))))


@pytest.mark.parametrize(
    ("there", "twice"),
    [
        ('"state": "valid"', '"state": "withdrawn", "state": "valid"'),
        ('"payload": {', '"payload": {"state": "withdrawn"}, "payload": {'),
        ('"algorithm":', '"algorithm": "none", "algorithm":'),
    ],
)
def test_command_refuses_a_key_that_stands_twice(there, twice, tmp_path):
    text = json.dumps(signing.signed(PAYLOAD))
    assert there in text

    with pytest.raises(CommandError, match="重复出现") as refused:
        command(kept(tmp_path, text.replace(there, twice)))
    assert refused.value.returncode == 1


@pytest.mark.parametrize("place", [(), ("signature",)])
def test_nothing_stands_beside_what_is_signed(place):
    document = signing.signed(PAYLOAD)
    inner = document[place[0]] if place else document
    inner["state"] = "withdrawn"

    with pytest.raises(signing.NotSigned, match="签名之外的内容：state"):
        signing.verify(document, signing.public_key())


def test_command_refuses_a_changed_file(tmp_path):
    file = tmp_path / "certificate.json"
    file.write_text(json.dumps(signing.signed(PAYLOAD)).replace("valid", "withdrawn"), encoding="utf-8")

    with pytest.raises(CommandError, match="签名不符"):
        command(str(file))


def test_key_is_not_made_unasked_in_production(db, settings):
    """Else a portal that was restored without its key would sign with another one, and nobody would notice."""
    settings.PRODUCTION = True
    with pytest.raises(signing.KeyMissing, match=r"不存在：首次安装的.*从备份取回"):
        signing.signed(PAYLOAD)
    with pytest.raises(CommandError, match="不存在"):
        call_command("certificate_key", stdout=StringIO())
    assert not signing.kept_at().exists()

    call_command("certificate_key", "--first", stdout=StringIO())
    key = signing.key_id(signing.public_key())
    assert AuditEntry.objects.get(action="certificate.make_key").facts == {"key": key}
    with pytest.raises(CommandError, match="已有密钥"):
        call_command("certificate_key", "--first", stdout=StringIO())

    signing.kept_at().unlink()
    with pytest.raises(CommandError, match="以前有密钥，未作改动"):
        call_command("certificate_key", "--first", stdout=StringIO())
    assert not signing.kept_at().exists()
    call_command("certificate_key", "--rotate", stdout=StringIO())
    assert signing.key_id(signing.public_key()) != key and signing.former_keys() == []


def test_command_rotates_the_key_and_says_so_in_the_trail(db, settings, tmp_path):
    settings.VAR_DIR = tmp_path
    before = signing.key_id(signing.public_key())
    call_command("certificate_key", "--rotate", stdout=StringIO())

    entry = AuditEntry.objects.get(action="certificate.rotate_key")
    assert entry.facts == {"key": [before, signing.key_id(signing.public_key())]}
