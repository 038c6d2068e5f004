/**
 * The ports to where packages are published ({@link dev.packageforge.registry.PackageRegistry}) and
 * to where others' packages are found ({@link dev.packageforge.registry.PackageCatalog}), and a
 * registry that is a folder.
 *
 * <pre>{@code
 * PublishOutcome outcome = registry.publish(new PublishRequest(packed, PublishOptions.publish()));
 * }</pre>
 */
@NullMarked
package dev.packageforge.registry;

import org.jspecify.annotations.NullMarked;
