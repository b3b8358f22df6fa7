package io.latentry.core.text;

import java.util.Arrays;

/**
 * A text cut into pieces, each with its bucket. Digits count as one digit throughout: numbers tell
 * their rows apart, not what a text is like. docs/artifact-format.md has the rules, since other
 * hosts follow them; a change here is a change of the format.
 */
final class TextPieces {
  /** Characters that are looked at; what follows adds to the length alone. */
  static final int MOST_CHARACTERS = 1 << 12;

  /** Kinds of characters in a shape. */
  static final int LONGEST_SHAPE = 24;

  private static final int START = 2;
  private static final int END = 3;
  private static final int ASCII = 128;
  private static final int FNV_START = 0x811C9DC5;
  private static final int FNV_PRIME = 0x01000193;

  /** Code points, the first {@value #MOST_CHARACTERS}. */
  private final int[] characters;

  private final int length;

  /** Of the grain cut last. */
  private int count;

  private int[] buckets = {};
  private int[] starts = {};
  private int[] ends = {};

  TextPieces(String text) {
    this.characters = text.codePoints().limit(MOST_CHARACTERS).toArray();
    this.length = text.codePointCount(0, text.length());
  }

  /** Characters of the whole text. */
  int length() {
    return length;
  }

  double share(boolean ofDigits) {
    int found = 0;
    for (int c : characters) {
      found += (ofDigits ? isDigit(c) : !isDigit(c) && !isLetter(c) && c != ' ') ? 1 : 0;
    }
    return (double) found / characters.length;
  }

  /** Pieces of the grain that {@link #cut} was last asked for. */
  int count() {
    return count;
  }

  int bucket(int piece) {
    return buckets[piece];
  }

  /** The characters from the start of one piece to the end of another, as the text has them. */
  String written(int first, int last) {
    return new String(characters, starts[first], ends[last] - starts[first]);
  }

  /** Characters from the start of one piece to the end of another. */
  int span(int first, int last) {
    return ends[last] - starts[first];
  }

  /** Whether {@code after} follows {@code before} without a gap. */
  boolean touches(int before, int after) {
    return starts[after] <= ends[before];
  }

  TextPieces cut(TextGrain grain) {
    int most = characters.length + 1;
    if (buckets.length < most) {
      buckets = new int[most];
      starts = new int[most];
      ends = new int[most];
    }
    count = 0;
    switch (grain) {
      case CHARACTERS -> neighbours(1);
      case PAIRS -> neighbours(2);
      case TRIPLES -> neighbours(3);
      case WORDS -> words();
      case SHAPE -> add(hash(shape()), 0, characters.length);
    }
    return this;
  }

  private void neighbours(int width) {
    // A character stands for itself; wider pieces may begin at the start and end at the end.
    int first = width == 1 ? 0 : -1;
    int last = characters.length - width + (width == 1 ? 0 : 1);
    for (int i = first; i <= last; i++) {
      int hash = FNV_START;
      for (int k = i; k < i + width; k++) {
        hash = mixed(hash, k < 0 ? START : k == characters.length ? END : plain(characters[k]));
      }
      add(hash, Math.max(i, 0), Math.min(i + width, characters.length));
    }
  }

  private void words() {
    int i = 0;
    while (i < characters.length) {
      if (!isDigit(characters[i]) && !isLetter(characters[i])) {
        i++;
        continue;
      }
      int start = i;
      int hash = FNV_START;
      for (; i < characters.length && (isDigit(characters[i]) || isLetter(characters[i])); i++) {
        // A number is one digit, however long.
        if (i == start || !isDigit(characters[i]) || !isDigit(characters[i - 1])) {
          hash = mixed(hash, plain(characters[i]));
        }
      }
      add(hash, start, i);
    }
    if (count == 0) {
      add(FNV_START, 0, characters.length);
    }
  }

  /** The kinds of characters in a row, each once, up to {@value #LONGEST_SHAPE}. */
  int[] shape() {
    int[] shape = new int[LONGEST_SHAPE];
    int kinds = 0;
    for (int i = 0; i < characters.length && kinds < LONGEST_SHAPE; i++) {
      int kind = kind(characters[i]);
      if (kinds == 0 || shape[kinds - 1] != kind) {
        shape[kinds++] = kind;
      }
    }
    return Arrays.copyOf(shape, kinds);
  }

  private void add(int hash, int start, int end) {
    buckets[count] = (hash ^ (hash >>> 15)) & (TextCounts.BUCKETS - 1);
    starts[count] = start;
    ends[count++] = end;
  }

  private static int hash(int[] characters) {
    int hash = FNV_START;
    for (int c : characters) {
      hash = mixed(hash, c);
    }
    return hash;
  }

  /** A step of FNV-1a, by code points. */
  private static int mixed(int hash, int c) {
    return (hash ^ c) * FNV_PRIME;
  }

  private static int plain(int c) {
    return isDigit(c) ? '0' : c;
  }

  private static int kind(int c) {
    if (c >= ASCII) {
      return 'u';
    }
    return isDigit(c) ? '0' : c >= 'a' && c <= 'z' ? 'a' : isLetter(c) ? 'A' : c;
  }

  private static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }

  /** All beyond ASCII counts as one: tables of Unicode differ from host to host. */
  private static boolean isLetter(int c) {
    return c >= ASCII || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }
}
