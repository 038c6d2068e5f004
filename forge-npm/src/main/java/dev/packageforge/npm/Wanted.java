package dev.packageforge.npm;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a request asks a gateway for. There are four things, each with one way to write it; whatever
 * is written in another way is nothing.
 */
sealed interface Wanted {
  /** The package it is about, with its scope. */
  String name();

  /** Everything of a package. */
  record Document(String name) implements Wanted {}

  /** One version of it, by its number or a tag. */
  record Version(String name, String version) implements Wanted {}

  /** The versions that its tags point to. */
  record Tags(String name) implements Wanted {}

  /** The bytes of a version. */
  record Tarball(String name, String version) implements Wanted {
    /** Where it is, below the gateway's own address. */
    static String path(String name, String version) {
      return name + "/-/" + bare(name) + "-" + version + ".tgz";
    }
  }

  /** The longest target that means anything: a scope, a name twice, a version. */
  int LONGEST = 1024;

  /** The slash of a scope may be written as clients do who want one part for one name. */
  Pattern FORM =
      Pattern.compile(
          "/(?:-/package/)?(?:(?:@|%40)([A-Za-z0-9][A-Za-z0-9._~-]*+)(?:/|%2[fF]))?"
              + "([A-Za-z0-9_~][A-Za-z0-9_.~-]*+)"
              + "(/dist-tags|/-/([A-Za-z0-9_.~+-]+)\\.tgz|/([A-Za-z0-9][A-Za-z0-9.+-]*+))?");

  /**
   * Reads the target of a request as it came over the wire.
   *
   * @return empty if it is no path of a registry that changes nothing
   */
  static Optional<Wanted> at(String target) {
    Matcher form = FORM.matcher(target);
    if (target.length() > LONGEST || !form.matches()) {
      return Optional.empty();
    }
    String bare = form.group(2);
    String name = form.group(1) == null ? bare : "@" + form.group(1) + "/" + bare;
    boolean tags = target.startsWith("/-/");
    String rest = form.group(3) == null ? "" : form.group(3);
    if (!PackageName.mayExist(name) || tags != rest.equals("/dist-tags")) {
      return Optional.empty();
    }
    if (tags) {
      return Optional.of(new Tags(name));
    }
    if (form.group(4) != null) {
      return tarball(name, bare, form.group(4));
    }
    return Optional.of(rest.isEmpty() ? new Document(name) : new Version(name, form.group(5)));
  }

  private static Optional<Wanted> tarball(String name, String bare, String file) {
    if (!file.startsWith(bare + "-")) {
      return Optional.empty();
    }
    String version = file.substring(bare.length() + 1);
    return SemVer.parse(version).map(known -> new Tarball(name, version));
  }

  private static String bare(String name) {
    return name.substring(name.indexOf('/') + 1);
  }
}
