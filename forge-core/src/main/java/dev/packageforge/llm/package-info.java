/**
 * The port to a language model, and the models that need no network: recorded and replayed ones.
 *
 * <pre>{@code
 * ModelReply reply = model.generate(request, ModelListener.SILENT, Cancellation.never());
 * }</pre>
 */
@NullMarked
package dev.packageforge.llm;

import org.jspecify.annotations.NullMarked;
