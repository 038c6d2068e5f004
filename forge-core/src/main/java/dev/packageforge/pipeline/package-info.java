/**
 * A run from the request to the release. {@link dev.packageforge.pipeline.Forge} is the door; the
 * rest is how it works.
 *
 * <pre>{@code
 * Forge forge = Forge.builder().model(model).sandbox(sandbox).toolchain(toolchain)
 *     .registry(registry).catalog(catalog).build();
 * Run run = forge.submit(RunRequest.of("a slug maker"));
 * run = forge.drive(run.id());                                        // until somebody must decide
 * run = forge.approve(run.id(), "me", PublishOptions.publish());
 * run = forge.drive(run.id());                                        // until it is published
 * }</pre>
 */
@NullMarked
package dev.packageforge.pipeline;

import org.jspecify.annotations.NullMarked;
