package dev.packageforge.docker;

import static java.util.Objects.requireNonNull;

import dev.packageforge.sandbox.SandboxSpec.Limits;
import java.util.List;
import java.util.Map;

/**
 * A container to create. What it may do is not part of the plan: see {@link Profile}.
 *
 * @param image what it runs from
 * @param holder its first process's line: ours, run as {@link Profile#HOLDER}
 * @param limits ceilings of everything in it
 * @param labels by which it is found again
 * @param mounts volumes that are seen in it
 */
record ContainerPlan(
    Image image,
    List<String> holder,
    Limits limits,
    Map<String, String> labels,
    List<VolumeMount> mounts) {
  ContainerPlan {
    requireNonNull(image, "image");
    requireNonNull(limits, "limits");
    holder = List.copyOf(holder);
    labels = Map.copyOf(labels);
    mounts = List.copyOf(mounts);
    if (holder.isEmpty()) {
      throw new IllegalArgumentException("a container needs a first process");
    }
  }

  /**
   * A volume with a name of ours.
   *
   * @param volume its name
   * @param path where it is seen
   * @param writable whether it may be changed there
   */
  record VolumeMount(String volume, String path, boolean writable) {
    VolumeMount {
      requireNonNull(volume, "volume");
      if (!path.startsWith("/")) {
        throw new IllegalArgumentException("a mount needs a whole path, was \"" + path + "\"");
      }
    }
  }
}
