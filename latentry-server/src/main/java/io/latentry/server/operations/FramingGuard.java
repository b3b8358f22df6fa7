package io.latentry.server.operations;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SniHandler;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.AsciiString;
import org.jspecify.annotations.Nullable;

/**
 * Lets through only such HTTP/1 of which every reader says the same where a request ends: one that
 * stands before the service and checks paths or keys must not see other requests than the service.
 *
 * <p>A head comes to the decoder when it is whole and strictly formed, by {@link RequestHead}. The
 * first that is not is replaced by one that the decoder cannot read, so that it is answered 400
 * after the answers before it, and the connection closed; whatever follows is thrown away. A wish
 * to go on in another protocol is left out, and so not granted; a target with the host in it
 * becomes a path and that Host. HTTP/2 passes as it is, since its frames say where they end, and
 * has a {@linkplain Http2Guard guard of its own} for what they say.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9112#section-6">RFC 9112, 6 and 11.2</a>
 */
final class FramingGuard extends ChannelInboundHandlerAdapter {
  private static final ByteBuf UNREADABLE =
      Unpooled.unreleasableBuffer(
          Unpooled.wrappedBuffer(AsciiString.of("GET / HTTP/malformed\r\n\r\n").array()));

  private static final int PREFACE = 0x50524920;
  private static final int MOST_CHUNK_LINE_BYTES = 256;

  /** A size beyond it could not be told from a negative one. */
  private static final int MOST_CHUNK_DIGITS = 15;

  /** So much of a longer head is passed on: the decoder refuses it, and says why. */
  private final int mostHeadBytes;

  private State state = State.FIRST;
  private long left;
  private int trailerBytes;
  private @Nullable ByteBuf held;

  /** What comes next. */
  private enum State {
    /** The first bytes of a connection. */
    FIRST,
    HEAD,
    BODY,
    CHUNK_SIZE,
    CHUNK,
    CHUNK_END,
    TRAILER,
    /** Nothing that is looked at. */
    LET_THROUGH,
    THROWN_AWAY
  }

  private FramingGuard(int mostHeadBytes) {
    this.mostHeadBytes = mostHeadBytes;
  }

  /**
   * Puts a guard into the pipeline of a new connection, behind the encryption.
   *
   * @param mostHeadBytes more than any head that the decoder takes
   */
  static void putInto(ChannelPipeline pipeline, int mostHeadBytes) {
    FramingGuard guard = new FramingGuard(mostHeadBytes);
    ChannelHandlerContext encryption = pipeline.context(SniHandler.class);
    var unused =
        encryption == null
            ? pipeline.addFirst(guard)
            : pipeline.addAfter(encryption.name(), null, guard);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (state == State.LET_THROUGH || !(message instanceof ByteBuf given)) {
      var unused = context.fireChannelRead(message);
      return;
    }
    ByteBuf bytes = given;
    if (held != null) {
      bytes = context.alloc().buffer(held.readableBytes() + given.readableBytes());
      bytes.writeBytes(held).writeBytes(given);
      held.release();
      given.release();
      held = null;
    }
    try {
      walk(context, bytes);
    } finally {
      bytes.release();
    }
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    if (held != null) {
      held.release();
      held = null;
    }
  }

  /** Goes through {@code bytes} and passes on what is well formed. */
  private void walk(ChannelHandlerContext context, ByteBuf bytes) {
    int at = bytes.readerIndex();
    int end = bytes.writerIndex();
    while (at < end && state != State.LET_THROUGH && state != State.THROWN_AWAY) {
      int next =
          switch (state) {
            case FIRST -> first(context, bytes, at, end);
            case HEAD -> head(context, bytes, at, end);
            case BODY, CHUNK -> skip(at, end);
            default -> line(context, bytes, at, end);
          };
      if (next < 0) {
        hold(context, bytes, at, end);
        return;
      }
      at = next;
    }
    if (state == State.LET_THROUGH) {
      startHttp2(context, bytes);
    }
    if (state != State.THROWN_AWAY) {
      passOn(context, bytes, end);
    }
  }

  /** The decoder is put together at the first bytes, and has read nothing else then. */
  private void startHttp2(ChannelHandlerContext context, ByteBuf bytes) {
    passOn(context, bytes, bytes.readerIndex() + Integer.BYTES);
    if (!Http2Guard.putInto(context.pipeline())) {
      state = State.THROWN_AWAY;
      var unused = context.close();
    }
  }

  private int first(ChannelHandlerContext context, ByteBuf bytes, int at, int end) {
    if (end - at < Integer.BYTES) {
      return -1;
    }
    state = bytes.getInt(at) == PREFACE && maySpeakHttp2(context) ? State.LET_THROUGH : State.HEAD;
    return at;
  }

