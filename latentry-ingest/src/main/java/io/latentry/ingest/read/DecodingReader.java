package io.latentry.ingest.read;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;

/**
 * Decodes strictly, yet reads on: a byte that does not belong into the encoding comes out as the
 * lone low surrogate {@code 0xDC00 + byte}, which no decodable text contains, so that the row it
 * stands in can be told from the others.
 *
 * <p>With {@code endMark} the text ends in a line of its own that holds {@link #END_MARK}: when the
 * mark turns up inside a field, a quote was left open. It is a table of delimited fields then, and
 * its line ends are made such that the parser sees them: see {@link #endLines}.
 */
final class DecodingReader extends Reader {
  /** A lone high surrogate; no decodable text contains it. */
  static final char END_MARK = '\uD800';

  private final InputStream input;
  private final CharsetDecoder decoder;
  private final ByteBuffer bytes = ByteBuffer.allocate(1 << 16).flip();
  private final boolean endMark;
  private boolean inputEnded;
  private boolean ended;
  private int undecodable;
  private boolean beyondAscii;
  private char last = '\n';

  /** Whether the quotes so far leave one open. */
  private boolean quoted;

  /** Whether a carriage return stood in quotes, and no line feed has come since. */
  private boolean returned;

  private String tail = "";

  DecodingReader(InputStream input, Charset charset, boolean endMark) {
    this.input = input;
    this.decoder =
        charset
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    this.endMark = endMark;
  }

  /** Whether {@code text[at]} stands for a byte that could not be decoded. */
  static boolean isUndecodable(char[] text, int at, int from) {
    char c = text[at];
    return c >= '\uDC00'
        && c <= '\uDCFF'
        && (at == from || !Character.isHighSurrogate(text[at - 1]));
  }

  /** Bytes so far that could not be decoded. */
  int undecodable() {
    return undecodable;
  }

  /** Whether any decodable character beyond ASCII was read. */
  boolean beyondAscii() {
    return beyondAscii;
  }

  @Override
  public int read(char[] target, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    CharBuffer out = CharBuffer.wrap(target, offset, length).slice();
    while (out.position() == 0 && !ended) {
      decodeSome(out);
    }
    int count = out.position();
    if (count > 0) {
      if (!beyondAscii) {
        for (int i = offset; i < offset + count; i++) {
          char c = target[i];
          if (c >= 128 && !isUndecodable(target, i, offset)) {
            beyondAscii = true;
            break;
          }
        }
      }
      if (endMark) {
        endLines(target, offset, count);
      }
      last = target[offset + count - 1];
      return count;
    }
    return readTail(target, offset, length);
  }

  /**
   * The parser takes a line feed that ends a record for the second half of a line end when there
   * was a lone carriage return in the quotes before it, and so makes two rows one. Such a line feed
   * becomes a carriage return, which ends a record just so.
   */
  private void endLines(char[] text, int offset, int count) {
    for (int i = offset; i < offset + count; i++) {
      char c = text[i];
      if (c > '"') {
        continue;
      }
      if (c == '"') {
        quoted = !quoted;
      } else if (c == '\r') {
        returned = quoted;
      } else if (c == '\n') {
        if (returned && !quoted) {
          text[i] = '\r';
        }
        returned = false;
      }
    }
  }

  private void decodeSome(CharBuffer out) throws IOException {
    CoderResult result = decoder.decode(bytes, out, inputEnded);
    if (result.isError()) {
      for (int i = 0; i < result.length() && out.hasRemaining(); i++) {
        out.put((char) (0xDC00 + (bytes.get() & 0xFF)));
        undecodable++;
      }
    } else if (result.isUnderflow() && out.position() == 0) {
      // Not before what is decoded already is handed on: more may be long in coming.
      if (inputEnded) {
        ended = true;
        if (endMark) {
          tail = (last == '\n' || last == '\r') && out.position() == 0 ? "" : "\n";
          tail += END_MARK + "\n";
        }
        return;
      }
      bytes.compact();
      int read = input.read(bytes.array(), bytes.position(), bytes.remaining());
      if (read < 0) {
        inputEnded = true;
      } else {
        bytes.position(bytes.position() + read);
      }
      bytes.flip();
    }
  }

  private int readTail(char[] target, int offset, int length) {
    int count = Math.min(length, tail.length());
    if (count == 0) {
      return -1;
    }
    tail.getChars(0, count, target, offset);
    tail = tail.substring(count);
    return count;
  }

  @Override
  public void close() throws IOException {
    input.close();
  }
}
