/**
 * Packages and commands that want to do harm, as data, and what must come of each: the corpus by
 * which a sandbox, the inspection of tarballs and the rules for drafts are judged. What a case did
 * is judged from outside, by a watch on this machine.
 *
 * <pre>{@code
 * HostileRun run = new HostileRun(sandbox, NpmToolchain.builder().build(), folder);
 * List<CaseReport> reports = run.all(HostileCorpus.shipped(), executor, 4);
 * }</pre>
 */
@NullMarked
package dev.packageforge.examples.hostile;

import org.jspecify.annotations.NullMarked;
