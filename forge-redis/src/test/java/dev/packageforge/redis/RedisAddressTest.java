package dev.packageforge.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packageforge.Secret;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedisAddressTest {
  @Test
  void everyPartIsRead() {
    RedisAddress address = RedisAddress.parse("rediss://anna:top%25secret@cache.example:7000/3");

    assertThat(address.tls()).isTrue();
    assertThat(address.places()).containsExactly(new Place("cache.example", 7000));
    assertThat(address.user()).hasValue("anna");
    assertThat(address.password()).hasValue(Secret.of("top%secret"));
    assertThat(address.database()).isEqualTo(3);
  }

  @Test
  void mostPartsMayBeLeftOut() {
    RedisAddress address = RedisAddress.parse("redis://localhost");

    assertThat(address.tls()).isFalse();
    assertThat(address.places()).containsExactly(new Place("localhost", 6379));
    assertThat(address.user()).isEmpty();
    assertThat(address.password()).isEmpty();
    assertThat(address.database()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "redis://[::1]:7001, [::1]:7001",
    "redis://[::1], [::1]:6379",
    "redis://127.8.9.1:1, 127.8.9.1:1",
    "REDIS://LOCALHOST:65535, LOCALHOST:65535",
    "rediss://[2001:db8::7]:6380/0, [2001:db8::7]:6380"
  })
  void hostsAreNamesOrAddresses(String text, String place) {
    assertThat(RedisAddress.parse(text).places()).map(Place::toString).containsExactly(place);
  }

  @Test
  void severalHostsAreWaysIntoOneCluster() {
    RedisAddress address = RedisAddress.parse("rediss://:pw@a:1,b:2,[::1]:3");

    assertThat(address.places())
        .isEqualTo(List.of(new Place("a", 1), new Place("b", 2), new Place("::1", 3)));
    assertThat(address).hasToString("rediss://a:1,b:2,[::1]:3");
  }

  @ParameterizedTest
  @CsvSource({
    "redis://:p@ss/w:rd@localhost, p@ss/w:rd",
    "redis://u:a+b@localhost, a+b",
    "redis://u:%C3%A4%20%40@localhost, ä @"
  })
  void passwordMayHoldWhatever(String text, String password) {
    assertThat(RedisAddress.parse(text).password()).hasValue(Secret.of(password));
  }

  @Test
  void whatIsWrittenReadsBackTheSame() {
    String text = "rediss://anna:%C3%A4%3A%40%2F%25%2B@cache.example:7000/3";

    assertThat(RedisAddress.parse(text).written()).isEqualTo(Secret.of(text));
  }

  @Test
  void credentialsAreNotShown() {
    RedisAddress address = RedisAddress.parse("redis://anna:hunter2@localhost:7000/3");

    assertThat(address).hasToString("redis://localhost:7000/3");
    assertThat(address.written().toString()).doesNotContain("hunter2");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "hunter2@localhost",
        "http://u:hunter2@localhost",
        "redis://",
        "redis://u:hunter2@",
        "redis://:hunter2",
        "redis://:hunter2@localhost:x",
        "redis://:hunter2@localhost:0",
        "redis://:hunter2@localhost:65536",
        "redis://:hunter2@localhost:6379/x",
        "redis://:hunter2@localhost:6379/1/2",
        "redis://:hunter2@localhost:6379/123456",
        "redis://:hunter2@localhost?hunter2=1",
        "redis://:hunter2@a b",
        "redis://:hunter2@::1",
        "redis://:hunter2@[::1",
        "redis://:hunter2%@localhost",
        "redis://hunter2@localhost",
        "redis://:hunter2%0A@localhost",
        "rediss://:hunter2@a,b/3",
        "redis://:hunter2@a,,b",
        "redis://:hunter2@cache.example",
        "redis://:hunter2@127.0.0.1.example",
        "redis://:hunter2@localhost,10.0.0.1",
      })
  void whatIsNoAddressIsRefusedInOneSentenceWithoutThePassword(String text) {
    assertThatThrownBy(() -> RedisAddress.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("hunter2")
        .hasMessageNotContaining("\n")
        .hasMessageMatching(".{20,}")
        .hasNoCause();
  }

  @Test
  void plainToAnotherMachineMustBeAllowed() {
    assertThatThrownBy(() -> RedisAddress.parse("redis://cache.example"))
        .hasMessageContaining("rediss://");
    assertThat(RedisAddress.builder("redis://cache.example").allowPlain().build().loopback())
        .isFalse();
    assertThat(RedisAddress.parse("rediss://cache.example").loopback()).isFalse();
    assertThat(RedisAddress.parse("redis://127.0.0.1,[::1],localhost").loopback()).isTrue();
  }

  @Test
  void passwordMayComeApart() {
    RedisAddress address =
        RedisAddress.builder("redis://localhost").password(Secret.of("hunter2")).build();

    assertThat(address.password()).hasValue(Secret.of("hunter2"));
  }

  @Test
  void authorityIsForTlsOnly() {
    RedisAddress.Builder plain =
        RedisAddress.builder("redis://localhost").authority(Path.of("ca.pem"));

    assertThatThrownBy(plain::build).hasMessageContaining("rediss://");
    assertThat(
            RedisAddress.builder("rediss://localhost")
                .authority(Path.of("ca.pem"))
                .build()
                .authority())
        .hasValue(Path.of("ca.pem"));
  }
}
