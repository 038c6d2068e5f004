package dev.packageforge.pipeline;

import dev.packageforge.PublishOptions;
import dev.packageforge.Sha512;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What was seen from outside: by the model, the registry, the store and the person. No invariant is
 * judged by the word of whoever is judged.
 */
final class Books {
  private final List<String> violations = new ArrayList<>();
  private final List<Word> words = new ArrayList<>();

  /** A person's word: these bytes, in this way, until then. */
  private record Word(Sha512 digest, PublishOptions options, Instant until) {}

  /** Something that must not happen has happened. */
  void violation(String what) {
    violations.add(what);
  }

  List<String> violations() {
    return List.copyOf(violations);
  }

  /** A person saw this digest and is about to say yes to it. */
  void approves(Sha512 digest, PublishOptions options, Instant until) {
    words.add(new Word(digest, options, until));
  }

  boolean approved(Sha512 digest, PublishOptions options, Instant now) {
    return words.stream()
        .anyMatch(
            word ->
                word.digest().equals(digest)
                    && word.options().equals(options)
                    && now.isBefore(word.until()));
  }
}
