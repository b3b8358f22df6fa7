package io.latentry.server.operations;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the head of a request over HTTP/1 says of where it ends, and whether it says so in the one
 * way that leaves no doubt: lines that end with CRLF and are not folded, exactly one Host that may
 * be one (none is allowed to HTTP/1.0), and at most one of a Content-Length in digits and a
 * Transfer-Encoding of {@code chunked} alone.
 *
 * <p>What a decoder behind it is not to see is left out: the wish to go on in another protocol, and
 * a target with the host in it, as a proxy is sent one, which stands for a path and a Host.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9112">RFC 9112, 2.2, 3.2, 5.1, 5.2, 6.1 and
 *     6.3</a>
 */
final class RequestHead {
  private static final String TOKEN_SIGNS = "!#$%&'*+-.^_`|~";
  private static final int MOST_LENGTH_DIGITS = 18;

  /** A name, an address, or nothing, and a port if there is one; never a user. */
  private static final Pattern HOST =
      Pattern.compile(
          "([A-Za-z0-9._~!$&'()*+,;=%-]*|\\[[0-9A-Fa-f:.]+(%25[A-Za-z0-9._~-]+)?])(:[0-9]{0,5})?");

  private static final Pattern ABSOLUTE =
      Pattern.compile("(https?)://([^/?#]+)([^#]*)", Pattern.CASE_INSENSITIVE);

  private boolean wellFormed = true;
  private boolean ofHttp10;
  private int hosts;
  private int lengths;
  private int codings;
  private long contentLength;
  private boolean upgrade;

  /** Of a target with the host in it: the line of the request, and the host; null of any other. */
  private @Nullable String originLine;

  private String host = "";

  /** Of the connection. */
  private final String scheme;

  private RequestHead(boolean encrypted) {
    this.scheme = encrypted ? "https" : "http";
  }

  /**
   * Where a head that begins at {@code at} ends, its empty line included; -1 if it does not yet.
   */
  static int end(ByteBuf bytes, int at, int end) {
    int line = at;
    boolean begun = false;
    while (true) {
      int newline = bytes.indexOf(line, end, (byte) '\n');
      if (newline < 0) {
        return -1;
      }
      boolean empty = newline == line || (newline == line + 1 && bytes.getByte(line) == '\r');
      if (empty && begun) {
        return newline + 1;
      }
      begun |= !empty;
      line = newline + 1;
    }
  }

  /**
   * @param end as {@link #end} says
   * @param encrypted whether the connection is
   */
  static RequestHead read(ByteBuf bytes, int at, int end, boolean encrypted) {
    RequestHead head = new RequestHead(encrypted);
    boolean begun = false;
    int line = at;
    while (head.wellFormed && line < end) {
      int newline = bytes.indexOf(line, end, (byte) '\n');
      int lineEnd = newline - 1;
      if (lineEnd < line || bytes.getByte(lineEnd) != '\r') {
        head.wellFormed = false;
      } else if (lineEnd > line) {
        if (begun) {
          head.field(bytes, line, lineEnd);
        } else {
          head.requestLine(bytes, line, lineEnd);
          begun = true;
        }
      }
      line = newline + 1;
    }
    return head;
  }

  boolean isWellFormed() {
    return wellFormed
        && (hosts == 1 || (hosts == 0 && ofHttp10))
        && lengths + codings <= 1
        && !(codings > 0 && ofHttp10);
  }

  /** 0 if there is none. */
  long contentLength() {
    return contentLength;
  }

  boolean isChunked() {
    return codings > 0;
  }

  /** Whether the decoder is to see another head than came. */
  boolean isToBeWrittenAnew() {
    return upgrade || originLine != null;
  }

  /** The head at the same place as the decoder is to see it. */
  ByteBuf writtenAnew(ByteBuf bytes, int at, int end) {
    ByteBuf anew = bytes.alloc().buffer(end - at);
    int line = at;
    boolean begun = false;
    while (line < end) {
      int next = bytes.indexOf(line, end, (byte) '\n') + 1;
      boolean first = !begun && next - line > 2;
      begun |= first;
      String name = first ? null : name(bytes, line, next);
      if (originLine != null && first) {
        write(anew, originLine);
        // It counts instead of any other, which is left out.
        write(anew, "Host: " + host);
      } else if (name == null || !isLeftOut(name)) {
        anew.writeBytes(bytes, line, next - line);
      }
      line = next;
    }
    return anew;
  }

  private boolean isLeftOut(String name) {
    return isUpgrade(name) || (originLine != null && name.equalsIgnoreCase("host"));
  }

