package dev.packageforge.docker;

import java.util.Map;

/**
 * A container or a volume that carries labels of ours.
 *
 * @param id a container's id, a volume's name
 * @param labels all its labels
 * @param running whether it is a container that runs
 */
record Found(String id, Map<String, String> labels, boolean running) {
  Found {
    labels = Map.copyOf(labels);
  }
}
