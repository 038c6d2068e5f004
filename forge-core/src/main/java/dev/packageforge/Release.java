package dev.packageforge;

import java.time.Instant;

/**
 * What became of an approved artifact: published, which the registry was read back for; staged,
 * which it said; or dry-run, which it never heard of.
 *
 * @param id the name and version
 * @param digest what was approved; for a published one, what the registry serves
 * @param mode what was done
 * @param location where it is, in the registry's own words: an address or a file
 * @param at when that was learned
 */
public record Release(
    PackageId id, Sha512 digest, PublishOptions.Mode mode, String location, Instant at) {}
