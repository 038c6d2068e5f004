/**
 * The port to one package ecosystem: its rules, its way to verify a draft, its artifacts.
 *
 * <pre>{@code
 * Verification result = toolchain.verify(request, sandbox, listener, cancellation);
 * }</pre>
 */
@NullMarked
package dev.packageforge.toolchain;

import org.jspecify.annotations.NullMarked;
