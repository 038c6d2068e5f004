package dev.packageforge.examples;

import dev.packageforge.npm.NpmGate;

/** Opens the gate for packages that were made elsewhere. */
@FunctionalInterface
interface Gates {
  /**
   * The gate.
   *
   * @param destinations where the registry is that it may ask
   * @throws dev.packageforge.ForgeException if a part cannot be had on this machine
   */
  NpmGate open(Settings settings, Destinations destinations);
}
