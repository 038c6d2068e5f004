/**
 * Jobs, runs and events in Redis.
 *
 * <pre>{@code
 * try (RedisStore store = RedisStore.builder(RedisAddress.parse("redis://127.0.0.1:6379")).build()) {
 *   Forge forge = Forge.builder().store(store).build();
 * }
 * }</pre>
 */
@NullMarked
package dev.packageforge.redis;

import org.jspecify.annotations.NullMarked;
