package dev.packageforge.registry;

/**
 * A package that exists.
 *
 * @param name its name
 * @param version the newest version in the range that was asked for; empty if none is in it
 * @param deprecated the owner's warning; empty if there is none
 */
public record CatalogEntry(String name, String version, String deprecated) {}
