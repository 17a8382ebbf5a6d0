#!/usr/bin/env python3
"""Writes handshake-transcript.properties: what WireGuard says on the wire, without our code.

The Noise handshake comes from dissononce 0.34.3 (https://github.com/tgalal/dissononce), X25519 and
the ciphers from pyca/cryptography (OpenSSL), BLAKE2s from Python's hashlib. Written by hand from
the white paper's sections 5.4.1 to 5.4.7: the layout of the messages, TAI64N, MAC1, MAC2 and the
cookie reply. The responder's half is run too, so that a transcript on which the two disagree is
never written.

    apt-get install python3-dissononce python3-cryptography
    python3 handshake_transcript.py > handshake-transcript.properties
"""

import hashlib
import struct

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from dissononce.cipher.chachapoly import ChaChaPolyCipher
from dissononce.dh.x25519.private import PrivateKey
from dissononce.dh.x25519.x25519 import X25519DH
from dissononce.hash.blake2s import Blake2sHash
from dissononce.processing.handshakepatterns.interactive.IK import IKHandshakePattern
from dissononce.processing.impl.cipherstate import CipherState
from dissononce.processing.impl.handshakestate import HandshakeState
from dissononce.processing.impl.symmetricstate import SymmetricState
from dissononce.processing.modifiers.psk import PSKPatternModifier

PROLOGUE = b"WireGuard v1 zx2c4 Jason@zx2c4.com"
WHITENED_NANOS = 1 << 24


def drawn(label, count=32):
    return hashlib.sha256(b"zlayer handshake transcript: " + label.encode()).digest()[:count]


def key_pair(label):
    secret = bytearray(drawn(label))
    secret[0] &= 248
    secret[31] = secret[31] & 127 | 64
    return X25519DH().generate_keypair(PrivateKey(bytes(secret)))


class GivenEphemeral(X25519DH):
    """X25519 whose fresh key pairs are all the same one."""

    def __init__(self, pair):
        super().__init__()
        self.pair = pair

    def generate_keypair(self, privatekey=None):
        return self.pair


def handshake(initiating, static, ephemeral, psk, remote=None):
    state = HandshakeState(
        SymmetricState(CipherState(ChaChaPolyCipher()), Blake2sHash()), GivenEphemeral(ephemeral)
    )
    pattern = PSKPatternModifier(2).modify(IKHandshakePattern())
    state.initialize(pattern, initiating, PROLOGUE, s=static, rs=remote, psks=(psk,))
    assert state.protocol_name == "Noise_IKpsk2_25519_ChaChaPoly_BLAKE2s"
    return state


def mac(key, text):
    return hashlib.blake2s(text, key=key, digest_size=16).digest()


def label_hash(label, public):
    return hashlib.blake2s(label + public).digest()


def with_macs(message, addressee, cookie=None):
    message += mac(label_hash(b"mac1----", addressee.public.data), message)
    return message + (mac(cookie, message) if cookie else bytes(16))


def tai64n(seconds, nanos):
    return struct.pack(">QI", 2**62 + 10 + seconds, nanos // WHITENED_NANOS * WHITENED_NANOS)


def initiation(noise, index, timestamp):
    payload = bytearray()
    noise.write_message(timestamp, payload)
    return struct.pack("<II", 1, index) + bytes(payload)


def response(noise, index, remote_index):
    payload = bytearray()
    ciphers = noise.write_message(b"", payload)
    return struct.pack("<III", 2, index, remote_index) + bytes(payload), ciphers


def transport(cipher, remote_index, counter, packet):
    padded = packet + bytes(-len(packet) % 16)
    sealed = cipher.encrypt_with_ad(b"", padded)
    return struct.pack("<IIQ", 4, remote_index, counter) + sealed


def hchacha20(key, nonce):
    """The ChaCha20 block function without its final addition, of which two rows are kept."""
    block = Cipher(algorithms.ChaCha20(key, nonce), None).encryptor().update(bytes(64))
    start = struct.unpack("<16I", b"expand 32-byte k" + key + nonce)
    rows = [(b - s) & 0xFFFFFFFF for b, s in zip(struct.unpack("<16I", block), start)]
    return struct.pack("<8I", *rows[:4], *rows[12:])


def cookie_reply(message, giver, cookie, nonce):
    key = hchacha20(label_hash(b"cookie--", giver.public.data), nonce[:16])
    sealed = ChaCha20Poly1305(key).encrypt(bytes(4) + nonce[16:], cookie, message[-32:-16])
    return struct.pack("<I", 3) + message[4:8] + nonce + sealed


def ipv4(source, target, text):
    header = struct.pack(">BBHIBBH4B4B", 0x45, 0, 20 + len(text), 0, 64, 17, 0, *source, *target)
    return header + text


def transcript(name, psk):
    seconds, nanos, later = 1_767_323_045, 123_456_789, 6
    index, retried_index, remote_index = 0x1C2D3E4F, 0x5A6B7C8D, 0x9E8F7A6B
    initiator, responder = key_pair("initiator"), key_pair("responder")
    first, retried, answering = key_pair("first"), key_pair("retried"), key_pair("answering")
    cookie, nonce = drawn("cookie", 16), drawn("nonce", 24)
    ping = ipv4((10, 0, 0, 1), (10, 0, 0, 2), b"ping")
    pong = ipv4((10, 0, 0, 2), (10, 0, 0, 1), b"pong pong pong")

    ours = handshake(True, initiator, first, psk, responder.public)
    theirs = handshake(False, responder, answering, psk)
    timestamp = tai64n(seconds, nanos)
    body = initiation(ours, index, timestamp)
    read = bytearray()
    theirs.read_message(body[8:], read)
    assert bytes(read) == timestamp and theirs.rs.data == initiator.public.data
    answer, their_ciphers = response(theirs, remote_index, index)
    our_ciphers = ours.read_message(answer[12:], bytearray())
    out = transport(our_ciphers[0], remote_index, 0, ping)
    back = transport(their_ciphers[1], index, 0, pong)
    assert their_ciphers[0].decrypt_with_ad(b"", out[16:]).startswith(ping)
    assert our_ciphers[1].decrypt_with_ad(b"", back[16:]).startswith(pong)

    begun = with_macs(body, responder)
    again = handshake(True, initiator, retried, psk, responder.public)
    retry = initiation(again, retried_index, tai64n(seconds + later, nanos))
    fields = {
        "initiator.private": initiator.private.data,
        "initiator.public": initiator.public.data,
        "initiator.index": struct.pack(">I", index),
        "initiator.ephemeral": first.private.data,
        "retried.index": struct.pack(">I", retried_index),
        "retried.ephemeral": retried.private.data,
        "responder.private": responder.private.data,
        "responder.public": responder.public.data,
        "responder.index": struct.pack(">I", remote_index),
        "responder.ephemeral": answering.private.data,
        "preshared": psk,
        "ping": ping,
        "pong": pong,
        "message.initiation": begun,
        "message.response": with_macs(answer, initiator),
        "message.ping": out,
        "message.pong": back,
        "message.cookieReply": cookie_reply(begun, responder, cookie, nonce),
        "message.retried": with_macs(retry, responder, cookie),
    }
    print(f"{name}.time.seconds={seconds}")
    print(f"{name}.time.nanos={nanos}")
    print(f"{name}.retried.afterSeconds={later}")
    for key, value in fields.items():
        print(f"{name}.{key}={value.hex()}")


print("# Made by handshake_transcript.py, which says how. Indexes are numbers, big-endian.")
transcript("plain", bytes(32))
transcript("preshared", drawn("preshared"))
