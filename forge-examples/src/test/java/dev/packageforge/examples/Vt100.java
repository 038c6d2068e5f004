package dev.packageforge.examples;

import java.util.ArrayList;
import java.util.List;

/** As much of a terminal as the tree uses: cursor up, erase below; the rest is skipped. */
final class Vt100 {
  private final int rows;
  private final List<StringBuilder> lines = new ArrayList<>();
  private int row;
  private int column;
  private int lost;

  Vt100(int rows) {
    this.rows = rows;
    lines.add(new StringBuilder());
  }

  /** How often the cursor was sent above what can still be seen. */
  int lostLines() {
    return lost;
  }

  /** What has been on the screen, scrolled lines included. */
  String play(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\u001b') {
        int end = i + 2;
        while (!Character.isLetter(text.charAt(end))) {
          end++;
        }
        control(text.substring(i + 2, end), text.charAt(end));
        i = end;
      } else if (c == '\n') {
        row++;
        column = 0;
        if (row == lines.size()) {
          lines.add(new StringBuilder());
        }
      } else if (c == '\r') {
        column = 0;
      } else {
        StringBuilder line = lines.get(row);
        if (column < line.length()) {
          line.setCharAt(column, c);
        } else {
          line.append(c);
        }
        column++;
      }
    }
    return String.join("\n", lines);
  }

  private void control(String argument, char command) {
    if (command == 'A') {
      row -= Integer.parseInt(argument);
      if (row < Math.max(0, lines.size() - rows)) {
        lost++;
      }
    } else if (command == 'J') {
      lines.get(row).setLength(column);
      lines.subList(row + 1, lines.size()).clear();
    }
  }
}
