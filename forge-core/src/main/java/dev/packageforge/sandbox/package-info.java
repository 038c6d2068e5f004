/**
 * The port to a place where untrusted code runs; {@link
 * dev.packageforge.sandbox.BubblewrapSandbox}, which is such a place on many Linux machines; and
 * {@link dev.packageforge.sandbox.ProcessSandbox}, which is one only for code one trusts.
 *
 * <pre>{@code
 * try (SandboxSession session = sandbox.open(SandboxSpec.ofDefaults())) {
 *   session.put("greet.sh", bytes);
 *   ExecResult result = session.exec(Command.of("sh", "greet.sh"), OutputListener.SILENT, cancellation);
 * }
 * }</pre>
 */
@NullMarked
package dev.packageforge.sandbox;

import org.jspecify.annotations.NullMarked;
