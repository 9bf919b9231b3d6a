"""Certificates of a trial: an authority that is made at once, and what it signs for this machine.

Rule: they end after a day unless it is said otherwise, and the key of the authority is never written down.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

LIFETIME = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class CertificateAuthority:
    """An authority of its own, and the files in which servers and clients find what they need."""

    directory: Path
    name: x509.Name
    key: ec.EllipticCurvePrivateKey

    @property
    def ca_file(self) -> Path:
        """The certificate of the authority."""
        return self.directory / "ca.pem"

    def server_file(self, *, hosts: Sequence[str] = ("127.0.0.1",), lifetime: timedelta = LIFETIME) -> Path:
        """Return a file with a certificate for some hosts, addresses or names, and its key."""
        key = ec.generate_private_key(ec.SECP256R1())
        named = x509.SubjectAlternativeName([_host(host) for host in hosts])
        unsigned = _unsigned(_name("server"), self.name, key, lifetime=lifetime).add_extension(named, critical=False)
        path = self.directory / f"{hosts[0]}.pem"
        path.write_bytes(_pem(unsigned.sign(self.key, SHA256())) + _pem_of_key(key))
        return path


def an_authority(directory: Path, *, lifetime: timedelta = LIFETIME) -> CertificateAuthority:
    """Make an authority; its files are in the directory."""
    directory.mkdir(parents=True, exist_ok=True)
    name, key = _name(f"authority {directory.name}"), ec.generate_private_key(ec.SECP256R1())
    certificate = (
        _unsigned(name, name, key, lifetime=lifetime)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(
            x509.KeyUsage(
                key_cert_sign=True,
                crl_sign=True,
                digital_signature=False,
                content_commitment=False,
                key_encipherment=False,
                data_encipherment=False,
                key_agreement=False,
                encipher_only=False,
                decipher_only=False,
            ),
            critical=True,
        )
    )
    authority = CertificateAuthority(directory, name, key)
    authority.ca_file.write_bytes(_pem(certificate.sign(key, SHA256())))
    return authority


def _host(text: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(text))
    except ValueError:
        return x509.DNSName(text)


def _unsigned(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, *, lifetime: timedelta
) -> x509.CertificateBuilder:
    now = datetime.now(tz=UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + lifetime)
    )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.PEM)


def _pem_of_key(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
