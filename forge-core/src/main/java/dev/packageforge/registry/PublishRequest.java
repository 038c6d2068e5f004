package dev.packageforge.registry;

import dev.packageforge.PackedArtifact;
import dev.packageforge.PublishOptions;
import dev.packageforge.Secret;
import org.jspecify.annotations.Nullable;

/**
 * What to publish, and how.
 *
 * @param packed the very bytes
 * @param options mode, tag and access
 * @param code a person's one-time code, or what stands for their visit to a page; null if there is
 *     none
 */
public record PublishRequest(PackedArtifact packed, PublishOptions options, @Nullable Secret code) {
  /** Without a second factor. */
  public PublishRequest(PackedArtifact packed, PublishOptions options) {
    this(packed, options, null);
  }
}
