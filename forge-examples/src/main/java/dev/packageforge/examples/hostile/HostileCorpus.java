package dev.packageforge.examples.hostile;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The cases that are shipped. */
public final class HostileCorpus {
  private HostileCorpus() {}

  /**
   * All cases, in the order of their index.
   *
   * @throws IOException if one is missing
   * @throws IllegalArgumentException if one is not what it should be
   */
  public static List<HostileCase> shipped() throws IOException {
    List<HostileCase> cases = new ArrayList<>();
    for (String name : text("index.txt").lines().filter(line -> !line.isBlank()).toList()) {
      try {
        HostileCase each = CaseReader.read(text(name + ".txt"));
        if (!name.equals(String.format("%03d-%s", each.number(), each.name()))) {
          throw new IllegalArgumentException("it calls itself " + each);
        }
        cases.add(each);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("the case " + name + ": " + e.getMessage(), e);
      }
    }
    return cases;
  }

  /** A file that is shipped beside the cases. */
  static String text(String name) throws IOException {
    try (InputStream in = HostileCorpus.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new FileNotFoundException(name + " was not shipped");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
