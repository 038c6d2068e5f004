package dev.packageforge.npm;

import dev.packageforge.Finding;
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
        public List<Finding> release(Tarball tarball, PackedFiles files) {
          return List.of();
        }
      };

  /** What is wrong with what a package builds on; asked before any of it is fetched. */
  List<Finding> dependencies(Manifest manifest) throws InterruptedException;

  /** What is wrong with the name and the version, given what was released before. */
  List<Finding> release(Tarball tarball, PackedFiles files) throws InterruptedException;
}
