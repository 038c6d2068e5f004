package dev.packageforge.sandbox;

import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Holds a plain process of this machine. */
final class ProcessKeeper implements Keeper {
  private static final Duration LOOKS_EVERY = Duration.ofMillis(500);

  private final Confinement confinement;
  private final SessionFolder folder;
  private final String mark;
  private final long diskBytes;
  private final Offspring offspring;

  ProcessKeeper(
      Process process, Confinement confinement, SessionFolder folder, String mark, long diskBytes) {
    this.confinement = confinement;
    this.folder = folder;
    this.mark = mark;
    this.diskBytes = diskBytes;
    this.offspring = new Offspring(process.toHandle(), mark, confinement.proc());
  }

  @Override
  public boolean waitsForWord() {
    return confinement.waitsForWord();
  }

  @Override
  public boolean confined() throws IOException {
    return !confinement.proc() || offspring.recogniseLeader() || !confinement.leadsGroup();
  }

  @Override
  public boolean holdsInput() {
    return confinement.leadsGroup();
  }

  @Override
  public Duration looksEvery() {
    return LOOKS_EVERY;
  }

  @Override
  public Usage usage() {
    return new Usage(offspring.memory(), 0);
  }

  @Override
  public boolean diskIsExceeded() {
    return folder.size(diskBytes) > diskBytes;
  }

  @Override
  public @Nullable SandboxException misfortune(int code) {
    return folder.diskIsFull() ? folder.diskIsFull("A command failed") : null;
  }

  @Override
  public boolean kill() {
    return offspring.kill();
  }

  @Override
  public String whereToLook() {
    return "its environment holds " + Offspring.MARK + "=" + mark + ".";
  }
}
