package dev.packageforge.docker;

import java.util.List;

/**
 * An image that an engine has.
 *
 * @param name as it was asked for
 * @param id the digest of its configuration: what containers are made from, whatever its name will
 *     mean later
 * @param digests the digests by which registries know it; none for one that was built here
 * @param volumes paths at which it wants room on the engine's disk
 */
record Image(String name, String id, List<String> digests, List<String> volumes) {
  Image {
    digests = List.copyOf(digests);
    volumes = List.copyOf(volumes);
  }
}