  private static void write(ByteBuf head, String line) {
    head.writeBytes((line + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Whether a line is a field, {@code name: value}, in itself. */
  static boolean isField(ByteBuf bytes, int at, int end) {
    String name = name(bytes, at, end);
    return name != null
        && bytes.forEachByte(at + name.length(), end - at - name.length(), RequestHead::isOfValue)
            < 0;
  }

  /** Whether a byte may stand in the value of a field. */
  static boolean isOfValue(byte one) {
    return one < 0 || (one >= ' ' && one != 0x7f) || one == '\t';
  }

  /** Whether a text may be the host that a request is for. */
  static boolean isHost(String text) {
    return HOST.matcher(text).matches();
  }

  /** Whether a target has only what may stand in one; a fragment is no part of it. */
  static boolean isTarget(String text) {
    return text.chars().allMatch(one -> one > ' ' && one < 0x7f && one != '#');
  }

  private void requestLine(ByteBuf bytes, int at, int end) {
    String line = bytes.toString(at, end - at, StandardCharsets.ISO_8859_1);
    int first = line.indexOf(' ');
    int last = line.lastIndexOf(' ');
    String version = line.substring(last + 1);
    ofHttp10 = version.equals("HTTP/1.0");
    wellFormed =
        first > 0
            && last > first + 1
            && line.indexOf(' ', first + 1) == last
            && (ofHttp10 || version.equals("HTTP/1.1"))
            && line.chars().limit(first).allMatch(RequestHead::isOfToken)
            && isTarget(line.substring(first + 1, last));
    if (wellFormed) {
      Matcher absolute = ABSOLUTE.matcher(line.substring(first + 1, last));
      if (absolute.matches()) {
        absolute(line.substring(0, first), absolute.group(2), absolute.group(3), version);
        // A resource of https is none of a connection that anybody may read (RFC 9110, 7.4).
        wellFormed &= absolute.group(1).equalsIgnoreCase(scheme);
      }
    }
  }

  private void absolute(String method, String authority, String rest, String version) {
    wellFormed = isHost(authority) && !method.equals("CONNECT");
    host = authority;
    String path =
        rest.isEmpty() && method.equals("OPTIONS") ? "*" : rest.startsWith("/") ? rest : "/" + rest;
    originLine = method + " " + path + " " + version;
  }

  private void field(ByteBuf bytes, int at, int end) {
    wellFormed = isField(bytes, at, end);
    String name = name(bytes, at, end);
    if (name == null) {
      return;
    }
    switch (name.length()) {
      case 4 -> {
        if (name.equalsIgnoreCase("host")) {
          hosts++;
          wellFormed &= isHost(value(bytes, at, end));
        }
      }
      case 14 -> {
        if (name.equalsIgnoreCase("content-length")) {
          lengths++;
          contentLength(value(bytes, at, end));
        }
        upgrade |= isUpgrade(name);
      }
      case 17 -> {
        if (name.equalsIgnoreCase("transfer-encoding")) {
          codings++;
          wellFormed &= value(bytes, at, end).equalsIgnoreCase("chunked");
        }
      }
      // Of an old draft of web sockets: the decoder would take eight bytes for a body.
      case 18 -> wellFormed &= !name.toLowerCase(Locale.ROOT).startsWith("sec-websocket-key");
      default -> upgrade |= isUpgrade(name);
    }
  }

  private static boolean isUpgrade(String name) {
    return name.equalsIgnoreCase("upgrade") || name.equalsIgnoreCase("http2-settings");
  }

  private void contentLength(String value) {
    boolean digits =
        !value.isEmpty()
            && value.length() <= MOST_LENGTH_DIGITS
            && value.chars().allMatch(one -> one >= '0' && one <= '9');
    wellFormed &= digits;
    contentLength = digits ? Long.parseLong(value) : 0;
  }

  private static String value(ByteBuf bytes, int at, int end) {
    String line = bytes.toString(at, end - at, StandardCharsets.ISO_8859_1);
    return line.substring(line.indexOf(':') + 1).strip();
  }

  /** Null if there is none: a blank before the colon, or a folded line. */
  private static @Nullable String name(ByteBuf bytes, int at, int end) {
    int colon = bytes.indexOf(at, end, (byte) ':');
    if (colon <= at) {
      return null;
    }
    for (int i = at; i < colon; i++) {
      if (!isOfToken(bytes.getByte(i))) {
        return null;
      }
    }
    return bytes.toString(at, colon - at, StandardCharsets.ISO_8859_1);
  }

  private static boolean isOfToken(int one) {
    return (one >= 'a' && one <= 'z')
        || (one >= 'A' && one <= 'Z')
        || (one >= '0' && one <= '9')
        || (one > 0 && TOKEN_SIGNS.indexOf(one) >= 0);
  }
}
