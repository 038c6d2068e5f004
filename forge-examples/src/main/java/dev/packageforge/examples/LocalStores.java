package dev.packageforge.examples;

import java.util.List;

/** The stores that can be had on this machine. */
final class LocalStores implements StoreHouse {
  private final Surroundings around;

  LocalStores(Surroundings around) {
    this.around = around;
  }

  @Override
  public Shelf open(Settings settings) {
    if (around.variable("FORGE_DEBUG").isEmpty()) {
      new LogFile(settings.data()).install();
    }
    return Shelf.inMemory(around.clock());
  }

  @Override
  public List<Check> checks(Settings settings) {
    return List.of(
        Check.warning(
            "store",
            "the memory of one process: what is not published is forgotten when it ends",
            "Files that were made are kept in the data folder all the same."));
  }
}
