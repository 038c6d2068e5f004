package dev.packageforge.queue;

import dev.packageforge.Artifact;
import dev.packageforge.Budget;
import dev.packageforge.Draft;
import dev.packageforge.FailureDigest;
import dev.packageforge.PackageId;
import dev.packageforge.PublishOptions;
import dev.packageforge.RunId;
import dev.packageforge.RunRequest;
import dev.packageforge.Sha512;
import dev.packageforge.Step;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Constructor;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Makes values of any type of the vocabulary, with the odd ones often. Follows the types, so that a
 * new component or a new kind is tried without anybody thinking of it.
 */
final class RandomValues {
  private static final String ODD =
      "\u0000\u0001\b\t\n\r\u001b\"\\/\u007f\u0085\u00a0\u00e9\u2028\ufeff\uffff\ud800\udfff";

  private final Random random;

  RandomValues(long seed) {
    this.random = new Random(seed);
  }

  <T> T of(Class<T> type) {
    return type.cast(value(type));
  }

  private Object value(Type type) {
    if (type instanceof ParameterizedType list && list.getRawType() == List.class) {
      List<Object> values = new ArrayList<>();
      for (int left = random.nextInt(4); left > 0; left--) {
        values.add(value(list.getActualTypeArguments()[0]));
      }
      return values;
    }
    Class<?> kind = (Class<?>) type;
    Object checked = checked(kind);
    if (checked != null) {
      return checked;
    }
    if (kind.isEnum()) {
      return kind.getEnumConstants()[random.nextInt(kind.getEnumConstants().length)];
    }
    if (kind.isSealed()) {
      return value(
          kind.getPermittedSubclasses()[random.nextInt(kind.getPermittedSubclasses().length)]);
    }
    return record(kind);
  }

  /** A value of a type that says itself what it takes, or of one that is no record. */
  private @Nullable Object checked(Class<?> type) {
    if (type == String.class) {
      return text();
    } else if (type == int.class) {
      return random.nextBoolean() ? random.nextInt(5) : random.nextInt();
    } else if (type == long.class) {
      return random.nextBoolean() ? random.nextInt(5) : random.nextLong();
    } else if (type == boolean.class) {
      return random.nextBoolean();
    } else if (type == Instant.class) {
      return random.nextInt(8) == 0
          ? oneOf(Instant.MIN, Instant.MAX, Instant.EPOCH)
          : Instant.ofEpochSecond(random.nextLong(-1L << 36, 1L << 36), nanos());
    } else if (type == Duration.class) {
      return random.nextInt(8) == 0
          ? oneOf(Duration.ZERO, Duration.ofSeconds(Long.MAX_VALUE, 999_999_999))
          : Duration.ofSeconds(random.nextLong(-1L << 36, 1L << 36), nanos());
    } else if (type == RunId.class) {
      return RunId.random(random);
    } else if (type == Sha512.class) {
      return Sha512.of(text().getBytes(StandardCharsets.UTF_16));
    } else if (type == PackageId.class) {
      return new PackageId(oneOf("@a/b", "~", "{\"\\"), oneOf("1.0.0-x+y", "!"));
    } else if (type == Draft.class) {
      int number = 1 + random.nextInt(9);
      return new Draft(
          number,
          (Draft.Origin) value(Draft.Origin.class),
          random.nextInt(number),
          of(Sha512.class),
          List.of(),
          text(),
          text());
    } else if (type == PublishOptions.class) {
      return new PublishOptions(
          of(PublishOptions.Mode.class),
          oneOf("latest", "a._-9"),
          of(PublishOptions.Access.class),
          text());
    } else if (type == Budget.class) {
      return new Budget(random.nextInt(9), random.nextLong(1L << 62), 0, of(Duration.class).abs());
    } else if (type == RunRequest.class) {
      int origin = random.nextInt(3);
      return new RunRequest(
          "a" + text(),
          1 + random.nextInt(10),
          of(Budget.class),
          text(),
          origin == 1 ? of(RunRequest.Base.class) : null,
          origin == 2 ? of(RunRequest.Brought.class) : null);
    } else if (type == FailureDigest.class) {
      return new FailureDigest(of(Step.class), text(), text(), text(), random.nextInt(9));
    } else if (type == Artifact.class) {
      return new Artifact(
          of(PackageId.class),
          of(Sha512.class),
          random.nextLong(),
          oneOf("a-1.0.0.tgz", "\u00fc \ud83d\ude00.zip"),
          Stream.generate(() -> of(Artifact.Entry.class)).limit(random.nextInt(3)).toList());
    }
    return null;
  }

  private Object record(Class<?> type) {
    RecordComponent[] components = type.getRecordComponents();
    Class<?>[] types = new Class<?>[components.length];
    @Nullable Object[] values = new @Nullable Object[components.length];
    for (int i = 0; i < components.length; i++) {
      AnnotatedType annotated = components[i].getAnnotatedType();
      boolean absent = annotated.isAnnotationPresent(Nullable.class) && random.nextBoolean();
      types[i] = components[i].getType();
      values[i] = absent ? null : value(components[i].getGenericType());
    }
    try {
      Constructor<?> canonical = type.getDeclaredConstructor(types);
      return canonical.newInstance(values);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("teach this class to make a " + type.getName(), e);
    }
  }

  private String text() {
    StringBuilder text = new StringBuilder();
    for (int left = random.nextInt(12); left > 0; left--) {
      switch (random.nextInt(4)) {
        case 0 -> text.append(ODD.charAt(random.nextInt(ODD.length())));
        case 1 -> text.append((char) random.nextInt(Character.MAX_VALUE + 1));
        case 2 -> text.appendCodePoint(0x1F600 + random.nextInt(60));
        default -> text.append((char) random.nextInt(' ', 127));
      }
    }
    return text.toString();
  }

  private int nanos() {
    return random.nextBoolean() ? 0 : random.nextInt(1_000_000_000);
  }

  @SafeVarargs
  private <T> T oneOf(T... values) {
    return values[random.nextInt(values.length)];
  }
}
