package dev.packageforge.sandbox;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Makes lines of a stream of bytes, as {@link OutputListener#line} promises them: for whoever
 * writes a sandbox. For one thread at a time.
 */
public final class LineSplitter {
  private static final int MAX_LINE = 16_384;

  private final OutputListener listener;
  private final CharsetDecoder decoder =
      StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPLACE)
          .onUnmappableCharacter(CodingErrorAction.REPLACE);
  private final StringBuilder line = new StringBuilder();
  private ByteBuffer undecoded = ByteBuffer.allocate(0);
  private boolean continued;

  /**
   * One for one command's output.
   *
   * @param listener hears the lines; what it throws, {@link #accept} and {@link #end} throw
   */
  public LineSplitter(OutputListener listener) {
    this.listener = listener;
  }

  /**
   * The next bytes, which may end within a line or a character.
   *
   * @param bytes are copied
   * @param length how many of them count
   */
  public void accept(byte[] bytes, int length) {
    ByteBuffer input = ByteBuffer.allocate(undecoded.remaining() + length);
    input.put(undecoded).put(bytes, 0, length).flip();
    decode(input, false);
    undecoded = input;
  }

  /** No more bytes: tells what is left of the last line. */
  public void end() {
    decode(undecoded, true);
    if (line.length() > 0) {
      emit();
    }
  }

  private void decode(ByteBuffer input, boolean last) {
    CharBuffer characters = CharBuffer.allocate(input.remaining() + 2);
    decoder.decode(input, characters, last);
    if (last) {
      decoder.flush(characters);
    }
    characters.flip();
    while (characters.hasRemaining()) {
      character(characters.get());
    }
  }

  private void character(char c) {
    if (c == '\n') {
      int length = line.length();
      if (length > 0 && line.charAt(length - 1) == '\r') {
        line.setLength(length - 1);
      }
      // What is left of a line that came in pieces is told only if there is something left.
      if (line.length() > 0 || !continued) {
        emit();
      }
      continued = false;
      return;
    }
    if (line.length() == MAX_LINE) {
      char previous = line.charAt(MAX_LINE - 1);
      boolean split = Character.isHighSurrogate(previous);
      if (split) {
        line.setLength(MAX_LINE - 1);
      }
      emit();
      continued = true;
      if (split) {
        line.append(previous);
      }
    }
    line.append(c);
  }

  private void emit() {
    String text = line.toString();
    line.setLength(0);
    listener.line(text);
  }
}
