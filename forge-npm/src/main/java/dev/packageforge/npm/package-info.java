/**
 * What the npm ecosystem knows: its house rules, how a draft is read, packed and proven, and how
 * others' packages are looked up.
 *
 * <pre>{@code
 * Toolchain toolchain = NpmToolchain.builder().build();
 * Verification result = toolchain.verify(request, sandbox, listener, cancellation);
 * }</pre>
 */
@NullMarked
package dev.packageforge.npm;

import org.jspecify.annotations.NullMarked;
