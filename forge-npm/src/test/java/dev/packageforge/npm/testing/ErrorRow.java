package dev.packageforge.npm.testing;

/** What npm registries have been seen to answer when they do not take a package. */
public enum ErrorRow {
  /** The checksum is not that of the bytes. */
  BAD_SHASUM(400, "shasum error, 0123 != 4567"),
  /** A one-time code of a wrong form, or a recovery code. */
  CODE_MALFORMED(400, "OTP code must be a 6 digit number"),
  /** No code was sent and one is needed. */
  CODE_NEEDED(
      401,
      "You must provide a one-time pass. Upgrade your client to npm@latest in order to use 2FA.",
      "www-authenticate",
      "OTP"),
  /** The same with the header's value in lower case. */
  CODE_NEEDED_LOWER_CASE(401, "You must provide a one-time pass.", "www-authenticate", "otp"),
  /** The same said by the body alone. */
  CODE_NEEDED_BY_BODY(401, "You must provide a one-time pass."),
  /** The credential is not a good one. */
  BAD_TOKEN(401, "Unable to authenticate", "www-authenticate", "Bearer"),
  /** The same, of a registry that wants a password. */
  BAD_PASSWORD(401, "Unable to authenticate", "www-authenticate", "Basic realm=\"npm\""),
  /** The credential may not be used from here. */
  ADDRESS_NOT_ALLOWED(
      401, "Access from this address is not allowed", "www-authenticate", "ipaddress"),
  /** A private package that nobody pays for. */
  PAYMENT(402, "You must sign up for private packages"),
  /** The version is there. */
  VERSION_EXISTS(403, "You cannot publish over the previously published versions: 1.0.0."),
  /** The name is like others. */
  NAME_TOO_SIMILAR(
      403,
      "Package name too similar to existing package(s) slug-maker,slugmaker; try renaming your"
          + " package to '@ada/slug_maker' and publishing with 'npm publish --access=public'"
          + " instead"),
  /** The credential is not for this. */
  FORBIDDEN(
      403,
      "You do not have permission to publish \"slug-maker\"."
          + " Are you logged in as the correct user?"),
  /** A trusted publisher that is not the package's. */
  IDENTITY_FORBIDDEN(403, "OIDC permission denied"),
  /** Nothing is said but this. */
  NOT_FOUND(404, "Not found"),
  /** The credential is dead, which only a header tells. */
  TOKEN_DEAD(
      404,
      "Not found",
      "npm-notice",
      "Access token expired or revoked. Please try logging in again."),
  /** The version is there, as private registries say it. */
  ALREADY_PRESENT(409, "this package is already present"),
  /** The version waits for approval already. */
  STAGED_ALREADY(409, "this version is staged already"),
  /** The body is larger than it may be. */
  TOO_LARGE(413, "request entity too large"),
  /** The provenance is not believed. */
  PROVENANCE_REFUSED(
      422, "Error verifying sigstore provenance bundle: Unsupported GitHub Actions runner"),
  /** The document is not what it ought to be. */
  BAD_DATA(422, "bad incoming package data"),
  /** Too many requests. */
  TOO_MANY(429, "Too many requests", "retry-after", "0"),
  /** The registry broke. */
  BROKEN(500, "Internal server error"),
  /** Something between us and the registry has no answer of it. */
  BAD_GATEWAY(502, "Bad gateway"),
  /** The registry is busy, and asks to be asked again at once. */
  UNAVAILABLE(503, "Service unavailable", "retry-after", "0"),
  /** Something between us and the registry has waited long enough. */
  GATEWAY_TIMEOUT(504, "Gateway timeout");

  private final int status;
  private final String sentence;
  private final String header;
  private final String value;

  ErrorRow(int status, String sentence) {
    this(status, sentence, "", "");
  }

  ErrorRow(int status, String sentence, String header, String value) {
    this.status = status;
    this.sentence = sentence;
    this.header = header;
    this.value = value;
  }

  /** The answer as it is sent. */
  public Answer answer() {
    Answer answer = Answer.error(status, sentence);
    return header.isEmpty() ? answer : answer.with(header, value);
  }

  /** Whether such an answer says nothing of what was stored. */
  public boolean leavesItOpen() {
    return status == 429 || status >= 500;
  }
}
