package dev.packageforge.registry;

import dev.packageforge.PackageId;
import dev.packageforge.Sha512;

/**
 * What a registry holds.
 *
 * @param id the name and version
 * @param digest of the bytes that it serves, as the registry states it
 * @param location where they are, in the registry's own words
 */
public record StoredVersion(PackageId id, Sha512 digest, String location) {}
