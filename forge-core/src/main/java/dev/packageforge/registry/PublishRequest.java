package dev.packageforge.registry;

import dev.packageforge.PackedArtifact;
import dev.packageforge.PublishOptions;

/**
 * What to publish, and how.
 *
 * @param packed the very bytes
 * @param options mode, tag and access
 */
public record PublishRequest(PackedArtifact packed, PublishOptions options) {}
