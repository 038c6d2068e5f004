package dev.packageforge.npm;

import dev.packageforge.Finding;
import dev.packageforge.Sha512;
import java.util.List;

/** Rules that a registry must be asked for. */
interface LookUpRules {
  /** Asks nobody. */
  LookUpRules NONE =
      new LookUpRules() {
        @Override
        public List<Finding> dependencies(Manifest manifest) {
          return List.of();
        }

        @Override
        public List<Finding> release(Tarball tarball, PackedFiles files, Sha512 digest) {
          return List.of();
        }
      };

  /** What is wrong with what a package builds on; asked before any of it is fetched. */
  List<Finding> dependencies(Manifest manifest) throws InterruptedException;

  /**
   * What is wrong with the name and the version, given what was released before.
   *
   * @param digest of the whole tarball, by which a release is known again
   */
  List<Finding> release(Tarball tarball, PackedFiles files, Sha512 digest)
      throws InterruptedException;
}
