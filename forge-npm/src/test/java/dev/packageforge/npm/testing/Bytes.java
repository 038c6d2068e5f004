package dev.packageforge.npm.testing;

/** Bytes that nobody changes, so that records may hold them. */
final class Bytes {
  private final byte[] array;

  Bytes(byte[] array) {
    this.array = array;
  }

  byte[] array() {
    return array;
  }

  int length() {
    return array.length;
  }
}
