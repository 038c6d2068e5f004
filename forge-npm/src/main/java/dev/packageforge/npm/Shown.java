package dev.packageforge.npm;

import dev.packageforge.Secret;
import java.util.Optional;

/**
 * What a registry is shown with a change.
 *
 * @param header the value of the header {@code authorization}; empty if it is shown nothing
 * @param exchanged whether it was got for this change alone, from a job's identity
 */
record Shown(Optional<Secret> header, boolean exchanged) {}
