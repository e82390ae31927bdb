"""The names of algorithms, keys and usages by their object identifiers."""

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID, PublicKeyAlgorithmOID, SignatureAlgorithmOID

from certlib.x509.model import KeyType

# The algorithms' names as OpenSSL prints them, by the kind of key that signs so.
RSA_SIGNATURES = {
    SignatureAlgorithmOID.RSA_WITH_MD5: "md5WithRSAEncryption",
    SignatureAlgorithmOID.RSA_WITH_SHA1: "sha1WithRSAEncryption",
    SignatureAlgorithmOID.RSA_WITH_SHA224: "sha224WithRSAEncryption",
    SignatureAlgorithmOID.RSA_WITH_SHA256: "sha256WithRSAEncryption",
    SignatureAlgorithmOID.RSA_WITH_SHA384: "sha384WithRSAEncryption",
    SignatureAlgorithmOID.RSA_WITH_SHA512: "sha512WithRSAEncryption",
    SignatureAlgorithmOID.RSA_WITH_SHA3_224: "RSA-SHA3-224",
    SignatureAlgorithmOID.RSA_WITH_SHA3_256: "RSA-SHA3-256",
    SignatureAlgorithmOID.RSA_WITH_SHA3_384: "RSA-SHA3-384",
    SignatureAlgorithmOID.RSA_WITH_SHA3_512: "RSA-SHA3-512",
    SignatureAlgorithmOID.RSASSA_PSS: "rsassaPss",
}
EC_SIGNATURES = {
    SignatureAlgorithmOID.ECDSA_WITH_SHA1: "ecdsa-with-SHA1",
    SignatureAlgorithmOID.ECDSA_WITH_SHA224: "ecdsa-with-SHA224",
    SignatureAlgorithmOID.ECDSA_WITH_SHA256: "ecdsa-with-SHA256",
    SignatureAlgorithmOID.ECDSA_WITH_SHA384: "ecdsa-with-SHA384",
    SignatureAlgorithmOID.ECDSA_WITH_SHA512: "ecdsa-with-SHA512",
    SignatureAlgorithmOID.ECDSA_WITH_SHA3_224: "ecdsa-with-SHA3-224",
    SignatureAlgorithmOID.ECDSA_WITH_SHA3_256: "ecdsa-with-SHA3-256",
    SignatureAlgorithmOID.ECDSA_WITH_SHA3_384: "ecdsa-with-SHA3-384",
    SignatureAlgorithmOID.ECDSA_WITH_SHA3_512: "ecdsa-with-SHA3-512",
}
OTHER_SIGNATURES = {
    SignatureAlgorithmOID.DSA_WITH_SHA1: "dsa-with-SHA1",
    SignatureAlgorithmOID.DSA_WITH_SHA224: "dsa-with-SHA224",
    SignatureAlgorithmOID.DSA_WITH_SHA256: "dsa-with-SHA256",
    SignatureAlgorithmOID.DSA_WITH_SHA384: "dsa-with-SHA384",
    SignatureAlgorithmOID.DSA_WITH_SHA512: "dsa-with-SHA512",
    SignatureAlgorithmOID.ED25519: "Ed25519",
    SignatureAlgorithmOID.ED448: "Ed448",
}
SIGNATURES = RSA_SIGNATURES | EC_SIGNATURES | OTHER_SIGNATURES
KEYS: dict[x509.ObjectIdentifier, KeyType] = {
    PublicKeyAlgorithmOID.RSAES_PKCS1_v1_5: "rsa",
    PublicKeyAlgorithmOID.RSASSA_PSS: "rsa",
    PublicKeyAlgorithmOID.EC_PUBLIC_KEY: "ec",
    PublicKeyAlgorithmOID.ED25519: "ed25519",
    PublicKeyAlgorithmOID.ED448: "ed448",
}
EXTENDED_USAGES: dict[str, str] = {
    ExtendedKeyUsageOID.SERVER_AUTH.dotted_string: "serverAuth",
    ExtendedKeyUsageOID.CLIENT_AUTH.dotted_string: "clientAuth",
    ExtendedKeyUsageOID.CODE_SIGNING.dotted_string: "codeSigning",
    ExtendedKeyUsageOID.EMAIL_PROTECTION.dotted_string: "emailProtection",
    ExtendedKeyUsageOID.TIME_STAMPING.dotted_string: "timeStamping",
    ExtendedKeyUsageOID.OCSP_SIGNING.dotted_string: "OCSPSigning",
    ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE.dotted_string: "anyExtendedKeyUsage",
    ExtendedKeyUsageOID.IPSEC_IKE.dotted_string: "ipsecIKE",
    "1.3.6.1.5.5.7.3.5": "ipsecEndSystem",  # CUCM and UCCX put it into their CSRs
}
