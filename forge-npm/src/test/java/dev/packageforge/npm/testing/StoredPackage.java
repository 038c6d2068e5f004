package dev.packageforge.npm.testing;

import dev.packageforge.PackageId;
import dev.packageforge.Sha512;
import java.time.Instant;

/**
 * A line in the registry's book: what was stored, once.
 *
 * @param id name and version
 * @param digest of the bytes
 * @param size of the bytes
 * @param tag that it was published under
 * @param by the user
 * @param at the registry's time
 * @param document the version's part of what was sent, as JSON
 */
public record StoredPackage(
    PackageId id, Sha512 digest, long size, String tag, String by, Instant at, String document) {}
