package dev.packageforge.npm;

import dev.packageforge.PackageId;
import java.time.Instant;
import java.util.Optional;

/**
 * An upload that waits at a registry for a person to release it.
 *
 * @param stage the registry's name for it
 * @param id the package and version
 * @param tag the tag it will get
 * @param actor who uploaded it, in the registry's words; empty if it does not say
 * @param created when
 */
public record NpmStaged(
    String stage, PackageId id, String tag, String actor, Optional<Instant> created) {}
