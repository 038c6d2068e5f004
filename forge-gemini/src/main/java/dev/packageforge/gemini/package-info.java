/**
 * The port to a language model, on Gemini.
 *
 * <pre>{@code
 * try (GeminiLanguageModel model = GeminiLanguageModel.builder(Secret.of(key)).build()) {
 *   ModelReply reply = model.generate(request, System.out::print, Cancellation.never());
 * }
 * }</pre>
 */
@NullMarked
package dev.packageforge.gemini;

import org.jspecify.annotations.NullMarked;
