package dev.packageforge;

import java.time.Instant;

/**
 * What the registry has been read back to hold (or, for a dry run, what it would).
 *
 * @param id the name and version
 * @param digest what the registry serves, equal to what was approved
 * @param mode what was done
 * @param location where it is, in the registry's own words: an address or a file
 * @param at when it was read back
 */
public record Release(
    PackageId id, Sha512 digest, PublishOptions.Mode mode, String location, Instant at) {}