  private static boolean maySpeakHttp2(ChannelHandlerContext context) {
    SslHandler encryption = context.pipeline().get(SslHandler.class);
    return encryption == null
        || ApplicationProtocolNames.HTTP_2.equals(encryption.applicationProtocol());
  }

  private int head(ChannelHandlerContext context, ByteBuf bytes, int at, int end) {
    int headEnd = RequestHead.end(bytes, at, end);
    if (headEnd < 0) {
      if (end - at > mostHeadBytes) {
        passOn(context, bytes, end);
        state = State.THROWN_AWAY;
        return end;
      }
      return -1;
    }
    RequestHead head =
        RequestHead.read(bytes, at, headEnd, context.pipeline().get(SslHandler.class) != null);
    if (!head.isWellFormed()) {
      refuse(context, bytes, at);
      return headEnd;
    }
    if (head.isToBeWrittenAnew()) {
      passOn(context, bytes, at);
      var unused = context.fireChannelRead(head.writtenAnew(bytes, at, headEnd));
      bytes.readerIndex(headEnd);
    }
    left = head.contentLength();
    state = head.isChunked() ? State.CHUNK_SIZE : left > 0 ? State.BODY : State.HEAD;
    return headEnd;
  }

  private int skip(int at, int end) {
    long skipped = Math.min(left, end - at);
    left -= skipped;
    if (left == 0) {
      state = state == State.BODY ? State.HEAD : State.CHUNK_END;
    }
    return at + (int) skipped;
  }

  /** A line of the chunked coding, with its end. */
  private int line(ChannelHandlerContext context, ByteBuf bytes, int at, int end) {
    int newline = bytes.indexOf(at, end, (byte) '\n');
    int lineEnd = newline < 0 ? end : newline - 1;
    boolean fits = lineEnd - at <= MOST_CHUNK_LINE_BYTES || state == State.TRAILER;
    if (newline < 0 && fits && trailerBytes + end - at <= mostHeadBytes) {
      return -1;
    }
    fits &= newline > at && bytes.getByte(lineEnd) == '\r';
    if (!fits || !takes(bytes, at, lineEnd)) {
      refuse(context, bytes, at);
      return end;
    }
    return newline + 1;
  }

  /** Takes a line without its end. */
  private boolean takes(ByteBuf bytes, int at, int end) {
    switch (state) {
      case CHUNK_END -> {
        state = State.CHUNK_SIZE;
        return at == end;
      }
      case CHUNK_SIZE -> {
        left = chunkSize(bytes, at, end);
        state = left == 0 ? State.TRAILER : State.CHUNK;
        trailerBytes = 0;
        return left >= 0;
      }
      default -> {
        trailerBytes += end - at;
        state = at == end ? State.HEAD : State.TRAILER;
        return at == end || (trailerBytes <= mostHeadBytes && RequestHead.isField(bytes, at, end));
      }
    }
  }

  /** -1 if it is none. What stands behind a semicolon means nothing to us. */
  private static long chunkSize(ByteBuf bytes, int at, int end) {
    long size = 0;
    int digits = 0;
    for (int i = at; i < end; i++) {
      byte one = bytes.getByte(i);
      if (one == ';' && digits > 0) {
        return bytes.forEachByte(i, end - i, RequestHead::isOfValue) < 0 ? size : -1;
      }
      int digit = one < 0 ? -1 : Character.digit(one, 16);
      if (digit < 0 || ++digits > MOST_CHUNK_DIGITS) {
        return -1;
      }
      size = size << 4 | digit;
    }
    return digits > 0 ? size : -1;
  }

  private void refuse(ChannelHandlerContext context, ByteBuf bytes, int at) {
    boolean inBody = state != State.HEAD;
    passOn(context, bytes, at);
    state = State.THROWN_AWAY;
    if (inBody) {
      // There is no telling any more what the decoder would take an answer to be about.
      var unused = context.close();
    } else {
      var unused = context.fireChannelRead(UNREADABLE.duplicate());
    }
  }

  private void hold(ChannelHandlerContext context, ByteBuf bytes, int at, int end) {
    held = context.alloc().buffer(end - at).writeBytes(bytes, at, end - at);
    passOn(context, bytes, at);
  }

  private static void passOn(ChannelHandlerContext context, ByteBuf bytes, int end) {
    int length = end - bytes.readerIndex();
    if (length > 0) {
      var unused = context.fireChannelRead(bytes.readRetainedSlice(length));
    }
  }
}
