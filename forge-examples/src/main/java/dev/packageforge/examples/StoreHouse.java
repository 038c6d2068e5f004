package dev.packageforge.examples;

import java.util.List;

/** Opens what outlives a process, as the settings say. */
interface StoreHouse {
  /** What a store is opened for. */
  enum Use {
    /** To ask and to decide. */
    ASK,
    /** To work on runs as well. */
    WORK
  }

  /**
   * Opens the store; says on the standard error if it will forget.
   *
   * @throws dev.packageforge.ForgeException if it cannot be opened
   */
  Shelf open(Settings settings, Use use);

  /** Looks how the store stands, and who works for it. */
  List<Check> checks(Settings settings);
}
